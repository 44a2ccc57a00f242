/** Plays one cell of a table, under the guards that no cell can lift. */
import { isAsking, type Verb } from './answer.ts';
import { conclude, concludeKept } from './conclude.ts';
import {
  attemptOf,
  blocking,
  channelAnswer,
  confirmEnd,
  endOf,
  horizonEnd,
  intentOf,
  isWatchedByChannel,
  lastAct,
  lastSync,
  lastUndo,
  lostUntil,
  pendingActs,
  viewKey,
  watchedFrom,
} from './facts.ts';
import { firstChannelWasAsked, firstConfirmEnd } from './first-release.ts';
import { backOff, isGivenUp, isUnreachable, nextWatch, patienceEnd, resumeAfter } from './pace.ts';
import { type Move, PAID } from './rules.ts';
import type { Reversal } from './state.ts';
import { ask, look, lookOrWait, type Step, settle } from './steps.ts';
import { chooseVerb } from './verbs.ts';

export function play(r: Reversal, move: Move, cell: string, now: number): Step {
  switch (move.do) {
    case 'settle':
      return end(r, cell, now);
    case 'keep':
      return keep(r, cell, now);
    case 'ask':
      return confirming(r, cell, now, 'ask') ?? ask(r, move.reason, now, cell);
    case 'watch':
      return watch(r, cell, now);
    case 'look':
      return poll(r, move, cell, now);
    case 'send':
      return send(r, move, cell, now);
  }
}

/** Settles what the look proves; where it proves nothing, people are asked once no replica's delay can be the reason. */
function end(r: Reversal, cell: string, now: number): Step {
  const concluded = conclude(r);
  return ('ask' in concluded ? confirming(r, cell, now, 'ask') : undefined) ?? settle(r, concluded, now, cell);
}

/** The gateway said that it is done and the look shows something else: a replica's delay, until that is over. */
function confirming(r: Reversal, cell: string, now: number, then: 'ask' | 'send'): Step | undefined {
  if (r.legacy === true && then === 'ask') return undefined;
  // A refund has its own query, which has the word.
  const undos = r.acts.filter(({ verb }) => verb !== 'refund');
  const until = r.legacy === true ? firstConfirmEnd(r) : confirmEnd(r, undos);
  return now < until ? lookOrWait(r, now, 'confirm', cell, until) : undefined;
}

function keep(r: Reversal, cell: string, now: number): Step {
  // A lost call may still take the payment back: nobody may be told that it stays.
  if (pendingActs(r, now).length > 0) return lookOrWait(r, now, 'lost-act', cell, horizonEnd(r, now));
  if (isStale(r, now) || isBefore(r, lostUntil(r))) return look(r, now);
  return settle(r, concludeKept(r), now, cell);
}

function poll(r: Reversal, move: Extract<Move, { do: 'look' }>, cell: string, now: number): Step {
  const until = pollEnd(r, move.for);
  if (now >= until && move.next !== undefined) {
    // Patience ends with a look, not with what was seen before its end.
    return r.look !== undefined && r.look.askedAt < until ? { ...look(r, now), cell } : play(r, move.next, cell, now);
  }
  if (isGivenUp(r, now)) return ask(r, viewKey(r) === 'unknown' ? 'unreachable' : 'gave-up', now, cell);
  return lookOrWait(r, now, 'poll', cell, move.next === undefined ? undefined : until);
}

function pollEnd(r: Reversal, length: Extract<Move, { do: 'look' }>['for']): number {
  if (length === 'ever') return Number.POSITIVE_INFINITY;
  if (length === 'patience') {
    // A look that failed says nothing of the payment: it is asked again for as long, however late the reversal began.
    return r.silentSince === undefined
      ? patienceEnd(r)
      : Math.max(patienceEnd(r), r.silentSince + r.rules.timing.patience);
  }
  const undo = lastUndo(r);
  return Math.max(r.known?.since ?? r.epoch, r.epoch, undo === undefined ? 0 : endOf(undo)) + length;
}

function watch(r: Reversal, cell: string, now: number): Step {
  const from = watchedFrom(r);
  const byChannel = isWatchedByChannel(r);
  const syncs = byChannel && !r.held;
  // Where only a sync can show a late payment, a watch time is over when it was synced, not when it was looked at.
  const at = nextWatch(r, syncs ? Math.max(from, lastSync(r)?.sentAt ?? 0) : (r.look?.askedAt ?? 0), now);
  if (at === undefined) return byChannel ? endByChannel(r, cell, now) : end(r, cell, now);
  if (now < at) return { kind: 'wait', until: at, why: 'watch', cell };
  return syncs ? sendWhenReady(r, 'sync', 'sync.watch', now) : { ...look(r, now), cell };
}

