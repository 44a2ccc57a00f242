/** The section `rules` of an account: overrides as people write them. */
import type { RuleOverrides } from '../../src/reversal/overrides.ts';

/** Durations with a unit; what is no duration as it is. */
export function rulesSection({ speed, timing = {} }: RuleOverrides): Record<string, unknown> {
  const { backOff = {}, watch, ...times } = timing;
  const { factor, ...pauses } = backOff;
  const durations = (of: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(of).map(([name, ms]) => [name, `${ms}ms`]));
  return {
    speed,
    ...durations(times),
    ...(watch && { watch: watch.map((ms) => `${ms}ms`) }),
    backOff: { ...durations(pauses), ...(factor !== undefined && { factor }) },
  };
}
