/** When the next look or the next try comes: fast, then slow, then never by itself. Pure and repeatable. */
import { isAsking } from './answer.ts';
import { attemptOf, intentOf, lastUndo, lostUntil, paymentShownBy, watchedFrom } from './facts.ts';
import { firstWatch } from './first-release.ts';
import type { Reversal } from './state.ts';

/** Between these a pause is stretched or shortened. */
const [LEAST, SPAN] = [0.9, 0.2];

/** The jitter is a function of the order and the step, so that a replay and a walk give the same instants. */
function jitter(r: Reversal, step: number): number {
  let hash = step * 2654435761;
  for (const char of r.request.orderId) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return LEAST + ((hash % 200) / 200) * SPAN;
}

/**
 * When to send again after a horizon: never before it, and up to a fifth of it later, each order in its own way. Calls
 * that were lost together must not come back together: ten syncs at once freeze DaxPay (real server 26).
 */
export function resumeAfter(r: Reversal, horizon: number): number {
  return horizon + Math.round(r.rules.timing.actHorizon * (jitter(r, 1) - LEAST));
}

/** Since when the order has looked as it does, or looks have told nothing: repeats are fast for a while from here. */
export function stateSince(r: Reversal): number {
  return Math.max(r.epoch, r.silentSince ?? r.known?.since ?? r.epoch);
}

/** No look has told anything for so long that the gateway is taken to be down: only slow looks go on. */
export function isUnreachable(r: Reversal, now: number): boolean {
  return r.silentSince !== undefined && now - stateSince(r) >= r.rules.timing.backOff.fastFor;
}

/** When people are asked, as long as nothing changes. */
export function giveUpAt(r: Reversal): number {
  return stateSince(r) + r.rules.timing.backOff.giveUpAfter;
}

/** Milliseconds between the nth try (1 is the first) and the next one. */
export function backOff(r: Reversal, n: number, now: number): number {
  const { first, factor, max, fastFor, slowEvery } = r.rules.timing.backOff;
  if (now - stateSince(r) >= fastFor) return slowEvery;
  return Math.round(Math.min(max, first * factor ** Math.max(0, n - 1)) * jitter(r, n));
}

/** It has been tried for so long without any change that people have to know. */
export function isGivenUp(r: Reversal, now: number): boolean {
  return now >= giveUpAt(r);
}

/** The next look while nothing is sent: at the polling interval first, then at the back-off's. */
export function nextLook(r: Reversal, now: number): number {
  const asked = r.look?.askedAt ?? r.openedAt;
  const { pollEvery } = r.rules.timing;
  // A closure sleeps until it is due; what it began before that must not be polled at that pace for hours.
  const isPolling = r.request.reason === 'ambiguous' && patienceEnd(r) > now;
  return asked + (isPolling ? pollEvery : Math.max(pollEvery, backOff(r, r.sameLooks + 1, now)));
}

/** Until when an unpaid order is left alone; only somebody who would keep a payment waits for it. */
export function patienceEnd(r: Reversal): number {
  return r.request.reason === 'ambiguous' ? attemptOf(r) + r.rules.timing.patience : r.dueAt;
}

/**
 * The first watch time after `seen`, one at which "not paid" may be told and the end of the watch among them; undefined
 * when the watch is over.
 */
export function nextWatch(r: Reversal, seen: number, now: number): number | undefined {
  if (r.legacy === true) return firstWatch(r, seen, now);
  const from = watchedFrom(r);
  const { watch, quiet } = r.rules.timing;
  const times = [...watch.map((after) => from + after), notPaidFrom(r)];
  times.push(Math.max(...times, from, attemptOf(r) + quiet, paymentShownBy(r), undoneBy(r)));
  times.sort((a, b) => a - b);
  return times.find((time) => time > seen);
}

/**
 * When a look has to have been asked for that lets "not paid" be told during a watch: after the quiet period, after
 * whatever was lost can no longer run, and at the first watch time, unless the gateway itself answered that there was
 * nothing to cancel. While a payment would be kept, also after the last instant at which it can be made: who is told
 * "not paid" loses it.
 */
export function notPaidFrom(r: Reversal): number {
  const { watch, quiet } = r.rules.timing;
  const { answer } = lastUndo(r) ?? {};
  const confirmed = answer?.kind === 'done' && answer.effect === 'nothingFound' && answer.hint !== true;
  const second = watchedFrom(r) + (confirmed ? 0 : (watch[0] ?? 0));
  const payable = intentOf(r) === 'keep' ? paymentShownBy(r) : 0;
  return Math.max(second, attemptOf(r) + quiet, undoneBy(r), payable);
}

/** When whatever was lost of ours can no longer end the order. A lost sync is made up for by another one. */
function undoneBy(r: Reversal): number {
  return lostUntil(
    r,
    r.acts.filter(({ verb }) => !isAsking(verb)),
  );
}
