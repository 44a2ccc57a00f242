/** What a case is called while it runs, and what a caller is told with it. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { daxpayCRules } from '../../src/gateways/daxpay/rules.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import type { Settlement } from '../../src/reversal/outcome.ts';
import type { ReversalInput } from '../../src/reversal/request.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import type { Reversal } from '../../src/reversal/state.ts';
import { lasts, type Status, stateOf as stateAt, statusOf, verdictOf as verdictAt } from '../../src/reversal/status.ts';
import type { Step } from '../../src/reversal/steps.ts';
import { ABSENT, CLOSED, done, HOUR, LOST, MINUTE, NOTHING, PAID, SECOND, Story, T0, UNPAID } from './support.ts';

/** The instant has a say only in histories of the first release. */
const verdictOf = (r: Reversal, step: Step) => verdictAt(r, step, T0);
const stateOf = (r: Reversal, step: Step) => stateAt(r, step, T0);

const LOOK: Step = { kind: 'look', what: 'order', until: T0 + MINUTE };
const SLOW: Step = { ...LOOK, every: MINUTE };
const ACT: Step = { kind: 'act', verb: 'cancel', seq: 1, cell: 'c' };
const PARK: Step = { kind: 'park', reason: 'frozen', until: T0 + MINUTE };
const wait = (why: 'poll' | 'watch' | 'not-due'): Step => ({ kind: 'wait', until: T0 + MINUTE, why });
const closed: Settlement = {
  kind: 'final',
  action: 'closed',
  by: 'us',
  proof: { of: 'order', kind: 'closed', askedAt: T0 },
};
const END: Step = { kind: 'settle', outcome: closed };
const ABANDONED: Step = { kind: 'settle', outcome: { kind: 'abandoned', lastView: 'unpaid' } };
const seen = Story.of().saw(UNPAID).reversal;
const silent = Story.of().saw({ kind: 'unknown', why: 'timeout' }).reversal;
const cancelled = Story.of().saw(UNPAID).did('cancel', LOST).reversal;
const told = { ...seen, told: 'not_paid' as const };

describe('the status', () => {
  test.each<readonly [string, typeof seen, Step, Status]>([
    ['concluded', { ...silent, held: true }, END, 'final'],
    ['stopped', seen, ABANDONED, 'abandoned'],
    ['asking people, although held and silent', { ...silent, held: true }, PARK, 'stuck'],
    ['held, although silent', { ...silent, held: true }, wait('poll'), 'held'],
    ['before its time, although silent', silent, wait('not-due'), 'scheduled'],
    ['waiting for a gateway that is silent', silent, wait('poll'), 'unreachable'],
    ['watching one that is silent', silent, wait('watch'), 'unreachable'],
    ['looking at one that is silent', silent, LOOK, 'unreachable'],
    ['sending to one that is silent', silent, ACT, 'checking'],
    ['watching', seen, wait('watch'), 'watching'],
    ['waiting', seen, wait('poll'), 'checking'],
    ['looking', seen, LOOK, 'checking'],
    ['waiting, with a cancel sent', cancelled, wait('poll'), 'reversing'],
    ['waiting, told something but nothing sent', told, wait('poll'), 'checking'],
  ])('%s', (_, r, step, status) => {
    expect(statusOf(r, step)).toBe(status);
  });
});

test('a wait, a question to people and a look that the server repeats go on until their time', () => {
  for (const step of [wait('poll'), PARK, SLOW]) expect(lasts(step), step.kind).toBe(true);
  for (const step of [LOOK, ACT, END, { kind: 'open' } as const]) expect(lasts(step), step.kind).toBe(false);
});

