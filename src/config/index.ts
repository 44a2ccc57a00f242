/**
 * The configuration: accounts, rules, ledger, encryption, overdue orders, webhooks, API. Checked as a whole, every
 * problem listed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { EncryptionCodec } from '../encryption/codec.ts';
import { type Accounts, accountsOf, type OpenAccount } from '../gateways/accounts.ts';
import type { SecretRef, TerminalKeyStore } from '../gateways/module.ts';
import { REGISTRY, type Registry } from '../gateways/registry.ts';
import type { ActivationAccount } from '../gateways/shouqianba/index.ts';
import type { LedgerConfig } from '../ledger/index.ts';
import { useProxy } from '../lib/outbound.ts';
import type { ProxySetting } from '../lib/proxy.ts';
import type { OverdueConfig } from '../overdue/index.ts';
import type { WebhookSettings } from '../webhooks/settings.ts';
import { checkAccounts, openEntries } from './accounts.ts';
import { checkActivation } from './activation.ts';
import { type ApiConfig, checkApi, checkApiShape } from './api.ts';
import { checkEncryption } from './encryption.ts';
import { issuesOf } from './issues.ts';
import { checkLedger } from './ledger.ts';
import { checkOverdue } from './overdue.ts';
import { checkProxy } from './proxy.ts';
import { attempted, secretReader } from './secrets.ts';
import { checkWebhooks } from './webhooks.ts';

export { duration, parseDuration } from '../lib/duration.ts';
export type { ApiConfig } from './api.ts';

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
  /** Where the merchant's overdue orders are read; without it none are. */
  readonly overdue?: OverdueConfig;
  /** Where events are delivered; nobody is told without it. */
  readonly webhooks?: WebhookSettings;
  /** Encrypts what Temporal keeps; without it payloads are plain. */
  readonly encryption?: EncryptionCodec;
  /** The outbound proxy of gateway calls and webhooks; without it the environment's variables say. */
  readonly proxy?: ProxySetting;
  /** What works and should be looked at, such as a certificate that has expired. */
  readonly warnings: readonly string[];
  /** Where `docs/runbook.md` is published: the Web UI links its sections. */
  readonly runbook?: string;
  /** Opens every account; configuration errors of all of them together are one ConfigError. */
  openAccounts(terminalKeys: TerminalKeyStore): readonly OpenAccount[];
}

/** Parts are checked on their own, so that a fault in one does not hide those of another. */
const runbook = z.url({ protocol: /^https?$/, error: 'must be the http or https address of the published runbook' });
const parts = {
  ...{ accounts: z.unknown(), ledger: z.unknown().optional(), api: z.unknown().optional() },
  ...{ overdue: z.unknown().optional(), webhooks: z.unknown().optional(), proxy: z.unknown().optional() },
  encryption: z.unknown().optional(),
};
const shape = z.strictObject({ ...parts, runbook: runbook.optional() });

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
  const directory = dirname(resolve(file));
  const secret = secretReader(directory, env);
  const document = readYaml(text, file);
  const parsed = shape.safeParse(document);
  const problems = parsed.success ? [] : issuesOf(parsed.error, []);
  const sections = z.object(parts).safeParse(document).data;
  if (sections === undefined) throw new ConfigError(file, problems);

  const entries = checkAccounts(sections.accounts, registry, problems);
  const ledger = checkLedger(sections.ledger, { directory, secret }, problems);
  const overdue = checkOverdue(sections.overdue, secret, problems);
  const webhooks = checkWebhooks(sections.webhooks, secret, problems);
  const encryption = checkEncryption(sections.encryption, secret, problems);
  const proxy = checkProxy(sections.proxy, env, secret, problems);
  if (sections.api !== undefined) checkApiShape(sections.api, problems);
  const warnings = new Set<string>();
  const open = (terminalKeys: TerminalKeyStore, found: string[]) =>
    openEntries(entries, { secret, now: Date.now, terminalKeys }, found, warnings);
  // Opened once for its problems: a secret that cannot be read is found at the start, not at the first incident.
  const opened = open(NO_KEYS, problems);
  const renewing = opened.find((account) => account.rotateKeys !== undefined);
  if (isKeyless(ledger, env) && renewing !== undefined) {
    problems.push(`ledger.encryptionKey: is needed for the terminal keys of accounts.${renewing.name}`);
  }
  if (problems.length > 0) throw new ConfigError(file, problems);
  return {
    file,
    ledger,
    warnings: [...warnings],
    ...(overdue !== undefined && { overdue }),
    ...(webhooks !== undefined && { webhooks }),
    ...(encryption !== undefined && { encryption }),
    ...(proxy !== undefined && { proxy }),
    ...(parsed.data?.runbook !== undefined && { runbook: parsed.data.runbook }),
    openAccounts(terminalKeys) {
      const found: string[] = [];
      const accounts = open(terminalKeys, found);
      if (found.length > 0) throw new ConfigError(file, found);
      return accounts;
    },
  };
}

function readYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // The first line says what and where; the lines after it show the text, in which a secret may stand.
    const [what] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigError(file, [`not YAML: ${what?.replace(/:$/, '')}`]);
  }
}

/**
 * Reads the configuration from `UNWIND_CONFIG`, or `unwind.config.yaml` in the working directory. Its proxy is in use
 * from then on, in the whole process.
 *
 * @throws ConfigError with every problem
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { file, text } = read(env);
  const config = parseConfig(text, file, env);
  useProxy(config.proxy);
  return config;
}

/**
 * Where the ledger is, for those who read it: neither the accounts nor any key is looked at, since who is on call may
 * not be allowed to read them.
 *
 * @returns undefined when there is no configuration at all: `UNWIND_CONFIG` names none, and the default is not there
 * @throws ConfigError with every problem of the section
 */
export function loadLedgerConfig(env: NodeJS.ProcessEnv = process.env): LedgerConfig | undefined {
  if (env.UNWIND_CONFIG === undefined && !existsSync(DEFAULT_CONFIG)) return undefined;
  const { file, text } = read(env);
  const parsed = z.looseObject({ ledger: z.looseObject({}).optional() }).safeParse(readYaml(text, file));
  if (!parsed.success) throw new ConfigError(file, issuesOf(parsed.error, []));
  const { encryptionKey: _, ...section } = parsed.data.ledger ?? {};
  const directory = dirname(resolve(file));
  const problems: string[] = [];
  const ledger = checkLedger(section, { directory, secret: secretReader(directory, env) }, problems);
  if (problems.length > 0) throw new ConfigError(file, problems);
  return ledger;
}

/**
 * The encryption of what is sent to Temporal, for every command that speaks to it: no other section is looked at, and no
 * other secret is read.
 *
 * @returns undefined when there is no such section, or no configuration at all
 * @throws ConfigError with every problem of the section
 */
export function loadEncryption(env: NodeJS.ProcessEnv = process.env): EncryptionCodec | undefined {
  if (env.UNWIND_CONFIG === undefined && !existsSync(DEFAULT_CONFIG)) return undefined;
  const { file, text } = read(env);
  const parsed = z.looseObject({ encryption: z.unknown().optional() }).safeParse(readYaml(text, file));
  if (!parsed.success) throw new ConfigError(file, issuesOf(parsed.error, []));
  const problems: string[] = [];
  const encryption = checkEncryption(parsed.data.encryption, secretReader(dirname(resolve(file)), env), problems);
  if (problems.length > 0) throw new ConfigError(file, problems);
  return encryption;
}

/** What the API needs to know: its own section, the names of the accounts, and where the ledger is. */
export interface ApiSetup {
  readonly api: ApiConfig;
  readonly accounts: readonly { readonly provider: string; readonly account: string }[];
  readonly ledger: LedgerConfig;
  /** The accounts whose notifications are taken; none without it. */
  readonly notified?: Accounts;
}

