/** The named cases: what comes next, and next, until it settles or people are asked. Alipay's tables. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/reversal/answer.ts';
import { resubmitted } from '../../src/reversal/asked.ts';
import { remember } from '../../src/reversal/reversal.ts';
import {
  ABSENT,
  CLOSED,
  done,
  HOUR,
  LOST,
  MINUTE,
  NOTHING,
  PAID,
  REFUNDED,
  SECOND,
  Story,
  T0,
  UNPAID,
} from './support.ts';

const REVERSE = { ifPaid: 'reverse' } as const;
const act = (verb: string) => ({ kind: 'act', verb });
const settled = (action: string, more: Record<string, unknown> = {}) => ({
  kind: 'settle',
  outcome: { kind: 'final', action, ...more },
});
const parked = (reason: string) => ({ kind: 'park', reason });
const refused = (why: 'tooLate' | 'notAllowed' | 'noFunds' | 'frozen' | 'finished' | 'partlyRefunded' | 'unclear') =>
  ({ kind: 'refused', why, code: 'X' }) as const satisfies Answer;

describe('first of all', () => {
  test('the order is looked at', () => {
    expect(Story.of().step).toMatchObject({ kind: 'look', what: 'order' });
  });

  test('paid, and it may stay: kept, and nothing is sent', () => {
    expect(Story.of().saw(PAID).step).toMatchObject(
      settled('kept', { by: 'payer', proof: { of: 'order', kind: 'paid' } }),
    );
  });

  test('closed and refunded orders need nothing, whatever was wanted', () => {
    expect(Story.of(REVERSE).saw(CLOSED).step).toMatchObject(settled('closed', { by: 'gateway' }));
    expect(Story.of().saw(REFUNDED).step).toMatchObject(settled('refunded', { by: 'gateway' }));
  });

  test('without the ledger there is a look, and then neither an act nor "kept" nor a question to people', () => {
    const blind = (ifPaid: 'keep' | 'reverse') => {
      const story = Story.of({ ifPaid });
      return story.change((r) => ({ ...r, remembered: false }));
    };
    expect(blind('keep').step).toMatchObject({ kind: 'look' });
    expect(blind('keep').saw(PAID).step).toEqual({ kind: 'open' });
    expect(blind('reverse').saw(PAID).step).toEqual({ kind: 'open' });
    expect(blind('reverse').saw({ kind: 'partlyRefunded' }).step).toEqual({ kind: 'open' });
    expect(blind('keep').saw(UNPAID).step).toMatchObject({ kind: 'wait' });
  });
});

describe('the verb', () => {
  test('void: refund where the account may, else cancel in its window, else people', () => {
    const paid = Story.of({ reason: 'void' }).saw(PAID);
    expect(paid.step).toMatchObject(act('refund'));
    const poor = paid.change((r) => ({ ...r, rules: { ...r.rules, permits: { ...r.rules.permits, refund: false } } }));
    expect(poor.step).toMatchObject(act('cancel'));
    expect(poor.after(24 * HOUR).saw(PAID).step).toMatchObject(parked('window-over'));
  });

  test('ambiguous: cancel first, and refund where cancel is not allowed or too late', () => {
    const paid = Story.of(REVERSE).saw(PAID);
    expect(paid.step).toMatchObject(act('cancel'));
    for (const why of ['tooLate', 'notAllowed', 'unclear'] as const) {
      expect(paid.did('cancel', refused(why)).waited().saw(PAID).step).toMatchObject(act('refund'));
    }
  });

  test.each([
    ['noFunds', 'no-funds'],
    ['frozen', 'frozen'],
    ['finished', 'finished'],
    ['partlyRefunded', 'partly-refunded'],
  ] as const)('refused for %s: people are asked', (why, reason) => {
    expect(Story.of(REVERSE).saw(PAID).did('cancel', refused(why)).waited().saw(PAID).step).toMatchObject(
      parked(reason),
    );
  });

  test('an unpaid order is left alone for as long as a payment may be kept, then cancelled', () => {
    const unpaid = Story.of().saw(UNPAID);
    expect(unpaid.step).toMatchObject({ kind: 'wait', why: 'poll' });
    const asked = unpaid.seeing(UNPAID);
    expect(asked.step).toMatchObject(act('cancel'));
    expect(asked.now - unpaid.now).toBeGreaterThanOrEqual(30 * SECOND);
    expect(Story.of(REVERSE).saw(UNPAID).step).toMatchObject(act('cancel'));
  });

  test('a look that failed is not taken for "unpaid": cancelled only when patience is over, by the table', () => {
    const failed = Story.of().saw({ kind: 'unknown', why: 'timeout' });
    expect(failed.step).toMatchObject({ kind: 'wait', why: 'poll' });
    expect(failed.seeing({ kind: 'unknown', why: 'timeout' }).step).toMatchObject(act('cancel'));
  });

  test.each([
    ['of an order that was attempted long ago', { attemptedAt: new Date(T0 - HOUR).toISOString() }],
    ['of a closure that is due', { reason: 'timeout', expiresAt: new Date(T0 - MINUTE).toISOString() }],
  ] as const)('one look that failed, %s, does not give a payment back that is to stay', (_, asked) => {
    const failed = Story.of(asked).saw({ kind: 'unknown', why: 'timeout' });
    expect(failed.step).toMatchObject({ kind: 'wait', why: 'poll' });
    expect(failed.waited().saw(PAID).step).toMatchObject(settled('kept'));
    const mute = failed.seeing({ kind: 'unknown', why: 'timeout' });
    expect(mute.step).toMatchObject(act('cancel'));
    expect(mute.now - failed.now).toBeGreaterThanOrEqual(30 * SECOND);
  });
});

describe('the answer', () => {
  test('proves nothing by itself: a look comes before any end', () => {
    const cancelled = Story.of(REVERSE).saw(PAID).did('cancel', done('refunded'));
    expect(cancelled.step).toMatchObject({ kind: 'look', what: 'order' });
    expect(cancelled.saw(REFUNDED).step).toMatchObject(settled('refunded', { by: 'us' }));
  });

  test('a success that the look does not show yet is a replica: waited for, then sent again, then refunded', () => {
    const shown = Story.of(REVERSE).saw(PAID).did('cancel', done('refunded')).saw(PAID);
    expect(shown.step).toMatchObject({ kind: 'wait', why: 'confirm' });
    const again = shown.seeing(PAID);
    expect(again.step).toMatchObject(act('cancel'));
    expect(again.now - shown.now).toBeGreaterThanOrEqual(10 * SECOND);
    const twice = again.did('cancel', done('refunded')).seeing(PAID);
    expect(twice.step).toMatchObject(act('refund'));
  });

  test('retry_flag=Y: wait, look, and the same call again', () => {
    const again = Story.of(REVERSE).saw(PAID).did('cancel', { kind: 'again' });
    expect(again.step).toMatchObject({ kind: 'wait', why: 'after-act' });
    expect(again.waited().step).toMatchObject({ kind: 'look' });
    expect(again.seeing(PAID).step).toMatchObject({ ...act('cancel'), seq: 2 });
  });

  test('lost: a look first, then the same call again, and no other verb before it can no longer run', () => {
    const lost = Story.of(REVERSE).saw(PAID).did('cancel', LOST);
    expect(lost.step).toMatchObject({ kind: 'look' });
    expect(lost.saw(REFUNDED).step).toMatchObject(settled('refunded', { by: 'us' }));
    expect(lost.saw(PAID).seeing(PAID).step).toMatchObject(act('cancel'));
    const old = lost.change((r) => ({ ...r, rules: { ...r.rules, permits: { ...r.rules.permits, cancel: false } } }));
    expect(old.saw(PAID).step).toMatchObject({ kind: 'wait', why: 'lost-act' });
    const later = old.seeing(PAID);
    expect(later.step).toMatchObject(act('refund'));
    expect(later.now - T0).toBeGreaterThanOrEqual(60 * SECOND);
  });

  test('success without an action on an order that is there unpaid: not closed, so sent again, then people', () => {
    let story = Story.of(REVERSE).saw(UNPAID);
    for (let sent = 0; story.step.kind === 'act'; sent++) {
      expect(sent).toBeLessThan(20);
      story = story.did(story.step.verb, done('nothingFound')).seeing(UNPAID);
    }
    expect(story.step).toMatchObject({ kind: 'park' });
  });
});

describe('an order that nobody finds', () => {
  const told = Story.of().saw(ABSENT).seeing(ABSENT).did('cancel', done('nothingFound'));

  test('is cancelled all the same when the time is over', () => {
    expect(Story.of().saw(ABSENT).seeing(ABSENT).step).toMatchObject(act('cancel'));
  });

  test('is watched after that, and was nothing to reverse: never closed', () => {
    expect(told.saw(ABSENT).step).toMatchObject({ kind: 'wait', why: 'watch' });
    const end = told.seeing(ABSENT);
    expect(end.step).toMatchObject(settled('nothing_to_reverse', { by: 'payer' }));
    expect(end.now - told.now).toBeGreaterThanOrEqual(10 * MINUTE);
  });

  test('is watched for as long as a code that somebody may scan lives', () => {
    const { attemptedAt } = { attemptedAt: '2026-11-20T03:00:00Z' };
    const qr = Story.of({ method: 'qr', attemptedAt }).saw(ABSENT).seeing(ABSENT).did('cancel', done('nothingFound'));
    expect(qr.seeing(ABSENT).now - qr.now).toBeGreaterThan(HOUR);
    const expiring = Story.of({ method: 'qr', attemptedAt, expiresAt: '2026-11-20T03:30:00Z' });
    const end = expiring.saw(ABSENT).seeing(ABSENT).did('cancel', done('nothingFound')).seeing(ABSENT);
    expect(end.now).toBeGreaterThanOrEqual(Date.parse('2026-11-20T03:30:00Z'));
    expect(end.step).toMatchObject(settled('nothing_to_reverse'));
  });

  test('is reversed when it is paid during the watch, and called late, whatever should be kept', () => {
    const paid = told.saw(ABSENT).waited().saw(PAID);
    expect(paid.step).toMatchObject(act('cancel'));
    expect(paid.did('cancel', done('refunded')).saw(REFUNDED).step).toMatchObject(
      settled('refunded', { latePayment: true }),
    );
  });
});

describe('hold', () => {
  const held = (story: Story) => story.change((r) => ({ ...r, held: true }));
  const released = (story: Story) => story.change((r) => ({ ...r, held: false, lookWanted: true }));

  test('before the point of no return: looks only, and after release a look before anything', () => {
    const story = held(Story.of(REVERSE).saw(PAID));
    expect(story.step).toMatchObject({ kind: 'wait', why: 'held' });
    expect(story.waited().step).toMatchObject({ kind: 'look' });
    expect(released(story).step).toMatchObject({ kind: 'look' });
    expect(released(story).saw(PAID).step).toMatchObject(act('cancel'));
  });

  test('after it: nothing is sent, a payment is not kept, and an end that is seen is still an end', () => {
    const story = held(Story.of().saw(UNPAID).seeing(UNPAID).did('cancel', LOST));
    expect(story.saw(PAID).waited().step).toMatchObject({ kind: 'look' });
    expect(story.saw(CLOSED).step).toMatchObject(settled('closed'));
  });
});

describe('people', () => {
  test('a look that shows something else takes a stuck reversal up again', () => {
    const stuck = Story.of(REVERSE).saw({ kind: 'partlyRefunded' });
    expect(stuck.step).toMatchObject(parked('partly-refunded'));
    expect(stuck.saw(REFUNDED).step).toMatchObject(settled('refunded'));
  });

  test('unknown is never failed: it is retried for a day, then shown, still resumable', () => {
    const lookless = Story.of(REVERSE).saw(PAID).did('cancel', done('refunded'));
    const end = lookless.seeing({ kind: 'unknown', why: 'timeout' });
    expect(end.step).toMatchObject(parked('unreachable'));
    expect(end.now - lookless.now).toBeGreaterThanOrEqual(24 * HOUR);
    const again = end.change((r) => resubmitted(r, end.now));
    expect(again.step).toMatchObject({ kind: 'look' });
    // The account's rules may have been changed for it, and the ledger may know more.
    const seen = again.saw(REFUNDED);
    expect(seen.step).toMatchObject({ kind: 'open' });
    expect(seen.change((r) => remember(r, { acts: r.acts })).step).toMatchObject(settled('refunded'));
  });

  test('credentials that are refused say nothing about the order', () => {
    const rejected = Story.of().saw({ kind: 'rejected', why: 'signature', code: 'isv.invalid-signature' });
    expect(rejected.step).toMatchObject(parked('configuration'));
  });

  test('"stop trying" looks once more and says what is known', () => {
    const stop = Story.of(REVERSE).saw(PAID).did('cancel', LOST);
    const stopping = stop.after(1).change((r) => ({ ...r, stopRequestedAt: stop.now + 1 }));
    expect(stopping.step).toMatchObject({ kind: 'look' });
    expect(stopping.saw(PAID).step).toMatchObject({ kind: 'settle', outcome: { kind: 'abandoned', lastView: 'paid' } });
  });
});

test('a closure that is woken before its time looks, keeps what is paid, and waits for its time with the rest', () => {
  const closure = Story.of({ reason: 'timeout', expiresAt: '2026-11-20T04:00:00Z' }, NOTHING);
  expect(closure.saw(UNPAID).step).toMatchObject({
    kind: 'wait',
    why: 'not-due',
    until: Date.parse('2026-11-20T04:00:00Z'),
  });
  expect(closure.saw(PAID).step).toMatchObject(settled('kept'));
  expect(closure.seeing(UNPAID).step).toMatchObject(act('cancel'));
});
