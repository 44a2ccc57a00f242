/** What people send over HTTP, and what is answered when it is refused. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import { type Case, callsOf, moneyOf, newCase, seed, until, untilStuck, useStand } from '../workflows/support.ts';
import { pathOfCase, useApi, WHO } from './support.ts';

const world = useStand();
const api = useApi(world);
const send = (the: Case, message: string, body: unknown = WHO) => api.post(`${pathOfCase(the)}/${message}`, body);
const problem = (name: string) => ({ type: `urn:unwind:problem:${name}` });
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

async function stuck(): Promise<Case> {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'FINISHED');
  await world.stand.client.start(the.input);
  await untilStuck(world, the);
  return the;
}

describe.concurrent('a stuck reversal', () => {
  test('is resubmitted: it looks again, and the journal has who and why, with the key', async () => {
    const the = await stuck();
    const before = callsOf(world, the).length;
    expect(await send(the, 'resubmit')).toMatchObject({ status: 200, body: { ...the.order, source: 'worker' } });
    await until(() => callsOf(world, the).length > before);
    const noted = await until(async () => {
      const entries = await readAll(world.stand.ledger.journal, the.order);
      return entries.find(({ kind }) => kind === 'operator');
    });
    expect(noted.body).toMatchObject({ message: 'resubmit', operator: 'Li Na (key operate)', reason: 'test' });
  });

  test('is resolved after a look, and what the gateway contradicts is a 409', async () => {
    const the = await stuck();
    const resolve = (finalAction: string) =>
      send(the, 'resolve', { operator: 'Li Na', finalAction, evidence: 'case 77' });
    expect(await resolve('closed')).toMatchObject({ status: 409, body: problem('refused') });
    const { status, body } = await resolve('kept');
    expect([status, body.status, body.verdict]).toEqual([200, 'final', 'manual']);
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 0 });
  });

  test('is resolved unseen when the gateway cannot be asked, as the refusal says', async () => {
    const the = await stuck();
    world.stand.sandbox.fault('alipay', the.order.orderId, { operation: 'query', times: 0, wire: 'resetBefore' });
    const kept = { operator: 'Li Na', finalAction: 'kept', evidence: 'case 77' };
    const refused = await send(the, 'resolve', kept);
    expect(refused).toMatchObject({ status: 409, body: problem('refused') });
    expect(refused.body.detail).toContain('"unseen": true');
    const { status, body } = await send(the, 'resolve', { ...kept, unseen: true });
    expect([status, body.status, body.verdict]).toEqual([200, 'final', 'manual']);
  });

  test('takes a note, is held and released', async () => {
    const the = await stuck();
    expect((await send(the, 'note')).status).toBe(200);
    expect((await send(the, 'hold')).status).toBe(200);
    const released = await send(the, 'release');
    expect([released.status, released.body.status === 'held']).toEqual([200, false]);
  });
});

describe.concurrent('a closure that is not due', () => {
  test('is moved, and closes at its new time', async () => {
    const the = newCase({ reason: 'timeout', expiresAt: inAnHour() });
    seed(world, the, 'WAITING');
    await world.stand.client.start(the.input);
    const moved = await send(the, 'reschedule', { ...WHO, dueAt: inAnHour() });
    expect(moved).toMatchObject({ status: 200, body: { status: 'scheduled' } });
    expect((await send(the, 'reschedule', { ...WHO, dueAt: new Date().toISOString() })).status).toBe(200);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed' });
  });
});

describe.concurrent('every message', () => {
  const MESSAGES: Readonly<Record<string, unknown>> = {
    resubmit: WHO,
    hold: WHO,
    release: WHO,
    note: WHO,
    reschedule: { ...WHO, dueAt: inAnHour() },
    resolve: { operator: 'Li Na', finalAction: 'kept', evidence: 'seen' },
  };

  test.each(Object.entries(MESSAGES))('%s to an order that nobody has heard of is a 404', async (message, body) => {
    expect(await send(newCase(), message, body)).toMatchObject({ status: 404, body: problem('unknown-order') });
  });

  test('to one that has ended is a 409 that says how', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    await api.post('/v1/reversals?wait=20s', the.input);
    await world.stand.client.result(the.order);
    for (const [message, body] of Object.entries(MESSAGES)) {
      const answer = await send(the, message, body);
      expect(answer, message).toMatchObject({ status: 409, body: problem('ended') });
      expect(answer.body.reversal).toMatchObject({ ...the.order, verdict: 'kept' });
    }
  });

  test.each(Object.entries(MESSAGES))('%s with wrong fields is a 400 with every problem', async (message, body) => {
    const { status, body: told } = await send(newCase(), message, { ...Object(body), operator: '', foo: 1 });
    expect(status).toBe(400);
    const paths = told.errors.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/operator', '/foo']));
  });
});
