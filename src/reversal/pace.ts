/** When the next look or the next try comes: fast, then slow, then never by itself. Pure and repeatable. */
import { attemptOf, horizonEnd, payableUntil } from './facts.ts';
import type { Reversal } from './reversal.ts';

/** The jitter is a function of the order and the step, so that a replay and a walk give the same instants. */
function jitter(r: Reversal, step: number): number {
  let hash = step * 2654435761;
  for (const char of r.request.orderId) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return 0.9 + (hash % 200) / 1000;
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

/** The first watch time (or the end of the watch) after `seen`; undefined when the watch is over. */
export function nextWatch(r: Reversal, from: number, seen: number, now: number): number | undefined {
  const { watch, quiet, confirmWithin } = r.rules.timing;
  const times = watch.map((after) => from + after);
  // A payment in the last moment shows only when every replica has it (Alipay 8.4: "or timeout + 1 min").
  const shown = payableUntil(r) + confirmWithin;
  times.push(Math.max(...times, from, attemptOf(r) + quiet, shown, horizonEnd(r, now)));
  return times.find((time) => time > seen);
}
