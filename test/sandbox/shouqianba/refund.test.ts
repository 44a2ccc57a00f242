import { describe, expect, it } from 'vitest';
import { bench, HOUR, said, TOTAL } from './bench.ts';

describe('refund', () => {
  it('gives a part back, then the rest, and names the latest refund', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID');
    const part = await sandbox.refund('A1', 'RV1', 280);
    expect(said(part)).toBe('REFUND_SUCCESS PARTIAL_REFUNDED');
    expect(part.biz_response?.data).toMatchObject({ net_amount: '1000', client_tsn: 'A1-RV1', operator: 'op01' });
    expect(said(await sandbox.refund('A1', 'RV2', 1001))).toBe('FAIL REFUNDABLE_AMOUNT_NOT_ENOUGH');
    expect(said(await sandbox.refund('A1', 'RV2', 1000))).toBe('REFUND_SUCCESS REFUNDED');
    expect((await sandbox.query('A1')).biz_response?.data).toMatchObject({ net_amount: '0', client_tsn: 'A1-RV2' });
    expect(sandbox.money().map(({ kind, amount, by }) => [kind, amount, by])).toEqual([
      ['taken', TOTAL, 'pay'],
      ['returned', 280, 'refund:RV1'],
      ['returned', 1000, 'refund:RV2'],
    ]);
  });

  it('is done once under one number, however often it is sent', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID');
    await sandbox.refund('A1', 'RV1', 100);
    expect(said(await sandbox.refund('A1', 'RV1', 100))).toBe('FAIL UPAY_REFUND_ORDER_NOOP');
    expect(sandbox.sums('A1').returned).toBe(100);
  });

  it.each([
    ['CREATED', {}, 'FAIL UPAY_REFUND_INVALID_ORDER_STATE'],
    ['CANCELED', {}, 'FAIL UPAY_REFUND_INVALID_ORDER_STATE'],
    ['REFUNDED', {}, 'FAIL UPAY_REFUND_INVALID_ORDER_STATE'],
    ['CANCEL_ERROR', {}, 'FAIL UPAY_REFUND_INVALID_ORDER_STATE'],
    ['absent', {}, 'FAIL UPAY_ORDER_NOT_EXISTS'],
    ['PAID', { balanceShort: 'ACCOUNT_BALANCE_NOT_ENOUGH' }, 'FAIL ACCOUNT_BALANCE_NOT_ENOUGH'],
    ['PAID', { campaign: true }, 'REFUND_SUCCESS REFUNDED'],
    ['PAID', { campaign: true, campaignBlocksRefund: true }, 'FAIL UPAY_TCP_ORDER_NOT_REFUNDABLE'],
  ])('of %s %o → %s', async (state, flags, answer) => {
    const sandbox = bench();
    sandbox.seed('A1', state, flags);
    expect(said(await sandbox.refund('A1', 'RV1'))).toBe(answer);
  });

  it.each([
    ['in-progress-then-ok', 'REFUND_IN_PROGRESS REFUND_INPROGRESS', 'REFUNDED'],
    ['in-progress-then-refused', 'REFUND_IN_PROGRESS REFUND_INPROGRESS', 'PAID'],
    ['error-then-ok', 'REFUND_ERROR REFUND_ERROR', 'REFUNDED'],
    ['error-then-refused', 'REFUND_ERROR REFUND_ERROR', 'PAID'],
    ['fail', 'REFUND_FAIL PAID', 'PAID'],
  ])('%s: %s, then %s', async (refund, answer, after) => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID', { refund });
    expect(said(await sandbox.refund('A1', 'RV1'))).toBe(answer);
    expect(sandbox.sums('A1').returned).toBe(0);
    sandbox.advance(HOUR);
    expect(sandbox.truth('A1')).toMatchObject({ state: after, returned: after === 'REFUNDED' ? TOTAL : 0 });
  });

  it('stays one refund while it runs, and can be repeated by its number after an error', async () => {
    const sandbox = bench();
    sandbox.seed('RUNS', 'PAID', { refund: 'in-progress-then-ok' });
    await sandbox.refund('RUNS', 'RV1');
    const again = await sandbox.refund('RUNS', 'RV1');
    expect(said(again)).toBe('REFUND_IN_PROGRESS REFUND_INPROGRESS');
    expect(again.executed).toBe(false);
    expect(said(await sandbox.refund('RUNS', 'RV2'))).toBe('FAIL UPAY_REFUND_INVALID_ORDER_STATE');

    sandbox.seed('ERRS', 'PAID', { refund: 'error-then-ok', refundFailTimes: 1 });
    await sandbox.refund('ERRS', 'RV3');
    expect(said(await sandbox.refund('ERRS', 'RV3', 1))).toBe('FAIL REFUND_REQUEST_CONFLICT');
    expect(said(await sandbox.refund('ERRS', 'RV4'))).toBe('FAIL UPAY_REFUND_INVALID_ORDER_STATE');
    expect(said(await sandbox.refund('ERRS', 'RV3'))).toBe('REFUND_SUCCESS REFUNDED');
    sandbox.advance(HOUR);
    for (const orderId of ['RUNS', 'ERRS']) expect(sandbox.sums(orderId).returned).toBe(TOTAL);
  });

  it('finds the order by the channel number too, which no other call does', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID');
    const sn = String((await sandbox.query('A1')).biz_response?.data?.trade_no);
    const fields = { sn, refund_request_no: 'RV1', refund_amount: '1', operator: 'op01' };
    expect(said(await sandbox.call('/upay/v2/refund', fields))).toBe('REFUND_SUCCESS PARTIAL_REFUNDED');
    expect(said(await sandbox.call('/upay/v2/query', { sn }))).toBe('FAIL UPAY_ORDER_NOT_EXISTS');
  });
});

describe('a look by refund number', () => {
  const look = (sandbox: ReturnType<typeof bench>, no: string) =>
    sandbox.call('/upay/v2/query', { client_sn: 'A1', refund_request_no: no });

  it('shows that refund, even when a later one followed', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID');
    await sandbox.refund('A1', 'RV1', 100);
    sandbox.happen('A1', 'partialRefund', { amount: 200 });
    const { data } = (await look(sandbox, 'RV1')).biz_response ?? {};
    expect(data).toMatchObject({ client_tsn: 'A1-RV1', status: 'SUCCESS', net_amount: '980' });
    expect(data?.order_status).toBe('PARTIAL_REFUNDED');
  });

  it('of a number nobody used shows the order, or nothing, by flag', async () => {
    for (const [unknownRefund, answer] of [
      ['order', 'SUCCESS PAID'],
      ['notExists', 'FAIL UPAY_ORDER_NOT_EXISTS'],
    ] as const) {
      const sandbox = bench();
      sandbox.seed('A1', 'PAID', { unknownRefund });
      expect(said(await look(sandbox, 'RV9'))).toBe(answer);
    }
  });
});
