/** The judge of what was told, of acts that come too late, and of ends that are told again: as tables. */
import { describe, expect, test } from 'vitest';
import type { WebhookEvent } from '../../src/webhooks/event.ts';
import { staleActs } from '../../tools/chaos/stale-acts.ts';
import { type ToldOrder, toldAmiss } from '../../tools/chaos/told.ts';
import { toldTwice } from '../../tools/chaos/told-twice.ts';

const T = Date.parse('2026-11-20T03:36:00Z');
const S = 1000;
const at = (seconds: number) => T + seconds * S;
const taken = (seconds: number) => ({ at: at(seconds), kind: 'taken', amount: 1280 }) as const;
const returned = (seconds: number) => ({ at: at(seconds), kind: 'returned', amount: 1280 }) as const;
const told = (verdict: ToldOrder['heard'][number]['verdict'], seconds: number, lookedAt = seconds) => ({
  ...{ verdict, askedAt: at(seconds), at: at(seconds), lookedAt: at(lookedAt) },
});

const order: ToldOrder = {
  ...{ orderId: 'T1', heard: [], money: [], calls: [], keep: true },
  ...{ payableUntil: undefined, meddledWith: false, end: undefined },
};

describe('a verdict', () => {
  test.each<[string, Partial<ToldOrder>]>([
    ['`not_paid` of an order that nobody has paid', { heard: [told('not_paid', 10)] }],
    [
      '`not_paid`, and it is paid later and given back',
      { heard: [told('not_paid', 10)], money: [taken(20), returned(30)] },
    ],
    ['`not_paid` whose look was just before the payment', { heard: [told('not_paid', 60, 10)], money: [taken(12)] }],
    ['`kept` of a paid order', { heard: [told('kept', 10)], money: [taken(1)] }],
    [
      '`kept`, and somebody else gives it back',
      {
        ...{ heard: [told('kept', 10)], money: [taken(1), returned(20)], meddledWith: true },
      },
    ],
    [
      '`kept`, and somebody asks to reverse it',
      {
        ...{ heard: [told('kept', 10)], money: [taken(1), returned(20)], keep: false },
      },
    ],
    ['`refunded` of one that was given back', { heard: [told('refunded', 10)], money: [taken(1), returned(9)] }],
    [
      '`not_paid` beside a code that lives on, when a payment is reversed anyway',
      {
        ...{ heard: [told('not_paid', 10)], money: [taken(20), returned(30)], keep: false, payableUntil: at(30) },
      },
    ],
  ])('is right: %s', (_, told) => {
    expect(toldAmiss({ ...order, ...told })).toEqual({ wrongTold: [], forgotten: [] });
  });

  test.each<[string, Partial<ToldOrder>, RegExp]>([
    ['`not_paid` of a paid order', { heard: [told('not_paid', 10)], money: [taken(1)] }, /told not_paid .* kept 1280/],
    ['`kept` of one that was given back', { heard: [told('kept', 10)], money: [taken(1), returned(2)] }, /kept 0 then/],
    [
      '`kept`, and then we give it back',
      { heard: [told('kept', 10)], money: [taken(1), returned(20)] },
      /given back at/,
    ],
    [
      '`closed`, and then it is paid',
      { heard: [told('closed', 10)], money: [taken(20), returned(30)] },
      /it was paid at/,
    ],
    ['`refunded` while we have the money', { heard: [told('refunded', 10)], money: [taken(1)] }, /told refunded/],
    [
      '`not_paid` of a code that lives on, whose payment was to be kept',
      {
        ...{ heard: [told('not_paid', 10)], money: [taken(20), returned(30)], payableUntil: at(30) },
      },
      /which was to be kept/,
    ],
  ])('is found: %s', (_, told, why) => {
    expect(toldAmiss({ ...order, ...told }).wrongTold).toEqual([expect.stringMatching(why)]);
  });

  test.each<[string, Partial<ToldOrder>]>([
    ['the order ends as kept', { heard: [told('not_paid', 10)], money: [taken(20)], end: 'kept' }],
    ['`kept` is told', { heard: [told('not_paid', 10), told('kept', 30)], money: [taken(20)] }],
  ])('that commits is forgotten when %s', (_, told) => {
    expect(toldAmiss({ ...order, ...told }).forgotten).toEqual([expect.stringMatching(/not_paid .* and then kept/)]);
  });

  test('that commits is not forgotten when it comes after `kept`', () => {
    const heard = [told('kept', 10), told('refunded', 30)];
    const money = [taken(1), returned(20)];
    expect(toldAmiss({ ...order, heard, money, keep: false })).toEqual({ wrongTold: [], forgotten: [] });
  });
});

