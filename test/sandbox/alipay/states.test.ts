import { describe, expect, test } from 'vitest';
import { type Operation, startAlipay } from './client.ts';

const DAY = 24 * 3_600_000;

interface Row {
  readonly operation: Operation;
  readonly state: string;
  /** `10000` and what comes with it, or the error. */
  readonly answer: { readonly [member: string]: unknown; readonly code: string; readonly sub_code?: string };
  readonly after?: string;
  readonly flags?: Record<string, string | number | boolean>;
  readonly createdMsAgo?: number;
  readonly paidMsAgo?: number;
  readonly params?: Record<string, unknown>;
}

const ok = (members: Record<string, unknown> = {}) => ({ ...members, code: '10000' });
const error = (code: string, members: Record<string, unknown> = {}) => ({ ...members, code: '40004', sub_code: code });
const all = { refund_amount: '12.30', out_request_no: 'A1-R1' };
const part = { refund_amount: '2.30', out_request_no: 'A1-R1' };
const none = { action: undefined, trade_no: undefined, retry_flag: 'N' };

const rows: Row[] = [
  {
    operation: 'query',
    state: 'ABSENT',
    answer: error('ACQ.TRADE_NOT_EXIST', { out_trade_no: 'A1', receipt_amount: '0.00' }),
  },
  {
    operation: 'query',
    state: 'WAITING',
    answer: ok({ trade_status: 'WAIT_BUYER_PAY', total_amount: '12.30', send_pay_date: undefined }),
  },
  {
    operation: 'query',
    state: 'PAID',
    answer: ok({ trade_status: 'TRADE_SUCCESS', total_amount: '12.30', out_trade_no: 'A1' }),
  },
  { operation: 'query', state: 'FINISHED', answer: ok({ trade_status: 'TRADE_FINISHED' }) },
  {
    operation: 'query',
    state: 'CLOSED_UNPAID',
    answer: ok({ trade_status: 'TRADE_CLOSED', send_pay_date: undefined }),
  },
  { operation: 'query', state: 'CLOSED_REFUNDED', answer: ok({ trade_status: 'TRADE_CLOSED' }) },

  { operation: 'cancel', state: 'ABSENT', answer: ok(none), after: 'ABSENT' },
  { operation: 'cancel', state: 'WAITING', answer: ok({ action: 'close', retry_flag: 'N' }), after: 'CLOSED_UNPAID' },
  { operation: 'cancel', state: 'PAID', answer: ok({ action: 'refund', retry_flag: 'N' }), after: 'CLOSED_REFUNDED' },
  {
    operation: 'cancel',
    state: 'PAID',
    createdMsAgo: DAY - 60_000,
    answer: ok({ action: 'refund' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    createdMsAgo: DAY + 60_000,
    answer: error('ACQ.TRADE_CANCEL_TIME_OUT', { retry_flag: 'N' }),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    createdMsAgo: DAY + 60_000,
    paidMsAgo: 60_000,
    flags: { cancelWindowFrom: 'paid' },
    answer: ok({ action: 'refund' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'cancel',
    state: 'WAITING',
    createdMsAgo: DAY + 60_000,
    answer: ok({ action: 'close' }),
    after: 'CLOSED_UNPAID',
  },
  {
    operation: 'cancel',
    state: 'WAITING',
    flags: { cancelTimeOut: true },
    answer: error('ACQ.TRADE_CANCEL_TIME_OUT'),
    after: 'WAITING',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { cancelTimeOut: true },
    answer: error('ACQ.TRADE_CANCEL_TIME_OUT'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { partially_refunded: 230 },
    answer: error('ACQ.REASON_TRADE_REFUND_FEE_ERR'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { frozen: true },
    answer: error('ACQ.REASON_TRADE_BEEN_FREEZEN'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { seller_short: true },
    answer: error('ACQ.SELLER_BALANCE_NOT_ENOUGH'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { cancel_not_allowed: true },
    answer: error('ACQ.CANCEL_NOT_ALLOWED'),
    after: 'PAID',
  },
  { operation: 'cancel', state: 'FINISHED', answer: error('ACQ.TRADE_HAS_FINISHED'), after: 'FINISHED' },
  { operation: 'cancel', state: 'CLOSED_UNPAID', answer: ok(none), after: 'CLOSED_UNPAID' },
  { operation: 'cancel', state: 'CLOSED_REFUNDED', answer: ok(none), after: 'CLOSED_REFUNDED' },
  {
    operation: 'cancel',
    state: 'CLOSED_UNPAID',
    flags: { repeatedCancel: 'ACQ.TRADE_HAS_CLOSE' },
    answer: error('ACQ.TRADE_HAS_CLOSE'),
  },
  {
    operation: 'cancel',
    state: 'PAID',
    params: { out_trade_no: undefined, trade_no: 'NOBODY' },
    answer: error('ACQ.INVALID_PARAMETER', { retry_flag: 'N' }),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    params: { out_trade_no: undefined },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },

  { operation: 'close', state: 'ABSENT', answer: error('ACQ.TRADE_NOT_EXIST'), after: 'ABSENT' },
  { operation: 'close', state: 'WAITING', answer: ok({ out_trade_no: 'A1' }), after: 'CLOSED_UNPAID' },
  {
    operation: 'close',
    state: 'PAID',
    answer: error('ACQ.TRADE_STATUS_ERROR', { retry_flag: undefined }),
    after: 'PAID',
  },
  { operation: 'close', state: 'FINISHED', answer: error('ACQ.TRADE_STATUS_ERROR'), after: 'FINISHED' },
  { operation: 'close', state: 'CLOSED_UNPAID', answer: error('ACQ.TRADE_STATUS_ERROR') },
  {
    operation: 'close',
    state: 'CLOSED_REFUNDED',
    flags: { closeOnClosed: 'ACQ.TRADE_HAS_CLOSE' },
    answer: error('ACQ.TRADE_HAS_CLOSE'),
  },

  { operation: 'refund', state: 'ABSENT', params: all, answer: error('ACQ.TRADE_NOT_EXIST') },
  { operation: 'refund', state: 'WAITING', params: all, answer: error('ACQ.TRADE_STATUS_ERROR'), after: 'WAITING' },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    answer: ok({ fund_change: 'Y', refund_fee: '12.30' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { refund_amount: '12.30' },
    answer: ok({ fund_change: 'Y' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: part,
    answer: ok({ fund_change: 'Y', refund_fee: '2.30' }),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { refund_amount: '2.30' },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { ...all, refund_amount: '12.31' },
    answer: error('ACQ.REASON_TRADE_REFUND_FEE_ERR'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { ...all, refund_amount: '1e1' },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { ...all, refund_reason: 'x'.repeat(257) },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    createdMsAgo: 2 * DAY,
    answer: ok({ fund_change: 'Y' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    flags: { frozen: true },
    answer: error('ACQ.REASON_TRADE_BEEN_FREEZEN'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    flags: { sellerShort: 1 },
    answer: error('ACQ.SELLER_BALANCE_NOT_ENOUGH'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    flags: { partiallyRefunded: true },
    answer: error('ACQ.REASON_TRADE_REFUND_FEE_ERR'),
    after: 'PAID',
  },
  { operation: 'refund', state: 'FINISHED', params: all, answer: error('ACQ.TRADE_HAS_FINISHED'), after: 'FINISHED' },
  { operation: 'refund', state: 'CLOSED_UNPAID', params: all, answer: error('ACQ.TRADE_HAS_CLOSE') },
  { operation: 'refund', state: 'CLOSED_REFUNDED', params: all, answer: error('ACQ.TRADE_HAS_CLOSE') },

  {
    operation: 'refundQuery',
    state: 'ABSENT',
    params: { out_request_no: 'A1-R1' },
    answer: error('ACQ.TRADE_NOT_EXIST'),
  },
  {
    operation: 'refundQuery',
    state: 'WAITING',
    params: { out_request_no: 'A1-R1' },
    answer: ok({ refund_status: undefined }),
  },
  {
    operation: 'refundQuery',
    state: 'PAID',
    params: { out_request_no: 'A1-R1' },
    answer: ok({ refund_status: undefined, out_trade_no: undefined }),
  },
  { operation: 'refundQuery', state: 'PAID', params: {}, answer: error('ACQ.INVALID_PARAMETER') },
];

const titled = rows.map((row): [string, Row] => [
  `${row.operation} of ${row.state}${row.flags ? ` ${JSON.stringify(row.flags)}` : ''}: ${row.answer.sub_code ?? 'success'}`,
  row,
]);

describe.each(titled)('%s', (_, { operation, state, answer, after, params, ...seed }) => {
  test('classic', async () => {
    const alipay = await startAlipay();
    alipay.seed({ state, ...seed });
    const { node, genuine } = await alipay.classic(operation, params);
    expect(genuine).toBe(true);
    expect(node).toMatchObject(JSON.parse(JSON.stringify(answer)));
    for (const [name, value] of Object.entries(answer)) if (value === undefined) expect(node).not.toHaveProperty(name);
    expect(alipay.truth()?.state).toBe(after ?? state);
  });

  test('v3', async () => {
    const alipay = await startAlipay();
    alipay.seed({ state, ...seed });
    const { status, body, genuine } = await alipay.v3(operation, params);
    const { code: _code, msg: _msg, sub_code, ...members } = answer;
    if (sub_code === undefined) {
      expect([status, genuine]).toEqual([200, true]);
      expect(body).toMatchObject(JSON.parse(JSON.stringify(members)));
    } else {
      expect([status, genuine]).toEqual([400, undefined]);
      expect(body).toEqual({ code: sub_code, message: expect.any(String), links: expect.any(Array) });
    }
    expect(alipay.truth()?.state).toBe(after ?? state);
  });
});

test('trade_no wins over out_trade_no', async () => {
  const alipay = await startAlipay();
  alipay.seed();
  alipay.seed({ orderId: 'A2', state: 'WAITING' });
  const trade_no = alipay.truth('A2')?.gatewayId;
  expect((await alipay.classic('query', { trade_no })).node).toMatchObject({ out_trade_no: 'A2', trade_no });
});

test('an order that nobody seeded is absent', async () => {
  const alipay = await startAlipay();
  expect((await alipay.classic('query')).node.sub_code).toBe('ACQ.TRADE_NOT_EXIST');
  const { node } = await alipay.classic('cancel');
  expect(node).toEqual({ code: '10000', msg: 'Success', out_trade_no: 'A1', retry_flag: 'N' });
});

test('the same refund again moves nothing, with another amount it is refused', async () => {
  const alipay = await startAlipay();
  alipay.seed();
  expect((await alipay.classic('refund', part)).node.fund_change).toBe('Y');
  expect((await alipay.classic('refund', part)).node).toMatchObject({ fund_change: 'N', refund_fee: '2.30' });
  const other = await alipay.classic('refund', { ...part, refund_amount: '3.00' });
  expect(other.node.sub_code).toBe('ACQ.DISCORDANT_REPEAT_REQUEST');
  const rest = { refund_amount: '10.00', out_request_no: 'A1-R2' };
  expect((await alipay.classic('refund', rest)).node).toMatchObject({ fund_change: 'Y', refund_fee: '12.30' });
  expect((await alipay.classic('refund', rest)).node).toMatchObject({ code: '10000', fund_change: 'N' });
  const found = await alipay.classic('refundQuery', { out_request_no: 'A1-R2' });
  expect(found.node).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '10.00', total_amount: '12.30' });
  expect(alipay.truth()).toMatchObject({ state: 'CLOSED_REFUNDED', taken: 1230, returned: 1230, payable: false });
  expect(alipay.sandbox.money().map(({ by }) => by)).toEqual(['pay', 'refund:A1-R1', 'refund:A1-R2']);
});

test.each([
  ['noAction', { action: undefined }],
  ['sameAction', { action: 'refund' }],
])('a repeated cancel, %s', async (repeatedCancel, expected) => {
  const alipay = await startAlipay();
  alipay.seed({ flags: { repeatedCancel } });
  await alipay.classic('cancel');
  const { node } = await alipay.classic('cancel');
  expect(node).toMatchObject({ code: '10000', retry_flag: 'N' });
  expect(node.action).toBe(expected.action);
  expect(alipay.truth()?.returned).toBe(1230);
});

test('a refund by cancel does not show in the refund query, unless switched on', async () => {
  const alipay = await startAlipay();
  alipay.seed();
  alipay.seed({ orderId: 'A2', flags: { cancelRefundVisible: true } });
  const status = async (out_trade_no: string) => {
    await alipay.classic('cancel', { out_trade_no });
    return (await alipay.classic('refundQuery', { out_trade_no, out_request_no: out_trade_no })).node.refund_status;
  };
  expect([await status('A1'), await status('A2')]).toEqual([undefined, 'REFUND_SUCCESS']);
});

test('a lagging replica shows the old state for a while after an act', async () => {
  const alipay = await startAlipay();
  alipay.seed({ flags: { lag: 150 } });
  await alipay.classic('cancel');
  expect((await alipay.classic('query')).node.trade_status).toBe('TRADE_SUCCESS');
  expect(alipay.truth()?.state).toBe('CLOSED_REFUNDED');
  await expect.poll(async () => (await alipay.classic('query')).node.trade_status).toBe('TRADE_CLOSED');
});

test('a state, flag, event or fault that it does not know is refused at seeding', async () => {
  const alipay = await startAlipay();
  expect(() => alipay.seed({ state: 'HALF' })).toThrow();
  expect(() => alipay.seed({ flags: { frosty: true } })).toThrow('frosty');
  expect(() => alipay.seed({ events: [{ name: 'dance' }] })).toThrow('dance');
  expect(() => alipay.seed({ faults: [{ operation: 'any', business: { name: 'dance' } }] })).toThrow('dance');
  alipay.seed({ state: 'absent' });
});
