/** How often something happened, from its instants. */
import { round } from '../statistics.ts';

export interface Rate {
  readonly count: number;
  /** Over the whole time in which it happened. */
  readonly perSecond: number;
  /** In the busiest second, wherever that second begins. */
  readonly busiestSecond: number;
}

/** @param instants epoch milliseconds, in any order */
export function rateOf(instants: readonly number[]): Rate {
  const sorted = instants.toSorted((a, b) => a - b);
  const [first, last] = [sorted.at(0) ?? 0, sorted.at(-1) ?? 0];
  let busiestSecond = 0;
  let from = 0;
  for (const [at, instant] of sorted.entries()) {
    while ((sorted[from] ?? instant) <= instant - 1000) from += 1;
    busiestSecond = Math.max(busiestSecond, at - from + 1);
  }
  const seconds = Math.max(1, (last - first) / 1000);
  return { count: sorted.length, perSecond: round(sorted.length / seconds, 1), busiestSecond };
}
