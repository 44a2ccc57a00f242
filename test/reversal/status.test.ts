/** What a case is called while it runs, and what a caller is told with it. */
import { describe, expect, test } from 'vitest';
import type { Settlement } from '../../src/reversal/outcome.ts';
import { lasts, type Status, stateOf, statusOf, verdictOf } from '../../src/reversal/status.ts';
import type { Step } from '../../src/reversal/steps.ts';
import { ABSENT, CLOSED, LOST, MINUTE, PAID, SECOND, Story, T0, UNPAID } from './support.ts';

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
  const watched = Story.of()
    .saw(ABSENT)
    .after(2 * MINUTE).reversal;
  const quiet = { ...watched, rules: { ...watched.rules, timing: { ...watched.rules.timing, quiet: MINUTE } } };
  const at = T0 + 2 * MINUTE;

  test('in the watch over what is absent, closed or gone, after the quiet period', () => {
    for (const view of [ABSENT, CLOSED, { kind: 'gone' } as const]) {
      expect(verdictOf(Story.of().saw(view).reversal, wait('watch'), at), view.kind).toBe('not_paid');
    }
    expect(verdictOf(quiet, wait('watch'), T0 + MINUTE - 1)).toBeUndefined();
    expect(verdictOf(quiet, wait('watch'), T0 + MINUTE)).toBe('not_paid');
  });

  test('at no other step and of nothing else', () => {
    expect(verdictOf(watched, wait('poll'), at)).toBeUndefined();
    expect(verdictOf(watched, LOOK, at)).toBeUndefined();
    for (const view of [UNPAID, PAID]) {
      expect(verdictOf({ ...Story.of().saw(view).reversal, sawPaid: false }, wait('watch'), at)).toBeUndefined();
    }
    expect(verdictOf(Story.of().reversal, wait('watch'), at)).toBeUndefined();
    expect(verdictOf({ ...watched, sawPaid: true }, wait('watch'), at)).toBeUndefined();
    const lost = { ...watched, acts: [{ seq: 1, verb: 'cancel', sentAt: at - SECOND } as const] };
    expect(verdictOf(lost, wait('watch'), at)).toBeUndefined();
    expect(verdictOf(seen, ABANDONED, at)).toBeUndefined();
  });
});

describe('the state', () => {
  const order = { provider: 'alipay', account: 'pos-east', orderId: 'RV1' };

  test('of a fresh one says no more than it knows', () => {
    expect(stateOf(Story.of().reversal, LOOK, T0)).toStrictEqual({ ...order, status: 'checking', acts: 0 });
  });

  test('has what was seen, sent and comes next', () => {
    const looked = { ...order, view: 'unpaid', lookedAt: T0 };
    expect(stateOf(cancelled, wait('poll'), T0)).toStrictEqual({
      ...looked,
      status: 'reversing',
      nextStepAt: T0 + MINUTE,
      acts: 1,
    });
    expect(stateOf(seen, PARK, T0)).toStrictEqual({
      ...looked,
      status: 'stuck',
      stuckReason: 'frozen',
      nextStepAt: T0 + MINUTE,
      acts: 0,
    });
    expect(stateOf({ ...seen, latePayment: true }, END, T0)).toStrictEqual({
      ...looked,
      status: 'final',
      verdict: 'closed',
      finalAction: 'closed',
      acts: 0,
      latePayment: true,
    });
    expect(stateOf(seen, ABANDONED, T0)).toStrictEqual({ ...looked, status: 'abandoned', acts: 0 });
  });
});
