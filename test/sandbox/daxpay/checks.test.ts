import { describe, expect, test } from 'vitest';
import { names, open } from './profiles.ts';

const A1 = { bizOrderNo: 'A1' };

function openWithOrder(name: (typeof names)[number]) {
  const bench = open(name);
  bench.seed({ orderId: 'A1', state: bench.caller.open });
  return bench;
}

describe('the time window', () => {
  const cases = [
    ['C', 10_000, '0'],
    ['C', 10_001, '10006!'],
    ['C', -60_999, '0'],
    ['C', -61_000, '10006!'],
    ['E', 86_400_000, '0'],
    ['F', 300_000, '0'],
    ['F', 300_001, '10410!'],
    ['F', -301_000, '10410!'],
  ] as const;
  test.each(cases)('%s, a request of %i ms ago: %s', async (name, ago, expected) => {
    const bench = openWithOrder(name);
    const said = await bench.forge('query', A1, (stamped) => {
      bench.setTime(bench.host.now() + ago);
      return { sent: stamped, signed: stamped };
    });
    expect(bench.word(said)).toBe(expected);
  });
});

describe('what is signed is the class of the server, not the body', () => {
  test.each(['E', 'F'] as const)('%s: useCancel is there even when the body lacks it', async (name) => {
    const bench = openWithOrder(name);
    const { useCancel, ...rest } = { ...A1, useCancel: false };
    const without = await bench.forge('close', rest, ({ useCancel: _, ...sent }) => ({ sent, signed: sent }));
    expect(bench.word(without)).toBe('20052!');
    expect(without).toMatchObject({ authentic: false, executed: false });
    const right = await bench.forge('close', rest, ({ useCancel: _, ...sent }) => ({
      sent,
      signed: { ...sent, useCancel },
    }));
    expect(bench.word(right)).toBe('0');
    expect(right).toMatchObject({ authentic: true, executed: true });
  });

  test.each(names)('%s: a member it does not know must not be signed', async (name) => {
    const bench = openWithOrder(name);
    const signed = await bench.forge('query', A1, (stamped) => {
      const sent = { ...stamped, foo: 'bar' };
      return { sent, signed: sent };
    });
    expect(bench.word(signed)).toBe('20052!');
    const unsigned = await bench.forge('query', A1, (stamped) => ({
      sent: { ...stamped, foo: 'bar' },
      signed: stamped,
    }));
    expect(bench.word(unsigned)).toBe('0');
  });
});

test.each([
  ['E', { mchNo: 'M0' }, '10405!'],
  ['E', { appId: 'A0' }, '10506!'],
  ['F', { mchNo: 'M0' }, '10405!'],
  ['F', { appId: 'A0' }, '10506!'],
] as const)('%s: another merchant, or an app of another one: %o', async (name, wrong, code) => {
  const bench = openWithOrder(name);
  const said = await bench.forge('query', A1, (stamped) => ({
    sent: { ...stamped, ...wrong },
    signed: { ...stamped, ...wrong },
  }));
  expect(bench.word(said)).toBe(code);
});

describe('F and its nonces', () => {
  test('a nonce works once, and a refused one is not used up', async () => {
    const bench = openWithOrder('F');
    const nonceStr = 'n1';
    const send = (signature: object) =>
      bench.forge('query', A1, (stamped) => ({
        sent: { ...stamped, nonceStr },
        signed: { ...stamped, nonceStr, ...signature },
      }));
    expect(bench.word(await send({ forged: true }))).toBe('20052!');
    expect(bench.word(await send({}))).toBe('0');
    expect(bench.word(await send({}))).toBe('10409!');
  });

  test('without a nonce there is no answer', async () => {
    const bench = openWithOrder('F');
    const said = await bench.forge('query', A1, ({ nonceStr: _, ...rest }) => ({ sent: rest, signed: rest }));
    expect(bench.word(said)).toBe('10408!');
  });

  test('the request id comes back, the trace id is a header', async () => {
    const bench = openWithOrder('F');
    const { body } = await bench.query(A1);
    expect(body).toMatchObject({ reqId: 'R1', code: 0 });
    expect(body).not.toHaveProperty('traceId');
  });
});

test.each(names)('%s: a body that cannot be read, and a path that does not exist', async (name) => {
  const bench = open(name);
  const [path] = bench.caller.query({});
  const unreadable = name === 'C' ? '10005!' : '10505!';
  expect(bench.word(await bench.callRaw(path, '{"orderNo":'))).toBe(unreadable);
  expect(bench.word(await bench.callRaw(path, '{"reqTime":"soon"}'))).toBe(unreadable);
  expect(bench.word(await bench.callRaw(path, '{}'))).toBe(name === 'C' ? '10006!' : '10506!');
  expect((await bench.callRaw('/unipay/query/nothing', '{}')).status).toBe(name === 'C' ? 500 : 404);
});
