/** One number for everything that the future of a state depends on; times count from now, so that a shift is no news. */

import { answerKeyOf, viewKeyOf } from '../../src/reversal/keys.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import type { Act, Memory, Reversal } from '../../src/reversal/state.ts';
import type { Sim } from './sim.ts';

const words = new Map<string, number>();

function word(text: string | undefined): number {
  if (text === undefined) return 0;
  const known = words.get(text);
  if (known !== undefined) return known;
  const made = words.size + 1;
  words.set(text, made);
  return made;
}

const rulesSeen = new Map<Rules, number>();

function rulesOf(rules: Rules): number {
  const known = rulesSeen.get(rules);
  if (known !== undefined) return known;
  rulesSeen.set(rules, rulesSeen.size);
  return rulesSeen.size - 1;
}

let high = 0;
let low = 0;

/** Two lanes of 32 bits with different multipliers (after MurmurHash3): 53 bits of them make the number. */
function mix(value: number): void {
  const v = value | 0;
  low = Math.imul(low ^ v, 0x85ebca6b);
  low ^= low >>> 13;
  high = Math.imul(high ^ v, 0xc2b2ae35);
  high ^= high >>> 16;
}

function mixTime(at: number | undefined, now: number): void {
  if (at === undefined) {
    mix(-0x7fffffff);
    return;
  }
  const away = at - now;
  mix(away % 0x3fffffff);
  mix(away / 0x3fffffff);
}

const flags = (...bits: readonly boolean[]) => bits.reduce((sum, bit) => sum * 2 + (bit ? 1 : 0), 1);

function mixAct(act: Act, now: number): void {
  mix(act.seq);
  mix(word(act.verb));
  mix(word(answerKeyOf(act.answer)));
  mixTime(act.sentAt, now);
  mixTime(act.answeredAt, now);
  const { answer } = act;
  mix(answer === undefined ? 0 : flags(answer.hint === true, answer.noRepeat === true));
  if (answer?.kind === 'again') mix(answer.afterMs ?? -1);
  if (answer?.kind === 'done') mix(word(answer.channel));
}

function mixCase(r: Reversal, now: number): void {
  // An account's overrides make other rules.
  mix(rulesOf(r.rules));
  mixTime(r.openedAt, now);
  mixTime(r.epoch, now);
  mixTime(r.dueAt, now);
  mixTime(r.request.attemptedAt, now);
  mixTime(r.request.expiresAt, now);
  mix(word(r.request.reason));
  mix(word(r.request.ifPaid));
  mix(word(r.request.method));
  mix(word(r.seenMethod));
  mixTime(r.seenExpiresAt, now);
  mix(
    flags(
      r.remembered,
      r.sawPaid,
      r.latePayment,
      r.lookWanted,
      r.held,
      r.gatewayId !== undefined,
      r.ledgerFirst === false,
    ),
  );
  mix(word(r.told));
  mix(word(r.mismatch));
  mix(r.strangers * 64 + r.sameLooks);
  mixTime(r.stopRequestedAt, now);
  mixTime(r.silentSince, now);
  if (r.resolution !== undefined) {
    mix(word(r.resolution.finalAction));
    mix(word(r.resolution.shown));
    mixTime(r.resolution.askedAt, now);
  }
  for (const act of r.acts) mixAct(act, now);
  mix(-1);
  if (r.look !== undefined) {
    const { view } = r.look;
    mix(word(viewKeyOf(view)));
    mixTime(r.look.askedAt, now);
    mixTime(r.look.seenAt, now);
    mix(view.kind === 'absent' && view.hint === true ? 1 : 0);
  }
  if (r.refundLook !== undefined) {
    mix(word(r.refundLook.view.kind));
    mixTime(r.refundLook.askedAt, now);
  }
  if (r.known !== undefined) {
    mix(word(r.known.key));
    mixTime(r.known.since, now);
  }
  if (r.stuck !== undefined) {
    mix(word(r.stuck.reason));
    mix(word(r.stuck.view));
    mixTime(r.stuck.checkAt, now);
  }
}

