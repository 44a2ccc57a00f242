/** What holds for every gateway and every cell: stuck ones, stops, pauses, the query of a refund, syncs. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { daxpayERules } from '../../src/gateways/daxpay/rules.ts';
import { shouqianbaRules } from '../../src/gateways/shouqianba/rules.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { parked, saw, sawRefund, sent } from '../../src/reversal/reversal.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import { ABSENT, CLOSED, done, HOUR, LOST, NOTHING, PAID, REFUNDED, SECOND, Story, T0, UNPAID } from './support.ts';

const REVERSE = { ifPaid: 'reverse' } as const;
const LOOK = { kind: 'look', what: 'order' };
/** Sent, and its worker died: there is no answer and there will be none. */
const withoutAnswer = (story: Story, verb: 'cancel' | 'sync') =>
  story.change((r) => sent(r, { seq: (r.acts.at(-1)?.seq ?? 0) + 1, verb, sentAt: story.now })).after(1);

describe('what was seen before a pause', () => {
  test('ends nothing: the order is looked at again', () => {
    const closed = Story.of().saw(CLOSED);
    expect(closed.after(SECOND).step).toMatchObject({ kind: 'settle' });
    expect(closed.after(SECOND + 1).step).toMatchObject(LOOK);
  });

  test('does not cut a wait short', () => {
    expect(
      Story.of()
        .saw(UNPAID)
        .after(2 * SECOND).step,
    ).toMatchObject({ kind: 'wait', why: 'poll' });
  });
});

describe('a stuck one', () => {
  const checkAt = T0 + HOUR;
  const stuck = Story.of(REVERSE)
    .saw({ kind: 'partlyRefunded' })
    .change((r) => parked(r, 'partly-refunded', checkAt, T0));

  test('stays so until its self-check, then looks once, and stays so', () => {
    expect(stuck.after(HOUR - 1).step).toEqual({ kind: 'park', reason: 'partly-refunded', until: checkAt });
    expect(stuck.after(HOUR).step).toMatchObject(LOOK);
    expect(stuck.after(HOUR).saw({ kind: 'partlyRefunded' }).step).toMatchObject({
      kind: 'park',
      until: checkAt + HOUR,
    });
  });

  test('looks at once when somebody has reason to believe that the order changed', () => {
    expect(stuck.change((r) => ({ ...r, lookWanted: true })).step).toMatchObject(LOOK);
  });
});

describe('"stop trying"', () => {
  const stopping = (story: Story) => story.change((r) => ({ ...r, stopRequestedAt: story.now }));

  test('looks once more, and tells what that look shows and what proves it', () => {
    expect(stopping(Story.of()).step).toMatchObject(LOOK);
    expect(stopping(Story.of().saw(UNPAID).after(1)).step).toMatchObject(LOOK);
    expect(stopping(Story.of()).saw(UNPAID).step).toStrictEqual({
      kind: 'settle',
      outcome: { kind: 'abandoned', lastView: 'unpaid', askedAt: T0 },
    });
    const evidence = { trade_status: 'WAIT_BUYER_PAY' };
    expect(stopping(Story.of()).saw({ ...UNPAID, evidence }).step).toMatchObject({ outcome: { evidence } });
  });

  test('waits for the call in flight: the look comes after its answer', () => {
    const paid = Story.of(REVERSE).saw(PAID);
    const acting = stopping(paid).after(SECOND).saw(PAID).did('cancel', LOST);
    expect(acting.step).toMatchObject(LOOK);
    expect(acting.saw(PAID).step).toMatchObject({ outcome: { kind: 'abandoned', lastView: 'paid' } });
    const before = paid.did('cancel', LOST).saw(PAID).after(1);
    expect(stopping(before).step).toMatchObject(LOOK);
  });
});

