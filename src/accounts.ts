/** The configured merchant accounts, opened: their gateways, their rules, their limits. */
import type { Accounts, OpenAccount } from './activities/index.ts';

/** Looks accounts up by gateway and name. */
export function accountsOf(accounts: readonly OpenAccount[]): Accounts {
  const byName = new Map(accounts.map((account) => [`${account.provider}/${account.name}`, account]));
  return {
    find: (provider, name) => byName.get(`${provider}/${name}`),
    list: () => accounts,
  };
}
