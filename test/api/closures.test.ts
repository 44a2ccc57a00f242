/** Closures over HTTP: started, listed, cancelled before they are due. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import { type Case, callsOf, moneyOf, newCase, seed, until, useStand } from '../workflows/support.ts';
import { pathOfCase, useApi, WHO } from './support.ts';

const world = useStand();
const api = useApi(world);
const cancel = (the: Case) => api.post(`${pathOfCase(the).replace('reversals', 'closures')}/cancel`, WHO);
const due = (inMs: number) => ({ reason: 'timeout', expiresAt: new Date(Date.now() + inMs).toISOString() }) as const;

describe.concurrent('POST /v1/closures', () => {
  test('sleeps until its time, then closes what nobody paid', async () => {
    const the = newCase(due(1000));
    seed(world, the, 'WAITING');
    const { reason: _, ...body } = the.input;
    const { status, headers, body: told } = await api.post('/v1/closures', body);
    expect([status, told.status, headers.get('location')]).toEqual([202, 'scheduled', pathOfCase(the)]);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 0 });
  });

  test('needs the time, and is nothing but a timeout', async () => {
    const { reason: _, ...body } = newCase().input;
    expect((await api.post('/v1/closures', body)).body.errors).toMatchObject([{ path: '/expiresAt' }]);
    const void_ = await api.post('/v1/closures', { ...newCase(due(1000)).input, reason: 'void' });
    expect(void_.body.errors).toMatchObject([{ path: '/reason' }]);
    expect((await api.post('/v1/closures', [])).status).toBe(400);
  });
});

describe.concurrent('GET /v1/closures', () => {
  test('lists what is not due, page by page', async () => {
    const cases = Array.from({ length: 3 }, () => newCase(due(3_600_000), 'alipay-classic'));
    for (const the of cases) await api.post('/v1/closures', the.input);
    const found = await until(async () => {
      const pages: string[][] = [];
      let after = '';
      do {
        const { status, body } = await api.get(`/v1/closures?account=alipay-classic&limit=2${after}`);
        expect(status).toBe(200);
        pages.push(body.closures.map(({ orderId }: { orderId: string }) => orderId));
        after = body.next === undefined ? '' : `&after=${body.next}`;
      } while (after !== '');
      return pages.flat().length === 3 && pages;
    });
    expect(found.flat().sort()).toEqual(cases.map(({ order }) => order.orderId).sort());
    expect((await api.get('/v1/closures?after=AAAA')).status).toBe(400);
  });

  test.each(['0M$o\\C0Y0wH/', '\\', "\\'OR'a'='a", "'"])(
    "of an account named %s are none, and not everybody else's",
    async (account) => {
      const { status, body } = await api.get(`/v1/closures?account=${encodeURIComponent(account)}`);
      expect({ status, body }).toMatchObject({ status: 200, body: { closures: [] } });
    },
  );
});

describe.concurrent('cancelling a closure', () => {
  test('ends it as abandoned: nothing is sent, and the ledger has who and why', async () => {
    const the = newCase(due(3_600_000));
    seed(world, the, 'WAITING');
    await api.post('/v1/closures', the.input);
    const { status, body } = await cancel(the);
    expect([status, body.status, body.verdict]).toEqual([200, 'abandoned', undefined]);
    expect(callsOf(world, the).every(({ operation }) => operation === 'query')).toBe(true);
    const entries = await readAll(world.stand.ledger.journal, the.order);
    expect(entries.find(({ kind }) => kind === 'operator')?.body).toMatchObject({
      operator: 'Li Na (key operate)',
      message: 'cancelClosure',
      reason: 'test',
    });
    // A second time there is nothing left to cancel.
    expect(await cancel(the)).toMatchObject({ status: 409, body: { type: 'urn:unwind:problem:ended' } });
  });

  test('is for closures only: a stuck reversal is refused and stays as it is', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'FINISHED');
    await api.post('/v1/reversals?wait=20s', the.input);
    expect(await cancel(the)).toMatchObject({ status: 409, body: { type: 'urn:unwind:problem:refused' } });
    expect((await api.get(pathOfCase(the))).body.status).toBe('stuck');
  });

  test('of an order that nobody has heard of is a 404', async () => {
    expect((await cancel(newCase())).status).toBe(404);
  });
});
