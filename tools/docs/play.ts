/** Runs `decide` on one case, with a clock of its own, and says in a few words what it does. */
import { type Answer, isAsking, type Verb } from '../../src/reversal/answer.ts';
import { decide } from '../../src/reversal/decide.ts';
import type { OrderFacts, OrderState, OrderView } from '../../src/reversal/order-view.ts';
import type { Settlement } from '../../src/reversal/outcome.ts';
import { answered, openReversal, saw, sawRefund, sent } from '../../src/reversal/reversal.ts';
import { HOUR, MINUTE, type Rules, SECOND } from '../../src/reversal/rules.ts';
import type { Reversal } from '../../src/reversal/state.ts';
import { duration } from './duration.ts';

/** Noon in China, so that windows of a calendar day are open. */
const ATTEMPTED_AT = Date.parse('2026-11-20T04:00:00Z');
const AMOUNT = 1280;
/** A call takes a moment, so that a look after an act is younger than the act. */
const CALL_MS = 50;
/** Longer than any wait of a table that comes to an end by itself. */
const LONG = 6 * HOUR;
/** More steps than any case needs in that time: a loop that time does not end. */
const MANY = 5000;

export interface Played {
  /** What it did in the end, for a cell of a table. */
  readonly said: string;
  readonly outcome?: Settlement;
}

export interface Story {
  readonly rules: Rules;
  /** The look before the act. */
  readonly before: OrderState;
  readonly sent?: { readonly verb: Verb; readonly answer: Answer };
  /** What every look after it shows. */
  readonly after: OrderState;
}

function viewOf(state: OrderState): OrderView {
  const facts: OrderFacts = { amount: AMOUNT, currency: 'CNY', orderId: 'R1' };
  if (state.kind === 'unknown' || state.kind === 'rejected' || state.kind === 'absent') return state;
  return state.kind === 'paid' ? { ...state, ...facts, paidAt: ATTEMPTED_AT + SECOND } : { ...state, ...facts };
}

/** A minute after a barcode payment that must not stay: every patience and minimum age is over. */
function opened(rules: Rules, now: number): Reversal {
  const request = {
    provider: rules.provider,
    account: 'docs',
    orderId: 'R1',
    amount: AMOUNT,
    currency: 'CNY',
    reason: 'ambiguous',
    ifPaid: 'reverse',
    attemptedAt: ATTEMPTED_AT,
    method: 'barcode',
  } as const;
  return openReversal(request, rules, { acts: [] }, now);
}

function acted(r: Reversal, seq: number, verb: Verb, answer: Answer, now: number): Reversal {
  return answered(sent(r, { seq, verb, sentAt: now }), seq, answer, now + CALL_MS);
}

/** Plays the story until something is sent, people are asked, or it is concluded. */
export function play(story: Story): Played {
  let now = ATTEMPTED_AT + MINUTE;
  let r = saw(opened(story.rules, now), viewOf(story.before), now, now);
  if (story.sent !== undefined) {
    const { verb, answer } = story.sent;
    r = acted(r, 1, verb, answer, now);
    now += CALL_MS;
  } else {
    // Nothing was sent: the order changed by itself between two looks.
    r = saw(r, viewOf(story.after), now, now);
  }
  const from = now;
  let watched = false;
  const after = () => {
    const waited = now - from;
    if (waited < SECOND) return 'at once';
    return `after ${duration(waited < 10 * MINUTE ? Math.round(waited / SECOND) * SECOND : Math.round(waited / MINUTE) * MINUTE)}`;
  };
  for (let steps = 0; now - from < LONG; steps += 1) {
    if (steps === MANY) throw new Error('no end in sight');
    const step = decide(r, now);
    switch (step.kind) {
      case 'look':
        now += CALL_MS;
        r =
          step.what === 'order'
            ? saw(r, viewOf(story.after), now - CALL_MS, now)
            : sawRefund(r, { kind: 'notFound' }, now - CALL_MS, now);
        break;
      case 'wait':
        if (!(step.until > now)) throw new Error(`a wait into the past: ${step.why}`);
        watched ||= step.why === 'watch';
        now = step.until;
        break;
      case 'act': {
        if (!isAsking(step.verb)) return { said: `\`${step.verb}\` ${after()}` };
        // The channel shows what the order shows, so the sync changes nothing.
        r = acted(r, step.seq, step.verb, { kind: 'done', effect: 'unspecified' }, now);
        now += CALL_MS;
        break;
      }
      case 'park':
        return { said: `people: \`${step.reason}\` ${after()}` };
      case 'settle':
        if (step.outcome.kind !== 'final') return { said: step.outcome.kind };
        return {
          said: `${watched ? 'watches, then ' : ''}\`${step.outcome.action}\` ${after()}`,
          outcome: step.outcome,
        };
      case 'open':
        throw new Error('the ledger was read at the opening');
    }
  }
  return { said: 'keeps looking' };
}