/** The end of a watch in which only a sync can show a late payment: one that was held back or failed proves nothing. */
function endByChannel(r: Reversal, cell: string, now: number): Step {
  if (r.held) return lookOrWait(r, now, 'held', cell);
  const last = lastSync(r);
  const wasAsked = r.legacy === true ? firstChannelWasAsked(r) : channelAnswer(r) !== undefined;
  if (wasAsked) return end(r, cell, now);
  if (isGivenUp(r, now)) return ask(r, 'gateway-unsure', now, cell);
  const pause = Math.max(r.rules.sync?.repeatAfter ?? 0, backOff(r, triesOf(r, 'sync'), now));
  const at = last === undefined ? now : endOf(last) + pause;
  return now < at ? { kind: 'wait', until: at, why: 'pace', cell } : sendWhenReady(r, 'sync', 'sync.watch', now);
}

function send(r: Reversal, move: Extract<Move, { do: 'send' }>, cell: string, now: number): Step {
  // "Cancel anyway" is said of a look that failed, not of a gateway that is down: it gets looks until it answers.
  if (isUnreachable(r, now) || isToStay(r)) return poll(r, { do: 'look', for: 'ever' }, cell, now);
  const unconfirmed = confirming(r, cell, now, 'send');
  if (unconfirmed !== undefined) return unconfirmed;
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
  if (isGivenUp(r, now) && triesOf(r, verb) > 0) {
    return ask(r, viewKey(r) === 'unknown' ? 'unreachable' : 'gave-up', now, cell);
  }
  return sendWhenReady(r, verb, cell, now);
}

/** Somebody was told that the payment stays, and nobody wants it back: a look that does not show it calls for people. */
function isToStay(r: Reversal): boolean {
  return r.ledgerFirst !== undefined && r.told === 'kept' && intentOf(r) === 'keep';
}

/** Sends when no lost call of another kind may still run, the back-off has passed and the look is fresh. */
export function sendWhenReady(r: Reversal, verb: Verb, cell: string, now: number): Step {
  const lost = lostUntil(r, blocking(r, verb));
  const resume = lost === 0 || r.legacy === true ? lost : resumeAfter(r, lost);
  if (now < resume) return lookOrWait(r, now, 'lost-act', cell, resume);
  const tries = triesOf(r, verb);
  const previous = r.acts.findLast((act) => act.verb === verb && act.sentAt >= r.epoch);
  if (previous !== undefined && !isAsking(verb)) {
    const at = endOf(previous) + backOff(r, tries, now);
    const asked = previous.answer?.kind === 'again' ? previous.answer.afterMs : undefined;
    const ready = asked === undefined ? at : endOf(previous) + asked;
    if (now < ready) return { kind: 'wait', until: ready, why: 'pace', cell };
  }
  if (isStale(r, now) || isBefore(r, lost)) return look(r, now);
  return { kind: 'act', verb, seq: (lastAct(r)?.seq ?? 0) + 1, cell };
}

/** Without a successful sync only what is safe on a paid order may be sent to an unpaid one. */
function withoutSync(r: Reversal, move: Extract<Move, { do: 'send' }>): Extract<Move, { do: 'send' }> {
  const { sync } = r.rules;
  if (sync === undefined || move.verbs !== 'unpaid') return move;
  return lastSync(r)?.answer?.kind === 'done' ? move : { ...move, verbs: sync.withoutSync };
}

export function triesOf(r: Reversal, verb: Verb): number {
  return r.acts.filter((act) => act.verb === verb && act.sentAt >= r.epoch).length;
}

export function isStale(r: Reversal, now: number): boolean {
  if (r.look === undefined) return true;
  const { freshness, gap } = r.rules.timing;
  return now - r.look.askedAt > freshness || now - r.look.seenAt > gap;
}

/** The look was asked for before that instant, so it says nothing of what happened until then. */
function isBefore(r: Reversal, instant: number): boolean {
  return r.look === undefined || (r.look.askedAt < instant && r.legacy !== true);
}
