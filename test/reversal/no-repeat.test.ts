/** `retry_flag=N` beside an error: that cancel is not sent again, and what became of it is shown by looks alone. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { shouqianbaRules } from '../../src/gateways/shouqianba/rules.ts';
import { storedActOf } from '../../src/ledger/stored-act.ts';
import { condensed, WHOLE } from '../../src/reversal/acts.ts';
import { resubmitted } from '../../src/reversal/asked.ts';
import { horizonEnd, pendingActs } from '../../src/reversal/facts.ts';
import { ABSENT, CLOSED, PAID, REFUNDED, SECOND, Story, T0, UNPAID } from './support.ts';

const REVERSE = { ifPaid: 'reverse' } as const;
const FAULT = { kind: 'unknown', why: 'gatewayFault' } as const;
const STOP = { ...FAULT, noRepeat: true } as const;
const LOOKED_AT = { paid: PAID, unpaid: UNPAID, absent: ABSENT, unknown: { kind: 'unknown', why: 'timeout' } } as const;

const stopped = (view: (typeof LOOKED_AT)[keyof typeof LOOKED_AT], rules = alipayRules) =>
  Story.of(REVERSE, undefined, rules).saw(view).did('cancel', STOP);

describe('a cancel that failed and is not to be repeated', () => {
  const paid = stopped(PAID);

  test('is looked after at once, and ends by that look', () => {
    expect(paid.step).toMatchObject({ kind: 'look', what: 'order' });
    expect(paid.saw(REFUNDED).step).toMatchObject({ kind: 'settle', outcome: { action: 'refunded', by: 'us' } });
    expect(stopped(UNPAID).saw(CLOSED).step).toMatchObject({ kind: 'settle', outcome: { action: 'closed', by: 'us' } });
  });

  test.each(Object.entries(LOOKED_AT))('is not sent again, whatever is seen: %s', (_, view) => {
    let story = stopped(view);
    for (let round = 0; round < 400; round++) {
      story = story.waited();
      const { step } = story;
      if (step.kind === 'settle' || step.kind === 'park') break;
      if (step.kind === 'act') expect(step.verb).not.toBe('cancel');
      story = step.kind === 'act' ? story.did(step.verb, { kind: 'unknown', why: 'timeout' }) : story.saw(view);
    }
  });

  test('may still be executed for as long as one whose answer was lost', () => {
    const lost = Story.of(REVERSE).saw(PAID).did('cancel', FAULT);
    expect(horizonEnd(paid.reversal, paid.now)).toBe(horizonEnd(lost.reversal, lost.now));
    expect(pendingActs(paid.reversal, paid.now)).toHaveLength(1);
  });

  test('leaves a paid order to the refund, and only when it can no longer run', () => {
    const refund = paid.seeing(PAID);
    expect(refund.step).toMatchObject({ kind: 'act', verb: 'refund' });
    expect(refund.now - T0).toBeGreaterThanOrEqual(60 * SECOND);
  });

  test('leaves an unpaid order to close, and a missing one to the watch', () => {
    expect(stopped(UNPAID).seeing(UNPAID).step).toMatchObject({ kind: 'act', verb: 'close' });
    const watched = stopped(ABSENT).seeing(ABSENT);
    expect(watched.step).toMatchObject({ kind: 'settle', outcome: { action: 'nothing_to_reverse' } });
    expect(watched.now - T0).toBeGreaterThanOrEqual(600 * SECOND);
  });

  test('asks people where the account may not refund, in words that fit; a resubmission tries again', () => {
    const rules = { ...alipayRules, permits: { ...alipayRules.permits, refund: false } };
    const asked = stopped(PAID, rules).seeing(PAID);
    expect(asked.step).toMatchObject({ kind: 'park', reason: 'not-allowed' });
    const again = asked.change((r) => ({ ...resubmitted(r, asked.now), remembered: true })).saw(PAID);
    expect(again.seeing(PAID).step).toMatchObject({ kind: 'act', verb: 'cancel' });
  });

  test('is remembered: by the ledger, and among more acts than a case carries', () => {
    const [act] = paid.reversal.acts;
    if (act === undefined) throw new Error('nothing was sent');
    const { seq, verb, sentAt, answer } = act;
    const row = { seq, verb, workflow_id: 'w', run_id: 'r', sent_at: new Date(sentAt), refund_no: null, amount: null };
    const order = { provider: 'alipay', account: 'a', order_id: 'RV1' };
    const stored = storedActOf({ ...row, ...order, answer, answered_at: null });
    expect(stored.answer).toEqual(STOP);
    const more = Array.from({ length: WHOLE + 1 }, (_, at) => ({ seq: at + 2, verb, sentAt, answer: FAULT }));
    expect(condensed([act, ...more]).map(({ answer: said }) => said)).toContainEqual(STOP);
  });
});

test.each([
  ['alipay', alipayRules],
  ['shouqianba', shouqianbaRules],
])('%s: an account that may neither cancel nor refund is told so, and not that a window is over', (_, rules) => {
  const barred = { ...rules, permits: { ...rules.permits, cancel: false, refund: false } };
  const asked = Story.of(REVERSE, undefined, barred).saw(PAID).seeing(PAID);
  expect(asked.step).toMatchObject({ kind: 'park', reason: 'not-allowed' });
});