describe('after an act', () => {
  const rules: Rules = {
    ...alipayRules,
    afterUndo: { ...alipayRules.afterUndo, running: { lookAfter: 7 * SECOND } },
    afterClose: { ...alipayRules.afterClose, running: { lookAfter: 4 * SECOND } },
  };
  const ran = (verb: 'cancel' | 'close' | 'sync') =>
    Story.of(REVERSE, NOTHING, rules).saw(UNPAID).did(verb, { kind: 'running' });

  test('the look waits for as long as its table says; nothing waits after a sync', () => {
    const wait = (ms: number) => ({ kind: 'wait', why: 'after-act', until: T0 + 1 + ms });
    expect(ran('cancel').step).toMatchObject(wait(7 * SECOND));
    expect(ran('cancel').after(7 * SECOND).step).toMatchObject(LOOK);
    expect(ran('close').step).toMatchObject(wait(4 * SECOND));
    expect(ran('sync').step).toMatchObject(LOOK);
  });

  test('whose answer was lost with its worker there is a look at once', () => {
    expect(withoutAnswer(Story.of(REVERSE).saw(PAID).after(1), 'cancel').step).toMatchObject(LOOK);
  });

  test('that a lock turned away the look waits for as long as it asked', () => {
    const busy = Story.of(REVERSE)
      .saw(PAID)
      .did('cancel', { kind: 'again', afterMs: 3 * SECOND });
    expect(busy.step).toMatchObject({ kind: 'wait', until: T0 + 1 + 3 * SECOND });
  });
});

describe('a refund that the order does not show', () => {
  const refunding = Story.of({ reason: 'void' }).saw(PAID).did('refund', LOST);
  const shown = (view: OrderView) => refunding.saw(view).waited();
  const asked = (story: Story, view: RefundView) => story.change((r) => sawRefund(r, view, story.now, story.now));

  test('is asked for by its number, ten seconds after it was sent', () => {
    const wait = { kind: 'wait', why: 'refund-query', until: T0 + 1 + 10 * SECOND };
    expect(refunding.saw(PAID).step).toMatchObject(wait);
    expect(shown(PAID).step).toMatchObject({ kind: 'look', what: 'refund' });
  });

  test('is asked for again when the answer is older than the refund, or than another look at the order', () => {
    const answer = { view: { kind: 'notFound' }, seenAt: T0 } as const;
    const older = shown(PAID).change((r) => ({ ...r, refundLook: { ...answer, askedAt: T0 } }));
    expect(older.step).toMatchObject({ kind: 'look', what: 'refund' });
    const answered = asked(shown(PAID), { kind: 'notFound' });
    expect(answered.after(SECOND).saw(PAID).step).toMatchObject({ kind: 'act', verb: 'refund' });
    expect(answered.after(SECOND + 1).saw(PAID).step).toMatchObject({ kind: 'look', what: 'refund' });
    const atOnce = refunding.saw(PAID).change((r) => ({
      ...r,
      refundLook: { view: { kind: 'done' }, askedAt: T0 + 1, seenAt: T0 + 1 },
    }));
    expect(atOnce.step).toMatchObject({ kind: 'settle', outcome: { action: 'refunded' } });
  });

  test.each<readonly [string, OrderView, RefundView, object]>([
    ['done', PAID, { kind: 'done' }, { kind: 'settle', cell: 'afterRefund.unknown.done' }],
    ['not found, and the order is paid: sent again', PAID, { kind: 'notFound' }, { kind: 'act', verb: 'refund' }],
    ['failed', PAID, { kind: 'failed', code: 'X' }, { kind: 'park', reason: 'refund-failed' }],
    ['not found, and the look failed: looks', { kind: 'unknown', why: 'http' }, { kind: 'notFound' }, { why: 'poll' }],
    [
      'failed, and the look failed: people',
      { kind: 'unknown', why: 'http' },
      { kind: 'failed', code: 'X' },
      { kind: 'park', reason: 'refund-failed' },
    ],
    [
      'not found, and the look was refused: people',
      { kind: 'rejected', why: 'config', code: 'X' },
      { kind: 'notFound' },
      { kind: 'park', reason: 'configuration' },
    ],
    [
      'failed, and the look was refused: people',
      { kind: 'rejected', why: 'config', code: 'X' },
      { kind: 'failed', code: 'X' },
      { kind: 'park', reason: 'refund-failed' },
    ],
  ])('%s', (_, order, refund, step) => {
    // Asked for at the same instant as the look at the order.
    const story = refunding.after(20 * SECOND).saw(order);
    expect(asked(story, refund).step).toMatchObject(step);
  });

  test('is looked for again and again where the table says nothing', () => {
    const rules: Rules = { ...alipayRules, afterRefund: { ...alipayRules.afterRefund, unknown: {} } };
    const story = refunding
      .change((r) => ({ ...r, rules }))
      .after(20 * SECOND)
      .saw(PAID);
    expect(asked(story, { kind: 'notFound' }).step).toMatchObject({ kind: 'wait', why: 'poll' });
  });
});

