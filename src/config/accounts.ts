/** The `accounts` section. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OpenAccount } from '../gateways/accounts.ts';
import type { GatewayDeps, SecretRef } from '../gateways/module.ts';
import type { CheckedAccount, Registry } from '../gateways/registry.ts';
import { durationProblems } from '../reversal/order-of-durations.ts';
import { type RuleOverrides, withOverrides } from '../reversal/overrides.ts';
import { issuesOf } from './issues.ts';
import { ruleOverrides } from './rule-overrides.ts';

const accountName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const shape = z.record(z.string(), z.looseObject({ provider: z.string() }));

const common = z.object({
  rules: ruleOverrides.optional(),
  /** Calls per second that the gateway allows. */
  rateLimit: z.number().positive().optional(),
});

/** An account whose section is right; its secrets are not read yet. */
export interface AccountEntry {
  readonly name: string;
  readonly provider: string;
  readonly checked: CheckedAccount;
  readonly overrides: RuleOverrides;
  readonly rateLimit: number | undefined;
}

/** @returns the accounts that are right; what is wrong with the others is added to `problems` */
export function checkAccounts(section: unknown, registry: Registry, problems: string[]): AccountEntry[] {
  const parsed = shape.safeParse(section);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['accounts']));
    return [];
  }
  const entries: AccountEntry[] = [];
  const owners = new Map<string, string>();
  for (const [name, account] of Object.entries(parsed.data)) {
    const path = ['accounts', name];
    const { provider, rules, rateLimit, ...rest } = account;
    if (!accountName.safeParse(name).success) problems.push(`accounts.${name}: must be 1 to 64 letters, digits, . _ -`);
    // A name such as `constructor` is in every object.
    const gateway = Object.hasOwn(registry, provider) ? registry[provider] : undefined;
    if (gateway === undefined) {
      problems.push(`accounts.${name}.provider: must be one of ${Object.keys(registry).join(', ')}`);
      continue;
    }
    const shared = common.safeParse({ rules, rateLimit });
    if (!shared.success) problems.push(...issuesOf(shared.error, path));
    const own = gateway.check(rest);
    if (!own.success) problems.push(...issuesOf(own.error, path));
    if (!shared.success || !own.success) continue;
    const identity = `${provider} ${own.data.identity((ref) => JSON.stringify(ref))}`;
    const owner = owners.get(identity);
    if (owner !== undefined) {
      // Two names for one merchant would allow two reversals of one order at a time.
      problems.push(`accounts.${name}: is the same merchant at ${provider} as accounts.${owner}`);
    }
    owners.set(identity, name);
    const overrides = shared.data.rules ?? {};
    const wrong = durationProblems(withOverrides(own.data.rules, overrides));
    problems.push(...wrong.map(({ at, message }) => `accounts.${name}.rules.${at}: ${message}`));
    entries.push({ name, provider, checked: own.data, overrides, rateLimit: shared.data.rateLimit });
  }
  return entries;
}

/** @returns the accounts that could be opened; why others could not is added to `problems` */
export function openEntries(
  entries: readonly AccountEntry[],
  deps: GatewayDeps,
  problems: string[],
  warnings = new Set<string>(),
): OpenAccount[] {
  const owners = new Map<string, string>();
  // Two references may hold one token, which nobody sees before it is read.
  const byValue = (ref: SecretRef) => createHash('sha256').update(deps.secret(ref).trim()).digest('hex');
  return entries.flatMap(({ name, provider, checked, overrides, rateLimit }) => {
    const warn = (message: string) => warnings.add(`accounts.${name}.${message}`);
    try {
      const identity = `${provider} ${checked.identity(byValue)}`;
      const owner = owners.get(identity);
      owners.set(identity, name);
      if (owner !== undefined) throw new Error(`is the same merchant at ${provider} as accounts.${owner}`);
      const isAnothers = (other: string) => (owners.get(`${provider} ${other}`) ?? name) !== name;
      return [checked.open(name, { ...deps, warn, isAnothers }, overrides, rateLimit)];
    } catch (error) {
      const problem = `accounts.${name}: ${error instanceof Error ? error.message : String(error)}`;
      // Two accounts of one merchant by the same reference have been told already.
      if (!problems.includes(problem)) problems.push(problem);
      return [];
    }
  });
}
