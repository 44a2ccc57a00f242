import { describe, expect, test } from 'vitest';
import { names, open } from './profiles.ts';

const A1 = { bizOrderNo: 'A1' };

describe.each(names)('%s', (name) => {
  const begin = (state: 'open' | 'absent' | 'success', flags: Record<string, string | number | boolean> = {}) => {
    const bench = open(name);
    bench.seed({ orderId: 'A1', state: state === 'open' ? bench.caller.open : state, flags });
    const truth = () => {
      const { state: both, payable } = bench.system.truth('A1') ?? { state: 'none', payable: false };
      return [both.replace('processing', 'progress'), payable];
    };
    return { bench, truth };
  };

  test('pay, with and without the callback', async () => {
    const { bench, truth } = begin('open');
    expect(truth()).toEqual(['progress/unpaid', true]);
    bench.happen('A1', 'payWithoutCallback');
    expect(truth()).toEqual(['progress/paid', false]);
    bench.happen('A1', 'callback');
    expect(truth()).toEqual(['success/paid', false]);
    bench.happen('A1', 'pay');
    expect(bench.money('A1')).toEqual({ taken: 1000, returned: 0 });
  });

  test('a callback that takes its time', async () => {
    const { bench, truth } = begin('open', { callbackMs: 1000 });
    bench.happen('A1', 'pay');
    expect(truth()).toEqual(['progress/paid', false]);
    await bench.advance(1000);
    expect(truth()).toEqual(['success/paid', false]);
  });

  test('an order that is not there yet', async () => {
    const { bench, truth } = begin('absent');
    expect(truth()).toEqual(['absent/not_exist', false]);
    expect(bench.word(await bench.query(A1))).toBe({ C: '1', E: '20041', F: '10506' }[name]);
    bench.happen('A1', 'create');
    expect(truth()).toEqual(['progress/unpaid', true]);
    expect(bench.word(await bench.query(A1))).toBe('0');
    const other = begin('absent');
    other.bench.happen('A1', 'createAndPay');
    expect(other.truth()).toEqual(['success/paid', false]);
  });

  test('a code that somebody scans', () => {
    const { bench, truth } = begin('open', { channelState: 'not_exist' });
    expect(truth()).toEqual(['progress/not_exist', true]);
    bench.happen('A1', 'create');
    expect(truth()).toEqual(['progress/unpaid', true]);
  });

  test('closed at the channel: no payment any more, unless forced', () => {
    const { bench, truth } = begin('open');
    bench.happen('A1', 'channelClose');
    expect(truth()).toEqual(['progress/closed', false]);
    bench.happen('A1', 'pay');
    expect(truth()).toEqual(['progress/closed', false]);
    bench.happen('A1', 'payWithoutCallback', { force: true });
    expect(truth()).toEqual(['progress/paid', false]);
  });

  test('expired', () => {
    const { bench, truth } = begin('open');
    bench.happen('A1', 'expire');
    expect(truth()).toEqual(name === 'C' ? ['progress/unpaid', true] : ['close/closed', false]);
    bench.happen('A1', 'expire', { job: true });
    expect(truth()).toEqual(['close/closed', false]);
    const late = begin('open', { channelState: 'paid' });
    late.bench.happen('A1', 'expire', { job: true });
    expect(late.truth()[0]).toBe(name === 'F' ? 'close/paid' : 'success/paid');
  });

  test('refunds by somebody else, that DaxPay knows of or not', async () => {
    const known = begin('success');
    known.bench.happen('A1', 'partialRefund', { amount: 300 });
    expect((await known.bench.query(A1)).body.data).toMatchObject({ refundStatus: 'partial_refund' });
    known.bench.happen('A1', 'refundElsewhere');
    expect((await known.bench.query(A1)).body.data).toMatchObject({ refundStatus: 'refunded', refundableBalance: 0 });
    expect(known.truth()).toEqual(['success/refunded', false]);
    expect(known.bench.money('A1')).toEqual({ taken: 1000, returned: 1000 });

    const unknown = begin('success');
    unknown.bench.happen('A1', 'refundElsewhere', { known: false });
    expect((await unknown.bench.query(A1)).body.data).toMatchObject({ refundStatus: 'no_refund' });
    expect(unknown.truth()).toEqual(['success/refunded', false]);
  });

  test('a query that lags behind', async () => {
    const { bench } = begin('success', { lag: 5000 });
    const status = async () => (await bench.query(A1)).body.data?.refundStatus;
    bench.happen('A1', 'refundElsewhere');
    expect(await status()).toBe('no_refund');
    await bench.advance(5000);
    expect(await status()).toBe('refunded');
  });

  test('a split order says so where the profile can', async () => {
    const { bench } = begin('success', { allocated: true, channel: 'wechat_pay', method: 'qrcode' });
    const { data } = (await bench.query(A1)).body;
    expect(data).toMatchObject({ channel: 'wechat_pay', method: 'qrcode' });
    if (name !== 'F') expect(data).toMatchObject({ allocation: true, allocStatus: 'allocation' });
  });

  test('identify finds the order by every id it has', async () => {
    const { bench } = begin('open');
    const gatewayId = bench.system.truth('A1')?.gatewayId ?? '';
    const [path, members] = bench.caller.cancel({ orderNo: gatewayId });
    const body = Buffer.from(JSON.stringify(members));
    const seen = bench.system.identify({ method: 'POST', target: path, path, headers: {}, body });
    expect(seen).toEqual({ operation: 'cancel', orderId: 'A1' });
  });
});
