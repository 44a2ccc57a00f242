/** The `rules` of an account in the configuration: durations by the names of `Timing`, everything optional. */
import { z } from 'zod';
import { duration } from '../lib/duration.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';

const TIMES = [
  'pollEvery',
  'patience',
  'minimumAge',
  'freshness',
  'gap',
  'confirmWithin',
  'actHorizon',
  'quiet',
  'codeLife',
  'refundLookAfter',
  'selfCheck',
  'lookTimeout',
  'actTimeout',
] as const;

const time = duration.optional();
const times = Object.fromEntries(TIMES.map((name) => [name, time])) as Record<(typeof TIMES)[number], typeof time>;

const backOff = z.strictObject({
  first: time,
  factor: z.number().min(1).max(10).optional(),
  max: time,
  fastFor: time,
  slowEvery: time,
  giveUpAfter: time,
});

const known = <T extends object>(object: T) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

export const ruleOverrides = z
  .strictObject({
    ...times,
    watch: z.array(duration).min(1).max(20).optional(),
    backOff: backOff.optional(),
    /** The age at which cancel's window ends, where that window is an age. */
    cancelWindow: time,
    /** Divides every duration: for demos and tests. */
    speed: z.number().min(1).max(10_000).optional(),
  })
  .transform(
    ({ backOff: pauses, cancelWindow, speed, watch, ...rest }): RuleOverrides => ({
      timing: {
        ...known(rest),
        ...(watch !== undefined && { watch }),
        ...(pauses !== undefined && { backOff: known(pauses) }),
      },
      ...(cancelWindow !== undefined && { cancelWindow }),
      ...(speed !== undefined && { speed }),
    }),
  );
