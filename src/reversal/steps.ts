/** What `decide` can say, and the steps that several rules end in. */
import type { Verb } from './answer.ts';
import type { Conclusion } from './conclude.ts';
import type { Outcome, StuckReason } from './outcome.ts';
import { giveUpAt, isUnreachable, nextLook } from './pace.ts';
import { MENDS_ITSELF } from './reversal.ts';
import type { Reversal } from './state.ts';

export type WaitReason =
  | 'not-due' // a closure that was woken before its time
  | 'poll' // a payer may still pay, or the gateway may still settle
  | 'after-act' // the gateway needs a moment before a look tells anything
  | 'confirm' // a success that the look does not show yet
  | 'pace' // back-off before the same call again
  | 'minimum-age'
  | 'lost-act' // a call whose answer was lost may still run
  | 'watch' // nothing was found; a late payment may still come
  | 'refund-query'
  | 'held';

export type Step =
  /** Read what the ledger remembers: nothing is sent and nothing is kept before that. */
  | { readonly kind: 'open' }
  /**
   * Look at the order or at our refund; tried again by the server until `until`, with growing pauses, or every so many
   * milliseconds where the gateway is taken to be down.
   */
  | {
      readonly kind: 'look';
      readonly what: 'order' | 'refund';
      readonly until: number;
      readonly every?: number;
      readonly cell?: string;
    }
  | { readonly kind: 'act'; readonly verb: Verb; readonly seq: number; readonly cell: string }
  | { readonly kind: 'wait'; readonly until: number; readonly why: WaitReason; readonly cell?: string }
  | { readonly kind: 'park'; readonly reason: StuckReason; readonly until: number; readonly cell?: string }
  | { readonly kind: 'settle'; readonly outcome: Outcome; readonly cell?: string };

export function look(r: Reversal, now: number, what: 'order' | 'refund' = 'order'): Extract<Step, { kind: 'look' }> {
  return { kind: 'look', what, until: now + r.rules.timing.backOff.max };
}

export function lookOrWait(r: Reversal, now: number, why: WaitReason, cell: string, until?: number): Step {
  const at = nextLook(r, now);
  if (now >= at) return { ...look(r, now), ...slowly(r, now, until), cell };
  return { kind: 'wait', until: until === undefined ? at : Math.min(at, until), why, cell };
}

/** One look for the whole outage: no history and no decision a try. */
function slowly(
  r: Reversal,
  now: number,
  until = Number.POSITIVE_INFINITY,
): { until: number; every: number } | undefined {
  const end = Math.min(until, giveUpAt(r));
  const { slowEvery } = r.rules.timing.backOff;
  return isUnreachable(r, now) && end > now + slowEvery ? { until: end, every: slowEvery } : undefined;
}

export function ask(r: Reversal, reason: StuckReason, now: number, cell?: string): Step {
  const { selfCheck, backOff: pace } = r.rules.timing;
  const until = now + (MENDS_ITSELF.has(reason) ? pace.slowEvery : selfCheck);
  return { kind: 'park', reason, until, ...(cell !== undefined && { cell }) };
}

/** Ends with the conclusion, or asks people where there is none. */
export function settle(r: Reversal, concluded: Conclusion, now: number, cell: string): Step {
  return 'outcome' in concluded
    ? { kind: 'settle', outcome: concluded.outcome, cell }
    : ask(r, concluded.ask, now, cell);
}
