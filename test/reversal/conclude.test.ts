/** Looks that do not fit: other orders, other amounts, answers that contradict a look; and what may be told when. */
import { describe, expect, test } from 'vitest';
import { daxpayFRules } from '../../src/gateways/daxpay/rules.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { decide } from '../../src/reversal/decide.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import type { Resolution } from '../../src/reversal/outcome.ts';
import type { ReversalInput } from '../../src/reversal/request.ts';
import { resolving } from '../../src/reversal/resolution.ts';
import type { Reversal } from '../../src/reversal/state.ts';
import { type Status, stateOf as stateAt, statusOf, verdictOf as verdictAt } from '../../src/reversal/status.ts';
import type { Step } from '../../src/reversal/steps.ts';
import { ABSENT, CLOSED, done, LOST, MINUTE, NOTHING, PAID, REFUNDED, SECOND, Story, T0, UNPAID } from './support.ts';

/** The instant has a say only in histories of the first release. */
const verdictOf = (r: Reversal, step: Step) => verdictAt(r, step, T0);
const stateOf = (r: Reversal, step: Step) => stateAt(r, step, T0);

const REVERSE = { ifPaid: 'reverse' } as const;

describe('another order than ours', () => {
  test.each<readonly [string, OrderView]>([
    ['another amount', { ...PAID, amount: 1 }],
    ['another amount of an unpaid order', { ...UNPAID, amount: 1 }],
    ['another amount of a closed order', { ...CLOSED, amount: 1 }],
    ['another currency', { ...PAID, currency: 'HKD' }],
  ])('%s: people are asked, and nothing is sent', (_, view) => {
    for (const ifPaid of ['keep', 'reverse'] as const) {
      expect(Story.of({ ifPaid }).saw(view).step).toMatchObject({ kind: 'park', reason: 'mismatch' });
    }
  });

  test('a payment without its amount proves nothing', () => {
    const { amount: _, ...bare } = PAID;
    const story = Story.of().saw(bare);
    expect(story.reversal.look?.view).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    expect(story.step).toMatchObject({ kind: 'wait' });
  });

  test('one that names another order is unknown; the third in a row is a mismatch', () => {
    const stranger: OrderView = { ...PAID, orderId: 'OTHER' };
    const first = Story.of().saw(stranger);
    expect(first.reversal.look?.view).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
    const second = first.saw(stranger);
    expect(second.step).not.toMatchObject({ kind: 'park' });
    expect(second.saw(stranger).step).toMatchObject({ kind: 'park', reason: 'mismatch' });
    expect(second.saw(PAID).saw(stranger).step).not.toMatchObject({ kind: 'park' });
  });

  test("so is one under another number of the gateway's", () => {
    const story = Story.of()
      .saw({ ...UNPAID, gatewayId: '2026A' })
      .saw({ ...PAID, gatewayId: '2026B' });
    expect(story.reversal.look?.view.kind).toBe('unknown');
  });
});

describe('closed by a timer that does not ask the payment channel', () => {
  const LAPSED: OrderView = { ...CLOSED, closedUnasked: true, method: 'barcode' };
  const at = (input: Partial<ReversalInput> = {}) => Story.of({ ...REVERSE, ...input }, NOTHING, daxpayFRules);
  const closed = { kind: 'settle', outcome: { kind: 'final', action: 'closed' } };

  test('a payment that was sent may be there: people are asked, and nobody hears that it is not paid', () => {
    const { reversal, step } = at().saw(LAPSED);
    expect(step).toMatchObject({ kind: 'park', reason: 'gateway-unsure' });
    expect(verdictOf(reversal, step)).toBeUndefined();
    expect(at().saw(UNPAID).did('sync', done('unspecified')).saw(LAPSED).step).toMatchObject({
      reason: 'gateway-unsure',
    });
    expect(at().saw(UNPAID).did('close', LOST).saw(LAPSED).step).toMatchObject({ reason: 'gateway-unsure' });
  });

  test('what a person found out is believed where it is said knowingly, whatever it is', () => {
    const asked = at().saw(LAPSED);
    for (const finalAction of ['kept', 'closed', 'nothing_to_reverse'] as const) {
      const word = { finalAction, operator: 'li', evidence: 'the channel shows it' } as const;
      const decide = (resolution: Resolution) =>
        asked
          .after(SECOND)
          .change((r) => resolving(r, resolution, T0 + SECOND))
          .saw(LAPSED);
      expect(decide(word).reversal.refusal).toContain('without asking the payment channel');
      const settled = decide({ ...word, unseen: true });
      expect(settled.reversal.refusal).toBeUndefined();
      expect(settled.step).toMatchObject({ kind: 'settle', outcome: { action: 'manual' } });
    }
  });

  test('a close of ours that was answered has asked the channel', () => {
    const asked = at().saw(UNPAID).did('close', done('closed'));
    expect(asked.saw(LAPSED).step).toMatchObject(closed);
    // So its look contradicts a person as any other does.
    const kept = { finalAction: 'kept', operator: 'li', evidence: 'a receipt', unseen: true } as const;
    const late = asked.after(MINUTE);
    const said = late.change((r) => resolving(r, kept, late.now)).saw(LAPSED);
    expect(said.reversal.refusal).toContain('The gateway contradicts "kept"');
  });

  test('a code that nobody may have scanned ends as the gateway says', () => {
    expect(at({ method: 'qr' }).saw({ ...LAPSED, method: 'qrcode' }).step).toMatchObject(closed);
  });
});

