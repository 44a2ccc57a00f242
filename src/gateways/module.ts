/** What a gateway's folder exports: how its accounts are configured and opened. A new gateway is one of these. */
import { z } from 'zod';
import type { Permits } from '../reversal/rules.ts';
import type { CallOptions, Gateway } from './gateway.ts';
import type { Notifications } from './notification.ts';
import type { RulesName } from './rules.ts';

/** A secret by reference only: the configuration never holds the value. */
export const secretRef = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
]);
export type SecretRef = z.infer<typeof secretRef>;

/** The keys of one Shouqianba terminal. The server knows the current and the previous one. */
export interface TerminalKeys {
  readonly current: string;
  readonly previous?: string;
  /** Epoch milliseconds of the check-in that gave `current`. */
  readonly rotatedAt: number;
}

/** Durable store of terminal keys, encrypted at rest; the ledger implements it. */
export interface TerminalKeyStore {
  load(terminalSn: string): Promise<TerminalKeys | undefined>;
  /** Stores `next` if the stored current key is still `expected` (undefined: none is stored); false when it is not. */
  replace(terminalSn: string, expected: string | undefined, next: TerminalKeys): Promise<boolean>;
}

export interface GatewayDeps {
  /** Reads a secret; throws with the reference (never the value) when it cannot. */
  secret(ref: SecretRef): string;
  /** Epoch milliseconds. */
  now(): number;
  readonly terminalKeys: TerminalKeyStore;
  /** Whether this is the identity of another account of the configuration, at the same gateway. */
  isAnothers?(identity: string): boolean;
  /** Hears what works and will not for long, or no longer, such as a certificate that has expired. */
  warn?(message: string): void;
}

/** `problem`: why no new key is in use; without one another process was faster. */
export interface KeyRotation {
  readonly rotated: boolean;
  readonly problem?: string;
}

/** Errors of `open` are configuration errors, thrown with every problem in the message and no secret in it. */
export interface GatewayModule<Account> {
  readonly provider: string;
  /** The account's section of the configuration, without `provider`, `rules` and `rateLimit`, which are common. */
  readonly account: z.ZodType<Account>;
  /**
   * The merchant identity behind the account: the configuration refuses two accounts with the same one.
   *
   * @param named tells secrets apart that are part of it: by reference where none may be read, by value when opened
   */
  identity(account: Account, named?: (ref: SecretRef) => string): string;
  open(account: Account, deps: GatewayDeps): Gateway;
  /** Reads what the gateway notifies; undefined where the account has nothing to verify it with. Throws as `open`. */
  notifications?(account: Account, deps: GatewayDeps): Notifications | undefined;
  /** Renews what the gateway's calls are signed with, where it asks for that regularly. */
  rotateKeys?(account: Account, deps: GatewayDeps, options: CallOptions): Promise<KeyRotation>;
  /**
   * What the account cannot do without and is to be in the ledger, where it is not there; undefined when nothing is
   * missing. In words for people.
   */
  missing?(account: Account, deps: GatewayDeps): Promise<string | undefined>;
  /** The account's rules: a key of `RULES`, and what its configuration permits. */
  rules(account: Account): { readonly name: RulesName; readonly permits: Partial<Permits> };
}
