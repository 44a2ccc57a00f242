/** The configuration: accounts, rules, ledger. Checked as a whole, every problem listed at once. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { OpenAccount } from '../activities/index.ts';
import { type GatewayDeps, secretRef, type TerminalKeyStore } from '../gateways/module.ts';
import { type CheckedAccount, REGISTRY, type Registry } from '../gateways/registry.ts';
import type { LedgerConfig } from '../ledger/index.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';
import { ruleOverrides } from './rule-overrides.ts';
import { secretReader } from './secrets.ts';

export { duration, parseDuration } from './duration.ts';

export const DEFAULT_CONFIG = 'unwind.config.yaml';

/** A configuration that cannot be used. `problems` names every one of them with its path. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[]) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export interface Config {
  readonly file: string;
  readonly ledger: LedgerConfig;
  /** Opens every account; configuration errors of all of them together are one ConfigError. */
  openAccounts(terminalKeys: TerminalKeyStore): readonly OpenAccount[];
}

const accountName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, . _ -');

const shape = z.strictObject({
  accounts: z.record(accountName, z.looseObject({ provider: z.string() })),
  ledger: z
    .strictObject({
      /** PostgreSQL. Without it the ledger is embedded and lives in `dataDir`. */
      url: z.union([z.string().min(1), secretRef]).optional(),
      dataDir: z.string().min(1).optional(),
      /** 32 bytes in base64 or hexadecimal: terminal keys are encrypted with it. */
      encryptionKey: secretRef.optional(),
    })
    .optional(),
});

const common = z.object({
  rules: ruleOverrides.optional(),
  /** Calls per second that the gateway allows. */
  rateLimit: z.number().positive().optional(),
});

interface Entry {
  readonly name: string;
  readonly provider: string;
  readonly checked: CheckedAccount;
  readonly overrides: RuleOverrides;
  readonly rateLimit: number | undefined;
}

const issuesOf = (error: z.ZodError, prefix: readonly string[]) =>
  error.issues.map((issue) => `${[...prefix, ...issue.path.map(String)].join('.') || 'the file'}: ${issue.message}`);

function checkAccounts(accounts: z.output<typeof shape>['accounts'], registry: Registry, problems: string[]): Entry[] {
  const entries: Entry[] = [];
  const owners = new Map<string, string>();
  for (const [name, section] of Object.entries(accounts)) {
    const path = ['accounts', name];
    const { provider, rules, rateLimit, ...rest } = section;
    const gateway = registry[provider];
    if (gateway === undefined) {
      problems.push(`accounts.${name}.provider: must be one of ${Object.keys(registry).join(', ')}, not "${provider}"`);
      continue;
    }
    const shared = common.safeParse({ rules, rateLimit });
    if (!shared.success) problems.push(...issuesOf(shared.error, path));
    const own = gateway.check(rest);
    if (!own.success) problems.push(...issuesOf(own.error, path));
    if (!shared.success || !own.success) continue;
    const identity = `${provider} ${own.data.identity}`;
    const owner = owners.get(identity);
    if (owner !== undefined) {
      // Two names for one merchant would allow two reversals of one order at a time.
      problems.push(`accounts.${name}: is the same merchant at ${provider} as accounts.${owner}`);
    }
    owners.set(identity, name);
    entries.push({
      name,
      provider,
      checked: own.data,
      overrides: shared.data.rules ?? {},
      rateLimit: shared.data.rateLimit,
    });
  }
  return entries;
}

/**
 * Checks the text of a configuration.
 *
 * @param file for messages, and the place that secrets' file names are relative to
 * @throws ConfigError with every problem
 */
export function parseConfig(
  text: string,
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  registry: Registry = REGISTRY,
): Config {
  const secret = secretReader(dirname(resolve(file)), env);
  const problems: string[] = [];
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ConfigError(file, [`not YAML: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = shape.safeParse(document);
  if (!parsed.success) throw new ConfigError(file, issuesOf(parsed.error, []));
  const entries = checkAccounts(parsed.data.accounts, registry, problems);
  const read = (path: string, ref: z.output<typeof secretRef> | string | undefined): string | undefined => {
    if (ref === undefined || typeof ref === 'string') return ref;
    try {
      return secret(ref);
    } catch (error) {
      problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const { url: urlRef, dataDir, encryptionKey: keyRef } = parsed.data.ledger ?? {};
  const url = read('ledger.url', urlRef);
  const encryptionKey = read('ledger.encryptionKey', keyRef);
  const open = (terminalKeys: TerminalKeyStore, found: string[]): OpenAccount[] => {
    const deps: GatewayDeps = { secret, now: Date.now, terminalKeys };
    return entries.flatMap(({ name, checked, overrides, rateLimit }) => {
      try {
        return [checked.open(name, deps, overrides, rateLimit)];
      } catch (error) {
        found.push(`accounts.${name}: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    });
  };
  // Opened once for its problems: a secret that cannot be read is found at the start, not at the first incident.
  open({ load: async () => undefined, replace: async () => false }, problems);
  if (problems.length > 0) throw new ConfigError(file, problems);
  return {
    file,
    ledger: {
      ...(url !== undefined && { url }),
      ...(dataDir !== undefined && { dataDir: resolve(dirname(file), dataDir) }),
      ...(encryptionKey !== undefined && { encryptionKey }),
    },
    openAccounts(terminalKeys) {
      const found: string[] = [];
      const accounts = open(terminalKeys, found);
      if (found.length > 0) throw new ConfigError(file, found);
      return accounts;
    },
  };
}

/**
 * Reads the configuration from `UNWIND_CONFIG`, or `unwind.config.yaml` in the working directory.
 *
 * @throws ConfigError with every problem
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const file = env.UNWIND_CONFIG ?? DEFAULT_CONFIG;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const where = env.UNWIND_CONFIG === undefined ? ' (UNWIND_CONFIG names another place)' : '';
    throw new ConfigError(file, [`the file cannot be read${where}`]);
  }
  return parseConfig(text, file, env);
}
