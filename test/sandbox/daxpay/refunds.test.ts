import { describe, expect, test } from 'vitest';
import { names, open, type ProfileName } from './profiles.ts';

const A1 = { bizOrderNo: 'A1' };

function openPaid(name: ProfileName, flags: Record<string, string | number | boolean> = {}) {
  const bench = open(name);
  bench.seed({ orderId: 'A1', state: 'success', flags });
  const shown = async () => (await bench.query(A1)).body.data;
  const refundShown = async (bizRefundNo: string) => (await bench.refundQuery({ bizRefundNo })).body.data;
  return { ...bench, shown, refundShown };
}

describe.each(names)('%s', (name) => {
  test('a refund of the whole, and no second one', async () => {
    const bench = openPaid(name);
    expect(bench.word(await bench.refund('A1', 'R1', 1000))).toBe('0');
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'success', bizRefundNo: 'R1' });
    expect(await bench.shown()).toMatchObject({ status: 'success', refundStatus: 'refunded', refundableBalance: 0 });
    const refused = name === 'C' ? '1' : '20044';
    expect(bench.word(await bench.refund('A1', 'R1', 1000))).toBe(refused);
    expect(bench.word(await bench.refund('A1', 'R2', 1000))).toBe(refused);
    expect(bench.money('A1')).toEqual({ taken: 1000, returned: 1000 });
  });

  test('too much, an unknown order, an order that is not paid, an unknown refund', async () => {
    const bench = openPaid(name);
    bench.seed({ orderId: 'A2', state: bench.caller.open });
    expect(bench.word(await bench.refund('A1', 'R1', 1001))).toBe(name === 'C' ? '10006!' : '10506');
    expect(bench.word(await bench.refund('A0', 'R1', 1000))).toBe(name === 'C' ? '10010!' : '10405');
    expect(bench.word(await bench.refund('A2', 'R1', 1000))).toBe(name === 'C' ? '1' : '20044');
    expect(bench.word(await bench.refundQuery({ bizRefundNo: 'R1' }))).toBe(name === 'C' ? '1' : '20041');
    expect(bench.money('A1').returned).toBe(0);
  });

  test('a silent failure looks like success and leaves the order refunding', async () => {
    const bench = openPaid(name, { refundFails: 'silent' });
    const said = await bench.refund('A1', 'R1', 1000);
    expect(bench.word(said)).toBe('0');
    if (name === 'C') expect(said.body.data).toMatchObject({ msg: null, status: null });
    else expect(said.body.data).toMatchObject({ status: 'fail', errorMsg: null });
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'fail', errorMsg: null });
    expect(await bench.shown()).toMatchObject({ refundStatus: 'refunding', refundableBalance: 0 });
    expect(bench.money('A1').returned).toBe(0);

    expect(bench.word(await bench.refund('A1', 'R2', 1000))).toBe(name === 'C' ? '1' : '20044');
    expect(bench.word(await bench.refund('A1', 'R1', 1000))).toBe('0');
    expect(await bench.shown()).toMatchObject({ refundStatus: 'refunded' });
    expect(bench.money('A1').returned).toBe(1000);
  });

  test('a failure with a text keeps it when a later try succeeds', async () => {
    const bench = openPaid(name, { refundFails: 'text', refundErrorText: '余额不足', refundFailTimes: 2 });
    for (const status of ['fail', 'fail', 'success']) {
      const { body } = await bench.refund('A1', 'R1', 1000);
      expect(name === 'C' ? body.data?.msg : body.data?.errorMsg).toBe('余额不足');
      expect(await bench.refundShown('R1')).toMatchObject({ status, errorMsg: '余额不足' });
    }
    expect(bench.money('A1').returned).toBe(1000);
  });

  test('reported as failed though the channel paid: the retry is progress until it is settled', async () => {
    const bench = openPaid(name, { refundFails: 'silent', refundChannelPaid: true });
    await bench.refund('A1', 'R1', 1000);
    expect(bench.money('A1').returned).toBe(1000);
    await bench.refund('A1', 'R1', 1000);
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'progress' });
    expect(await bench.shown()).toMatchObject({ refundStatus: 'refunding' });
    bench.happen('A1', 'settleRefund');
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'success' });
    expect(await bench.shown()).toMatchObject({ refundStatus: 'refunded' });
    expect(bench.money('A1').returned).toBe(1000);
  });

  test("DaxPay's own task asks the channel about a refund that is progress, until it knows", async () => {
    // C's task ships stopped; where somebody started it, it runs every minute.
    const started = name === 'C' ? { refundSyncMs: 60_000 } : {};
    const bench = openPaid(name, { refundFails: 'silent', refundChannelPaid: true, ...started });
    await bench.refund('A1', 'R1', 1000);
    await bench.refund('A1', 'R1', 1000);
    await bench.advance(59_000);
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'progress' });
    await bench.advance(61_000);
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'success' });
    expect(bench.money('A1').returned).toBe(1000);
  });

  test('its own task makes nothing of a refund that the channel has not settled', async () => {
    const bench = openPaid(name, { refundPending: true });
    await bench.refund('A1', 'R1', 400);
    await bench.advance(600_000);
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'progress' });
    expect(bench.money('A1').returned).toBe(0);
  });

  test('a refund that the channel settles later, or not', async () => {
    const bench = openPaid(name, { refundPending: true });
    await bench.refund('A1', 'R1', 400);
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'progress' });
    expect(bench.money('A1').returned).toBe(0);
    bench.happen('A1', 'settleRefund', { result: 'fail' });
    expect(await bench.refundShown('R1')).toMatchObject({ status: 'fail' });
    await bench.refund('A1', 'R1', 400);
    bench.happen('A1', 'settleRefund');
    expect(await bench.shown()).toMatchObject({ refundStatus: 'partial_refund' });
    expect(bench.money('A1').returned).toBe(400);
  });

  test('after a cancel that a callback overtook, the channel refuses and nothing goes back twice', async () => {
    const bench = open(name);
    bench.seed({ orderId: 'A1', state: bench.caller.open, flags: { payDuring: 'cancel' } });
    await bench.cancel(A1);
    expect(bench.state('A1')).toBe('success/refunded');
    expect(bench.word(await bench.refund('A1', 'R1', 1000))).toBe('0');
    expect((await bench.refundQuery({ bizRefundNo: 'R1' })).body.data).toMatchObject({ status: 'fail' });
    expect((await bench.query(A1)).body.data).toMatchObject({ status: 'success', refundStatus: 'refunding' });
    expect(bench.money('A1')).toEqual({ taken: 1000, returned: 1000 });
  });

  test('busy', async () => {
    const bench = openPaid(name, { channelLatencyMs: 5000, lockWaitMs: 50 });
    const first = bench.refund('A1', 'R1', 1000);
    const second = await bench.refund('A1', 'R1', 1000);
    expect(bench.word(second)).toBe(name === 'C' ? '0' : '20043');
    if (name === 'C') expect(second.body.data).toMatchObject({ refundNo: 'R1', msg: '退款处理中，请勿重复操作' });
    await bench.advance(10_000);
    expect(bench.word(await first)).toBe('0');
    expect(bench.money('A1').returned).toBe(1000);
  });
});

