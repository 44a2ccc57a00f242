/** The compressed rules of these suites; free of the test runner, so that a worker's own process can use them. */
import type { RuleOverrides } from '../../src/reversal/overrides.ts';
import { faster } from '../../src/stand/speed.ts';

/** Three hundred times as fast: a patience of 100 ms, a watch of two seconds for a barcode. */
export const FASTER: RuleOverrides = faster('alipay', 300, 1000);

/** The rules of `FASTER` with some timings changed. */
export function timed(timing: NonNullable<RuleOverrides['timing']>): RuleOverrides {
  const { backOff, ...plain } = timing;
  return {
    ...FASTER,
    timing: { ...FASTER.timing, ...plain, backOff: { ...FASTER.timing?.backOff, ...backOff } },
  };
}

/** Nothing mends itself: only a message sends a stuck reversal on. */
export const BY_HAND = timed({ selfCheck: 600_000, backOff: { slowEvery: 600_000 } });

/** A stuck reversal looks again every few seconds: time to kill its worker and to ask in between. */
export const NOW_AND_THEN = timed({ selfCheck: 4000, backOff: { slowEvery: 4000 } });