describe('"not paid" is told', () => {
  const WATCHED = { ifPaid: 'reverse' } as const;
  /** Absent at first sight, and again at that many milliseconds after it. */
  const twice = (ms: number, input: Partial<ReversalInput> = WATCHED, rules?: Rules, view: OrderView = ABSENT) =>
    Story.of(input, NOTHING, rules).saw(view).after(ms).saw(view).reversal;
  const with_ = (timing: Partial<Rules['timing']>): Rules => ({
    ...alipayRules,
    timing: { ...alipayRules.timing, ...timing },
  });

  test('in the watch over what is absent or closed, at the second look, five seconds after the first', () => {
    for (const view of [ABSENT, CLOSED]) {
      expect(verdictOf(twice(5 * SECOND - 1, WATCHED, alipayRules, view), wait('watch')), view.kind).toBeUndefined();
      expect(verdictOf(twice(5 * SECOND, WATCHED, alipayRules, view), wait('watch')), view.kind).toBe('not_paid');
    }
  });

  test('at the first look where the gateway itself answered that there was nothing to cancel', () => {
    const found = Story.of(WATCHED).saw(ABSENT).did('cancel', done('nothingFound')).saw(ABSENT).reversal;
    expect(verdictOf(found, wait('watch'))).toBe('not_paid');
    const hinted = Story.of(WATCHED)
      .saw(ABSENT)
      .did('cancel', { ...done('nothingFound'), hint: true })
      .saw(ABSENT);
    expect(verdictOf(hinted.reversal, wait('watch'))).toBeUndefined();
  });

  test('after the quiet period', () => {
    const rules = with_({ quiet: MINUTE });
    expect(verdictOf(twice(MINUTE - 1, WATCHED, rules), wait('watch'))).toBeUndefined();
    expect(verdictOf(twice(MINUTE, WATCHED, rules), wait('watch'))).toBe('not_paid');
  });

  test.each<readonly [string, Partial<ReversalInput>, number]>([
    ['a QR code lives for two hours', { method: 'qr' }, 2 * HOUR + 10 * SECOND],
    ['what is not known to be a barcode may be a code', { method: undefined }, 2 * HOUR + 10 * SECOND],
    ['an expiry that the caller named', { method: 'barcode', expiresAt: '2026-11-20T03:30:00Z' }, 1810 * SECOND],
  ])('after the last instant at which a payment that would be kept can be made: %s', (_, input, ms) => {
    expect(verdictOf(twice(ms - 1, input), wait('watch'))).toBeUndefined();
    expect(verdictOf(twice(ms, input), wait('watch'))).toBe('not_paid');
    // Who undoes it all the same need not wait for that.
    expect(verdictOf(twice(5 * SECOND, { ...input, ...WATCHED }), wait('watch'))).toBe('not_paid');
  });

  test('not before the expiry that the gateway itself showed', () => {
    const expiresAt = T0 + 3 * HOUR;
    const seen = Story.of({ method: 'qr' }).saw({ kind: 'unpaid', expiresAt });
    const late = (ms: number) => seen.saw(ABSENT).after(ms).saw(ABSENT).reversal;
    expect(verdictOf(late(2 * HOUR + MINUTE), wait('watch'))).toBeUndefined();
    expect(verdictOf(late(3 * HOUR + 10 * SECOND), wait('watch'))).toBe('not_paid');
  });

  test('by a look that was asked for after every lost call can no longer run', () => {
    const lost = Story.of(WATCHED).saw(UNPAID).did('cancel', LOST);
    expect(verdictOf(lost.after(MINUTE - 1).saw(ABSENT).reversal, wait('watch'))).toBeUndefined();
    expect(verdictOf(lost.after(MINUTE).saw(ABSENT).reversal, wait('watch'))).toBe('not_paid');
  });

  test('only where the same look would be concluded as that, and never before the ledger was read', () => {
    const after = 5 * SECOND;
    expect(
      verdictOf(twice(after, WATCHED, alipayRules, { kind: 'absent', hint: true }), wait('watch')),
    ).toBeUndefined();
    expect(verdictOf({ ...twice(after), sawPaid: true }, wait('watch'))).toBeUndefined();
    expect(verdictOf({ ...twice(after), remembered: false }, wait('watch'))).toBeUndefined();
    expect(verdictOf(twice(after, WATCHED, alipayRules, { kind: 'gone' }), wait('watch'))).toBe('reversed');
    for (const view of [UNPAID, PAID]) {
      const seen = { ...twice(after, WATCHED, alipayRules, view), sawPaid: false };
      expect(verdictOf(seen, wait('watch')), view.kind).toBeUndefined();
    }
    expect(verdictOf(Story.of().reversal, wait('watch'))).toBeUndefined();
    expect(verdictOf(twice(after), wait('poll'))).toBeUndefined();
    expect(verdictOf(twice(after), LOOK)).toBeUndefined();
    expect(verdictOf(seen, ABANDONED)).toBeUndefined();
  });

  describe('of an order at DaxPay that only a sync can show as paid', () => {
    const synced = (...answers: readonly Answer[]) =>
      answers
        .reduce(
          (story, answer) => story.did('sync', answer).after(10 * SECOND),
          Story.of(WATCHED, NOTHING, daxpayCRules).after(MINUTE).saw(CLOSED),
        )
        .saw(CLOSED).reversal;
    const channel = (shown: 'paid' | 'closed' | 'absent'): Answer => ({ ...done('unspecified'), channel: shown });

    test('when the channel was asked and shows no money', () => {
      expect(verdictOf(synced(channel('closed')), wait('watch'))).toBe('not_paid');
      expect(verdictOf(synced(channel('absent')), wait('watch'))).toBe('not_paid');
      expect(verdictOf(synced(channel('paid'), channel('paid'), channel('paid')), wait('watch'))).toBeUndefined();
      expect(verdictOf(synced(LOST, LOST, LOST), wait('watch'))).toBeUndefined();
    });

    test('of a code that the channel does not know, and that would be kept, only once it has expired', () => {
      const expiresAt = T0 + 30 * MINUTE;
      const story = (shown: 'closed' | 'absent', ms: number) =>
        Story.of({ method: 'qr' }, NOTHING, daxpayCRules)
          .after(MINUTE)
          .saw({ ...CLOSED, expiresAt })
          .did('sync', channel(shown))
          .after(ms)
          .saw(CLOSED).reversal;
      expect(verdictOf(story('closed', MINUTE), wait('watch'))).toBe('not_paid');
      expect(verdictOf(story('absent', MINUTE), wait('watch'))).toBeUndefined();
      expect(verdictOf(story('absent', 30 * MINUTE), wait('watch'))).toBe('not_paid');
    });
  });
});

describe('the state', () => {
  const order = { provider: 'alipay', account: 'pos-east', orderId: 'RV1' };

  test('of a fresh one says no more than it knows', () => {
    expect(stateOf(Story.of().reversal, LOOK)).toStrictEqual({ ...order, status: 'checking', acts: 0 });
  });

  test('has what was seen, sent and comes next', () => {
    const looked = { ...order, view: 'unpaid', lookedAt: T0 };
    expect(stateOf(cancelled, wait('poll'))).toStrictEqual({
      ...looked,
      status: 'reversing',
      nextStepAt: T0 + MINUTE,
      acts: 1,
    });
    expect(stateOf(seen, PARK)).toStrictEqual({
      ...looked,
      status: 'stuck',
      stuckReason: 'frozen',
      nextStepAt: T0 + MINUTE,
      acts: 0,
    });
    expect(stateOf({ ...seen, latePayment: true }, END)).toStrictEqual({
      ...looked,
      status: 'final',
      verdict: 'closed',
      finalAction: 'closed',
      acts: 0,
      latePayment: true,
    });
    expect(stateOf(seen, ABANDONED)).toStrictEqual({ ...looked, status: 'abandoned', acts: 0 });
  });
});