describe('a sync before anything else', () => {
  const SAW_UNPAID: Answer = { kind: 'done', effect: 'unspecified', channel: 'unpaid' };
  const SAW_PAID: Answer = { ...SAW_UNPAID, channel: 'paid' };
  const SYNC = { kind: 'act', verb: 'sync', cell: 'sync.unpaid' };
  const unpaid = Story.of(REVERSE, NOTHING, daxpayERules).saw(UNPAID);
  const synced = (answer: Answer) => unpaid.did('sync', answer).saw(UNPAID);

  test('is made of an unpaid order, once when the channel sees the same; never while it is held', () => {
    expect(unpaid.step).toMatchObject(SYNC);
    expect(synced(SAW_UNPAID).step).toMatchObject({ kind: 'act', verb: 'close' });
    expect(synced(done('unspecified')).step).toMatchObject({ kind: 'act', verb: 'close' });
    expect(unpaid.change((r) => ({ ...r, held: true })).step).toMatchObject({ kind: 'wait', why: 'held' });
  });

  const MAY_STILL_RUN = { kind: 'wait', why: 'lost-act' };
  test.each<readonly [string, Answer, number, object]>([
    ['the channel saw it paid', SAW_PAID, 10, SYNC],
    ['the channel saw it closed', { ...SAW_UNPAID, channel: 'closed' }, 10, SYNC],
    ['the channel saw it refunded', { ...SAW_UNPAID, channel: 'refunded' }, 10, SYNC],
    ['no answer came', LOST, 10, MAY_STILL_RUN],
    ['a lock was held for less', { kind: 'again', afterMs: 2 * SECOND }, 10, SYNC],
    ['a lock was held for more', { kind: 'again', afterMs: 15 * SECOND }, 15, SYNC],
    ['it is to be made again', { kind: 'again' }, 10, MAY_STILL_RUN],
  ])('is repeated when %s, after a pause and when the first can no longer run', (_, answer, seconds, then) => {
    const story = unpaid.did('sync', answer);
    const at = T0 + 1 + seconds * SECOND;
    const again = new Story(story.reversal, at - 1).saw(UNPAID);
    expect(again.step).toEqual({ kind: 'wait', until: at, why: 'pace' });
    expect(again.after(1).step).toMatchObject(then);
  });

  test('is repeated when its worker died with the answer', () => {
    const story = withoutAnswer(unpaid, 'sync')
      .after(20 * SECOND)
      .saw(UNPAID);
    expect(story.step).toMatchObject({ kind: 'wait', why: 'lost-act' });
    expect(story.after(HOUR).saw(UNPAID).step).toMatchObject(SYNC);
  });

  test('is made three times at most', () => {
    let story = unpaid;
    for (let made = 0; made < 3; made++) {
      expect(story.step).toMatchObject(SYNC);
      story = story
        .did('sync', SAW_PAID)
        .after(20 * SECOND)
        .saw(UNPAID);
    }
    expect(story.step).toMatchObject({ kind: 'act', verb: 'close' });
  });

  test('is made anew of another view, and after another call', () => {
    const other: OrderView = { kind: 'faulty', in: 'payment', amount: 1280 };
    expect(synced(SAW_UNPAID).after(1).saw(other).step).toMatchObject({ ...SYNC, cell: 'sync.faultyPayment' });
    const closed = synced(SAW_UNPAID).did('close', { kind: 'refused', why: 'state', code: 'X' }).after(HOUR);
    expect(closed.saw(UNPAID).step).toMatchObject(SYNC);
  });

  test('agrees about a paid or ended order when the channel saw that too', () => {
    const sync = { ...daxpayERules.sync, on: ['paid', 'closed'] } as NonNullable<Rules['sync']>;
    const seen = (view: OrderView, answer: Answer) =>
      Story.of(REVERSE, NOTHING, { ...daxpayERules, sync })
        .saw(view)
        .did('sync', answer)
        .saw(view).step;
    expect(seen(PAID, SAW_PAID)).toMatchObject({ kind: 'act', verb: 'refund' });
    expect(seen(CLOSED, { ...SAW_UNPAID, channel: 'closed' })).toMatchObject({ kind: 'settle' });
    expect(seen(CLOSED, SAW_PAID)).toMatchObject({ kind: 'wait', why: 'pace' });
    expect(seen(REFUNDED, SAW_PAID)).toMatchObject({ kind: 'settle' });
  });
});