test.each([
  ['C', ['0', '10008!']],
  ['E', ['0', '20043']],
] as const)('%s: two numbers at the same time: %o', async (name, words) => {
  const bench = openPaid(name, { databaseMs: 20, lockWaitMs: 10 });
  const both = await Promise.all([bench.refund('A1', 'R1', 1000), bench.refund('A1', 'R2', 1000)]);
  expect(both.map(bench.word)).toEqual(words);
  expect(bench.money('A1').returned).toBe(1000);
});

test('E: amounts are yuan with two digits on the wire, and 12.8 in the signature', async () => {
  const bench = openPaid('E');
  bench.seed({ orderId: 'A2', amount: 1280, state: 'success' });
  const said = await bench.query({ bizOrderNo: 'A2' });
  expect(said.text).toContain('"amount":12.80,"realAmount":12.80,"refundableBalance":12.80');
  expect(bench.verified(said)).toBe(true);
});

test.each(names)('%s: seeded refunds', async (name) => {
  const bench = open(name);
  bench.seed({ orderId: 'A1', state: 'success', flags: { refundStatus: 'partial_refund', refundedAmount: 300 } });
  bench.seed({ orderId: 'A2', state: 'success', flags: { refundStatus: 'refunded' } });
  expect((await bench.query(A1)).body.data).toMatchObject({ refundableBalance: bench.caller.amount(700) });
  expect(bench.money('A1').returned).toBe(300);
  expect(bench.state('A2')).toBe('success/refunded');
});

test('C: a refund that is progress stays so until somebody makes DaxPay ask (real 23, 25)', async () => {
  const bench = openPaid('C', { refundFails: 'silent', refundChannelPaid: true });
  await bench.refund('A1', 'R1', 1000);
  await bench.refund('A1', 'R1', 1000);
  await bench.advance(3_600_000);
  expect(await bench.refundShown('R1')).toMatchObject({ status: 'progress' });
});
