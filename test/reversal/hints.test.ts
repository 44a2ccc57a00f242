/** An answer that was not authenticated chooses the next call; whether a call ran is not known from it. */
import { describe, expect, test } from 'vitest';
import { daxpayCRules, daxpayERules } from '../../src/gateways/daxpay/rules.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { horizonEnd, isCommitted, mayHaveWorked, wasNotExecuted } from '../../src/reversal/facts.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import { resolving } from '../../src/reversal/resolution.ts';
import { done, HOUR, NOTHING, PAID, SECOND, Story, T0, UNPAID } from './support.ts';

const rejected: Answer = { kind: 'rejected', why: 'request', code: '10006' };
const busy: Answer = { kind: 'again', afterMs: 2 * SECOND };
const refused: Answer = { kind: 'refused', why: 'state', code: 'X' };
const hinted = (answer: Answer): Answer => ({ ...answer, hint: true });
const act = (verb: Verb, answer: Answer) => ({ seq: 1, verb, sentAt: T0, answer });

describe('an answer that is only a hint', () => {
  test.each([rejected, busy, refused])('$kind: the call may have been executed', (answer) => {
    expect(wasNotExecuted(act('cancel', hinted(answer)))).toBe(false);
    expect(mayHaveWorked(act('cancel', hinted(answer)))).toBe(true);
    expect(mayHaveWorked(act('cancel', answer))).toBe(false);
  });

  test.each([rejected, busy])('$kind: the payment is not kept, now or later', (answer) => {
    const cancelled = (said: Answer) => Story.of().saw(UNPAID).did('cancel', said);
    expect(isCommitted(cancelled(answer).reversal)).toBe(false);
    expect(isCommitted(cancelled(hinted(answer)).reversal)).toBe(true);
  });

  test('a payment is not kept, and nobody may decide so, while such a call can still run', () => {
    const closed = Story.of({}, NOTHING, daxpayERules).saw(UNPAID).did('close', hinted(rejected)).after(SECOND);
    // It left at the latest just before it was answered.
    expect(horizonEnd(closed.reversal, closed.now)).toBe(T0 + 1 + 80 * SECOND);
    expect(closed.saw(PAID).step).toMatchObject({ kind: 'wait', why: 'lost-act' });
    const asked = closed.change((r) =>
      resolving(r, { finalAction: 'kept', operator: 'ada', evidence: 'x' }, closed.now),
    );
    expect(asked.saw(PAID).reversal.refusal).toMatch(/may still be executed/);
    expect(closed.after(HOUR).saw(PAID).step).toMatchObject({ kind: 'settle', outcome: { action: 'kept' } });
  });

  test('the same call may follow, another one only when it can no longer run', () => {
    const rules = { ...daxpayERules, permits: { ...daxpayERules.permits, cancel: true } };
    const synced = Story.of({ ifPaid: 'reverse' }, NOTHING, rules)
      .saw(UNPAID)
      .did('sync', { ...done('unspecified'), channel: 'unpaid' })
      .saw(UNPAID);
    const turnedAway = (answer: Answer) => synced.did('cancel', answer).after(10 * SECOND);
    const again = turnedAway(hinted(busy))
      .saw(UNPAID)
      .did('sync', { ...done('unspecified'), channel: 'unpaid' })
      .saw(UNPAID);
    expect(again.step).toMatchObject({ kind: 'act', verb: 'cancel' });
    expect(turnedAway(busy).saw(PAID).step).toMatchObject({ kind: 'act', verb: 'refund' });
    expect(turnedAway(hinted(busy)).saw(PAID).step).toMatchObject({ kind: 'wait', why: 'lost-act' });
    // A refusal chooses the next call (clarification 1).
    expect(turnedAway(hinted(refused)).saw(PAID).step).toMatchObject({ kind: 'act', verb: 'refund' });
  });
});

