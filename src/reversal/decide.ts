/**
 * The next step of a reversal: pure, without a clock, I/O or Temporal. The gateway's tables say what to do; the
 * guards here hold for every gateway and every cell.
 */
import { isAsking } from './answer.ts';
import { byPeople, concludeManually, concludeRefunded } from './conclude.ts';
import { endOf, intentOf, isCommitted, lastAct, lastUndo } from './facts.ts';
import { answerKeyOf, refundKeyOf, viewKeyOf } from './keys.ts';
import { play, sendWhenReady, triesOf } from './moves.ts';
import type { OrderView } from './order-view.ts';
import { backOff, isGivenUp } from './pace.ts';
import { refundSyncs, syncRefundFirst } from './refund-sync.ts';
import { ENDS, type Move, PAID, type ViewKey } from './rules.ts';
import type { Act, Look, PendingResolution, Reversal } from './state.ts';
import { ask, look, type Step, settle } from './steps.ts';

export type { Step, WaitReason } from './steps.ts';

/**
 * What to do next with a case at an instant (epoch milliseconds). Whether the ledger is asked does not depend on the
 * instant alone: a task that is handed on while it is asked has a later one at every replay.
 */
export function decide(r: Reversal, now: number): Step {
  if (r.resolution !== undefined) return resolve(r, r.resolution, now);
  if (r.stopRequestedAt !== undefined) return stop(r, r.stopRequestedAt, now);
  if (r.ledgerFirst !== undefined && !r.remembered && r.look && needsMemory(r, proceed(r, r.look.seenAt))) {
    return r.ledgerFirst ? { kind: 'open' } : look(r, now);
  }
  const step = proceed(r, now);
  // What was seen before a pause (a ledger that was down, a history that was reset) proves nothing any more.
  if (step.kind === 'settle' && isPast(r, now)) return look(r, now);
  return !r.remembered && needsMemory(r, step) ? { kind: 'open' } : step;
}

/** The ledger may know of acts and verdicts that this run does not: no act, no conclusion and no verdict without it. */
function needsMemory({ legacy, ledgerFirst }: Reversal, step: Step): boolean {
  // Held for days, it is continued as new many times, which a run that has not read the ledger cannot be.
  if (step.kind === 'wait' && step.why === 'held') return ledgerFirst !== undefined;
  if (step.kind === 'wait') return step.why === 'watch' && legacy !== true;
  return step.kind === 'act' || step.kind === 'settle' || step.kind === 'park';
}

/** Looked at once more, and one try is enough: a person waits for the answer. */
function resolve(r: Reversal, resolution: PendingResolution, now: number): Step {
  // The ledger may know of a call that can still run: before the look that judges it.
  if (!r.remembered) return { kind: 'open' };
  const { shown } = resolution;
  if (shown === undefined) return { ...look(r, now), until: now };
  return { kind: 'settle', outcome: concludeManually(r, { ...resolution, shown }) };
}

function stop(r: Reversal, requestedAt: number, now: number): Step {
  const act = lastAct(r);
  const since = act === undefined ? requestedAt : Math.max(requestedAt, endOf(act));
  if (r.look === undefined || r.look.askedAt < since) return look(r, now);
  return {
    kind: 'settle',
    outcome: {
      kind: 'abandoned',
      lastView: r.look.view.kind,
      askedAt: r.look.askedAt,
      ...(r.look.view.evidence && { evidence: r.look.view.evidence }),
      ...byPeople(r),
    },
  };
}

function proceed(r: Reversal, now: number): Step {
  const { stuck } = r;
  if (stuck !== undefined && now < stuck.checkAt && !r.lookWanted) {
    const { reason, checkAt: until, cell } = stuck;
    return { kind: 'park', reason, until, ...(cell !== undefined && { cell }) };
  }
  const last = r.look;
  if (last === undefined || r.lookWanted) return look(r, now);
  const due = lookDue(r, last, now);
  if (due !== undefined) return due;
  const key = viewKeyOf(last.view);
  if (r.mismatch !== undefined) return ask(r, 'mismatch', now);
  if (now < r.dueAt && !isCommitted(r) && !PAID.has(key) && !ENDS.has(key)) {
    return { kind: 'wait', until: r.dueAt, why: 'not-due' };
  }
  const sync = syncFirst(r, key, now);
  if (sync !== undefined) return sync;
  const found = cellOf(r, key);
  return 'refund' in found ? refundQuery(r, last, found.refund, now) : play(r, found.move, found.cell, now);
}

/** A look that must come before anything is decided, or the wait for it. */
function lookDue(r: Reversal, last: Look<OrderView>, now: number): Step | undefined {
  // The self-check of a stuck one, whose time has come.
  if (r.stuck !== undefined && last.askedAt < r.stuck.checkAt) return look(r, now);
  const act = lastAct(r);
  if (act === undefined || last.askedAt >= endOf(act)) return undefined;
  const at = endOf(act) + lookDelay(r, act, now);
  return now >= at ? look(r, now) : { kind: 'wait', until: at, why: 'after-act' };
}

function lookDelay(r: Reversal, act: Act, now: number): number {
  if (act.answer?.kind === 'again') return act.answer.afterMs ?? backOff(r, triesOf(r, act.verb), now);
  const table = act.verb === 'close' ? r.rules.afterClose : isAsking(act.verb) ? undefined : r.rules.afterUndo;
  return table?.[answerKeyOf(act.answer)].lookAfter ?? 0;
}