/**
 * The configuration as the API sees it. It calls no gateway, and reads no secret of one but to verify notifications.
 *
 * @throws ConfigError with every problem
 */
export function loadApiSetup(env: NodeJS.ProcessEnv = process.env, registry: Registry = REGISTRY): ApiSetup {
  const { file, text } = read(env);
  const parsed = z.object(parts).safeParse(readYaml(text, file));
  if (!parsed.success) throw new ConfigError(file, issuesOf(parsed.error, []));
  const directory = dirname(resolve(file));
  const secret = secretReader(directory, env);
  const problems: string[] = [];
  const api = checkApi(parsed.data.api, secret, problems);
  const entries = checkAccounts(parsed.data.accounts, registry, problems);
  const section = z.looseObject({}).safeParse(parsed.data.ledger ?? {});
  // Terminal keys are the worker's alone.
  const { encryptionKey: _, ...plain } = section.data ?? {};
  const ledger = checkLedger(section.success ? plain : parsed.data.ledger, { directory, secret }, problems);
  const opened = api?.notifications
    ? openEntries(entries, { secret, now: Date.now, terminalKeys: NO_KEYS }, problems)
    : [];
  if (api === undefined || problems.length > 0) throw new ConfigError(file, problems);
  const accounts = entries.map(({ name, provider }) => ({ provider, account: name }));
  return { api, ledger, accounts, ...(api.notifications && { notified: accountsOf(opened) }) };
}

/** What the activation of a terminal needs to know. */
export interface ActivationSetup {
  readonly file: string;
  readonly account: ActivationAccount;
  readonly ledger: LedgerConfig;
  readonly secret: (ref: SecretRef) => string;
}

/**
 * The configuration as an activation sees it: of the accounts only this one is looked at, which may have no terminal
 * yet. Its proxy is in use from then on.
 *
 * @throws ConfigError with every problem
 */
export function loadActivation(name: string, env: NodeJS.ProcessEnv = process.env): ActivationSetup {
  const { file, text } = read(env);
  const parsed = z.object({ ...parts, accounts: z.record(z.string(), z.unknown()) }).safeParse(readYaml(text, file));
  if (!parsed.success) throw new ConfigError(file, issuesOf(parsed.error, []));
  const directory = dirname(resolve(file));
  const secret = secretReader(directory, env);
  const problems: string[] = [];
  const { accounts } = parsed.data;
  const account = checkActivation(name, Object.hasOwn(accounts, name) ? accounts[name] : undefined, problems);
  if (account !== undefined) attempted(`accounts.${name}.vendorKey`, () => secret(account.vendorKey), problems);
  const ledger = checkLedger(parsed.data.ledger, { directory, secret }, problems);
  if (isKeyless(ledger, env)) problems.push("ledger.encryptionKey: is needed for the terminal's key");
  const proxy = checkProxy(parsed.data.proxy, env, secret, problems);
  if (account === undefined || problems.length > 0) throw new ConfigError(file, problems);
  useProxy(proxy);
  return { file, account, ledger, secret };
}

/** PostgreSQL's own key is nowhere; the embedded ledger makes one. */
const isKeyless = (ledger: LedgerConfig, env: NodeJS.ProcessEnv) =>
  ledger.url !== undefined && ledger.encryptionKey === undefined && !env.UNWIND_LEDGER_KEY;

/** For accounts that are opened and never called. */
const NO_KEYS: TerminalKeyStore = { load: async () => undefined, replace: async () => false };

function read(env: NodeJS.ProcessEnv): { readonly file: string; readonly text: string } {
  const file = env.UNWIND_CONFIG ?? DEFAULT_CONFIG;
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch {
    const where = env.UNWIND_CONFIG === undefined ? ' (UNWIND_CONFIG names another place)' : '';
    throw new ConfigError(file, [`the file cannot be read${where}`]);
  }
}
