/** Medians and spreads: on a shared machine a mean tells of the neighbours. */

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** Lowest, median and highest. */
export type Spread = readonly [low: number, median: number, high: number];

export function spread(values: readonly number[], digits = 2): Spread {
  return [round(Math.min(...values), digits), round(median(values), digits), round(Math.max(...values), digits)];
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
