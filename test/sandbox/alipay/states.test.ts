import { describe, expect, test } from 'vitest';
import { startAlipay } from './client.ts';
import { type Row, rows } from './state-table.ts';

const titled = rows.map((row): [string, Row] => {
  const flags = row.flags === undefined ? '' : ` ${JSON.stringify(row.flags)}`;
  return [`${row.operation} of ${row.state}${flags}: ${row.answer.sub_code ?? 'success'}`, row];
});

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

const part = { refund_amount: '2.30', out_request_no: 'A1-R1' };

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