describe('an act', () => {
  const call = (operation: 'query' | 'cancel', seconds: number) => ({
    ...{ at: at(seconds), system: 'alipay', operation, orderId: 'T1', nth: 1, executed: true },
  });
  const look = (view: unknown, seconds: number) => ({
    ...{ id: 1, key: '1', at: at(seconds), kind: 'look', body: { order: view }, recordedAt: at(seconds) },
  });
  test('right after its look is fresh', () => {
    expect(staleActs([call('query', 0), call('cancel', 3)], [])).toEqual([]);
  });
  test('twelve seconds after its look is found: it may be ten seconds old when the act leaves', () => {
    expect(staleActs([call('query', 0), call('cancel', 11)], [])).toEqual([]);
    expect(staleActs([call('query', 0), call('cancel', 12)], [])).toEqual([expect.stringMatching(/12000 ms after/)]);
  });
  test('after a look that never arrived, where the table says so, is no finding', () => {
    const silence = look({ kind: 'unknown', why: 'timeout' }, 9);
    expect(staleActs([call('query', 0), call('cancel', 12)], [silence])).toEqual([]);
  });
  test('after an answer of any age that nobody signed is no finding either, as long as the act is soon after it', () => {
    const replayed = look({ kind: 'absent', hint: true }, 9);
    expect(staleActs([call('query', 0), call('cancel', 12)], [replayed])).toEqual([]);
    expect(staleActs([call('query', 0), call('cancel', 21)], [replayed])).toEqual([expect.stringMatching(/12000 ms/)]);
    const signed = look({ kind: 'paid', amount: 1, currency: 'CNY', signedAt: at(0) }, 9);
    expect(staleActs([call('query', 0), call('cancel', 12)], [signed])).toEqual([expect.stringMatching(/12000 ms/)]);
  });
});

describe('an end', () => {
  const event = (id: string, type: WebhookEvent['type'], seconds: number, finalAction?: 'kept' | 'refunded') => ({
    ...{ id, type, timestamp: new Date(at(seconds)).toISOString() },
    data: {
      ...{ provider: 'alipay', account: 'pos', orderId: 'T1', amount: 1280, currency: 'CNY', status: 'final' as const },
      ...{ latePayment: false, workflowId: 'w', ...(finalAction && { finalAction }) },
    },
  });
  const end = event('1', 'reversal.final', 0, 'refunded');
  test.each<[string, WebhookEvent[], number[], number]>([
    ['told again with a new id', [end, event('2', 'reversal.final', 5, 'refunded')], [], 1],
    ['told again with the same id', [end, event('1', 'reversal.final', 5, 'refunded')], [], 0],
    ['another one', [end, event('2', 'reversal.final', 5, 'kept')], [], 0],
    [
      'the same after money has moved, or an act of ours was sent',
      [end, event('2', 'reversal.final', 5, 'refunded')],
      [3],
      0,
    ],
    [
      'the same after something else was told',
      [end, event('2', 'reversal.verdict', 3), event('3', 'reversal.final', 5, 'refunded')],
      [],
      0,
    ],
  ])('%s', (_, events, moved, count) => {
    const money = moved.map((seconds) => ({ at: at(seconds) }));
    expect(toldTwice('T1', events, money)).toHaveLength(count);
  });
});
