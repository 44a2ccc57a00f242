import { describe, expect, it } from 'vitest';
import { bench, said, TOTAL } from './bench.ts';

const ABSENT = 'FAIL UPAY_ORDER_NOT_EXISTS';

describe('what a look shows', () => {
  it('has only strings, in the documented fields', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'CREATED');
    const { status, executed, authentic, ...reply } = await sandbox.query('A1');
    expect({ status, executed, authentic }).toEqual({ status: 200, executed: false, authentic: true });
    expect(reply).toEqual({
      result_code: '200',
      error_code: '',
      error_message: '',
      biz_response: {
        result_code: 'SUCCESS',
        error_code: '',
        error_message: '',
        data: {
          ...{ sn: sandbox.truth('A1').gatewayId, client_sn: 'A1', client_tsn: 'A1', status: 'IN_PROG' },
          ...{ order_status: 'CREATED', payway: '3', payway_name: '微信', sub_payway: '1', trade_no: '' },
          ...{ finish_time: '', channel_finish_time: '', total_amount: '1280', net_amount: '1280' },
          ...{ subject: '拿铁咖啡', operator: 'op01', ctime: expect.stringMatching(/^\d{13}$/), payment_list: [] },
        },
      },
    });
  });

  it('is behind by the replica lag, while cancel sees the order as it is', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID', { lag: 4000 });
    expect(said(await sandbox.cancel('A1'))).toBe('CANCEL_SUCCESS CANCELED');
    sandbox.advance(3999);
    expect(said(await sandbox.query('A1'))).toBe('SUCCESS PAID');
    sandbox.advance(1);
    expect(said(await sandbox.query('A1'))).toBe('SUCCESS CANCELED');
  });
});

describe('what an order does by itself', () => {
  it('a QR order becomes PAY_ERROR and then PAY_CANCELED', async () => {
    const sandbox = bench();
    sandbox.seed('QR', 'CREATED', { payErrorAfterMs: 240_000, payCanceledAfterMs: 360_000 });
    sandbox.advance(240_000);
    expect(sandbox.truth('QR')).toMatchObject({ state: 'PAY_ERROR', payable: false });
    sandbox.advance(120_000);
    expect(sandbox.truth('QR').state).toBe('PAY_CANCELED');
  });

  it('a payment keeps it from expiring', () => {
    const sandbox = bench();
    sandbox.seed('A1', 'CREATED', { payCanceledAfterMs: 40_000 });
    sandbox.happen('A1', 'pay');
    sandbox.advance(40_000);
    expect(sandbox.truth('A1')).toMatchObject({ state: 'PAID', taken: TOTAL, returned: 0 });
  });

  it('a missing order appears later', async () => {
    const sandbox = bench();
    sandbox.seed('ABSENT', 'absent', { visibleAfterMs: 6000 });
    sandbox.seed('PAID', 'PAID', { visibleAfterMs: 6000 });
    for (const orderId of ['ABSENT', 'PAID']) expect(said(await sandbox.query(orderId))).toBe(ABSENT);
    sandbox.advance(6000);
    expect(said(await sandbox.query('ABSENT'))).toBe('SUCCESS CREATED');
    expect(said(await sandbox.query('PAID'))).toBe('SUCCESS PAID');
  });

  it('an unscanned code is not found and can be paid; an absent order cannot', async () => {
    const sandbox = bench();
    for (const state of ['absent', 'CREATED']) {
      sandbox.seed(state, state, { invisibleUntilScan: true });
      expect(said(await sandbox.cancel(state))).toBe(ABSENT);
      expect(sandbox.truth(state).payable).toBe(true);
      sandbox.happen(state, 'pay');
      expect(said(await sandbox.query(state))).toBe('SUCCESS PAID');
    }
    sandbox.seed('NEVER', 'absent');
    sandbox.happen('NEVER', 'pay');
    expect(sandbox.truth('NEVER')).toMatchObject({ payable: false, taken: 0 });
  });

  it.each([
    ['CREATED', [['decline']], 'PAY_CANCELED', 0],
    ['CREATED', [['payError', { charged: true }], ['expire']], 'PAY_CANCELED', TOTAL],
    ['absent', [['createAndPay'], ['refundElsewhere']], 'REFUNDED', TOTAL],
    ['PAID', [['partialRefund']], 'PARTIAL_REFUNDED', TOTAL / 2],
    ['PAID', [['cancelElsewhere'], ['refundElsewhere']], 'CANCELED', TOTAL],
    ['CANCEL_INPROGRESS', [['settleCancel'], ['settleCancel']], 'CANCELED', TOTAL],
    ['CANCEL_INPROGRESS', [['failCancel']], 'CANCEL_ERROR', 0],
    ['CANCEL_INPROGRESS', [['failCancel'], ['failCancel']], 'PAID', 0],
    ['CANCEL_INPROGRESS', [['failCancel', { restore: true }]], 'PAID', 0],
    ['REFUND_INPROGRESS', [['settleRefund'], ['settleRefund']], 'REFUNDED', TOTAL],
    ['REFUND_INPROGRESS', [['failRefund']], 'REFUND_ERROR', 0],
    ['REFUND_ERROR', [['failRefund']], 'PAID', 0],
  ] as const)('%s after %j is %s', (state, events, after, returned) => {
    const sandbox = bench();
    sandbox.seed('A1', state);
    for (const [name, using] of events) sandbox.happen('A1', name, using);
    expect(sandbox.truth('A1')).toMatchObject({ state: after, returned });
  });

  it('an order seeded while it cancels or refunds settles when its flags say so', () => {
    const sandbox = bench();
    sandbox.seed('C', 'CANCEL_INPROGRESS', { cancelSettlesAfterMs: 10 });
    sandbox.seed('E', 'CANCEL_ERROR', { cancelSettlesAfterMs: 10, cancelFails: 'unknown-then-refused' });
    sandbox.seed('R', 'REFUND_INPROGRESS', { refundSettlesAfterMs: 10, refund: 'in-progress-then-refused' });
    sandbox.seed('N', 'CANCEL_ERROR');
    sandbox.advance(10);
    expect(['C', 'E', 'R', 'N'].map((id) => sandbox.truth(id).state)).toEqual([
      'CANCELED',
      'PAID',
      'PAID',
      'CANCEL_ERROR',
    ]);
  });

  it('money tops up by event, and the cancel that was refused goes through', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID', { balanceShort: true });
    await sandbox.cancel('A1');
    sandbox.happen('A1', 'topUp');
    expect(said(await sandbox.cancel('A1'))).toBe('CANCEL_SUCCESS CANCELED');
  });
});

describe('a seed or event that does not exist', () => {
  it('is refused, so that a typing mistake cannot pass for a tame gateway', () => {
    const sandbox = bench();
    expect(() => sandbox.seed('A1', 'PAYED')).toThrow('PAYED');
    expect(() => sandbox.seed('A1', 'PAID', { cancelFail: 'slow' })).toThrow('cancelFail');
    sandbox.seed('A1', 'PAID');
    expect(() => sandbox.happen('A1', 'payed')).toThrow('payed');
    expect(sandbox.sums('A1').taken).toBe(TOTAL);
  });
});
