/** A refund that DaxPay 2.0.8 calls running, or failed, is asked about at the payment channel (real server 23, 25). */
import { expect, test } from 'vitest';
import { daxpayCRules, daxpayERules } from '../../src/gateways/daxpay/rules.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { parked, sawRefund } from '../../src/reversal/reversal.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import { done, HOUR, LOST, MINUTE, NOTHING, PAID, SECOND, Story, T0 } from './support.ts';

const SETTLING: OrderView = { kind: 'settling', what: 'refund', amount: 1280 };
const RUNNING: RefundView = { kind: 'running' };
const FAILED: RefundView = { kind: 'failed', code: '20080' };
const UNKNOWN_THERE: Answer = { kind: 'refused', why: 'unclear', code: 'data.1' };
const SYNC = { kind: 'act', verb: 'syncRefund' };

const refunded = (rules: Rules = daxpayCRules, answer: Answer = done('unspecified')) =>
  Story.of({ reason: 'void', provider: 'daxpay' }, NOTHING, rules).saw(PAID).did('refund', answer);

/** Looks and queries, always with these views, until something else comes. */
function following(start: Story, view: OrderView, refund: RefundView): Story {
  let story = start;
  for (let rounds = 0; rounds < 5000; rounds++) {
    const { step } = story;
    if (step.kind === 'wait') story = story.waited();
    else if (step.kind !== 'look') return story;
    else if (step.what === 'order') story = story.saw(view);
    else story = story.change((r) => sawRefund(r, refund, story.now, story.now));
  }
  return story;
}

test('seconds after the refund, while its query says that it runs', () => {
  const asked = following(refunded(), SETTLING, RUNNING);
  expect(asked.step).toMatchObject({ ...SYNC, cell: 'syncRefund.running' });
  expect(asked.now - T0).toBeGreaterThanOrEqual(5 * SECOND);
  expect(asked.now - T0).toBeLessThan(15 * SECOND);
});

test('its answer proves nothing: the query does, and it is asked again after every sync', () => {
  const asked = following(refunded(), SETTLING, RUNNING).did('syncRefund', done('unspecified'));
  expect(asked.step).toMatchObject({ kind: 'look', what: 'order' });
  expect(asked.saw(SETTLING).step).toMatchObject({ kind: 'look', what: 'refund' });
  const ended = following(asked, SETTLING, { kind: 'done', amount: 1280 });
  expect(ended.step).toMatchObject({ kind: 'settle', outcome: { action: 'refunded', by: 'us' } });
});

test('with growing pauses', () => {
  let story = following(refunded(), SETTLING, RUNNING);
  const sent: number[] = [];
  for (let made = 0; made < 8; made++) {
    sent.push(story.now);
    story = following(story.did('syncRefund', done('unspecified')), SETTLING, RUNNING);
  }
  const pauses = sent.slice(1).map((at, n) => at - (sent[n] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5 * SECOND);
  expect(pauses.at(-1)).toBeGreaterThan(45 * SECOND);
});

test('people are asked within two minutes when the channel never heard of it, and once an hour it is asked again', () => {
  let story = following(refunded(), SETTLING, RUNNING);
  for (let made = 0; made < 5; made++) {
    expect(story.step).toMatchObject(SYNC);
    story = following(story.did('syncRefund', UNKNOWN_THERE), SETTLING, RUNNING);
  }
  expect(story.step).toMatchObject({ kind: 'park', reason: 'refund-unknown-at-channel' });
  expect(story.now - T0).toBeLessThan(2 * MINUTE);
  const until = story.now + HOUR;
  const stuck = story.change((r) => parked(r, 'refund-unknown-at-channel', until, story.now));
  expect(following(stuck.after(HOUR), SETTLING, RUNNING).step).toMatchObject(SYNC);
});

test.each<[string, Answer]>([
  ['nobody signed', { ...UNKNOWN_THERE, hint: true }],
  ['did not come', LOST],
  ['is a fault', { kind: 'unknown', why: 'gatewayFault', hint: true }],
])('an answer that %s does not say that the channel never heard of it', (_, answer) => {
  let story = following(refunded(), SETTLING, RUNNING);
  for (let made = 0; made < 6; made++) {
    expect(story.step).toMatchObject(SYNC);
    story = following(story.did('syncRefund', answer), SETTLING, RUNNING);
  }
  expect(story.step).toMatchObject(SYNC);
});

test('once before a refund that failed is sent again, whose money may have gone back', () => {
  const asked = following(refunded(), SETTLING, FAILED);
  expect(asked.step).toMatchObject({ ...SYNC, cell: 'afterRefund.unspecified.failed' });
  const synced = asked.did('syncRefund', UNKNOWN_THERE);
  const again = following(synced, SETTLING, FAILED);
  expect(again.step).toMatchObject({ kind: 'act', verb: 'refund' });
  expect(following(again.did('refund', done('unspecified')), SETTLING, FAILED).step).toMatchObject(SYNC);
  expect(following(synced, SETTLING, { kind: 'done', amount: 1280 }).step).toMatchObject({
    kind: 'settle',
    outcome: { action: 'refunded' },
  });
});

test('a refund whose answer was lost need not be waited for', () => {
  const asked = following(refunded(daxpayCRules, LOST), SETTLING, RUNNING);
  expect(asked.step).toMatchObject(SYNC);
  expect(asked.now - T0).toBeLessThan(30 * SECOND);
});

test('never while it is held, in an old history, or where the gateway finds out by itself', () => {
  const held = refunded().change((r) => ({ ...r, held: true }));
  const old = refunded().change((r) => ({ ...r, legacy: true as const }));
  for (const story of [held, old, refunded(daxpayERules)]) {
    let now = story;
    for (let rounds = 0; rounds < 60; rounds++) {
      const { step } = now;
      expect(step).not.toMatchObject(SYNC);
      if (step.kind === 'wait') now = now.waited();
      else if (step.kind === 'look' && step.what === 'order') now = now.saw(SETTLING);
      else if (step.kind === 'look') now = now.change((r) => sawRefund(r, RUNNING, r.look?.seenAt ?? 0, now.now));
    }
  }
});
