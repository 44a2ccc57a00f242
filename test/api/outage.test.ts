/** What is told while no worker runs, and while Temporal is away: never a verdict, never a 500. */
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReversalClient, retriesWithinDeadline } from '../../src/client.ts';
import { startTemporalServer } from '../../src/dev/temporal-server.ts';
import { moneyOf, newCase, seed, useStand } from '../workflows/support.ts';
import { type Api, ledgerOf, pathOfCase, serveApi, useApi, WHO } from './support.ts';

const world = useStand({ withoutWorkers: true });
const api = useApi(world);
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

test('without a worker, what was started is a 202 and goes on by itself when one comes', async () => {
  const [the, joined, closure] = [newCase(), newCase(), newCase({ reason: 'timeout', expiresAt: inAnHour() })];
  for (const one of [the, joined, closure]) seed(world, one, 'PAID');

  const { status, headers, body } = await api.post('/v1/reversals?wait=1s', the.input);
  expect([status, body.status, body.verdict, body.source]).toEqual([202, 'checking', undefined, 'server']);
  expect(headers.get('location')).toBe(pathOfCase(the));
  const again = await api.post('/v1/reversals?wait=1s', the.input);
  expect([again.status, again.body.verdict]).toEqual([202, undefined]);

  // One that asks for more is left in the history, so it is taken, too.
  await api.post('/v1/reversals?wait=1s', joined.input);
  for (const wait of ['0s', '1s']) {
    const more = await api.post(`/v1/reversals?wait=${wait}`, { ...joined.input, reason: 'void' });
    expect([more.status, more.body.verdict, more.body.source]).toEqual([202, undefined, 'server']);
    expect(more.headers.get('location')).toBe(pathOfCase(joined));
  }
  // So is a payment that was observed, of a closure that is not due as well.
  await api.post('/v1/closures', closure.input);
  const observed = await api.post('/v1/reversals/payment-observed', closure.input);
  expect([observed.status, observed.body.verdict]).toEqual([202, undefined]);

  // What needs no worker is told without one.
  const amount = await api.post('/v1/reversals?wait=1s', { ...joined.input, amount: 1 });
  expect(amount).toMatchObject({ status: 409, body: { type: 'urn:unwind:problem:another-amount' } });
  const undone = newCase({ reason: 'void' });
  await api.post('/v1/reversals?wait=0s', undone.input);
  const weaker = await api.post('/v1/reversals?wait=1s', { ...undone.input, reason: 'ambiguous' });
  expect([weaker.status, weaker.body.verdict]).toEqual([202, undefined]);

  const seen = await api.get(pathOfCase(the));
  expect([seen.status, seen.body.verdict, seen.body.source]).toEqual([200, undefined, 'server']);
  for (const message of ['hold', 'note']) {
    const answer = await api.post(`${pathOfCase(the)}/${message}`, WHO);
    expect(answer).toMatchObject({ status: 504, body: { type: 'urn:unwind:problem:no-worker' } });
    expect(answer.body.detail).toContain('may still be done');
  }
  expect((await api.get('/readyz')).body).toMatchObject({
    status: 'degraded',
    temporal: 'up',
    workers: { alipay: null },
  });

  const workers = await world.stand.startWorkers();
  try {
    // What was held for want of a worker may be held now.
    await api.post(`${pathOfCase(the)}/release`, WHO);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    // Nobody has to ask again.
    expect(await world.stand.client.result(joined.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, joined)).toMatchObject({ taken: 1280, returned: 1280 });
    expect(await world.stand.client.result(closure.order)).toMatchObject({ action: 'kept' });
    expect((await api.get('/readyz')).body).toMatchObject({ status: 'ready', workers: { alipay: expect.any(String) } });
  } finally {
    await workers.stop();
  }
  // Ended ones are told without a worker.
  expect((await api.get(pathOfCase(joined))).body).toMatchObject({ verdict: 'refunded', source: 'ledger' });
}, 240_000);

test('a ledger that is away hides no end, and is no 404', async () => {
  const down = await serveApi(world.stand, {
    ledger: {
      ask: async () => {
        const { Problem } = await import('../../src/api/problems.ts');
        throw new Problem('ledger-unavailable', 'away');
      },
      close: async () => {},
    },
  });
  const the = newCase();
  seed(world, the, 'PAID');
  const workers = await world.stand.startWorkers();
  try {
    await down.post('/v1/reversals?wait=20s', the.input);
    await world.stand.client.result(the.order);
    expect((await down.get(pathOfCase(the))).body).toMatchObject({ verdict: 'kept', source: 'server' });
    expect((await down.get(pathOfCase(newCase()))).status).toBe(503);
    expect((await down.get('/v1/reversals')).status).toBe(503);
    expect((await down.get('/readyz')).body).toMatchObject({ status: 'degraded', ledger: 'down' });
  } finally {
    await workers.stop();
    await down.stop();
  }
});

describe('while Temporal is away', () => {
  let away: Api;
  let connection: Connection;
  beforeAll(async () => {
    const server = await startTemporalServer();
    connection = await Connection.connect({ address: server.address, interceptors: [retriesWithinDeadline] });
    const temporal = new Client({ connection, namespace: server.namespace });
    away = await serveApi(world.stand, {
      temporal,
      reversals: createReversalClient(temporal),
      ledger: ledgerOf(world.stand.ledger),
    });
    expect((await away.get('/readyz')).status).toBe(200);
    await server.stop();
  });
  afterAll(async () => {
    await away.stop();
    await connection.close();
  });

  test('every call is a 503 that says when to try again, and that nothing is known', async () => {
    const the = newCase();
    const calls = [
      away.post('/v1/reversals?wait=1s', the.input),
      away.post('/v1/reversals?wait=0s', the.input),
      away.post('/v1/reversals/payment-observed', the.input),
      away.post('/v1/closures', { ...the.input, reason: 'timeout', expiresAt: new Date(Date.now() + 60_000) }),
      away.get(pathOfCase(the)),
      away.post(`${pathOfCase(the)}/hold`, WHO),
      away.get('/v1/closures'),
    ];
    for (const { status, headers, body } of await Promise.all(calls)) {
      expect([status, body.type]).toEqual([503, 'urn:unwind:problem:temporal-unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.detail).toContain('nothing happens twice');
    }
  });

  test('the process is up, and not ready', async () => {
    expect((await away.get('/healthz')).status).toBe(200);
    const { status, body } = await away.get('/readyz');
    expect([status, body.status, body.temporal]).toEqual([503, 'not-ready', 'down']);
  });
});
