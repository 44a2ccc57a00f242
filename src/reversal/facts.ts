/** What follows from a case: questions that several rules ask. */
import { type Answer, isAsking, type Verb } from './answer.ts';
import { viewKeyOf } from './keys.ts';
import type { ReversalRequest } from './request.ts';
import { ENDS, type ViewKey } from './rules.ts';
import { leftBy } from './sending.ts';
import type { Act, Reversal } from './state.ts';

/** Acts after which money may have moved. A `close` moves none, a `sync` is no act of ours on the money. */
const MOVES_MONEY: ReadonlySet<Verb> = new Set(['cancel', 'revoke', 'refund']);

/** The gateway was busy with another call and left this one alone. */
const wasBusy = (act: Act) => act.answer?.kind === 'again' && act.answer.afterMs !== undefined;

/** The answer was not authenticated: it may choose the next call, and nothing that it says is certain. */
const isHint = (act: Act) => act.answer?.hint === true;

/** Certainly not executed: never sent, refused before any business, or turned away by a lock. */
export function wasNotExecuted(act: Act): boolean {
  if (act.answer?.kind === 'notSent') return true;
  return !isHint(act) && (act.answer?.kind === 'rejected' || wasBusy(act));
}

/**
 * May have brought something about: executed, or nobody knows. A refusal that nobody has described may hide a call that
 * the payment channel has executed (DaxPay's answer to a channel that was too slow, real server 7).
 */
export function mayHaveWorked(act: Act): boolean {
  const { answer } = act;
  const wasRefused = answer?.kind === 'refused' && answer.why !== 'unclear' && !isHint(act);
  return !isAsking(act.verb) && !wasRefused && !wasNotExecuted(act);
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
    r.acts.findLast((act) => !isAsking(act.verb) && act.sentAt >= r.epoch) ??
    r.acts.findLast((act) => act.verb === 'refund' && !wasTurnedAway(act))
  );
}

