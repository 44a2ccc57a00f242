/** A case of an order at Alipay, step by step, at instants of its own. */
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { decide, type Step } from '../../src/reversal/decide.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import { parseRequest, type ReversalInput } from '../../src/reversal/request.ts';
import { answered, openReversal, saw, sent } from '../../src/reversal/reversal.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import type { Memory, Reversal } from '../../src/reversal/state.ts';

/** Eleven in the morning in Beijing. */
export const T0 = Date.parse('2026-11-20T03:00:00Z');
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const NOTHING: Memory = { acts: [] };
const iso = (instant: number) => new Date(instant).toISOString();

export const INPUT: ReversalInput = {
  provider: 'alipay',
  account: 'pos-east',
  orderId: 'RV1',
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
  method: 'barcode',
  attemptedAt: iso(T0),
};

export const PAID = { kind: 'paid', amount: 1280, currency: 'CNY', paidAt: T0 } as const satisfies OrderView;
export const UNPAID: OrderView = { kind: 'unpaid', amount: 1280 };
export const ABSENT: OrderView = { kind: 'absent' };
export const CLOSED: OrderView = { kind: 'closed' };
export const REFUNDED: OrderView = { kind: 'refunded' };
type Done = Extract<Answer, { kind: 'done' }>;
export const done = (effect: Done['effect']): Done => ({
  kind: 'done',
  effect,
});
export const LOST: Answer = { kind: 'unknown', why: 'timeout' };

/** One case and its clock; each method gives the next one. */
export class Story {
  readonly reversal: Reversal;
  readonly now: number;

  constructor(reversal: Reversal, now: number) {
    this.reversal = reversal;
    this.now = now;
  }

  static of(
    input: Partial<ReversalInput> = {},
    memory: Memory | undefined = NOTHING,
    rules: Rules = alipayRules,
  ): Story {
    return new Story(openReversal(parseRequest({ ...INPUT, ...input }), rules, memory, T0), T0);
  }

  get step(): Step {
    return decide(this.reversal, this.now);
  }

  after(ms: number): Story {
    return new Story(this.reversal, this.now + ms);
  }

  /** A look that was asked for and answered at this instant. */
  saw(view: OrderView): Story {
    return new Story(saw(this.reversal, view, this.now, this.now), this.now);
  }

  /** An act that was sent at this instant, and answered in no time but the least there is. */
  did(verb: Verb, answer: Answer): Story {
    const seq = (this.reversal.acts.at(-1)?.seq ?? 0) + 1;
    const acted = this.change((r) => answered(sent(r, { seq, verb, sentAt: this.now }), seq, answer, this.now + 1));
    return acted.after(1);
  }

  change(next: (reversal: Reversal) => Reversal): Story {
    return new Story(next(this.reversal), this.now);
  }

  /** Lets time pass until something other than a wait comes. */
  waited(): Story {
    let story: Story = this;
    for (let step = story.step; step.kind === 'wait'; step = story.step) {
      // Also when it is no number.
      if (!(step.until > story.now)) throw new Error(`a wait into the past: ${step.why}`);
      story = new Story(story.reversal, step.until);
    }
    return story;
  }

  /** Waits and looks, always with this view, until something other comes. */
  seeing(view: OrderView): Story {
    let story: Story = this.waited();
    for (let round = 0; story.step.kind === 'look'; round++) {
      if (round === 2000) throw new Error('no end in sight');
      story = story.saw(view).waited();
    }
    return story;
  }
}
