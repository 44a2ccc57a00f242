/** Something that may happen instead of the usual, as a value that a search can enumerate and a walk can draw. */
import type { Sim } from './sim.ts';

/** Kinds are switched on and off and weighted as a whole in the random walks. */
export const KINDS = [
  'payer',
  'others',
  'late',
  'look',
  'lag',
  'answer',
  'lost',
  'crash',
  'message',
  'people',
  'ledger',
] as const;
export type Kind = (typeof KINDS)[number];

/** A surprise happens. What it causes is not the fault of `decide`, so its own steps are counted anew. */
export function befall(s: Sim, surprise: Surprise): Sim {
  const next = surprise.run(s);
  return { ...next, watch: { ...next.watch, calls: 0, still: 0, toldOf: undefined } };
}

export interface Surprise {
  readonly name: string;
  readonly kind: Kind;
  readonly run: (s: Sim) => Sim;
}
