/** Runs `decide` on one case, with a clock of its own, and says in a few words what it does. */
import { type Answer, isAsking, type Verb } from '../../src/reversal/answer.ts';
import { drive, type World } from '../../src/reversal/drive.ts';
import type { OrderFacts, OrderState, OrderView } from '../../src/reversal/order-view.ts';
import type { Settlement } from '../../src/reversal/outcome.ts';
import { answered, openReversal, saw, sent } from '../../src/reversal/reversal.ts';
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
function openedAt(rules: Rules, now: number): Reversal {
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

/** Plays the story until something is sent, people are asked, or it is concluded. */
export function play(story: Story): Played {
  const start = ATTEMPTED_AT + MINUTE;
  const opened = saw(openedAt(story.rules, start), viewOf(story.before), start, start);
  const { from, r } = begun(story, opened, start);
  let watched = false;
  let steps = 0;
  for (const { step, now } of drive(r, from, worldOf(story))) {
    if (now - from >= LONG) break;
    if (steps === MANY) throw new Error('no end in sight');
    steps += 1;
    const when = after(now - from);
    if (step.kind === 'wait') watched ||= step.why === 'watch';
    if (step.kind === 'act' && !isAsking(step.verb)) return { said: `\`${step.verb}\` ${when}` };
    if (step.kind === 'park') return { said: `people: \`${step.reason}\` ${when}` };
    if (step.kind === 'settle') {
      const { outcome } = step;
      if (outcome.kind !== 'final') return { said: outcome.kind };
      return { said: `${watched ? 'watches, then ' : ''}\`${outcome.action}\` ${when}`, outcome };
    }
  }
  return { said: 'keeps looking' };
}

/** The act of the story was sent; or the order changed by itself between two looks. */
function begun({ sent: act, after }: Story, r: Reversal, now: number): { readonly from: number; readonly r: Reversal } {
  if (act === undefined) return { from: now, r: saw(r, viewOf(after), now, now) };
  const { verb, answer } = act;
  const acted = answered(sent(r, { seq: 1, verb, sentAt: now }), 1, answer, now + CALL_MS);
  return { from: now + CALL_MS, r: acted };
}

const worldOf = ({ after }: Story): World => ({
  look: (_, now) => ({ view: viewOf(after), seenAt: now + CALL_MS }),
  lookAtRefund: (_, now) => ({ view: { kind: 'notFound' }, seenAt: now + CALL_MS }),
  // The channel shows what the order shows, so that a sync changes nothing.
  act: (_, now) => ({ answer: { kind: 'done', effect: 'unspecified' }, answeredAt: now + CALL_MS }),
});

function after(waited: number): string {
  if (waited < SECOND) return 'at once';
  const unit = waited < 10 * MINUTE ? SECOND : MINUTE;
  return `after ${duration(Math.round(waited / unit) * unit)}`;
}
