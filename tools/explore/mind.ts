/**
 * The pure functions that a walk obeys, one an answered question, as one value: a test puts a fault back by giving another
 * one, and everything else stays as it is in production.
 */
import { joined } from '../../src/reversal/asked.ts';
import { decide } from '../../src/reversal/decide.ts';
import { handedOn, mustBeWritten } from '../../src/reversal/memory.ts';
import { openReversal, remember, saw } from '../../src/reversal/reversal.ts';
import { verdictOf } from '../../src/reversal/status.ts';

export const MIND = {
  decide,
  /** What may be told while a step is what comes next. */
  verdictOf,
  /** Another request joins. */
  joined,
  /** A look came back; a pending resolution is judged by it. */
  saw,
  /** What a run begins with, given what the ledger has, if it can be read. */
  opened: openReversal,
  /** What a run that was reset goes on with, and one that reads the ledger later. */
  takenOver: remember,
  /** What the ledger is given of an open case, for other runs. */
  handedOn,
  /** Nobody hears a verdict before the ledger has it. */
  mustBeWritten,
};
export type Mind = typeof MIND;
