/** The configured merchant accounts, opened: their gateways, their rules, their limits. */
import type { RuleOverrides } from '../reversal/overrides.ts';
import type { CallOptions, Gateway } from './gateway.ts';
import type { GatewayDeps, GatewayModule, KeyRotation } from './module.ts';
import type { Notifications } from './notification.ts';

/** One configured merchant account, opened. */
export interface OpenAccount {
  readonly provider: string;
  readonly name: string;
  readonly gateway: Gateway;
  /** A key of `RULES`. */
  readonly rules: string;
  readonly overrides: RuleOverrides;
  /** Calls per second that the gateway allows the account, when it limits them. */
  readonly rateLimit?: number;
  /** Reads what the gateway notifies, where it does and the account can verify it. */
  readonly notifications?: Notifications;
  /** What it cannot be served without and the ledger does not have, in words; undefined when nothing is missing. */
  readonly missing?: () => Promise<string | undefined>;
  /** Where the gateway wants its keys renewed regularly. */
  readonly rotateKeys?: (options: CallOptions) => Promise<KeyRotation>;
}

export interface Accounts {
  find(provider: string, name: string): OpenAccount | undefined;
  list(): readonly OpenAccount[];
}

export interface AccountSetup<Account> {
  readonly module: GatewayModule<Account>;
  readonly name: string;
  /** The account's section of the configuration, parsed by its module. */
  readonly account: Account;
  readonly deps: GatewayDeps;
  readonly overrides?: RuleOverrides;
  readonly rateLimit?: number | undefined;
}

/**
 * Opens one account.
 *
 * @throws what its module's `open` throws: configuration errors, with every problem and no secret
 */
export function openAccount<Account>(setup: AccountSetup<Account>): OpenAccount {
  const { module, name, account, deps, overrides, rateLimit } = setup;
  const { missing, rotateKeys } = module;
  const notifications = module.notifications?.(account, deps);
  const rules = module.rules(account);
  return {
    provider: module.provider,
    name,
    gateway: module.open(account, deps),
    rules: rules.name,
    overrides: { ...overrides, permits: { ...rules.permits, ...overrides?.permits } },
    ...(rateLimit !== undefined && { rateLimit }),
    ...(notifications !== undefined && { notifications }),
    ...(missing !== undefined && { missing: () => missing(account, deps) }),
    ...(rotateKeys !== undefined && { rotateKeys: (options) => rotateKeys(account, deps, options) }),
  };
}

/** Looks accounts up by gateway and name. */
export function accountsOf(accounts: readonly OpenAccount[]): Accounts {
  const byName = new Map(accounts.map((account) => [`${account.provider}/${account.name}`, account]));
  return {
    find: (provider, name) => byName.get(`${provider}/${name}`),
    list: () => accounts,
  };
}
