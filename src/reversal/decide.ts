/**
 * The next step of a reversal: pure, without a clock, I/O or Temporal. The gateway's tables say what to do; the
 * guards here hold for every gateway and every cell.
 */
import type { Verb } from './answer.ts';
import { conclude, concludeKept, concludeManually, concludeRefunded } from './conclude.ts';
import {
  attemptOf,
  endOf,
  horizonEnd,
  intentOf,
  isCommitted,
  lastAct,
  lastSync,
  lastUndo,
  pendingActs,
  viewKey,
} from './facts.ts';
import type { Outcome, StuckReason } from './outcome.ts';
import { backOff, isGivenUp, nextLook, nextWatch, patienceEnd } from './pace.ts';
import { type Act, answerKeyOf, MENDS_ITSELF, type Reversal, refundKeyOf } from './reversal.ts';
import type { Move, ViewKey } from './rules.ts';
import { chooseVerb } from './verbs.ts';

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
  /** Look at the order or at our refund; tried again by the server until `until`. */
  | { readonly kind: 'look'; readonly what: 'order' | 'refund'; readonly until: number; readonly cell?: string }
  | { readonly kind: 'act'; readonly verb: Verb; readonly seq: number; readonly cell: string }
  | { readonly kind: 'wait'; readonly until: number; readonly why: WaitReason; readonly cell?: string }
  | { readonly kind: 'park'; readonly reason: StuckReason; readonly until: number; readonly cell?: string }
  | { readonly kind: 'settle'; readonly outcome: Outcome; readonly cell?: string };

/** The order ended, whatever else is to be asked about it. */
const ENDS: ReadonlySet<ViewKey> = new Set(['closed', 'refunded', 'gone']);
const PAID: ReadonlySet<ViewKey> = new Set(['paid', 'finished', 'partlyRefunded']);

/** What to do next with a case at an instant (epoch milliseconds). */
export function decide(r: Reversal, now: number): Step {
  if (r.resolution !== undefined) return { kind: 'settle', outcome: concludeManually(r, now) };
  if (r.stopRequestedAt !== undefined) return stop(r, r.stopRequestedAt, now);
  const step = proceed(r, now);
  // What was seen before a pause (a ledger that was down, a history that was reset) proves nothing any more.
  if (step.kind === 'settle' && isPast(r, now)) return look(r, now);
  // The ledger may know of acts and verdicts that this run does not: no act and no conclusion without it.
  const needsMemory = step.kind === 'act' || step.kind === 'settle' || step.kind === 'park';
  return needsMemory && !r.remembered ? { kind: 'open' } : step;
}

function stop(r: Reversal, requestedAt: number, now: number): Step {
  const act = lastAct(r);
  const since = act === undefined ? requestedAt : Math.max(requestedAt, endOf(act));
  if (r.look === undefined || r.look.askedAt < since) return look(r, now);
  return {
    kind: 'settle',
    outcome: { kind: 'abandoned', lastView: r.look.view.kind, askedAt: r.look.askedAt },
  };
}

function proceed(r: Reversal, now: number): Step {
  const { stuck } = r;
  if (stuck !== undefined && now < stuck.checkAt && !r.lookWanted) {
    return { kind: 'park', reason: stuck.reason, until: stuck.checkAt };
  }
  const due = lookDue(r, now);
  if (due !== undefined) return due;
  const key = viewKey(r);
  if (key === undefined) return look(r, now);
  if (r.mismatch !== undefined) return ask(r, 'mismatch', now);
  if (now < r.dueAt && !isCommitted(r) && !PAID.has(key) && !ENDS.has(key)) {
    return { kind: 'wait', until: r.dueAt, why: 'not-due' };
  }
  const sync = syncFirst(r, key, now);
  if (sync !== undefined) return sync;
  const { move, cell } = cellOf(r, key);
  if (move === undefined) return refundQuery(r, now);
  return play(r, move, cell, now);
}

/** A look that must come before anything is decided, or the wait for it. */
function lookDue(r: Reversal, now: number): Step | undefined {
  if (r.look === undefined || r.lookWanted) return look(r, now);
  if (r.stuck !== undefined && r.look.askedAt < r.stuck.checkAt && now >= r.stuck.checkAt) return look(r, now);
  const act = lastAct(r);
  if (act === undefined || r.look.askedAt >= endOf(act)) return undefined;
  const at = endOf(act) + lookDelay(r, act, now);
  return now >= at ? look(r, now) : { kind: 'wait', until: at, why: 'after-act' };
}

function lookDelay(r: Reversal, act: Act, now: number): number {
  if (act.answer?.kind === 'again') return act.answer.afterMs ?? backOff(r, triesOf(r, act.verb), now);
  const table = act.verb === 'close' ? r.rules.afterClose : act.verb === 'sync' ? undefined : r.rules.afterUndo;
  return table?.[answerKeyOf(act.answer)].lookAfter ?? 0;
}

