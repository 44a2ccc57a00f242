import { describe, expect, test } from 'vitest';
import { request } from './bench.ts';
import { names, open, type ProfileName } from './profiles.ts';

const A1 = { bizOrderNo: 'A1' };

function openWithOrder(name: ProfileName) {
  const bench = open(name);
  bench.seed({ orderId: 'A1', state: bench.caller.open });
  return bench;
}

describe('codes', () => {
  const signedLater = ['20030', '20043', '20044', '20045', '20080', '10507'];
  const unsigned = ['10001', '10007', '10008', '10500', '20052', '20023', '10408', '10409', '10410'];

  test.each(names)('%s: in C no outer code is signed, later those of the controller', async (name) => {
    const bench = openWithOrder(name);
    for (const code of unsigned) expect(bench.word(await bench.close(A1, { name: code }))).toBe(`${code}!`);
    for (const code of signedLater) {
      expect(bench.word(await bench.close(A1, { name: code }))).toBe(name === 'C' ? `${code}!` : code);
    }
    expect(bench.state('A1')).toBe(`${bench.caller.open}/unpaid`);
  });

  test.each(names)('%s: executed all the same', async (name) => {
    const bench = openWithOrder(name);
    const said = await bench.close(A1, { name: '10001', execute: true, with: { msg: 'boom' } });
    expect(said).toMatchObject({ executed: true, body: { code: 10001, msg: 'boom' } });
    expect(bench.state('A1')).toBe('close/closed');
  });

  test('C: data.code 1 with a text, and a system error without one', async () => {
    const bench = openWithOrder('C');
    const said = await bench.close(A1, { name: 'dataCode1', with: { msg: '未知' } });
    expect(said.body.data).toMatchObject({ code: 1, msg: '未知' });
    expect(bench.word(said)).toBe('1');
    expect((await bench.close(A1, { name: 'nullMsg' })).body).toMatchObject({ code: 10001, msg: null, data: null });
  });
});

describe('envelopes', () => {
  test.each(names)('%s: a wrong signature and none', async (name) => {
    const bench = openWithOrder(name);
    const wrong = await bench.query(A1, { name: 'wrongSignature' });
    expect(bench.verified(wrong)).toBe(false);
    const none = await bench.query(A1, { name: 'noSignature' });
    expect(bench.verified(none)).toBeUndefined();
    expect(none.text).toContain('"sign":null');
    expect(bench.word(await bench.query(A1))).toBe('0');
  });

  test.each(names)('%s: a close is executed behind a wrong signature', async (name) => {
    const bench = openWithOrder(name);
    const said = await bench.close(A1, { name: 'wrongSignature' });
    expect(said.executed).toBe(true);
    expect(bench.state('A1')).toBe('close/closed');
  });

  test.each(names)('%s: another order, well signed', async (name) => {
    const bench = openWithOrder(name);
    const said = await bench.query(A1, { name: 'otherOrder' });
    expect(said.body.data).toMatchObject({ bizOrderNo: 'OTHERA1' });
    expect(bench.verified(said)).toBe(true);
  });

  test.each(names)("%s: the documentation's body, and Spring's", async (name) => {
    const bench = openWithOrder(name);
    const said = await bench.cancel(A1, { name: 'seedBody' });
    expect(said.body).toEqual({ msg: '', code: 0, sign: '', traceId: expect.stringMatching(/^[A-Za-z0-9]{12}$/) });
    expect(bench.state('A1')).toBe('cancel/closed');
    const page = await bench.query(A1, { name: 'springError500' });
    expect(page.status).toBe(500);
    expect(page.body).toMatchObject({ status: 500, error: 'Internal Server Error' });
  });
});

describe('time', () => {
  test('a call that hung is executed when Redis comes back, long after anybody waits for it', async () => {
    const bench = openWithOrder('C');
    const answer = bench.close(A1, { name: 'hang', execute: true, with: { ms: 12_000 } });
    await bench.advance(11_000);
    expect(bench.state('A1')).toBe('progress/unpaid');
    await bench.advance(2000);
    expect(bench.state('A1')).toBe('close/closed');
    expect(bench.word(await answer)).toBe('0');
  });

  test.each([
    [12_000, 'C', '10006!', 'progress/unpaid'],
    [8000, 'C', '0', 'close/closed'],
  ] as const)(
    'a request that waited %i ms before it was checked is judged by its age then: %s says %s',
    async (ms, name, word, state) => {
      const bench = openWithOrder(name);
      const answer = bench.close(A1, { name: 'busy', with: { ms } });
      await bench.advance(ms);
      expect(bench.word(await answer)).toBe(word);
      expect(bench.state('A1')).toBe(state);
    },
  );

  test('without Redis a close fails after a minute, without a word', async () => {
    const bench = openWithOrder('C');
    const answer = bench.close(A1, { name: 'hang' });
    await bench.advance(60_000);
    expect((await answer).body).toMatchObject({ code: 10001, msg: null });
    expect(bench.state('A1')).toBe('progress/unpaid');
  });

  test.each(names)('%s: the channel closes after DaxPay has given up', async (name) => {
    const bench = openWithOrder(name);
    const answer = bench.close(A1, { name: 'slowChannel', with: { ms: 40_000 } });
    await bench.advance(15_000);
    expect(bench.word(await answer)).toBe({ C: '1', E: '20080', F: '1' }[name]);
    expect(bench.state('A1')).toBe(`${bench.caller.open}/unpaid`);
    await bench.advance(10_000);
    expect(bench.state('A1')).toBe(`${bench.caller.open}/closed`);
  });

  test.each(names)('%s: the channel does it and its answer is lost', async (name) => {
    const bench = openWithOrder(name);
    bench.happen('A1', 'payWithoutCallback');
    await bench.cancel(A1, { name: 'channelDown', execute: true });
    expect(bench.state('A1')).toBe(`${bench.caller.open}/refunded`);
  });
});

test('what nobody knows is said at once', () => {
  const bench = openWithOrder('C');
  expect(() => bench.happen('A1', 'explode')).toThrow('daxpay-c knows no event explode');
  expect(() => bench.happen('A0', 'pay')).toThrow('daxpay-c knows no order A0');
  expect(() => bench.seed({ orderId: 'A2', state: 'wait' })).toThrow('knows no state wait');
  expect(() => bench.seed({ orderId: 'A2', state: 'progress', flags: { latency: 1 } })).toThrow('latency');
});

test('an unknown fault or event too, already when it is seeded', () => {
  const bench = openWithOrder('C');
  const fault = { operation: 'close', business: { name: 'oops' } } as const;
  expect(() => bench.seed({ orderId: 'A2', state: 'progress', faults: [fault] })).toThrow('no business fault oops');
  expect(() => bench.seed({ orderId: 'A2', state: 'progress', events: [{ name: 'oops' }] })).toThrow('no event oops');
});

test.each(names)('%s: a server whose checks are off executes what is forged', async (name) => {
  const bench = openWithOrder(name);
  const [path, members] = bench.caller.close(A1);
  const said = bench.raw(request(path, JSON.stringify({ ...bench.stamped(members), sign: '00' })), {
    name: 'checksOff',
  });
  await bench.advance(200);
  expect(await said).toMatchObject({ executed: true, authentic: false });
  expect(bench.word(await said)).toBe('0');
});
