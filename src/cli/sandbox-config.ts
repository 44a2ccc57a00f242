/** A configuration for a worker that talks to a running sandbox: a file, and a file a secret beside it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Sandbox } from '../sandbox/index.ts';
import { accountSection, behind, GATEWAYS } from '../stand/accounts.ts';

/** One application is one merchant, and two accounts of one merchant are refused: Alipay by its newer protocol. */
const ACCOUNTS = GATEWAYS.filter((name) => name !== 'alipay-classic');

/** @returns the file; overwrites what an earlier sandbox left there, since its keys are gone */
export async function writeSandboxConfig(sandbox: Sandbox, systems: readonly string[], directory: string) {
  await mkdir(directory, { recursive: true });
  const accounts: Record<string, unknown> = {};
  for (const name of ACCOUNTS) {
    const { system } = behind(name);
    if (!systems.includes(system)) continue;
    const credentials = sandbox.system(system).credentials();
    const section = accountSection(name, sandbox.url(system), credentials);
    accounts[name] = Object.fromEntries(
      await Promise.all(
        Object.entries(section).map(async ([field, value]) => {
          const secret = nameOfSecret(value);
          if (secret === undefined) return [field, value];
          const file = `${name}.${secret}`;
          await writeFile(join(directory, file), `${credentials[secret]}\n`, { mode: 0o600 });
          return [field, { file }];
        }),
      ),
    );
  }
  const file = resolve(directory, 'unwind.config.yaml');
  await writeFile(file, stringify({ accounts, ledger: { dataDir: './data' } }));
  return file;
}

function nameOfSecret(value: unknown): string | undefined {
  const isRef = typeof value === 'object' && value !== null && 'env' in value;
  return isRef && typeof value.env === 'string' ? value.env : undefined;
}
