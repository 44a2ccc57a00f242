/** A refund of ours that the gateway knows, without saying what became of it (field case 7). */
import { describe, expect, test } from 'vitest';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { sawRefund } from '../../src/reversal/reversal.ts';
import { DAY } from '../../src/reversal/rules.ts';
import { done, HOUR, LOST, PAID, REFUNDED, Story } from './support.ts';

const GONE: OrderView = { kind: 'gone' };
const NO_STATUS: RefundView = { kind: 'unknown', why: 'noStatus' };

/** Waits, and looks at what is asked for, always with the same two views, until something other comes. */
function seeing(from: Story, order: typeof PAID, refund: RefundView): Story {
  let story = from.waited();
  for (let round = 0; story.step.kind === 'look'; round++) {
    if (round === 5000) throw new Error('no end in sight');
    const { now, step } = story;
    story = (step.what === 'order' ? story.saw(order) : story.change((r) => sawRefund(r, refund, now, now))).waited();
  }
  return story;
}

describe.each([
  ['answered', done('refunded')],
  ['answered without a word of money', done('unspecified')],
  ['lost', LOST],
])('a refund whose answer was %s, and an order that still shows the payment', (_, answer) => {
  const sent = Story.of({ reason: 'void' }).saw(PAID).did('refund', answer);
  const stuck = seeing(sent, PAID, NO_STATUS);

  test('is sent once, and people are asked after a day, with words that do not say "paid"', () => {
    expect(stuck.step).toMatchObject({
      kind: 'park',
      reason: 'gateway-unsure',
      cell: expect.stringContaining('unknown'),
    });
    expect(stuck.now - sent.now).toBeGreaterThanOrEqual(DAY);
    expect(stuck.reversal.acts).toHaveLength(1);
  });

  test.each([
    ['refunded', REFUNDED],
    ['gone', GONE],
  ])('ends as refunded when the order is %s, before people were asked or after', (_state, end) => {
    const early = seeing(sent.after(HOUR), PAID, { kind: 'running' });
    for (const story of [sent.after(10), early, stuck.after(HOUR)]) {
      expect(story.saw(end).step).toMatchObject({ kind: 'settle', outcome: { action: 'refunded', by: 'us' } });
    }
  });

  test('ends as refunded when its query says so at last', () => {
    const asked = stuck.after(HOUR).saw(PAID);
    const told = asked.change((r) => sawRefund(r, { kind: 'done', amount: 1280 }, asked.now, asked.now));
    expect(told.step).toMatchObject({ kind: 'settle', outcome: { action: 'refunded', proof: { of: 'refund' } } });
  });
});

test('a query that finds nothing leads to the same refund again, and one without a status does not', () => {
  const sent = Story.of({ reason: 'void' }).saw(PAID).did('refund', LOST);
  const after = (refund: RefundView) => {
    const asked = sent.waited().saw(PAID).waited();
    return asked.change((r) => sawRefund(r, refund, asked.now, asked.now));
  };
  expect(seeing(after({ kind: 'notFound' }), PAID, { kind: 'notFound' }).step).toMatchObject({
    kind: 'act',
    verb: 'refund',
  });
  expect(after(NO_STATUS).step.kind).not.toBe('act');
});
