/** The gateway's own number is learnt from looks, and not believed for ever. */
import { describe, expect, test } from 'vitest';
import { RULES } from '../../src/gateways/rules.ts';
import { decide } from '../../src/reversal/decide.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { answered, openReversal, saw, sent } from '../../src/reversal/reversal.ts';

const NOW = Date.parse('2026-11-20T03:36:00Z');
const request = parseRequest({
  provider: 'shouqianba',
  account: 'till-1',
  orderId: 'RV1',
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
  ifPaid: 'reverse',
  method: 'barcode',
  attemptedAt: '2026-11-20T03:30:00Z',
});
const order = { amount: 1280, currency: 'CNY', orderId: 'RV1' };

describe("an order that is missing under the gateway's number", () => {
  const opened = openReversal(request, RULES.shouqianba, { acts: [] }, NOW);
  const strange = saw(opened, { kind: 'faulty', in: 'status', ...order, gatewayId: 'OTHER' }, NOW, NOW);
  const missing = saw(strange, { kind: 'absent' }, NOW + 1000, NOW + 1000);

  test('is asked for by our own number at once, and nothing is concluded before', () => {
    expect(strange.gatewayId).toBe('OTHER');
    expect(missing.gatewayId).toBeUndefined();
    expect(decide(missing, NOW + 1000)).toMatchObject({ kind: 'look', what: 'order' });
  });

  test('and is believed under the number that it shows then', () => {
    const found = saw(missing, { kind: 'paid', ...order, gatewayId: 'OURS' }, NOW + 1000, NOW + 1100);
    expect(found).toMatchObject({ gatewayId: 'OURS', look: { view: { kind: 'paid' } }, strangers: 0 });
    expect(decide(found, NOW + 1100)).toMatchObject({ kind: 'act', verb: 'cancel' });
  });

  test('but is missing when our own number finds nothing either', () => {
    const still = saw(missing, { kind: 'absent' }, NOW + 1000, NOW + 1100);
    expect(still.lookWanted).toBe(false);
    expect(decide(still, NOW + 1100).kind).not.toBe('look');
  });
});

describe("the answer to a cancel that names another of the gateway's numbers, and no number of ours", () => {
  const opened = openReversal(request, RULES.shouqianba, { acts: [] }, NOW);
  const calling = sent(saw(opened, { kind: 'paid', ...order }, NOW, NOW), { seq: 1, verb: 'cancel', sentAt: NOW });
  const misled = answered(calling, 1, { kind: 'done', effect: 'unspecified', gatewayId: 'OTHER' }, NOW + 1000);

  test('teaches nothing: the next look still asks by our own number, and learns from what that shows', () => {
    expect(misled.gatewayId).toBeUndefined();
    const found = saw(misled, { kind: 'gone', ...order, gatewayId: 'OURS' }, NOW + 1000, NOW + 1100);
    expect(found).toMatchObject({ gatewayId: 'OURS', strangers: 0, look: { view: { kind: 'gone' } } });
  });
});
