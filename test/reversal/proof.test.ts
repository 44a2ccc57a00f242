/** What a conclusion says, from the look that it rests on: the action, who brought it about, the proof; or nothing. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { daxpayCRules } from '../../src/gateways/daxpay/rules.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { intervened } from '../../src/reversal/asked.ts';
import { conclude, concludeKept, concludeManually, concludeRefunded } from '../../src/reversal/conclude.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { sawRefund } from '../../src/reversal/reversal.ts';
import type { Act } from '../../src/reversal/state.ts';
import { ABSENT, CLOSED, done, LOST, NOTHING, PAID, REFUNDED, Story, T0, UNPAID } from './support.ts';

const EVIDENCE = { trade_status: 'TRADE_CLOSED' };
const GONE: OrderView = { kind: 'gone' };
const CONTRADICTION = { ask: 'contradiction' };
const acted = (verb: Verb, answer?: Answer, sentAt = T0): Act => ({ seq: 1, verb, sentAt, ...(answer && { answer }) });
const shown = (view: OrderView, acts: readonly Act[] = [], more: { sawPaid?: boolean; latePayment?: boolean } = {}) =>
  Story.of({}, { acts })
    .saw(view)
    .change((r) => ({ ...r, ...more })).reversal;
const says = (action: string, more: Record<string, unknown> = {}) => ({ outcome: { action, ...more } });

describe('the outcome', () => {
  test('is what was seen, when it was asked for, with what the gateway said', () => {
    expect(conclude(shown({ ...REFUNDED, evidence: EVIDENCE }))).toStrictEqual({
      outcome: {
        kind: 'final',
        action: 'refunded',
        by: 'gateway',
        proof: { of: 'order', kind: 'refunded', askedAt: T0, evidence: EVIDENCE },
      },
    });
    expect(concludeKept(shown(PAID))).toStrictEqual({
      outcome: { kind: 'final', action: 'kept', by: 'payer', proof: { of: 'order', kind: 'paid', askedAt: T0 } },
    });
  });

  test('names the people who had a hand in it, and a payment that came late', () => {
    const note = { at: T0, message: 'note', operator: 'li', reason: 'called' };
    expect(conclude(intervened(shown(CLOSED, [], { latePayment: true }), note))).toMatchObject(
      says('closed', { latePayment: true, interventions: [note] }),
    );
  });

  test('does not exist without a look', () => {
    for (const end of [conclude, concludeKept]) {
      expect(() => end(Story.of().reversal)).toThrow('a conclusion without a look');
    }
  });

  test('is not made of a look that is no end', () => {
    expect(conclude(shown(UNPAID))).toEqual(CONTRADICTION);
  });

  test('is ours when a call may have worked, one without any answer too; never by a sync or a refusal', () => {
    expect(conclude(shown(CLOSED, [acted('cancel')]))).toMatchObject(says('closed', { by: 'us' }));
    expect(conclude(shown(CLOSED, [acted('cancel', LOST)]))).toMatchObject(says('closed', { by: 'us' }));
    const refused: Answer = { kind: 'refused', why: 'state', code: 'X' };
    for (const act of [acted('sync', LOST), acted('cancel', refused), acted('cancel', { kind: 'notSent', why: 'x' })]) {
      expect(conclude(shown(CLOSED, [act]))).toMatchObject(says('closed', { by: 'gateway' }));
    }
  });
});

describe('what was said and what is shown', () => {
  test.each<readonly [string, OrderView, readonly Act[], object]>([
    [
      'closed, refunded is shown',
      REFUNDED,
      [acted('cancel', done('closed'))],
      says('refunded', { contradiction: true }),
    ],
    ['refunded, closed is shown', CLOSED, [acted('cancel', done('refunded'))], CONTRADICTION],
    ['refunded, nothing is there', ABSENT, [acted('cancel', done('refunded'))], CONTRADICTION],
    ['closed, nothing is there', ABSENT, [acted('cancel', done('closed'))], CONTRADICTION],
    ['nothing found, nothing is there', ABSENT, [acted('cancel', done('nothingFound'))], says('nothing_to_reverse')],
  ])('%s', (_, view, acts, end) => {
    expect(conclude(shown(view, acts))).toMatchObject(end);
  });

  test('closed and, by another call, refunded: refunded is no contradiction', () => {
    const both = [acted('cancel', done('closed')), acted('refund', done('refunded'))];
    expect(conclude(shown(REFUNDED, both))).toStrictEqual(conclude(shown(REFUNDED, [acted('refund', LOST)])));
  });

  test('an unauthenticated "no such order" needs an authenticated "nothing found"', () => {
    const hint: OrderView = { kind: 'absent', hint: true };
    const found = acted('cancel', done('nothingFound'));
    expect(conclude(shown(hint))).toEqual({ ask: 'not-confirmed' });
    expect(conclude(shown(hint, [acted('cancel', { ...done('nothingFound'), hint: true })]))).toEqual({
      ask: 'not-confirmed',
    });
    expect(conclude(shown(hint, [found]))).toMatchObject(says('nothing_to_reverse', { by: 'payer' }));
  });
});

describe('gone, which says nothing about the money', () => {
  const PROVES = says('refunded');
  test.each<readonly [string, 'paid' | 'never', Answer, 'refunded' | 'ask', object]>([
    ['paid, no answer, and gone means refunded', 'paid', LOST, 'refunded', PROVES],
    ['paid, no answer, and gone means nothing', 'paid', LOST, 'ask', CONTRADICTION],
    ['paid, said to be refunded', 'paid', done('refunded'), 'ask', PROVES],
    ['paid, said to be closed', 'paid', done('closed'), 'refunded', says('reversed', { contradiction: true })],
    ['paid, said to be closed, and gone means nothing', 'paid', done('closed'), 'ask', CONTRADICTION],
    ['never paid, said to be refunded', 'never', done('refunded'), 'ask', PROVES],
    ['never paid, said to be closed', 'never', done('closed'), 'ask', says('closed')],
    ['never paid, no answer', 'never', LOST, 'refunded', says('reversed')],
  ])('%s', (_, seen, answer, goneAfterPaid, end) => {
    const r = shown(GONE, [acted('cancel', answer)], { sawPaid: seen === 'paid' });
    expect(conclude({ ...r, rules: { ...alipayRules, goneAfterPaid } })).toMatchObject(end);
  });
});

describe('what a sync saw at the payment channel', () => {
  type Channel = NonNullable<Extract<Answer, { kind: 'done' }>['channel']>;
  const UNSURE = { ask: 'gateway-unsure' };
  const synced = (channel: Channel, sentAt = T0) => acted('sync', { ...done('unspecified'), channel }, sentAt);
  test.each<readonly [string, readonly Act[], OrderView, object]>([
    ['paid, and the order is closed', [synced('paid')], CLOSED, CONTRADICTION],
    ['paid, and the order is gone', [synced('paid')], GONE, CONTRADICTION],
    ['paid, and the order is refunded', [synced('paid')], REFUNDED, says('refunded')],
    ['refunded, and the order is closed', [synced('refunded')], CLOSED, CONTRADICTION],
    ['refunded, and the order is gone', [synced('refunded')], GONE, says('reversed')],
    ['closed', [synced('closed')], CLOSED, says('closed')],
    ['paid, cancelled by us, and not asked since', [synced('paid'), acted('cancel', LOST, T0 + 1)], CLOSED, UNSURE],
    ['paid, cancelled at that very instant', [synced('paid'), acted('cancel', LOST)], CLOSED, CONTRADICTION],
    ['paid, after our cancel', [acted('cancel', LOST), synced('paid', T0 + 1)], CLOSED, CONTRADICTION],
    ['paid by an earlier one', [synced('paid'), synced('closed', T0 + 1)], CLOSED, says('closed')],
    ['nothing: it has no answer', [acted('sync')], CLOSED, UNSURE],
    ['nothing: its answer was lost', [acted('sync', LOST)], CLOSED, UNSURE],
  ])('%s', (_, acts, view, end) => {
    const story = Story.of({}, { acts }, daxpayCRules);
    expect(conclude(story.saw(view).reversal)).toMatchObject(end);
  });
});

describe('what the query of our refund says', () => {
  const asked = (view: RefundView) => concludeRefunded(sawRefund(shown(PAID), view, T0 + 1, T0 + 2));

  test('done, for the whole amount or without one: the money is back, whatever the order shows', () => {
    const proof = { of: 'refund', kind: 'done', askedAt: T0 + 1 };
    expect(asked({ kind: 'done', amount: 1280 })).toStrictEqual({
      outcome: { kind: 'final', action: 'refunded', by: 'us', proof },
    });
    expect(asked({ kind: 'done', evidence: EVIDENCE })).toStrictEqual({
      outcome: { kind: 'final', action: 'refunded', by: 'us', proof: { ...proof, evidence: EVIDENCE } },
    });
  });

  test('another amount is a part; anything but done is no end', () => {
    expect(asked({ kind: 'done', amount: 1279 })).toEqual({ ask: 'partly-refunded' });
    expect(asked({ kind: 'running' })).toEqual(CONTRADICTION);
    expect(concludeRefunded(shown(PAID))).toEqual(CONTRADICTION);
  });
});

test('what an operator decided is recorded with what the gateway showed then', () => {
  const decided = { finalAction: 'refunded', operator: 'li', evidence: 'receipt 12', elsewhere: true } as const;
  const r = shown({ ...PAID, evidence: EVIDENCE }, NOTHING.acts, { latePayment: true });
  expect(concludeManually(r, { ...decided, askedAt: T0, shown: 'paid' })).toStrictEqual({
    kind: 'final',
    action: 'manual',
    by: 'operator',
    proof: { of: 'operator', kind: 'refunded', askedAt: T0, evidence: EVIDENCE },
    latePayment: true,
    resolution: { ...decided, shown: 'paid' },
  });
  expect(concludeManually(shown(PAID), { ...decided, askedAt: T0, shown: 'paid' })).not.toHaveProperty('latePayment');
});