/** What the ledger hands to other runs, where it is not what this one knows. */
function mixCarried({ carried, pace }: Memory, r: Reversal, now: number): void {
  if (pace !== undefined) {
    mixTime(pace.openedAt, now);
    mixTime(pace.epoch, now);
    mixTime(pace.silentSince, now);
    mix(word(pace.known?.key));
    mix(word(pace.stuck?.reason));
    mix(word(pace.mismatch));
    mix(pace.strangers);
  }
  if (carried === undefined) return;
  const { asked, dueAt, seenMethod, seenExpiresAt, held, holdChangedAt } = carried;
  const { request } = r;
  mix(flags(held, (holdChangedAt ?? 0) > (r.holdChangedAt ?? 0), asked?.ifPaid === 'reverse'));
  mix(word(asked?.reason));
  if (dueAt !== r.dueAt) mixTime(dueAt, now);
  if (asked?.attemptedAt !== request.attemptedAt) mixTime(asked?.attemptedAt, now);
  if (asked?.expiresAt !== request.expiresAt) mixTime(asked?.expiresAt, now);
  if (seenMethod !== r.seenMethod) mix(word(seenMethod));
  if (seenExpiresAt !== r.seenExpiresAt) mixTime(seenExpiresAt, now);
}

export function fingerprint(s: Sim): number {
  high = 0x9747b28c;
  low = 0x3c6ef372;
  const { r, world: w, memory, now, doing } = s;
  // The day has a say where a window ends at midnight.
  if (r.rules.windows.cancel?.kind === 'sameDay') mixTime(0, now % 86_400_000);
  mixCase(r, now);
  mixCarried(memory, r, now);
  mix(-2);
  if (s.concluded !== undefined) mixCase(s.concluded, now);
  mix(-3);
  const { watch: heard } = s;
  mix(
    flags(
      s.wasReset,
      heard.toldGone,
      heard.toldKept,
      heard.voided,
      heard.stopped,
      memory.sawPaid === true,
      w.blocked,
      w.lied,
      s.unwritten?.memory.sawPaid === true,
      s.unwritten?.heard.toldGone === true,
      w.paidAt < heard.askedAt,
      r.resolution?.unseen === true,
      r.resolution?.elsewhere === true,
      heard.voidKept,
      s.continues,
      s.input.ifPaid === 'reverse',
      s.joined?.ifPaid === 'reverse',
      s.unwritten?.memory.carried?.asked?.ifPaid === 'reverse',
    ),
  );
  mix(word(heard.toldOf));
  mix(word(s.input.reason));
  mix(word(s.joined?.reason));
  mix(word(memory.told));
  mix(word(s.unwritten?.memory.told));
  mixTime(Math.max(s.ledgerUpAt, now), now);
  if (memory.acts.length !== r.acts.length) for (const act of memory.acts) mixAct(act, now);
  mix(word(w.truth));
  mix(word(w.channel));
  if (w.lagUntil > now) {
    mix(word(w.stale));
    mixTime(w.lagUntil, now);
  }
  mix((w.taken * 8 + w.returned) * 8 + w.byUs);
  mix(word(w.refund));
  for (const late of w.late) {
    mix(word(late.verb));
    mixTime(late.runsAt, now);
    mixTime(late.until, now);
  }
  mixTime(w.payableUntil, now);
  mixTime(w.createdAt, now);
  if (w.ending !== undefined) {
    mixTime(w.ending.at, now);
    mix(word(w.ending.as));
    mix(word(w.ending.refund));
  }
  mix(word(doing.at));
  if (doing.at === 'look') {
    mix(word(doing.what));
    mixTime(doing.askedAt, now);
  }
  if (doing.at === 'act') mix(word(doing.verb));
  if (s.before !== r) mix(s.before.acts.length + 7);
  return (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff);
}
