/**
 * How the first release (7d0153f) decided where this one decides otherwise. Its histories replay only so; once a replay
 * is over, the case is opened again and decided as today. See `legacy` in `reversal.ts`.
 */
import { attemptOf, endOf, horizonEnd, lastSync, lastUndo, payableUntil, watchedFrom } from './facts.ts';
import type { Verdict } from './outcome.ts';
import type { Reversal } from './state.ts';

/** "Not paid" was told by time alone, whatever the same look would be concluded as. */
export function firstVerdict(r: Reversal, isWatching: boolean, now: number): Verdict | undefined {
  const view = r.look?.view.kind;
  const ended = view === 'absent' || view === 'closed' || view === 'gone';
  if (!isWatching || !ended || r.sawPaid) return undefined;
  const quiet = now >= attemptOf(r) + r.rules.timing.quiet && horizonEnd(r, now) === 0;
  return quiet ? 'not_paid' : undefined;
}

/** The watch had no look of its own for the verdict, and its end could move while it waited. */
export function firstWatch(r: Reversal, seen: number, now: number): number | undefined {
  const from = watchedFrom(r);
  const { watch, quiet, confirmWithin } = r.rules.timing;
  const times = watch.map((after) => from + after);
  times.push(Math.max(...times, from, attemptOf(r) + quiet, payableUntil(r) + confirmWithin, horizonEnd(r, now)));
  return times.find((time) => time > seen);
}

/** Only a cell that sends waited out a copy's delay, and only after the last act. */
export function firstConfirmEnd(r: Reversal): number {
  const undo = lastUndo(r);
  if (undo?.answer?.kind !== 'done' || undo.answer.effect === 'nothingFound' || undo.verb === 'refund') return 0;
  return endOf(undo) + r.rules.timing.confirmWithin;
}

/** Any sync that was answered ended a watch. */
export function firstChannelWasAsked(r: Reversal): boolean {
  return lastSync(r)?.answer?.kind === 'done';
}
