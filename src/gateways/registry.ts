/** Every gateway by its provider name: a new one is a folder and a row here (and in `rules.ts`). */
import type { z } from 'zod';
import type { RuleOverrides } from '../reversal/overrides.ts';
import type { Rules } from '../reversal/rules.ts';
import { type OpenAccount, openAccount } from './accounts.ts';
import { alipay } from './alipay/index.ts';
import { daxpay } from './daxpay/index.ts';
import type { GatewayDeps, GatewayModule, SecretRef } from './module.ts';
import type { Provider } from './providers.ts';
import { RULES } from './rules.ts';
import { shouqianba } from './shouqianba/index.ts';

/** An account's section, checked; its secrets are read when it is opened. */
export interface CheckedAccount {
  /** The gateway's rules for it, before the account's overrides. */
  readonly rules: Rules;
  identity(named: (ref: SecretRef) => string): string;
  /** @throws configuration errors, with every problem and no secret */
  open(name: string, deps: GatewayDeps, overrides: RuleOverrides, rateLimit?: number): OpenAccount;
}

/** A gateway whose account type is known to itself only. */
export interface RegisteredGateway {
  readonly provider: string;
  check(section: unknown): z.ZodSafeParseResult<CheckedAccount>;
}

/** Hides an account's type behind what every account can do. */
export function registered<Account>(module: GatewayModule<Account>): RegisteredGateway {
  const checked = module.account.transform(
    (account): CheckedAccount => ({
      rules: RULES[module.rules(account).name],
      identity: (named) => module.identity(account, named),
      open: (name, deps, overrides, rateLimit) => openAccount({ module, name, account, deps, overrides, rateLimit }),
    }),
  );
  return { provider: module.provider, check: (section) => checked.safeParse(section) };
}

export type Registry = Readonly<Record<string, RegisteredGateway>>;

export const REGISTRY: Readonly<Record<Provider, RegisteredGateway>> = {
  alipay: registered(alipay),
  shouqianba: registered(shouqianba),
  daxpay: registered(daxpay),
};
