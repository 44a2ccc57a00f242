/** A seeded source of choices: the same seed gives the same incidents on every machine. */
export interface Rng {
  /** An integer from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True so many times of a hundred. */
  chance(percent: number): boolean;
  pick<T>(list: readonly [T, ...(readonly T[])]): T;
}

/** mulberry32; the index is mixed in, so that an incident does not depend on how many come before it. */
export function rngOf(seed: number, index: number): Rng {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    between,
    chance: (percent) => next() * 100 < percent,
    pick: ([first, ...rest]) => rest[between(0, rest.length) - 1] ?? first,
  };
}

/** For lists that are written out in a catalogue, and so never empty. */
export function pickFrom<T>(rng: Rng, list: readonly T[]): T {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('nothing to pick from');
  return rng.pick([first, ...rest]);
}
