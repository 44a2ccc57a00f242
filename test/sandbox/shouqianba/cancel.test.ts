import { describe, expect, it } from 'vitest';
import { bench, HOUR, said, TOTAL } from './bench.ts';

const WRONG_STATE = 'FAIL UPAY_CANCEL_INVALID_ORDER_STATE';
const NOOP = 'FAIL UPAY_CANCEL_ORDER_NOOP';

describe('what cancel does, by order state', () => {
  it.each([
    ['CREATED', {}, 'CANCEL_ABORT_SUCCESS CANCELED', 'CANCELED', 0],
    ['PAID', {}, 'CANCEL_SUCCESS CANCELED', 'CANCELED', TOTAL],
    ['PAID', { canceledAs: 'PAY_CANCELED' }, 'CANCEL_SUCCESS PAY_CANCELED', 'PAY_CANCELED', TOTAL],
    ['PAID', { otherDay: true }, WRONG_STATE, 'PAID', 0],
    ['REFUNDED', {}, WRONG_STATE, 'REFUNDED', TOTAL],
    ['PARTIAL_REFUNDED', {}, WRONG_STATE, 'PARTIAL_REFUNDED', TOTAL / 2],
    ['CANCELED', {}, NOOP, 'CANCELED', TOTAL],
    ['PAY_CANCELED', {}, NOOP, 'PAY_CANCELED', 0],
    ['PAY_CANCELED', { payCanceledIsNoop: false }, WRONG_STATE, 'PAY_CANCELED', 0],
    ['PAY_ERROR', {}, 'CANCEL_ABORT_SUCCESS CANCELED', 'CANCELED', 0],
    ['PAY_ERROR', { charged: true }, 'CANCEL_SUCCESS CANCELED', 'CANCELED', TOTAL],
    ['CANCEL_INPROGRESS', {}, WRONG_STATE, 'CANCEL_INPROGRESS', 0],
    ['CANCEL_ERROR', {}, WRONG_STATE, 'CANCEL_ERROR', 0],
    ['CANCEL_ERROR', { oneCancelPerOrder: false }, 'CANCEL_SUCCESS CANCELED', 'CANCELED', TOTAL],
    ['REFUND_INPROGRESS', {}, WRONG_STATE, 'REFUND_INPROGRESS', 0],
    ['REFUND_ERROR', {}, WRONG_STATE, 'REFUND_ERROR', 0],
    ['INVALID_STATUS_CODE', {}, WRONG_STATE, 'INVALID_STATUS_CODE', 0],
    ['absent', {}, 'FAIL UPAY_ORDER_NOT_EXISTS', 'absent', 0],
    ['PAID', { foreignMerchant: true }, 'FAIL UPAY_ORDER_NOT_EXISTS', 'PAID', 0],
    ['PAID', { campaign: 'FAIL' }, 'FAIL UPAY_TCP_ORDER_NOT_REFUNDABLE', 'PAID', 0],
    ['PAID', { campaign: true }, 'CANCEL_ERROR UPAY_TCP_ORDER_NOT_REFUNDABLE', 'PAID', 0],
    ['PAID', { balanceShort: true }, 'FAIL SELLER_BALANCE_NOT_ENOUGH', 'PAID', 0],
  ])('%s %o → %s', async (state, flags, answer, after, returned) => {
    for (const verb of ['cancel', 'revoke'] as const) {
      const sandbox = bench();
      sandbox.seed('A1', state, flags);
      const reply = await sandbox[verb]('A1');
      expect(said(reply)).toBe(answer);
      expect(sandbox.truth('A1').state).toBe(after);
      expect(sandbox.sums('A1').returned).toBe(returned);
      expect(reply.executed).toBe(/^CANCEL_(ABORT_)?SUCCESS/.test(answer));
    }
  });
});