describe('a sync', () => {
  const REVERSE = { ifPaid: 'reverse', provider: 'daxpay' } as const;
  const GATEWAY_FAULT: Answer = { kind: 'unknown', why: 'gatewayFault', hint: true };
  const channel = (seen: 'refunded' | 'closed'): Answer => ({ ...done('unspecified'), channel: seen });
  const unpaid = Story.of(REVERSE, NOTHING, daxpayCRules).saw(UNPAID);

  test('that was answered with a fault is over: nothing waits for it', () => {
    const faulty = unpaid.did('sync', GATEWAY_FAULT);
    expect(horizonEnd(faulty.reversal, faulty.now)).toBe(0);
    expect(faulty.after(10 * SECOND).saw(UNPAID).step).toMatchObject({ kind: 'act', verb: 'sync' });
  });

  test('that is refused is an answer: five calls and not eleven', () => {
    expect(unpaid.did('sync', refused).saw(UNPAID).step).toMatchObject({ kind: 'act', verb: 'close' });
    expect(unpaid.did('sync', hinted(refused)).saw(UNPAID).step).toMatchObject({ kind: 'wait', why: 'pace' });
  });

  test.each<OrderView>([UNPAID, { kind: 'faulty', in: 'payment', amount: 1280 }])(
    'given back at the channel, twice, and still $kind: people, and no close in between',
    (view) => {
      const once = Story.of(REVERSE, NOTHING, daxpayCRules).saw(view).did('sync', channel('refunded')).saw(view);
      expect(once.step).toMatchObject({ kind: 'wait', why: 'pace' });
      const later = once.waited().saw(view);
      expect(later.step).toMatchObject({ kind: 'act', verb: 'sync' });
      expect(later.did('sync', channel('refunded')).saw(view).step).toMatchObject({
        kind: 'park',
        reason: 'contradiction',
      });
    },
  );
});

describe('an order that ended and was paid once', () => {
  const GONE: OrderView = { kind: 'gone', wasPaid: true };
  const unpaid = Story.of({ ifPaid: 'reverse' }, NOTHING, daxpayERules).saw(UNPAID);
  const synced = unpaid.did('sync', { ...done('unspecified'), channel: 'unpaid' }).saw(UNPAID);

  test('is never closed, and nobody hears that it was not paid', () => {
    const closed = synced.did('close', done('closed')).saw(GONE).seeing(GONE);
    expect(closed.step).toMatchObject({ kind: 'park', reason: 'contradiction' });
    const atC = Story.of({ ifPaid: 'reverse' }, NOTHING, daxpayCRules).saw(GONE);
    expect(atC.reversal.sawPaid).toBe(true);
    expect(atC.step).toMatchObject({ kind: 'act', verb: 'sync' });
  });

  test('is reversed when the payment channel says that the money went back', () => {
    const asked = Story.of({ ifPaid: 'reverse' }, NOTHING, daxpayCRules)
      .saw(GONE)
      .did('sync', { ...done('unspecified'), channel: 'refunded' });
    expect(asked.seeing(GONE).step).toMatchObject({ kind: 'act', verb: 'sync' });
    let story = asked.seeing(GONE);
    while (story.step.kind === 'act') {
      story = story.did('sync', { ...done('unspecified'), channel: 'refunded' }).seeing(GONE);
    }
    expect(story.step).toMatchObject({ kind: 'settle', outcome: { action: 'reversed' } });
  });
});

test('a payment that is kept in part says so', () => {
  const kept = (view: OrderView) => Story.of({ attemptedAt: '2026-11-20T03:00:00Z' }).saw(view).step;
  expect(kept({ kind: 'partlyRefunded', remaining: 500, amount: 1280 })).toMatchObject({
    kind: 'settle',
    outcome: { action: 'kept', partlyRefunded: true },
  });
  expect(kept(PAID)).not.toHaveProperty('outcome.partlyRefunded');
});

test('our refund that was turned away while another one runs is not failed yet', () => {
  const settling: OrderView = { kind: 'settling', what: 'refund', amount: 1280 };
  const turnedAway = Story.of({ reason: 'void', provider: 'daxpay' }, NOTHING, daxpayCRules)
    .saw(PAID)
    .did('refund', { kind: 'refused', why: 'unclear', code: 'data.1' })
    .after(5 * SECOND);
  const asked = (view: OrderView) => {
    const story = turnedAway.saw(view);
    return story.change((r) => ({
      ...r,
      refundLook: { view: { kind: 'notFound' }, askedAt: story.now, seenAt: story.now },
    })).step;
  };
  expect(asked(settling)).toMatchObject({ kind: 'wait', why: 'poll' });
  expect(asked(PAID)).toMatchObject({ kind: 'park', reason: 'refund-failed' });
});
