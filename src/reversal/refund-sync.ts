/**
 * DaxPay 2.0.8 learns what became of a refund by a task of its own, and that task ships stopped. So we make it ask the
 * payment channel, and judge by the refund's own query (real server 23, 25).
 */
import { endOf } from './facts.ts';
import { sendWhenReady } from './moves.ts';
import { backOff, isGivenUp } from './pace.ts';
import type { RefundKey } from './rules.ts';
import type { Act, Reversal } from './state.ts';
import { ask, lookOrWait, type Step } from './steps.ts';

const SYNC_CELL = 'syncRefund.running';

/** How often the gateway was made to ask about this refund, in this epoch. */
export function refundSyncs(r: Reversal, refund: Act): readonly Act[] {
  return r.acts.filter(({ verb, seq, sentAt }) => verb === 'syncRefund' && seq > refund.seq && sentAt >= r.epoch);
}

/** The channel does not know the refund, and the gateway says so signed: its code for that stands for more than that. */
const isUnknownThere = ({ answer }: Act) => answer?.kind === 'refused' && answer.hint !== true;

/**
 * Before a refund that the query calls running is waited for, and once before one that has failed is sent again or
 * shown to people: its money may have gone back all the same.
 *
 * @param cell the table's cell that applies: what it says is done when the sync has changed nothing
 */
export function syncRefundFirst(
  r: Reversal,
  refund: Act,
  { column, cell }: { readonly column: RefundKey; readonly cell: string },
  now: number,
): Step | undefined {
  const rules = r.rules.refundSync;
  // A sync is an act: it follows a look that told something.
  const isSeen = r.look !== undefined && r.look.view.kind !== 'unknown' && r.look.view.kind !== 'rejected';
  const applies = isSeen && (column === 'running' || column === 'failed');
  if (rules === undefined || !applies || r.held || r.legacy === true) return undefined;
  const made = refundSyncs(r, refund);
  const last = made.at(-1);
  if (column === 'failed') return last === undefined ? sendWhenReady(r, 'syncRefund', cell, now) : undefined;
  if (isGivenUp(r, now)) return undefined;
  const refusals = made.slice(-rules.tries);
  const isUnknown = refusals.length === rules.tries && refusals.every(isUnknownThere);
  // The channel is asked once more at each self-check: it may have heard of it by then.
  if (last !== undefined && isUnknown && now < endOf(last) + r.rules.timing.selfCheck) {
    return ask(r, 'refund-unknown-at-channel', now, SYNC_CELL);
  }
  const pause = last === undefined ? rules.after : Math.max(rules.after, backOff(r, made.length, now));
  const at = endOf(last ?? refund) + pause;
  return now >= at ? sendWhenReady(r, 'syncRefund', SYNC_CELL, now) : lookOrWait(r, now, 'poll', cell, at);
}