describe('a cancel that does not end at once', () => {
  it.each([
    ['PAID', 'slow', 'CANCEL_IN_PROGRESS CANCEL_INPROGRESS', 'CANCELED', TOTAL],
    ['PAID', 'slow-then-error', 'CANCEL_IN_PROGRESS CANCEL_INPROGRESS', 'CANCEL_ERROR', 0],
    ['PAID', 'slow-then-refused', 'CANCEL_IN_PROGRESS CANCEL_INPROGRESS', 'PAID', 0],
    ['PAID', 'refused', 'CANCEL_ERROR PAID', 'PAID', 0],
    ['PAID', 'unknown', 'CANCEL_ERROR CANCEL_ERROR', 'CANCEL_ERROR', 0],
    ['PAID', 'unknown-then-ok', 'CANCEL_ERROR CANCEL_ERROR', 'CANCELED', TOTAL],
    ['PAID', 'unknown-then-refused', 'CANCEL_ERROR CANCEL_ERROR', 'PAID', 0],
    ['CREATED', 'slow', 'CANCEL_ABORT_IN_PROGRESS CANCEL_INPROGRESS', 'CANCELED', 0],
    ['CREATED', 'unknown-then-refused', 'CANCEL_ABORT_ERROR CANCEL_ERROR', 'CREATED', 0],
  ])('%s, %s: %s, then %s', async (state, cancelFails, answer, after, returned) => {
    const sandbox = bench();
    sandbox.seed('A1', state, { cancelFails, cancelSettlesAfterMs: 5000 });
    expect(said(await sandbox.cancel('A1'))).toBe(answer);
    sandbox.advance(5000);
    expect(said(await sandbox.query('A1'))).toBe(`SUCCESS ${after}`);
    expect(sandbox.sums('A1').returned).toBe(returned);
  });

  it('is the only one that the order gets, unless the switch is off', async () => {
    const sandbox = bench();
    sandbox.seed('ONE', 'PAID', { cancelFails: 'refused' });
    sandbox.seed('MORE', 'PAID', { cancelFails: 'refused', oneCancelPerOrder: false, cancelFailTimes: 1 });
    for (const orderId of ['ONE', 'MORE']) await sandbox.cancel(orderId);
    expect(said(await sandbox.cancel('ONE'))).toBe(WRONG_STATE);
    expect(said(await sandbox.cancel('MORE'))).toBe('CANCEL_SUCCESS CANCELED');
  });

  it('gives the money back once when a second cancel overtakes it', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID', { cancelFails: 'unknown-then-ok', cancelFailTimes: 1, oneCancelPerOrder: false });
    await sandbox.cancel('A1');
    expect(said(await sandbox.cancel('A1'))).toBe('CANCEL_SUCCESS CANCELED');
    sandbox.advance(HOUR);
    expect(said(await sandbox.cancel('A1'))).toBe(NOOP);
    expect(sandbox.sums('A1')).toEqual({ taken: TOTAL, returned: TOTAL });
  });

  it('cancels a payment that arrives while the abort runs, or leaves it paid when the abort fails', async () => {
    const sandbox = bench();
    sandbox.seed('OK', 'CREATED', { abortFails: 'slow' });
    sandbox.seed('FAILS', 'CREATED', { abortFails: 'slow-then-refused' });
    for (const orderId of ['OK', 'FAILS']) {
      await sandbox.cancel(orderId);
      expect(sandbox.truth(orderId).payable).toBe(true);
      sandbox.happen(orderId, 'pay');
    }
    sandbox.advance(HOUR);
    expect(sandbox.truth('OK')).toMatchObject({ state: 'CANCELED', taken: TOTAL, returned: TOTAL, payable: false });
    expect(sandbox.truth('FAILS')).toMatchObject({ state: 'PAID', taken: TOTAL, returned: 0 });
  });
});

describe('the day of an order', () => {
  it('ends at midnight in China', async () => {
    const beforeMidnight = Date.UTC(2026, 10, 20, 15, 59, 59);
    for (const [wait, answer] of [
      [500, 'CANCEL_SUCCESS CANCELED'],
      [1000, WRONG_STATE],
    ] as const) {
      const sandbox = bench(beforeMidnight);
      sandbox.seed('A1', 'PAID');
      sandbox.advance(wait);
      expect(said(await sandbox.cancel('A1'))).toBe(answer);
    }
  });

  it('is today for a test that runs right after midnight, when the seed says so', async () => {
    const sandbox = bench(Date.UTC(2026, 10, 20, 16, 0, 1));
    sandbox.seed('DEFAULT', 'PAID');
    sandbox.seed('TODAY', 'PAID', { otherDay: false });
    expect(said(await sandbox.cancel('DEFAULT'))).toBe(WRONG_STATE);
    expect(said(await sandbox.cancel('TODAY'))).toBe('CANCEL_SUCCESS CANCELED');
  });

  it('passes with the event midnight; an older order is refunded, and an unpaid one can still be cancelled', async () => {
    const sandbox = bench();
    sandbox.seed('PAID', 'PAID');
    sandbox.seed('UNPAID', 'CREATED');
    for (const orderId of ['PAID', 'UNPAID']) sandbox.happen(orderId, 'midnight');
    expect(said(await sandbox.cancel('PAID'))).toBe(WRONG_STATE);
    expect(said(await sandbox.refund('PAID', 'RV1'))).toBe('REFUND_SUCCESS REFUNDED');
    expect(said(await sandbox.cancel('UNPAID'))).toBe('CANCEL_ABORT_SUCCESS CANCELED');
  });
});
