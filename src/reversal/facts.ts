/** What follows from a case: questions that several rules ask. */
import type { Verb } from './answer.ts';
import { viewKeyOf } from './keys.ts';
import type { Act, Reversal } from './reversal.ts';
import type { ViewKey } from './rules.ts';

/** Acts after which money may have moved. A `close` moves none, a `sync` is no act of ours on the money. */
const MOVES_MONEY: ReadonlySet<Verb> = new Set(['cancel', 'revoke', 'refund']);

/** The gateway was busy with another call and left this one alone. */
const wasBusy = (act: Act) => act.answer?.kind === 'again' && act.answer.afterMs !== undefined;

/** Certainly not executed: never sent, refused before any business, or turned away by a lock. */
export function wasNotExecuted(act: Act): boolean {
  return act.answer?.kind === 'notSent' || act.answer?.kind === 'rejected' || wasBusy(act);
}

/** May have brought something about: executed, or nobody knows. */
export function mayHaveWorked(act: Act): boolean {
  return act.verb !== 'sync' && act.answer?.kind !== 'refused' && !wasNotExecuted(act);
}

/**
 * A payment can no longer be kept: a cancel, revoke or refund was sent, or somebody was told something other than
 * `kept`, in this run or an earlier one. The cashier has let the customer go.
 */
export function isCommitted(r: Reversal): boolean {
  const acted = r.acts.some((act) => MOVES_MONEY.has(act.verb) && !wasNotExecuted(act));
  return acted || (r.told !== undefined && r.told !== 'kept');
}

/** What to do with a payment that shows up. */
export function intentOf(r: Reversal): 'keep' | 'reverse' {
  return isCommitted(r) ? 'reverse' : r.request.ifPaid;
}

/** When the payment was sent, as far as we know; without it the opening, which is later and so safe to wait from. */
export function attemptOf(r: Reversal): number {
  return r.request.attemptedAt ?? r.openedAt;
}

/**
 * The last act of this epoch that asked the gateway to undo something; a sync asks for nothing. A refund that may have
 * worked counts from before the epoch too: nothing else is sent to a paid order before its own query was asked.
 */
export function lastUndo(r: Reversal): Act | undefined {
  return (
    r.acts.findLast((act) => act.verb !== 'sync' && act.sentAt >= r.epoch) ??
    r.acts.findLast((act) => act.verb === 'refund' && mayHaveWorked(act))
  );
}

export function lastSync(r: Reversal): Act | undefined {
  return r.acts.findLast((act) => act.verb === 'sync' && act.sentAt >= r.epoch);
}

export function lastAct(r: Reversal): Act | undefined {
  return r.acts.at(-1);
}

/** When an act ended for us: its answer, or its sending when the answer was lost. */
export function endOf(act: Act): number {
  return act.answeredAt ?? act.sentAt;
}

export function viewKey(r: Reversal): ViewKey | undefined {
  return r.look === undefined ? undefined : viewKeyOf(r.look.view);
}

/** Acts without a final answer that may still be executed at the gateway. */
export function pendingActs(r: Reversal, now: number): readonly Act[] {
  return r.acts.filter((act) => {
    const kind = act.answer?.kind ?? 'unknown';
    const open = kind === 'unknown' || kind === 'running' || (kind === 'again' && !wasBusy(act));
    return open && now < act.sentAt + r.rules.timing.actHorizon;
  });
}

/** When the last of the lost acts can no longer run; 0 when none is pending. */
export function horizonEnd(r: Reversal, now: number): number {
  return Math.max(0, ...pendingActs(r, now).map((act) => act.sentAt + r.rules.timing.actHorizon));
}

/** Until when the order can still be paid, as far as we know; 0 when that is over or was never possible. */
export function payableUntil(r: Reversal): number {
  if (r.request.expiresAt !== undefined) return r.request.expiresAt;
  // A barcode payment is one shot; whatever is not known to be one may be a code that somebody scans later.
  return r.request.method === 'barcode' ? 0 : attemptOf(r) + r.rules.timing.codeLife;
}

/** A trusted "nothing found" of this order's cancel: with the watch behind it, nothing is left to reverse. */
export function foundNothing(r: Reversal): boolean {
  return r.acts.some(
    (act) => act.answer?.kind === 'done' && act.answer.effect === 'nothingFound' && act.answer.hint !== true,
  );
}
