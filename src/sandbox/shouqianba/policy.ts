/** Switches of the whole gateway where the sources contradict each other or say nothing. */
import { z } from 'zod';

export const policyShape = {
  /** What the key before the current one still opens: everything, check-in alone, nothing. */
  oldKey: z.enum(['both', 'checkinOnly', 'strict']),
  /** Keys given before today (China) open check-in alone. */
  dailyExpiry: z.boolean(),
  /** Whether a layer 1 code of 400 or 500 is the HTTP status too; otherwise that is always 200. */
  mirrorHttpStatus: z.boolean(),
  /** Whether an upper-case signature passes. */
  upperCaseSign: z.boolean(),
  /** How often the activation code can be used; 0: any number of times. */
  activationUses: z.int().nonnegative(),
};

export const policyPatch = z.strictObject(policyShape).partial();
export type PolicyPatch = z.infer<typeof policyPatch>;
export const policySchema = z.strictObject(policyShape);
export type Policy = z.infer<typeof policySchema>;

export const DEFAULT_POLICY: Policy = {
  oldKey: 'both',
  dailyExpiry: false,
  mirrorHttpStatus: false,
  upperCaseSign: false,
  activationUses: 0,
};

/** The switches among other flags. */
export function pickPolicy(flags: PolicyPatch): PolicyPatch {
  return policyPatch.strip().parse(flags);
}
