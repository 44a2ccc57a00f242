/** The promises, checked against the world. What `decide` believes has no say here. */
import type { Verb } from '../../src/reversal/answer.ts';
import type { Outcome, Settlement } from '../../src/reversal/outcome.ts';
import { PAID } from '../../src/reversal/rules.ts';
import type { Act } from '../../src/reversal/state.ts';
import type { Sim } from './sim.ts';
import { Violation } from './violation.ts';
import { isPayable } from './world.ts';

export const MOVES_MONEY: ReadonlySet<Verb> = new Set(['cancel', 'revoke', 'refund']);
/** Looks that cannot tell how an order stands. */
const CANNOT_TELL: ReadonlySet<string> = new Set([
  'unknown',
  'rejected',
  'settlingPayment',
  'settlingCancel',
  'settlingRefund',
]);
const SHOWS_PAID: ReadonlySet<string> = PAID;
const MAX_STILL = 12;
const MAX_CALLS = 30;

/** No final answer is known of it, and it can still run. What nobody signed is no final answer. */
export function mayRun(act: Act, now: number, horizon: number): boolean {
  const { answer } = act;
  const open =
    answer === undefined ||
    answer.kind === 'unknown' ||
    answer.kind === 'running' ||
    (answer.hint === true && answer.kind !== 'done' && answer.kind !== 'notSent') ||
    (answer.kind === 'again' && answer.afterMs === undefined);
  return open && now < act.sentAt + horizon;
}

/** Before an act is sent. */
export function checkAct(s: Sim, { verb, seq }: Pick<Act, 'verb' | 'seq'>): void {
  const { watch, now, model, r } = s;
  const { freshness, gap } = r.rules.timing;
  if (watch.askedAt === 0) throw new Violation('fresh-look', `${verb} was sent without any look in this run`);
  if (watch.askedAt < watch.actEndedAt) {
    throw new Violation('fresh-look', `${verb} was sent without a look after the act before it`);
  }
  if (now - watch.askedAt > freshness || now - watch.seenAt > gap) {
    throw new Violation('fresh-look', `${verb} was sent on a look of ${(now - watch.askedAt) / 1000} s ago`);
  }
  const view = r.look?.view.kind;
  if ((view === 'unknown' || view === 'rejected') && !model.blind.includes(verb)) {
    throw new Violation('fresh-look', `${verb} was sent after a look that failed, which only a table may allow`);
  }
  if (s.memory.acts.some((act) => act.verb === verb && act.sentAt >= r.epoch && act.answer?.noRepeat === true)) {
    throw new Violation('blind-repeat', `${verb} was sent again although the gateway asked not to repeat it`);
  }
  if (!MOVES_MONEY.has(verb)) return;
  for (const act of s.memory.acts) {
    if (act.seq === seq || !MOVES_MONEY.has(act.verb) || !mayRun(act, now, model.horizon)) continue;
    // A hint chooses the next call (clarification 1), and proves nothing.
    if (act.answer?.hint === true) continue;
    if (act.verb !== verb) throw new Violation('one-verb', `${verb} was sent while a lost ${act.verb} may still run`);
    if (!model.harmlessTwice.includes(verb)) {
      throw new Violation('blind-repeat', `${verb} was sent while the ${act.verb} before it may still run`);
    }
  }
}

function contradicts(action: string, s: Sim): string | undefined {
  const { world: w, watch, model, now } = s;
  const even = w.taken === w.returned;
  const payable = isPayable(w, now);
  switch (action) {
    case 'closed':
      // What a gateway that lied about a close says afterwards is its own affair, as long as nothing was kept.
      return w.taken > (w.lied ? w.returned : 0) ? 'money was taken' : payable ? 'it can still be paid' : undefined;
    case 'refunded':
      return w.taken > 0 && even ? undefined : `${w.taken} was taken and ${w.returned} returned`;
    case 'reversed':
      return !even ? 'the money did not all go back' : payable ? 'it can still be paid' : undefined;
    case 'nothing_to_reverse':
      return !even ? 'money was kept' : payable ? 'it can still be paid' : undefined;
    case 'kept': {
      // Others may return it after our look; what counts is what the look was about, and that we took nothing back.
      if (watch.taken === 0 || watch.taken === watch.returned) return 'it was not paid when it was looked at';
      if (w.byUs > 0) return 'we gave money back';
      if (watch.toldGone) return 'somebody was told that it is not paid';
      const lost = s.memory.acts.find((act) => MOVES_MONEY.has(act.verb) && mayRun(act, now, model.horizon));
      return lost === undefined ? undefined : `a lost ${lost.verb} may still take it back`;
    }
    default:
      return undefined;
  }
}

/** A person's word ends it: after a look of its own, and not while a lost call may still make it untrue. */
function checkResolution(
  s: Sim,
  { finalAction, unseen, elsewhere, shown }: NonNullable<Settlement['resolution']>,
  lookedAt: number,
): void {
  if (lookedAt < s.watch.actEndedAt) {
    throw new Violation('resolution', `resolved to ${finalAction} without a look after the last act`);
  }
  const lost = s.memory.acts.find((act) => MOVES_MONEY.has(act.verb) && mayRun(act, s.now, s.model.horizon));
  if (lost !== undefined && (finalAction !== 'refunded' || elsewhere === true)) {
    throw new Violation('resolution', `resolved to ${finalAction} while a lost ${lost.verb} may still run`);
  }
  // Where no look can tell, the word is the person's.
  if (s.r.mismatch !== undefined) return;
  if (s.world.byUs === 0 || (unseen === true && CANNOT_TELL.has(shown))) return;
  if (finalAction === 'kept') throw new Violation('resolution', 'resolved to kept what we gave back');
  if (elsewhere === true && SHOWS_PAID.has(shown)) {
    throw new Violation('resolution', 'resolved to refunded elsewhere, and we gave it back as well');
  }
}

/** When it ends. */
export function checkEnd(s: Sim, outcome: Outcome): void {
  if (outcome.kind !== 'final') return;
  if (outcome.resolution !== undefined) checkResolution(s, outcome.resolution, outcome.proof.askedAt);
  const why = contradicts(outcome.action, s);
  if (why !== undefined) throw new Violation('conclusion', `concluded ${outcome.action}, but ${why}`);
  const proofAge = s.now - outcome.proof.askedAt;
  if (outcome.proof.of === 'order' && outcome.proof.askedAt < s.watch.actEndedAt) {
    throw new Violation('proof', `the look that proves ${outcome.action} is older than the last act`);
  }
  if (outcome.action === 'kept' && proofAge > s.r.rules.timing.freshness) {
    throw new Violation('proof', `kept on a look of ${proofAge / 1000} s ago`);
  }
}

/** A step that neither calls nor waits, or calls without ever waiting. */
export function checkPace(s: Sim): void {
  if (s.watch.still > MAX_STILL) throw new Violation('livelock', `${MAX_STILL} steps without any time passing`);
  if (s.watch.calls > MAX_CALLS) throw new Violation('livelock', `${MAX_CALLS} calls without any wait`);
}

/** Nothing goes wrong any more, and still there is no end and no question to people. */
export function checkEnded(s: Sim, steps: number, maxSteps: number, quietSince: number, maxQuiet: number): void {
  if (steps > maxSteps) throw new Violation('livelock', `no end after ${steps} steps`);
  if (s.now - quietSince > maxQuiet) throw new Violation('livelock', 'no end in 40 quiet days');
}