/** The cell that applies to the last look; no move where the refund's own query has the word. */
function cellOf(r: Reversal, key: ViewKey): { readonly move: Move | undefined; readonly cell: string } {
  const intent = intentOf(r);
  const before = { move: r.rules.before[key][intent], cell: `before.${intent}.${key}` };
  const undo = lastUndo(r);
  if (undo === undefined || ENDS.has(key) || (PAID.has(key) && intent === 'keep')) return before;
  if (undo.verb === 'refund') return { move: undefined, cell: '' };
  const table = undo.verb === 'close' ? 'afterClose' : 'afterUndo';
  const row = answerKeyOf(undo.answer);
  const move = r.rules[table][row][key];
  return move === undefined ? before : { move, cell: `${table}.${row}.${key}` };
}

/** Our refund was sent and the order does not show its end: ask for the refund itself, by its number. */
function refundQuery(r: Reversal, now: number): Step {
  const refund = lastUndo(r);
  if (refund === undefined || r.look === undefined) return look(r, now);
  const at = endOf(refund) + r.rules.timing.refundLookAfter;
  const looked = r.refundLook;
  if (looked === undefined || looked.askedAt < Math.max(endOf(refund), r.look.askedAt)) {
    return now >= at ? look(r, now, 'refund') : { kind: 'wait', until: at, why: 'refund-query' };
  }
  const row = answerKeyOf(refund.answer);
  const column = refundKeyOf(looked.view);
  const cell = `afterRefund.${row}.${column}`;
  if (column === 'done') {
    const concluded = concludeRefunded(r);
    return 'outcome' in concluded ? { kind: 'settle', outcome: concluded.outcome, cell } : ask(r, concluded.ask, now);
  }
  const move = r.rules.afterRefund[row][column] ?? { do: 'look', for: 'ever' };
  // No refund is sent again on a look at the order that failed: only a cell of that view could allow it.
  if (move.do === 'send' && r.look.view.kind === 'rejected') return ask(r, 'configuration', now, cell);
  const again = move.do === 'send' && r.look.view.kind === 'unknown';
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
  if (agrees || syncs.length >= sync.tries) return undefined;
  const at = endOf(last) + Math.max(sync.repeatAfter, answer?.kind === 'again' ? (answer.afterMs ?? 0) : 0);
  return now >= at ? sendWhenReady(r, 'sync', `sync.${key}`, now) : { kind: 'wait', until: at, why: 'pace' };
}

/** What the channel shows and what the order shows cannot both be so. */
function disagree(channel: string | undefined, key: ViewKey): boolean {
  if (channel === undefined) return false;
  if (channel === 'paid') return key !== 'paid';
  if (channel === 'closed' || channel === 'refunded') return !ENDS.has(key);
  return false;
}

function play(r: Reversal, move: Move, cell: string, now: number): Step {
  switch (move.do) {
    case 'settle': {
      const concluded = conclude(r);
      return 'outcome' in concluded
        ? { kind: 'settle', outcome: concluded.outcome, cell }
        : ask(r, concluded.ask, now, cell);
    }
    case 'keep':
      return keep(r, cell, now);
    case 'ask':
      return ask(r, move.reason, now, cell);
    case 'watch':
      return watch(r, cell, now);
    case 'look':
      return poll(r, move, cell, now);
    case 'send':
      return send(r, move, cell, now);
  }
}

function keep(r: Reversal, cell: string, now: number): Step {
  // A lost call may still take the payment back: nobody may be told that it stays.
  if (pendingActs(r, now).length > 0) return lookOrWait(r, now, 'lost-act', cell, horizonEnd(r, now));
  if (isStale(r, now)) return look(r, now);
  const concluded = concludeKept(r);
  return 'outcome' in concluded
    ? { kind: 'settle', outcome: concluded.outcome, cell }
    : ask(r, concluded.ask, now, cell);
}

function poll(r: Reversal, move: Extract<Move, { do: 'look' }>, cell: string, now: number): Step {
  const until = pollEnd(r, move.for);
  if (now >= until && move.then !== undefined) {
    // Patience ends with a look, not with what was seen before its end.
    return r.look !== undefined && r.look.askedAt < until ? { ...look(r, now), cell } : play(r, move.then, cell, now);
  }
  if (isGivenUp(r, now)) return ask(r, viewKey(r) === 'unknown' ? 'unreachable' : 'gave-up', now, cell);
  return lookOrWait(r, now, 'poll', cell, move.then === undefined ? undefined : until);
}

function pollEnd(r: Reversal, length: Extract<Move, { do: 'look' }>['for']): number {
  if (length === 'ever') return Number.POSITIVE_INFINITY;
  if (length === 'patience') return patienceEnd(r);
  if (length === 'quiet') return attemptOf(r) + r.rules.timing.quiet;
  const undo = lastUndo(r);
  return Math.max(r.known?.since ?? r.epoch, r.epoch, undo === undefined ? 0 : endOf(undo)) + length;
}

