/** How one cell of a table is played: looks, watches, sends, and when each of them gives way. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { daxpayCRules, daxpayERules } from '../../src/gateways/daxpay/rules.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { isStale } from '../../src/reversal/moves.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import { sawRefund } from '../../src/reversal/reversal.ts';
import type { Move, Rules, Timing, ViewKey } from '../../src/reversal/rules.ts';
import type { Act } from '../../src/reversal/state.ts';
import { ask, look, send, watch } from '../../src/reversal/tables.ts';
import { ABSENT, CLOSED, done, HOUR, LOST, MINUTE, NOTHING, PAID, SECOND, Story, T0, UNPAID } from './support.ts';

const REVERSE = { ifPaid: 'reverse' } as const;
const SILENT: OrderView = { kind: 'unknown', why: 'timeout' };
const cell = (view: ViewKey, move: Move, rules: Rules = alipayRules): Rules => ({
  ...rules,
  before: { ...rules.before, [view]: { keep: move, reverse: move } },
});
const timed = (timing: Partial<Timing>, rules: Rules = alipayRules): Rules => ({
  ...rules,
  timing: { ...rules.timing, ...timing },
});
const act = (verb: Verb, sentAt: number, answer?: Answer): Act => ({ seq: 1, verb, sentAt, ...(answer && { answer }) });
const having = (acts: readonly Act[], rules: Rules = alipayRules) => Story.of(REVERSE, { acts }, rules);

describe('a look again and again', () => {
  test('goes on where nothing comes after it', () => {
    const story = Story.of({}, NOTHING, cell('unpaid', look(MINUTE))).saw(UNPAID);
    expect(story.after(HOUR).saw(UNPAID).step).toMatchObject({ kind: 'wait', until: T0 + HOUR + 5 * MINUTE });
  });

  test('for ever never comes to what is after it', () => {
    const story = Story.of({}, NOTHING, cell('unpaid', look('ever', ask('refused')))).saw(UNPAID);
    expect(story.after(HOUR).saw(UNPAID).step).toMatchObject({ kind: 'wait', until: T0 + HOUR + 5 * MINUTE });
  });

  test('ends after a day: an order that does not move gave up, a gateway that does not answer is unreachable', () => {
    const busy: OrderView = { kind: 'settling', what: 'refund' };
    const day = 24 * HOUR;
    expect(Story.of().saw(busy).after(day).saw(busy).step).toMatchObject({ kind: 'park', reason: 'gave-up' });
    expect(Story.of().saw(SILENT).after(day).saw(SILENT).step).toMatchObject({ kind: 'park', reason: 'unreachable' });
  });
});

describe('a watch', () => {
  test('begins when the order was first seen so', () => {
    const story = Story.of({}, NOTHING, cell('absent', watch)).saw(UNPAID).after(MINUTE).saw(ABSENT);
    expect(story.step).toMatchObject({ kind: 'wait', why: 'watch', until: T0 + MINUTE + 5 * SECOND });
  });

  const CHANNEL_CLOSED: Answer = { ...done('unspecified'), channel: 'closed' };
  const closed = Story.of(REVERSE, NOTHING, daxpayCRules).saw(CLOSED).did('sync', CHANNEL_CLOSED);

  test('in which only a sync can show a late payment syncs at each of its times', () => {
    const watching = closed.saw(CLOSED);
    expect(watching.step).toMatchObject({ kind: 'wait', why: 'watch' });
    expect(watching.waited().saw(CLOSED).step).toMatchObject({ kind: 'act', verb: 'sync', cell: 'sync.watch' });
  });

  const over = closed.after(3 * HOUR);
  const ending = (answer: Answer | undefined) =>
    over.change((r) => ({
      ...r,
      acts: [...r.acts, ...[2, 3, 4].map((seq) => ({ ...act('sync', over.now, answer), seq }))],
    }));

  test('of that kind ends with a sync that was answered, and with nothing else', () => {
    expect(ending(CHANNEL_CLOSED).saw(CLOSED).step).toMatchObject({ kind: 'settle', outcome: { action: 'closed' } });
    const held = ending(CHANNEL_CLOSED).change((r) => ({ ...r, held: true }));
    expect(held.saw(CLOSED).step).toMatchObject({ kind: 'wait', why: 'held' });
    for (const answer of [LOST, undefined]) {
      const wait = { kind: 'wait', why: 'pace', until: over.now + 5 * MINUTE };
      expect(ending(answer).saw(CLOSED).step).toMatchObject(wait);
      expect(
        ending(answer)
          .after(2 * MINUTE)
          .saw(CLOSED).step,
      ).toMatchObject(wait);
      const later = ending(answer).after(5 * MINUTE);
      expect(new Story(later.reversal, later.now - 1).saw(CLOSED).step).toMatchObject(wait);
      expect(later.saw(CLOSED).step).toMatchObject({ kind: 'act', verb: 'sync', cell: 'sync.watch' });
      const day = ending(answer)
        .after(24 * HOUR)
        .saw(CLOSED);
      expect(day.step).toMatchObject({ kind: 'park', reason: 'gateway-unsure' });
    }
  });
});

describe('nothing is sent', () => {
  test('to a gateway that is down, also where a look that failed would be enough', () => {
    const silent = Story.of(REVERSE).saw(SILENT);
    expect(silent.step).toMatchObject({ kind: 'act', verb: 'cancel' });
    expect(silent.after(10 * MINUTE).saw(SILENT).step).toMatchObject({ kind: 'wait', why: 'poll' });
    expect(
      silent
        .after(10 * MINUTE)
        .saw(SILENT)
        .waited().step,
    ).toMatchObject({ kind: 'look', every: 5 * MINUTE });
  });

  test('that the account may not send or that comes too late: people, with the reason that tells most', () => {
    const only = cell('unpaid', send(['cancel']));
    const permits = { ...only.permits, cancel: false };
    const seen = (rules: Rules) =>
      Story.of(REVERSE, NOTHING, rules)
        .after(24 * HOUR)
        .saw(UNPAID).step;
    expect(seen({ ...only, permits })).toMatchObject({ kind: 'park', reason: 'not-allowed' });
    expect(seen(only)).toMatchObject({ kind: 'park', reason: 'window-over' });
  });

  test('before the order has its least age, unless it is paid', () => {
    const young = Story.of(REVERSE, NOTHING, timed({ minimumAge: 2 * SECOND }));
    expect(young.saw(UNPAID).step).toMatchObject({ kind: 'wait', why: 'minimum-age', until: T0 + 2 * SECOND });
    expect(young.after(2 * SECOND).saw(UNPAID).step).toMatchObject({ kind: 'act', verb: 'cancel' });
    expect(young.saw(PAID).step).toMatchObject({ kind: 'act', verb: 'cancel' });
  });

  test('once more after a day of tries; what was never tried is tried then too', () => {
    const tried = (acts: readonly Act[], view: OrderView, rules?: Rules) =>
      having(acts, rules)
        .saw(view)
        .after(24 * HOUR)
        .saw(view).step;
    const again = act('cancel', T0, { kind: 'again' });
    const unpaid = timed({}, cell('unpaid', send(['close'])));
    expect(tried([act('close', T0, { kind: 'again' })], UNPAID, unpaid)).toMatchObject({ reason: 'gave-up' });
    expect(tried([], UNPAID, unpaid)).toMatchObject({ kind: 'act', verb: 'close' });
    expect(tried([act('close', T0 - 1, { kind: 'again' })], UNPAID, unpaid)).toMatchObject({ kind: 'act' });
    const hasty = timed({ backOff: { ...alipayRules.timing.backOff, giveUpAfter: MINUTE } });
    expect(having([again], hasty).saw(SILENT).after(MINUTE).saw(SILENT).step).toMatchObject({ reason: 'unreachable' });
  });

  test('on a look that is too old, however late it came back', () => {
    const slow = (ms: number, input = {}) =>
      Story.of(input)
        .change((r) => ({ ...r, look: { view: PAID, askedAt: T0, seenAt: T0 + ms } }))
        .after(ms).step;
    expect(slow(10 * SECOND, REVERSE)).toMatchObject({ kind: 'act' });
    expect(slow(10 * SECOND + 1, REVERSE)).toMatchObject({ kind: 'look' });
    expect(slow(10 * SECOND)).toMatchObject({ kind: 'settle', outcome: { action: 'kept' } });
    expect(slow(10 * SECOND + 1)).toMatchObject({ kind: 'look' });
    expect(isStale(Story.of().reversal, T0)).toBe(true);
  });
});

describe('the same call again', () => {
  const busy = (afterMs: number) => Story.of(REVERSE).saw(PAID).did('cancel', { kind: 'again', afterMs });

  test('waits for as long as the gateway asked, not for the back-off', () => {
    expect(busy(500).waited().saw(PAID).step).toMatchObject({ kind: 'act', verb: 'cancel', seq: 2 });
    expect(busy(5 * SECOND).saw(PAID).step).toMatchObject({ kind: 'wait', why: 'pace', until: T0 + 1 + 5 * SECOND });
  });

  test('waits for the back-off when its answer was lost, with its worker too', () => {
    for (const answer of [LOST, undefined]) {
      const story = Story.of(REVERSE)
        .saw(PAID)
        .change((r) => ({ ...r, acts: [act('cancel', T0, answer)] }));
      expect(story.after(SECOND).saw(PAID).step).toMatchObject({ kind: 'wait', why: 'pace' });
      expect(story.after(3 * SECOND).saw(PAID).step).toMatchObject({ kind: 'act', verb: 'cancel', seq: 2 });
    }
  });

  test('waits for no call of an earlier run', () => {
    const earlier = having([act('cancel', T0 - 1, { kind: 'notSent', why: 'reset' })]);
    expect(earlier.saw(PAID).step).toMatchObject({ kind: 'act', verb: 'cancel', seq: 2 });
  });

  test('is a refund when its own query does not know it, although it was said to be done', () => {
    const rules = timed({ refundLookAfter: SECOND });
    const refunded = Story.of({ reason: 'void' }, NOTHING, rules).saw(PAID).did('refund', done('refunded'));
    const asked = refunded.after(3 * SECOND).saw(PAID);
    const story = asked.change((r) => sawRefund(r, { kind: 'notFound' }, asked.now, asked.now));
    expect(story.step).toMatchObject({ kind: 'act', verb: 'refund', seq: 2 });
  });

  test('is paced by its own table when it is a sync', () => {
    const { sync } = daxpayERules;
    if (sync === undefined) throw new Error('profile E has syncs');
    const rules = { ...daxpayERules, sync: { ...sync, repeatAfter: SECOND } };
    const story = Story.of(REVERSE, NOTHING, rules)
      .saw(UNPAID)
      .did('sync', { ...done('unspecified'), channel: 'paid' });
    expect(story.after(SECOND).saw(UNPAID).step).toMatchObject({ kind: 'act', verb: 'sync' });
  });
});

test('without any answer to a sync only what is safe on a paid order is sent', () => {
  const syncs = [1, 2, 3].map((n) => ({ ...act('sync', T0 + n), seq: n }));
  const verbs = { ...daxpayERules.verbs, unpaid: ['cancel', 'close'] as const };
  const permits = { ...daxpayERules.permits, cancel: true };
  const sent = (acts: readonly Act[]) =>
    Story.of({ ...REVERSE, method: 'barcode' }, NOTHING, { ...daxpayERules, verbs, permits })
      .saw(UNPAID)
      .change((r) => ({ ...r, acts }))
      .after(HOUR)
      .saw(UNPAID).step;
  expect(sent(syncs)).toMatchObject({ kind: 'act', verb: 'close' });
  expect(sent([...syncs, { ...act('sync', T0 + 4, done('unspecified')), seq: 4 }])).toMatchObject({ verb: 'cancel' });
});
