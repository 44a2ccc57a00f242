import { describe, expect, test } from 'vitest';
import { open, type ProfileName } from './profiles.ts';

const A1 = { bizOrderNo: 'A1' };
const EXPIRED = { validMs: 0 };

async function sync(name: ProfileName, state: string, flags: Record<string, string | number | boolean>) {
  const bench = open(name);
  bench.seed({ orderId: 'A1', state, flags });
  const said = await bench.sync(A1);
  return { bench, said, word: bench.word(said), after: bench.state('A1'), data: said.body.data };
}

describe('sync brings the local order in line (spec 4.6)', () => {
  const cases = [
    // profile, local, channel, further flags, state afterwards, and what the answer says
    ['C', 'progress', 'paid', {}, 'success/paid', 'pay_success'],
    ['C', 'progress', 'unpaid', {}, 'progress/unpaid', 'pay_progress'],
    ['C', 'progress', 'unpaid', EXPIRED, 'close/closed', 'pay_timeout'],
    ['C', 'progress', 'not_exist', {}, 'progress/not_exist', 'pay_not_found_unknown'],
    ['C', 'progress', 'not_exist', { channel: 'wechat_pay' }, 'close/not_exist', 'pay_not_found'],
    ['C', 'progress', 'closed', {}, 'close/closed', 'pay_closed'],
    ['C', 'progress', 'refunded', {}, 'progress/refunded', 'pay_refund'],
    ['C', 'success', 'closed', {}, 'close/closed', 'pay_closed'],
    ['C', 'success', 'not_exist', {}, 'close/not_exist', 'pay_not_found_unknown'],
    ['C', 'success', 'refunded', {}, 'success/refunded', 'pay_refund'],
    ['C', 'success', 'closed', { refundStatus: 'refunding' }, 'success/closed', 'pay_closed'],
    ['C', 'close', 'paid', {}, 'success/paid', 'pay_success'],
    ['C', 'cancel', 'paid', {}, 'success/paid', 'pay_success'],
    ['C', 'close', 'unpaid', {}, 'close/unpaid', 'pay_progress'],
    ['C', 'fail', 'paid', {}, 'success/paid', 'pay_success'],
    ['C', 'fail', 'not_exist', {}, 'close/not_exist', 'pay_not_found_unknown'],
    ['E', 'progress', 'paid', {}, 'success/paid', { orderStatus: 'success', adjust: false }],
    ['E', 'progress', 'unpaid', {}, 'progress/unpaid', { orderStatus: 'progress', adjust: true }],
    ['E', 'progress', 'unpaid', EXPIRED, 'close/closed', { orderStatus: 'close', adjust: false }],
    ['E', 'progress', 'closed', {}, 'close/closed', { orderStatus: 'close', adjust: false }],
    ['E', 'fail', 'paid', {}, 'success/paid', { orderStatus: 'success', adjust: false }],
    ['E', 'fail', 'unpaid', {}, 'progress/unpaid', { orderStatus: 'progress', adjust: false }],
    ['E', 'close', 'paid', {}, 'close/paid', { orderStatus: 'close', adjust: true }],
    ['E', 'success', 'closed', {}, 'success/closed', { orderStatus: 'success', adjust: true }],
    ['F', 'processing', 'paid', {}, 'success/paid', { orderStatus: 'success', adjust: true }],
    ['F', 'processing', 'unpaid', {}, 'processing/unpaid', { orderStatus: 'processing', adjust: false }],
    ['F', 'fail', 'paid', {}, 'fail/paid', { orderStatus: 'fail', adjust: false }],
    ['F', 'close', 'paid', {}, 'close/paid', { orderStatus: 'close', adjust: false }],
  ] as const;
  test.each(cases)('%s %s, channel %s %o: %s', async (name, state, channelState, flags, after, says) => {
    const seen = await sync(name, state, { channelState, ...flags });
    expect(seen.word).toBe('0');
    expect(seen.after).toBe(after);
    expect(seen.data).toMatchObject(typeof says === 'string' ? { status: says } : says);
  });
});

test('E refuses an order that has no channel yet', async () => {
  expect(await sync('E', 'wait', {})).toMatchObject({ word: '20044', after: 'wait/not_exist' });
});

describe('the channel does not answer, or with an error', () => {
  const down = { name: 'channelDown' };
  const refuses = { name: 'channelRefuses' };
  const cases = [
    ['C', 'progress', down, '10001!', 'progress/unpaid'],
    ['C', 'progress', refuses, '1', 'progress/unpaid'],
    ['E', 'progress', down, '0', 'fail/unpaid'],
    ['E', 'progress', refuses, '10500!', 'progress/unpaid'],
    ['F', 'processing', down, '0', 'processing/unpaid'],
    ['F', 'processing', refuses, '0', 'processing/unpaid'],
  ] as const;
  test.each(cases)('%s %s %o: %s, %s', async (name, state, fault, word, after) => {
    const bench = open(name);
    bench.seed({ orderId: 'A1', state });
    expect(bench.word(await bench.sync(A1, fault))).toBe(word);
    expect(bench.state('A1')).toBe(after);
  });
});

test('C: the repair lock lasts as long as its flag says', async () => {
  const bench = open('C');
  bench.seed({ orderId: 'A1', state: 'progress', flags: { channelState: 'closed', repairLockMs: 500 } });
  await bench.sync(A1);
  bench.happen('A1', 'payWithoutCallback', { force: true });
  expect((await bench.sync(A1)).body.data).toMatchObject({ status: 'pay_success' });
  expect(bench.state('A1')).toBe('close/paid');
  await bench.advance(500);
  await bench.sync(A1);
  expect(bench.state('A1')).toBe('success/paid');
});

test.each([
  ['C', '10007!'],
  ['E', '10507'],
  ['F', '10507'],
] as const)('%s: a sync beside a sync: %s', async (name, busy) => {
  const bench = open(name);
  const flags = { channelLatencyMs: 5000, lockWaitMs: 100 };
  bench.seed({ orderId: 'A1', state: bench.caller.open, flags });
  const first = bench.sync(A1);
  expect(bench.word(await bench.sync(A1))).toBe(busy);
  await bench.advance(10_000);
  expect(bench.word(await first)).toBe('0');
});

test('F: sync and close share their lock', async () => {
  const bench = open('F');
  bench.seed({ orderId: 'A1', state: 'processing', flags: { channelLatencyMs: 5000, lockWaitMs: 100 } });
  const sync = bench.sync(A1);
  expect(bench.word(await bench.close(A1))).toBe('10506');
  await bench.advance(10_000);
  expect(bench.word(await sync)).toBe('0');
});