function watch(r: Reversal, cell: string, now: number): Step {
  const undo = lastUndo(r);
  const from = undo === undefined ? (r.known?.since ?? r.epoch) : endOf(undo);
  const syncs = !r.held && r.rules.sync?.inWatch === true && r.rules.sync.on.includes(viewKey(r) ?? 'unknown');
  // Where only a sync can show a late payment, a watch time is over when it was synced, not when it was looked at.
  const at = nextWatch(r, from, syncs ? Math.max(from, lastSync(r)?.sentAt ?? 0) : (r.look?.askedAt ?? 0), now);
  if (at === undefined) {
    const concluded = conclude(r);
    return 'outcome' in concluded
      ? { kind: 'settle', outcome: concluded.outcome, cell }
      : ask(r, concluded.ask, now, cell);
  }
  if (now < at) return { kind: 'wait', until: at, why: 'watch', cell };
  return syncs ? sendWhenReady(r, 'sync', 'sync.watch', now) : { ...look(r, now), cell };
}

function send(r: Reversal, move: Extract<Move, { do: 'send' }>, cell: string, now: number): Step {
  const confirming = confirmEnd(r);
  if (now < confirming) return lookOrWait(r, now, 'confirm', cell, confirming);
  const choice = chooseVerb(r, withoutSync(r, move), now);
  if ('blocked' in choice) {
    if (move.else !== undefined) return play(r, move.else, cell, now);
    return ask(r, choice.blocked.includes('window') ? 'window-over' : 'not-allowed', now, cell);
  }
  const { verb } = choice;
  if (r.held) return lookOrWait(r, now, 'held', cell);
  const earliest = attemptOf(r) + r.rules.timing.minimumAge;
  if (now < earliest && !PAID.has(viewKey(r) ?? 'unknown')) {
    return lookOrWait(r, now, 'minimum-age', cell, earliest);
  }
  if (isGivenUp(r, now) && triesOf(r, verb) > 0) return ask(r, 'gave-up', now, cell);
  return sendWhenReady(r, verb, cell, now);
}

/** Sends when no lost call of another kind may still run, the back-off has passed and the look is fresh. */
function sendWhenReady(r: Reversal, verb: Verb, cell: string, now: number): Step {
  const lost = pendingActs(r, now).filter((act) => act.verb !== verb || !r.rules.repeatable.includes(verb));
  if (lost.length > 0) return lookOrWait(r, now, 'lost-act', cell, horizonEnd(r, now));
  const tries = triesOf(r, verb);
  const previous = r.acts.findLast((act) => act.verb === verb && act.sentAt >= r.epoch);
  if (previous !== undefined && verb !== 'sync') {
    const at = endOf(previous) + backOff(r, tries, now);
    const asked = previous.answer?.kind === 'again' ? previous.answer.afterMs : undefined;
    const ready = asked === undefined ? at : endOf(previous) + asked;
    if (now < ready) return { kind: 'wait', until: ready, why: 'pace', cell };
  }
  if (isStale(r, now)) return look(r, now);
  return { kind: 'act', verb, seq: (lastAct(r)?.seq ?? 0) + 1, cell };
}

/** Without a successful sync only what is safe on a paid order may be sent to an unpaid one. */
function withoutSync(r: Reversal, move: Extract<Move, { do: 'send' }>): Extract<Move, { do: 'send' }> {
  const { sync } = r.rules;
  if (sync === undefined || move.verbs !== 'unpaid') return move;
  return lastSync(r)?.answer?.kind === 'done' ? move : { ...move, verbs: sync.withoutSync };
}

/** Until when an unchanged look after a success is a replica's delay; 0 when that is over or does not apply. */
function confirmEnd(r: Reversal): number {
  const undo = lastUndo(r);
  if (undo?.answer?.kind !== 'done' || undo.answer.effect === 'nothingFound' || undo.verb === 'refund') return 0;
  return endOf(undo) + r.rules.timing.confirmWithin;
}

function triesOf(r: Reversal, verb: Verb): number {
  return r.acts.filter((act) => act.verb === verb && act.sentAt >= r.epoch).length;
}

/** Something may have happened since the last look, whatever it was at, came back. */
function isPast(r: Reversal, now: number): boolean {
  return now - Math.max(r.look?.seenAt ?? 0, r.refundLook?.seenAt ?? 0) > r.rules.timing.gap;
}

function isStale(r: Reversal, now: number): boolean {
  if (r.look === undefined) return true;
  const { freshness, gap } = r.rules.timing;
  return now - r.look.askedAt > freshness || now - r.look.seenAt > gap;
}

function look(r: Reversal, now: number, what: 'order' | 'refund' = 'order'): Extract<Step, { kind: 'look' }> {
  return { kind: 'look', what, until: now + r.rules.timing.backOff.max };
}

function lookOrWait(r: Reversal, now: number, why: WaitReason, cell: string, until?: number): Step {
  const at = nextLook(r, now);
  if (now >= at) return { ...look(r, now), cell };
  return { kind: 'wait', until: until === undefined ? at : Math.min(at, until), why, cell };
}

function ask(r: Reversal, reason: StuckReason, now: number, cell?: string): Step {
  const { selfCheck, backOff: pace } = r.rules.timing;
  const until = now + (MENDS_ITSELF.has(reason) ? pace.slowEvery : selfCheck);
  return { kind: 'park', reason, until, ...(cell !== undefined && { cell }) };
}
