import { describe, expect, test } from 'vitest';
import { names, open, type ProfileName } from './profiles.ts';

const A1 = { bizOrderNo: 'A1' };
type Flags = Record<string, string | number | boolean>;

async function act(name: ProfileName, verb: 'close' | 'cancel', state: string, flags: Flags = {}) {
  const bench = open(name);
  bench.seed({ orderId: 'A1', state: state === 'open' ? bench.caller.open : state, flags });
  const said = await bench[verb](A1);
  return { bench, word: bench.word(said), after: bench.state('A1'), msg: said.body.data?.msg ?? said.body.msg };
}

describe('the payer has just paid (spec 4.5)', () => {
  const paid = { channelState: 'paid' };
  const wechat = { channel: 'wechat_pay' };
  const during = { payDuring: 'cancel' };
  const late = { payDuring: 'close', payDuringWhen: 'after', channelState: 'not_exist' };
  const cases = [
    // profile, act, local state, flags, answer, state afterwards, money back
    ['C', 'close', 'success', {}, '1', 'success/paid', 0],
    ['C', 'cancel', 'success', {}, '1', 'success/paid', 0],
    ['E', 'close', 'success', {}, '20044', 'success/paid', 0],
    ['E', 'cancel', 'success', {}, '20044', 'success/paid', 0],
    ['F', 'close', 'success', {}, '20044', 'success/paid', 0],
    ['C', 'close', 'open', paid, '1', 'progress/paid', 0],
    ['C', 'cancel', 'open', paid, '0', 'cancel/refunded', 1000],
    ['E', 'close', 'open', paid, '20044', 'progress/paid', 0],
    ['E', 'cancel', 'open', paid, '0', 'cancel/refunded', 1000],
    ['F', 'cancel', 'open', paid, '0', 'cancel/refunded', 1000],
    ['C', 'close', 'open', { ...paid, ...wechat }, '1', 'progress/paid', 0],
    ['C', 'cancel', 'open', { ...paid, ...wechat }, '0', 'cancel/refunded', 1000],
    ['E', 'close', 'open', { ...paid, ...wechat }, '20045', 'progress/paid', 0],
    ['E', 'cancel', 'open', { ...paid, ...wechat }, '0', 'cancel/refunded', 1000],
    ['F', 'close', 'open', { ...paid, ...wechat }, '1', 'processing/paid', 0],
    // A callback inside the call: the money is back, or never left, and the local order says success.
    ['C', 'cancel', 'open', during, '1', 'success/refunded', 1000],
    ['E', 'cancel', 'open', during, '0', 'success/refunded', 1000],
    ['F', 'cancel', 'open', during, '0', 'success/refunded', 1000],
    ['C', 'close', 'open', { payDuring: 'close' }, '1', 'success/paid', 0],
    ['E', 'close', 'open', { payDuring: 'close' }, '20044', 'success/paid', 0],
    ['C', 'close', 'open', late, '1', 'success/paid', 0],
    ['E', 'close', 'open', late, '0', 'success/paid', 0],
    ['F', 'close', 'open', late, '0', 'success/paid', 0],
  ] as const;
  test.each(cases)('%s %s of %s %o: %s, then %s', async (name, verb, state, flags, answer, after, returned) => {
    const { bench, ...seen } = await act(name, verb, state, flags);
    expect(seen).toMatchObject({ word: answer, after });
    expect(bench.money('A1').returned).toBe(returned);
  });
});

describe('not idempotent', () => {
  test.each([
    ['C', '1'],
    ['E', '20044'],
    ['F', '20044'],
  ] as const)('%s: a second close is an error', async (name, answer) => {
    const { bench } = await act(name, 'close', 'open');
    expect(bench.word(await bench.close(A1))).toBe(answer);
    expect(bench.word(await bench.cancel(A1))).toBe(answer);
  });

  test.each(names)('%s: the verb decides the state', async (name) => {
    expect((await act(name, 'close', 'open')).after).toBe('close/closed');
    expect((await act(name, 'cancel', 'open')).after).toBe('cancel/closed');
  });
});