/** The answer says that it was not executed, whoever says so: it does not speak for what is asked for now. */
function wasTurnedAway(act: Act): boolean {
  return act.answer?.kind === 'refused' || act.answer?.kind === 'rejected' || wasNotExecuted(act);
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

/**
 * An act without a final answer: it may still be executed at the gateway until its horizon is over. An answer that was
 * not authenticated is no final one: whoever wrote it, the call may still be on its way.
 */
function isOpen(r: Reversal, act: Act): boolean {
  const { answer, verb } = act;
  const kind = answer?.kind ?? 'unknown';
  const open = kind === 'unknown' || kind === 'running' || (kind === 'again' && !wasBusy(act));
  // A sync only asks: of one that was answered, in whatever words, nothing is left to run.
  const wasAnswered = answer?.kind === 'unknown' && answer.why === 'gatewayFault' && r.legacy !== true;
  if (isAsking(verb)) return open && !wasAnswered;
  return open || (isHint(act) && kind !== 'done' && kind !== 'notSent');
}

/** When an open act can no longer run: the gateway may have got it as late as it can have left us. */
function horizonOf({ rules: { timing }, legacy }: Reversal, act: Act): number {
  return (legacy === true ? act.sentAt : leftBy(timing, act)) + timing.actHorizon;
}

/** Acts without a final answer that may still be executed at the gateway. */
export function pendingActs(r: Reversal, now: number): readonly Act[] {
  return r.acts.filter((act) => isOpen(r, act) && now < horizonOf(r, act));
}

/**
 * Acts that, as long as they may run, hold up this one. A hint chooses the next call (clarification 1): after an
 * unauthenticated rejection the same call may follow, and after an unauthenticated refusal any other one, too.
 */
export function blocking(r: Reversal, verb: Verb): readonly Act[] {
  // To ask about our refund is always safe, and the refund whose answer was lost is just what it asks about.
  if (verb === 'syncRefund') return [];
  return r.acts.filter((act) => {
    if (isHint(act) && act.answer?.kind === 'refused') return false;
    if (act.verb !== verb) return true;
    const turnedAway = isHint(act) && (act.answer?.kind === 'rejected' || wasBusy(act));
    return !turnedAway && !r.rules.repeatable.includes(verb);
  });
}

/** When the last of the lost acts can no longer run; 0 when none is pending. */
export function horizonEnd(r: Reversal, now: number): number {
  return Math.max(0, ...pendingActs(r, now).map((act) => horizonOf(r, act)));
}

/**
 * When the last of the lost acts could no longer run, pending or over; 0 without any. Only a look that was asked for
 * later shows what they did: nothing is told, kept or sent on an earlier one.
 */
export function lostUntil(r: Reversal, acts: readonly Act[] = r.acts): number {
  return Math.max(0, ...acts.filter((act) => isOpen(r, act)).map((act) => horizonOf(r, act)));
}

/** Until when a look that still shows the old state may be a replica's delay after a success; 0 without a success. */
export function confirmEnd(r: Reversal, acts: readonly Act[] = r.acts): number {
  const done = acts.filter(
    ({ verb, answer }) => !isAsking(verb) && answer?.kind === 'done' && answer.effect !== 'nothingFound',
  );
  return Math.max(0, ...done.map((act) => endOf(act) + r.rules.timing.confirmWithin));
}

/** How it was paid, or is to be: what a look showed, else what the callers said. */
export function methodOf(r: Reversal): ReversalRequest['method'] {
  const { seenMethod } = r;
  if (seenMethod === undefined) return r.request.method;
  return seenMethod === 'barcode' ? 'barcode' : 'qr';
}

/** What the payment channel said after our last act; undefined while no sync after that was answered. */
export function channelAnswer(r: Reversal): Extract<Answer, { kind: 'done' }> | undefined {
  const [sync, undo] = [lastSync(r), lastUndo(r)];
  if (sync?.answer?.kind !== 'done' || (undo !== undefined && sync.sentAt < endOf(undo))) return undefined;
  return sync.answer;
}

/** Only a sync can show a late payment of an order that looks as it does (DaxPay C). */
export function isWatchedByChannel(r: Reversal): boolean {
  const { sync } = r.rules;
  return sync?.inWatch === true && sync.on.includes(viewKey(r) ?? 'unknown');
}

/** The order has ended, and the payment channel says the same of its own trade. */
function isClosedAtChannel(r: Reversal): boolean {
  return ENDS.has(viewKey(r) ?? 'unknown') && channelAnswer(r)?.channel === 'closed';
}

/**
 * The look shows an end that proves nothing: nobody asked the payment channel when it was closed, and a payment had been
 * sent there. A close of ours that was answered did ask, and a code may never have been scanned.
 */
export function mayHidePayment(r: Reversal): boolean {
  const weAsked = r.acts.some(({ verb, answer }) => !isAsking(verb) && answer?.kind === 'done');
  return r.look?.view.closedUnasked === true && methodOf(r) === 'barcode' && !weAsked && r.legacy !== true;
}

/** Until when the order can still be paid, as far as we know; 0 when that is over or was never possible. */
export function payableUntil(r: Reversal): number {
  if (isClosedAtChannel(r)) return 0;
  const { expiresAt = 0 } = r.request;
  // A barcode payment is one shot; whatever is not known to be one may be a code that somebody scans later.
  if (methodOf(r) === 'barcode') return expiresAt;
  const lives = r.request.expiresAt ?? attemptOf(r) + r.rules.timing.codeLife;
  return Math.max(lives, r.seenExpiresAt ?? 0);
}

/** When a payment of the last moment shows at every replica (Alipay 8.4: "or timeout + 1 min"). */
export function paymentShownBy(r: Reversal): number {
  return payableUntil(r) + r.rules.timing.confirmWithin;
}

/** Since when the order has been watched: the last act, or since when it has looked as it does. */
export function watchedFrom(r: Reversal): number {
  const undo = lastUndo(r);
  return undo === undefined ? (r.known?.since ?? r.epoch) : endOf(undo);
}

/** A trusted "nothing found" of this order's cancel: with the watch behind it, nothing is left to reverse. */
export function foundNothing(r: Reversal): boolean {
  return r.acts.some(
    (act) => act.answer?.kind === 'done' && act.answer.effect === 'nothingFound' && act.answer.hint !== true,
  );
}
