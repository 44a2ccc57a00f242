import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVERY_ORDER, type OrderSeed, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createMoneyJournal } from '../../src/sandbox/money.ts';
import { rawRequest } from './raw.ts';
import { toySystem } from './toy-system.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ systems: { toy: toySystem } });
});
afterEach(() => sandbox.stop());

const seed = (order: Partial<OrderSeed> = {}) =>
  sandbox.seed('toy', { orderId: 'A1', amount: 100, state: 'paid', ...order });
const call = (operation: string, orderId = 'A1') => rawRequest(`${sandbox.url('toy')}/${operation}/${orderId}`);
const statuses = async (times: number) => {
  const seen: (number | undefined)[] = [];
  for (let at = 0; at < times; at += 1) seen.push((await call('cancel')).status);
  return seen;
};

test('several faults are a sequence, each for its number of calls', async () => {
  seed({
    faults: [
      { operation: 'cancel', wire: 'http502', times: 2 },
      { operation: 'cancel', wire: 'redirect' },
    ],
  });
  expect(await statuses(4)).toEqual([502, 502, 307, 200]);
});

test('a fault is due from its from-th call on', async () => {
  seed({ faults: [{ operation: 'cancel', wire: 'http502', from: 2 }] });
  expect(await statuses(3)).toEqual([200, 502, 200]);
});

test('times 0 is for ever', async () => {
  seed({ faults: [{ operation: 'cancel', wire: 'http502', times: 0 }] });
  expect(await statuses(4)).toEqual([502, 502, 502, 502]);
});

test('a fault set after the first calls hits the next one', async () => {
  seed();
  await statuses(2);
  sandbox.fault('toy', 'A1', { operation: 'cancel', wire: 'http502' });
  expect(await statuses(2)).toEqual([502, 200]);
});

test('a fault for any operation counts every call', async () => {
  seed({ faults: [{ operation: 'any', wire: 'http502', from: 2 }] });
  expect((await call('query')).status).toBe(200);
  expect((await call('cancel')).status).toBe(502);
});

test('a fault for every order waits behind those of the order', async () => {
  seed({ faults: [{ operation: 'cancel', wire: 'redirect' }] });
  sandbox.fault('toy', EVERY_ORDER, { operation: 'cancel', wire: 'http502' });
  expect(await statuses(3)).toEqual([307, 502, 200]);
});

test('events happen before and after a call, executed or not, and the log tells the calls apart', async () => {
  seed({
    state: 'open',
    faults: [{ operation: 'query', wire: 'http502' }],
    events: [{ name: 'pay', on: { operation: 'query', nth: 1, when: 'before' } }],
  });
  expect((await call('query')).status).toBe(502);
  expect(sandbox.truth('toy', 'A1')).toMatchObject({ state: 'paid', taken: 100, returned: 0 });
  await call('query');
  await call('cancel');
  expect(sandbox.truth('toy', 'A1')).toMatchObject({ state: 'cancelled', taken: 100, returned: 100 });
  expect(
    sandbox
      .log({ orderId: 'A1' })
      .map(({ operation, nth, executed, fault, code }) => [operation, nth, executed, fault, code]),
  ).toEqual([
    ['query', 1, false, 'http502', undefined],
    ['query', 2, false, undefined, 'LOOK'],
    ['cancel', 1, true, undefined, 'OK'],
  ]);
});

test('an event after a call comes before its answer, or so long after it', async () => {
  seed({ state: 'open', events: [{ name: 'pay', on: { operation: 'cancel', nth: 1, when: 'after' } }] });
  await call('cancel');
  expect(sandbox.truth('toy', 'A1')?.state).toBe('paid');
  seed({ orderId: 'A2', state: 'open', events: [{ name: 'pay', afterMs: 30 }] });
  expect(sandbox.truth('toy', 'A2')?.state).toBe('open');
  await expect.poll(() => sandbox.truth('toy', 'A2')?.state).toBe('paid');
});

test('an outage resets every connection, counts the new ones, and ends', async () => {
  seed();
  const before = sandbox.refused('toy');
  sandbox.outage('toy', true);
  expect((await call('query')).end).toBe('reset');
  expect((await call('query')).end).toBe('reset');
  sandbox.outage('toy', false);
  expect((await call('query')).status).toBe(200);
  expect(sandbox.refused('toy') - before).toBe(2);
});

test('stop leaves no connection behind, whatever it waits for', async () => {
  const other = await startSandbox({ systems: { toy: toySystem } });
  other.seed('toy', {
    orderId: 'A1',
    amount: 1,
    state: 'paid',
    faults: [{ operation: 'cancel', wire: 'silentAfter' }],
  });
  const waiting = rawRequest(`${other.url('toy')}/cancel/A1`, { waitMs: 5000 });
  const idle = connect(Number(new URL(other.url('toy')).port), '127.0.0.1');
  const closed = new Promise((resolve) => idle.on('close', resolve).on('error', () => undefined));
  await expect.poll(() => other.truth('toy', 'A1')?.state).toBe('cancelled');
  await other.stop();
  expect((await waiting).end).not.toBe('open');
  await closed;
});

test('an order is seeded once', () => {
  seed();
  expect(() => seed()).toThrow('seeded already');
});

test('a system that returns money twice is found out: 500, and stop rejects', async () => {
  const wrong = await startSandbox({ systems: { toy: toySystem } });
  wrong.seed('toy', {
    orderId: 'A1',
    amount: 100,
    state: 'paid',
    faults: [{ operation: 'cancel', business: { name: 'twice' } }],
  });
  const answer = await rawRequest(`${wrong.url('toy')}/cancel/A1`);
  expect(answer.status).toBe(500);
  expect(answer.body.toString()).toContain('would return 100, but of 100 taken 100 went back already');
  await expect(wrong.stop()).rejects.toThrow('the sandbox was wrong');
});

test.each([
  ['more than was taken', 101],
  ['a part of a cent', 0.5],
  ['nothing', 0],
  ['a negative amount', -5],
])('the journal refuses to return %s', (_, amount) => {
  const journal = createMoneyJournal();
  const entry = { at: 0, system: 'toy', orderId: 'A1' };
  journal.move({ ...entry, kind: 'taken', amount: 100, by: 'pay' });
  expect(() => journal.move({ ...entry, kind: 'returned', amount, by: 'refund' })).toThrow();
  expect(journal.sums('toy', 'A1')).toEqual({ taken: 100, returned: 0 });
});