describe('channels that cannot', () => {
  const cases = [
    ['C', 'close', 'union_pay', '1', '关闭订单失败'],
    ['C', 'close', 'wallet_pay', '1', '不支持的能力'],
    ['C', 'cancel', 'wallet_pay', '1', '撤销订单失败'],
    ['C', 'cancel', 'wechat_pay', '1', '撤销订单失败'],
    ['E', 'close', 'union_pay', '20030', '不支持的能力'],
    ['E', 'cancel', 'wechat_pay', '20080', '关闭订单失败'],
    ['F', 'close', 'union_pay', '20030', '不支持的能力'],
  ] as const;
  test.each(cases)('%s %s on %s: %s', async (name, verb, channel, answer, msg) => {
    expect(await act(name, verb, 'open', { channel, method: 'qrcode' })).toMatchObject({ word: answer, msg });
  });
});

test('E: an order without a channel is closed here alone, useCancel or not', async () => {
  for (const verb of ['close', 'cancel'] as const) {
    expect(await act('E', verb, 'wait')).toMatchObject({ word: '0', after: 'close/not_exist' });
  }
  expect(await act('F', 'close', 'init')).toMatchObject({ word: '0', after: 'close/not_exist' });
});

describe('a code that nobody scanned', () => {
  test.each(names)('%s: closes well, and can still be paid', async (name) => {
    const { bench, word, after } = await act(name, 'close', 'open', { channelState: 'not_exist' });
    expect([word, after]).toEqual(['0', 'close/not_exist']);
    bench.happen('A1', 'pay');
    expect(bench.state('A1')).toBe('close/paid');
    await bench.sync(A1);
    expect(bench.state('A1')).toBe(name === 'C' ? 'success/paid' : 'close/paid');
  });
});

describe('locks', () => {
  const busy = { C: '10007!', E: '20043', F: '10506' } as const;
  test.each(names)('%s: a close beside a close is busy', async (name) => {
    const bench = open(name);
    const flags = { channelLatencyMs: 5000, lockWaitMs: 50 };
    bench.seed({ orderId: 'A1', state: bench.caller.open, flags });
    const first = bench.close(A1);
    expect(bench.word(await bench.close(A1))).toBe(busy[name]);
    // In C the locks of close and cancel are two, and only the close is running.
    if (name !== 'C') expect(bench.word(await bench.cancel(A1))).toBe(busy[name]);
    await bench.advance(10_000);
    expect(bench.word(await first)).toBe('0');
  });

  test.each(names)('%s: a channel slower than the lease lets a second close in', async (name) => {
    const bench = open(name);
    bench.seed({ orderId: 'A1', state: bench.caller.open, flags: { lockLeaseMs: 100, channelLatencyMs: 150 } });
    const first = bench.send(...bench.caller.close(A1));
    await bench.advance(110);
    const second = bench.send(...bench.caller.close(A1));
    await bench.advance(1000);
    const words = [bench.word(await first), bench.word(await second)];
    expect(words).toEqual(name === 'C' ? ['0', '1'] : ['0', '0']);
  });

  test('F waits three seconds for the lock and then reads again', async () => {
    const bench = open('F');
    bench.seed({ orderId: 'A1', state: 'processing', flags: { channelLatencyMs: 1000 } });
    const first = bench.send(...bench.caller.close(A1));
    const second = bench.send(...bench.caller.close(A1));
    await bench.advance(5000);
    expect([bench.word(await first), bench.word(await second)]).toEqual(['0', '20044']);
  });
});

test.each(names)('%s: no order, no id', async (name) => {
  const bench = open(name);
  const missing = { C: '1', E: '20041', F: '10506' }[name];
  for (const verb of ['query', 'sync', 'close', 'cancel'] as const) {
    expect(bench.word(await bench[verb]({ bizOrderNo: 'none' }))).toBe(missing);
  }
  expect(bench.word(await bench.query({}))).toBe(name === 'C' ? '10006!' : '10506');
});
