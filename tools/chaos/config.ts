/** The workers' configuration: the sandbox's accounts, the ledger and the webhooks' receiver. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { rulesSection } from '../../bench/fleet/rules-section.ts';
import { randomOverrides } from '../../src/demo/random/rules.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { accountSection, behind, type GatewayName } from '../../src/stand/accounts.ts';

/** Hundreds wait for people in the end: looks of theirs every few seconds would be all that two cores get done. */
const SELF_CHECK_MS = 30_000;

export interface ConfigParts {
  readonly gateways: readonly GatewayName[];
  readonly sandbox: Sandbox;
  /** Where the gateway of that account is reached. */
  readonly endpoints: ReadonlyMap<GatewayName, string>;
  readonly ledgerUrl: string;
  readonly ledgerKey: string;
  readonly webhooks: { readonly url: string; readonly secret: string };
}

export interface ChaosConfig {
  /** Of a worker that knows every account. */
  readonly env: Readonly<Record<string, string>>;
  /** What makes it one that lacks this account, and serves its gateway all the same. */
  readonly without: ReadonlyMap<GatewayName, Readonly<Record<string, string>>>;
}

export async function writeChaosConfig(directory: string, parts: ConfigParts): Promise<ChaosConfig> {
  const secrets: Record<string, string> = {
    LEDGER_URL: parts.ledgerUrl,
    LEDGER_KEY: parts.ledgerKey,
    WEBHOOK_SECRET: parts.webhooks.secret,
  };
  const accounts = Object.fromEntries(
    parts.gateways.map((name) => {
      const { system } = behind(name);
      const credentials = parts.sandbox.system(system).credentials();
      const section = accountSection(name, parts.endpoints.get(name) ?? parts.sandbox.url(system), credentials);
      // The accounts' secrets have the same names: each gets its account's before them.
      const named = Object.entries(section).map(([field, value]) => {
        if (typeof value !== 'object' || value === null || !('env' in value)) return [field, value];
        const variable = `${name}_${value.env}`.replaceAll('-', '_').toUpperCase();
        secrets[variable] = credentials[String(value.env)] ?? '';
        return [field, { env: variable }];
      });
      const { permits, ...overrides } = randomOverrides(name);
      const rules = { ...overrides, timing: { ...overrides.timing, selfCheck: SELF_CHECK_MS } };
      return [name, { ...Object.fromEntries(named), ...permits, rules: rulesSection(rules) }];
    }),
  );
  const ledger = { url: { env: 'LEDGER_URL' }, encryptionKey: { env: 'LEDGER_KEY' } };
  const webhooks = {
    url: parts.webhooks.url,
    secrets: [{ env: 'WEBHOOK_SECRET' }],
    timeout: '1s',
    backOff: { first: '200ms', max: '2s' },
  };
  const write = async (name: string, of: typeof accounts) => {
    const file = join(directory, name);
    await writeFile(file, stringify({ accounts: of, ledger, webhooks }));
    return { UNWIND_CONFIG: file };
  };
  const without = parts.gateways.map(async (lacking) => {
    // The same merchant by another name: nobody finds the account by its own.
    const renamed = Object.entries(accounts).map(([name, of]) => [name === lacking ? `${name}-renamed` : name, of]);
    return [lacking, await write(`without-${lacking}.yaml`, Object.fromEntries(renamed))] as const;
  });
  return {
    env: { ...secrets, ...(await write('unwind.config.yaml', accounts)) },
    without: new Map(await Promise.all(without)),
  };
}
