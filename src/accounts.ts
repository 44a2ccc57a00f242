/** The configured merchant accounts, opened: their gateways, their rules, their limits. */
import type { Accounts, OpenAccount } from './activities/index.ts';
import type { GatewayDeps, GatewayModule } from './gateways/module.ts';
import type { RuleOverrides } from './reversal/overrides.ts';

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