/** The cell that applies to the last look, or our refund, where its own query has the word. */
function cellOf(r: Reversal, key: ViewKey): { readonly move: Move; readonly cell: string } | { readonly refund: Act } {
  const intent = intentOf(r);
  const before = { move: r.rules.before[key][intent], cell: `before.${intent}.${key}` };
  const undo = lastUndo(r);
  if (undo === undefined || ENDS.has(key) || (PAID.has(key) && intent === 'keep')) return before;
  if (undo.verb === 'refund') return { refund: undo };
  const table = undo.verb === 'close' ? 'afterClose' : 'afterUndo';
  const row = answerKeyOf(undo.answer);
  const move = r.rules[table][row][key];
  return move === undefined ? before : { move, cell: `${table}.${row}.${key}` };
}

/** Our refund was sent and the order does not show its end: ask for the refund itself, by its number. */
function refundQuery(r: Reversal, last: Look<OrderView>, refund: Act, now: number): Step {
  const asked = Math.max(endOf(refund), ...refundSyncs(r, refund).map(endOf));
  const at = Math.max(asked, endOf(refund) + r.rules.timing.refundLookAfter);
  const looked = r.refundLook;
  // A look at the order that follows at once leaves it valid: two slow looks must not make each other stale for ever.
  if (looked === undefined || looked.askedAt < asked || last.askedAt - looked.seenAt > r.rules.timing.gap) {
    return now >= at ? look(r, now, 'refund') : { kind: 'wait', until: at, why: 'refund-query' };
  }
  const row = answerKeyOf(refund.answer);
  const column = refundKeyOf(looked.view);
  const cell = `afterRefund.${row}.${column}`;
  if (column === 'done') {
    return settle(r, concludeRefunded(r), now, cell);
  }
  // An order that still shows the payment must not pass for one that stays paid: the refund may have been made.
  if (column === 'unknown' && last.view.kind !== 'unknown' && isGivenUp(r, now)) {
    return ask(r, 'gateway-unsure', now, cell);
  }
  const sync = syncRefundFirst(r, refund, { column, cell }, now);
  if (sync !== undefined) return sync;
  // Another refund of this order is running, which is why ours was turned away: it is looked at until that has ended.
  const isOthers =
    r.legacy !== true &&
    refund.answer?.kind === 'refused' &&
    column === 'notFound' &&
    viewKeyOf(last.view) === 'settlingRefund';
  const table = isOthers ? undefined : r.rules.afterRefund[row][column];
  const move: Move = table ?? { do: 'look', for: 'ever' };
  // No refund is sent again on a look at the order that failed: only a cell of that view could allow it.
  if (move.do === 'send' && last.view.kind === 'rejected') return ask(r, 'configuration', now, cell);
  const again = move.do === 'send' && last.view.kind === 'unknown';
  return play(r, again ? { do: 'look', for: 'ever' } : move, cell, now);
}

/** Ask the payment channel first, where the gateway's own state is only its memory (DaxPay). */
function syncFirst(r: Reversal, key: ViewKey, now: number): Step | undefined {
  const { sync } = r.rules;
  if (sync === undefined || !sync.on.includes(key) || r.held) return undefined;
  const undo = lastUndo(r);
  const since = Math.max(r.known?.since ?? r.epoch, r.epoch, undo === undefined ? 0 : endOf(undo));
  const syncs = r.acts.filter((act) => act.verb === 'sync' && act.sentAt >= since);
  const last = syncs.at(-1);
  if (last === undefined) return sendWhenReady(r, 'sync', `sync.${key}`, now);
  const answer = last.answer;
  const agrees = answer?.kind === 'done' && !disagree(answer.channel, key);
  // "There is nothing to sync", from whom we can trust, is an answer too.
  const refused = answer?.kind === 'refused' && answer.hint !== true && r.legacy !== true;
  // Given back at the channel, and the order does not show it, twice in a row: no close can mend that (real server 29).
  const returned = syncs.slice(-2).filter((act) => act.answer?.kind === 'done' && act.answer.channel === 'refunded');
  if (returned.length === 2 && !ENDS.has(key) && r.legacy !== true) return ask(r, 'contradiction', now, `sync.${key}`);
  if (agrees || refused || syncs.length >= sync.tries) return undefined;
  const at = endOf(last) + Math.max(sync.repeatAfter, answer?.kind === 'again' ? (answer.afterMs ?? 0) : 0);
  return now >= at ? sendWhenReady(r, 'sync', `sync.${key}`, now) : { kind: 'wait', until: at, why: 'pace' };
}

/** What the channel shows and what the order shows cannot both be so. */
function disagree(channel: string | undefined, key: ViewKey): boolean {
  if (channel === 'paid') return key !== 'paid';
  if (channel === 'closed' || channel === 'refunded') return !ENDS.has(key);
  return false;
}

/** Something may have happened since the last look, whatever it was at, came back. */
function isPast(r: Reversal, now: number): boolean {
  return now - Math.max(r.look?.seenAt ?? 0, r.refundLook?.seenAt ?? 0) > r.rules.timing.gap;
}