describe('contradictions', () => {
  const shownAfter = (seen: OrderView, answer: Answer, then: OrderView, verb: Verb = 'cancel') =>
    Story.of(REVERSE).saw(seen).did(verb, answer).saw(then).step;

  test('paid, and then closed without a refund: people', () => {
    expect(shownAfter(PAID, LOST, CLOSED)).toMatchObject({ kind: 'park', reason: 'contradiction' });
  });

  test('paid, or closed by us, and then not there any more: people', () => {
    expect(Story.of(REVERSE).saw(PAID).did('cancel', done('refunded')).seeing(ABSENT).step).toMatchObject({
      kind: 'park',
      reason: 'contradiction',
    });
    expect(Story.of(REVERSE).saw(UNPAID).did('cancel', done('closed')).seeing(ABSENT).step).toMatchObject({
      kind: 'park',
      reason: 'contradiction',
    });
  });

  test.each([
    ['there is no such order', ABSENT, done('closed')],
    ['it was closed without a refund', CLOSED, done('refunded')],
  ])('a copy that lags after a success and says %s is looked at again before people are asked', (_, view, answer) => {
    const shown = Story.of(REVERSE).saw(PAID).did('cancel', answer).saw(view);
    expect(shown.step).toMatchObject({ kind: 'wait', why: 'confirm' });
    const within = shown.after(9 * SECOND).saw(view);
    expect(within.step).toMatchObject({ kind: 'wait', why: 'confirm' });
    expect(shown.after(10 * SECOND).saw(view).step).toMatchObject({ kind: 'park', reason: 'contradiction' });
    expect(within.saw(REFUNDED).step).toMatchObject({ kind: 'settle', outcome: { action: 'refunded' } });
  });

  test('said to be closed, and shown as refunded: the look counts, with an alarm', () => {
    expect(shownAfter(PAID, done('closed'), REFUNDED)).toMatchObject({
      kind: 'settle',
      outcome: { action: 'refunded', contradiction: true },
    });
  });

  test.each<readonly [string, OrderView, Answer, string]>([
    ['seen paid', PAID, LOST, 'refunded'],
    ['said to be refunded', UNPAID, done('refunded'), 'refunded'],
    ['said to be closed', UNPAID, done('closed'), 'closed'],
    ['without a word', UNPAID, LOST, 'reversed'],
  ])('gone, %s', (_, seen, answer, action) => {
    expect(shownAfter(seen, answer, { kind: 'gone' })).toMatchObject({ kind: 'settle', outcome: { action } });
  });
});

describe('the status and what may be told', () => {
  const watching = Story.of().saw(ABSENT).seeing(ABSENT).did('cancel', done('nothingFound')).saw(ABSENT);
  const lost = Story.of().saw(ABSENT).seeing(ABSENT).did('cancel', LOST);
  const rows: readonly (readonly [string, Story, Status, string | undefined])[] = [
    ['before any look', Story.of(), 'checking', undefined],
    ['unpaid, and waiting for a payment', Story.of().saw(UNPAID), 'checking', undefined],
    ['paid and kept', Story.of().saw(PAID), 'final', 'kept'],
    [
      'a cancel answered, and no look since',
      Story.of(REVERSE).saw(PAID).did('cancel', done('refunded')),
      'reversing',
      undefined,
    ],
    [
      'a cancel answered, and not shown yet',
      Story.of(REVERSE).saw(PAID).did('cancel', done('refunded')).saw(PAID),
      'reversing',
      undefined,
    ],
    [
      'a close answered: no money moves',
      Story.of({ reason: 'timeout' }).saw(UNPAID).did('close', LOST),
      'checking',
      undefined,
    ],
    ['nothing found, watched', watching, 'watching', 'not_paid'],
    ['a cancel lost, and nothing there', lost.saw(ABSENT), 'reversing', undefined],
    ['stuck', Story.of(REVERSE).saw({ kind: 'partlyRefunded' }), 'stuck', undefined],
    [
      'held',
      Story.of(REVERSE)
        .saw(PAID)
        .change((r) => ({ ...r, held: true })),
      'held',
      undefined,
    ],
    [
      'a closure before its time',
      Story.of({ reason: 'timeout', expiresAt: '2026-11-20T04:00:00Z' }).saw(UNPAID),
      'scheduled',
      undefined,
    ],
  ];

  test.each(rows)('%s', (_, { reversal, step }, status, verdict) => {
    expect(statusOf(reversal, step)).toBe(status);
    expect(verdictOf(reversal, step)).toBe(verdict);
    expect(stateOf(reversal, step)).toMatchObject({ status, orderId: 'RV1' });
    expect('verdict' in stateOf(reversal, step)).toBe(verdict !== undefined);
  });

  test('"not paid" is never told while a lost call may still run, or after the order was seen paid', () => {
    const { reversal, now } = watching;
    const acted = { ...reversal, acts: [{ seq: 1, verb: 'cancel', sentAt: now - SECOND } as const] };
    expect(verdictOf(acted, watching.step)).toBeUndefined();
    expect(verdictOf({ ...reversal, sawPaid: true }, watching.step)).toBeUndefined();
  });

  test('nothing is told of an order that cannot be looked at', () => {
    const story = Story.of(REVERSE).saw({ kind: 'unknown', why: 'timeout' });
    expect(verdictOf(story.reversal, decide(story.reversal, story.now))).toBeUndefined();
  });
});