describe('a call that was lost', () => {
  const lost = Story.of({ ifPaid: 'keep' }, NOTHING, daxpayERules).saw(UNPAID).did('close', LOST);
  const over = lost.now + 80 * SECOND;
  const seen = (view: OrderView, askedAt: number, now: number) =>
    new Story(lost.reversal, now).change((r) => saw(r, view, askedAt, now));

  test('keeps a payment from being kept on a look that was asked for before it can no longer run', () => {
    expect(seen(PAID, over - 1, over).step).toMatchObject(LOOK);
    expect(seen(PAID, over, over).step).toMatchObject({ kind: 'settle', outcome: { action: 'kept' } });
  });

  test('keeps the next call from being sent on such a look, and calls lost together from coming back together', () => {
    const resumes = new Set<number>();
    for (let order = 0; order < 40; order++) {
      const story = Story.of({ reason: 'void', orderId: `RV${order}` }, NOTHING, daxpayERules).saw(UNPAID);
      const { step } = new Story(story.did('sync', LOST).reversal, over).saw(UNPAID);
      const until = step.kind === 'wait' ? step.until : over;
      // `until` is the next look or the end of the wait: walk it to the sync that follows.
      let at = until;
      let walked = new Story(story.did('sync', LOST).reversal, at).saw(UNPAID);
      for (; walked.step.kind === 'wait'; walked = new Story(walked.reversal, at).saw(UNPAID)) at = walked.step.until;
      expect(walked.step).toMatchObject({ kind: 'act', verb: 'sync' });
      expect(at).toBeGreaterThanOrEqual(over);
      expect(at).toBeLessThan(over + 17 * SECOND);
      resumes.add(at);
    }
    expect(resumes.size).toBeGreaterThan(30);
  });

  test('does not let a watch end on a look from before that', () => {
    const watched = Story.of({ ifPaid: 'reverse' }, NOTHING, daxpayERules).saw(UNPAID).did('close', LOST);
    const early = new Story(watched.reversal, over).change((r) => saw(r, ABSENT, over - 1, over));
    expect(early.step).toMatchObject(LOOK);
    expect(early.saw(ABSENT).step).toMatchObject({ kind: 'settle', outcome: { action: 'nothing_to_reverse' } });
  });
});

test('a status that nobody has described gets three looks after a cancel, as before one', () => {
  const faulty = { kind: 'faulty', in: 'status' } as const;
  const story = Story.of({ ifPaid: 'reverse' }, NOTHING, shouqianbaRules)
    .after(20 * SECOND)
    .saw(PAID);
  const cancelled = story
    .did('cancel', done('refunded'))
    .after(2 * 60 * SECOND)
    .saw(faulty);
  expect(cancelled.step).toMatchObject({ kind: 'wait', why: 'poll' });
  expect(cancelled.seeing(faulty).step).toMatchObject({ kind: 'park', reason: 'gateway-unsure' });
  expect(cancelled.after(SECOND).saw(REFUNDED).step).toMatchObject({ outcome: { action: 'refunded' } });
});
