/** What was told, whoever asked and whenever: it must be true of the money then, and of everything that comes later. */
import type { Verb } from '../../src/reversal/answer.ts';
import type { Step } from '../../src/reversal/decide.ts';
import type { Outcome, StuckReason, Verdict } from '../../src/reversal/outcome.ts';
import { MOVES_MONEY } from './checks.ts';
import type { Sim } from './sim.ts';
import { Violation } from './violation.ts';
import { isPayable, left } from './world.ts';

const GIVES_BACK: ReadonlySet<string> = new Set(['cancelled', 'refunded', 'closed']);

/** A call of ours that the gateway still has, or is at, and that will give the payment back. */
function underWay({ world: w }: Sim): string | undefined {
  const late = w.late.find(({ verb }) => MOVES_MONEY.has(verb));
  if (late !== undefined) return `a lost ${late.verb} of ours is still on its way`;
  return w.ending?.by === 'us' && GIVES_BACK.has(w.ending.as) ? 'the gateway is still at a call of ours' : undefined;
}

/** Whether a payment that shows up now would be kept, by what was asked, sent and told: not by what `decide` makes of it. */
function wouldBeKept({ r, memory, watch }: Sim): boolean {
  if (r.request.ifPaid !== 'keep' || watch.toldGone) return false;
  return !memory.acts.some(({ verb, answer }) => {
    const isCertain = answer?.hint !== true && (answer?.kind === 'rejected' || isBusy(answer));
    return MOVES_MONEY.has(verb) && answer?.kind !== 'notSent' && !isCertain;
  });
}

const isBusy = (answer: { readonly kind: string; readonly afterMs?: number } | undefined) =>
  answer?.kind === 'again' && answer.afterMs !== undefined;

/** Before the end, "reversed" and the like promise the same as `not_paid`: there is no payment that stays. */
function whyNotUnpaid(s: Sim, verdict: Verdict): string | undefined {
  const { world: w, watch, model, now } = s;
  if (watch.toldKept && verdict === 'not_paid') return 'somebody was told that the payment stays';
  if (wouldBeKept(s)) {
    if (left(w) > 0) return 'it is paid, and the payment was to be kept';
    return isPayable(w, now) ? 'it can still be paid, and the payment would have been kept' : undefined;
  }
  // A payment that comes after the look is reversed, as it was promised; so is one that no replica could show yet.
  const seenSince = w.truth === w.channel ? watch.askedAt : watch.syncedAt;
  return left(w) > 0 && w.paidAt < seenSince - model.lag ? 'it had been paid when it was looked at' : undefined;
}

/** At the moment a verdict may be heard. An end that is concluded has a check of its own; here it may be told before. */
export function checkVerdict(s: Sim, step: Step, verdict: Verdict): void {
  const isEarly = step.kind !== 'settle';
  const why = verdict === 'kept' ? underWay(s) : isEarly ? whyNotUnpaid(s, verdict) : undefined;
  if (why !== undefined) throw new Violation('verdict', `${verdict} was told, but ${why}`);
}

/**
 * An act that is about to be sent: a payment that was to stay, and of which somebody was told so, stays. `kept` may be heard
 * before it is written, so a Reset at that very moment may forget it.
 */
export function checkKeptStays(s: Sim, verb: Verb): void {
  const isKnown = s.r.told === 'kept' || s.memory.told === 'kept';
  if (!MOVES_MONEY.has(verb) || !s.watch.toldKept || !isKnown || !wouldBeKept(s)) return;
  throw new Violation('verdict', `${verb} was sent although somebody was told that the payment stays`);
}

/** People are asked. */
export function checkPark(s: Sim, reason: StuckReason): void {
  if (s.watch.toldOf === s.world.truth) {
    throw new Violation('verdict', `not_paid was told, and people are asked (${reason}) on the same facts`);
  }
  const isDone = s.memory.acts.at(-1)?.answer?.kind === 'done';
  if (reason === 'contradiction' && isDone && s.now < s.world.lagUntil && !s.world.lied) {
    throw new Violation('patience', 'people are asked about a contradiction that is a replica’s delay');
  }
}

/** The run is over: nothing that was said to those who joined may be untrue by that. */
export function checkClosed({ watch }: Sim, outcome: Outcome): void {
  if (outcome.kind === 'abandoned' && watch.voided && !watch.stopped) {
    throw new Violation('message', 'a request to void it joined, and the end gives it up');
  }
  const isKept = outcome.kind === 'final' && outcome.action === 'kept';
  if (isKept && watch.voided) throw new Violation('message', 'a request to void it joined, and the payment is kept');
}
