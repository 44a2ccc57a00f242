/** How many runs, from which seed: the same ones every time, unless `FC_SEED` or `FC_RUNS` (a factor) say otherwise. */
import fc from 'fast-check';

const seed = Number(process.env.FC_SEED ?? 20261126);
const factor = Number(process.env.FC_RUNS ?? 1);

console.error(`hostile: FC_SEED=${seed} FC_RUNS=${factor}`);

/** A widened run may take as long as it needs; nothing here asserts a time. */
export const PATIENCE_MS = 120_000 * Math.max(1, factor);

/** The parameters of one property that is tried `runs` times by default. A failure prints what to repeat it with. */
export function tried(runs: number): fc.Parameters<unknown> {
  return { seed, numRuns: Math.ceil(runs * factor), verbose: fc.VerbosityLevel.None };
}
