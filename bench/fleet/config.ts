/** The worker's configuration: what the sandbox wrote, with the rules and the limit of a run. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const written = z.object({ accounts: z.record(z.string(), z.looseObject({ provider: z.string() })) });

export interface AccountSettings {
  /** The section `rules` of the account, as people write it. */
  readonly rules: Readonly<Record<string, unknown>>;
  /** Calls a second; as many as the machine can when left out. */
  readonly rateLimit?: number;
}

/** @returns the file's name */
export async function writeConfig(directory: string, settings: (account: string) => AccountSettings): Promise<string> {
  const file = join(directory, 'unwind.config.yaml');
  const { accounts } = written.parse(parse(await readFile(file, 'utf8')));
  const complete = Object.entries(accounts).map(([name, account]) => [name, { ...account, ...settings(name) }]);
  await writeFile(
    file,
    stringify({ accounts: Object.fromEntries(complete), ledger: { dataDir: dataDirOf(directory) } }),
  );
  return file;
}

export function dataDirOf(directory: string): string {
  return join(directory, 'data');
}
