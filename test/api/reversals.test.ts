/** Starting, joining, looking and listing over HTTP, against the sandbox's money. */
import { describe, expect, test } from 'vitest';
import { callsOf, expectConfirmed, moneyOf, newCase, seed, until, useStand } from '../workflows/support.ts';
import { pathOfCase, useApi, WHO } from './support.ts';

const world = useStand();
const api = useApi(world);
const gone = { type: 'urn:unwind:problem:unknown-order' };

describe.concurrent('POST /v1/reversals', () => {
  test('answers with the verdict: a paid order is kept', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    const { status, body } = await api.post('/v1/reversals?wait=20s', the.input);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...the.order, status: 'final', verdict: 'kept', source: 'worker' });
    expect(body.lookedAt).toMatch(/^\d{4}-.*Z$/);
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 0 });
  });

  test('answers with the verdict: a void gives the money back', async () => {
    const the = newCase({ reason: 'void' });
    seed(world, the, 'PAID');
    const { status, body } = await api.post('/v1/reversals?wait=20s', the.input);
    expect([status, body.verdict]).toEqual([200, 'refunded']);
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectConfirmed(callsOf(world, the));
  });

  test('without a verdict in time it is a 202 that says where to look, and no verdict', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'FINISHED');
    const { status, headers, body } = await api.post('/v1/reversals?wait=20s', the.input);
    expect([status, body.status, body.stuckReason, body.verdict]).toEqual([202, 'stuck', 'finished', undefined]);
    expect(headers.get('location')).toBe(pathOfCase(the));
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await api.get(headers.get('location') ?? '')).body).toMatchObject({ status: 'stuck', source: 'worker' });
  });

  test('that need not wait is started all the same', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    const { status, body } = await api.post('/v1/reversals?wait=0s', the.input);
    expect([status, body.verdict, body.source]).toEqual([202, undefined, 'server']);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  });

  test('of the same order joins: ten at once are one reversal, and all are told the same', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.post('/v1/reversals?wait=20s', the.input)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.verdict}`))).toEqual(new Set(['200 refunded']));
    expect(callsOf(world, the).filter(({ operation }) => operation === 'cancel')).toHaveLength(1);
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  });

  test('of another amount is a 409, and changes nothing', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'FINISHED');
    await api.post('/v1/reversals?wait=20s', the.input);
    const before = callsOf(world, the).length;
    const { status, headers, body } = await api.post('/v1/reversals', { ...the.input, amount: 1 });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ type: 'urn:unwind:problem:another-amount', status: 409 });
    expect(body.detail).toMatch(/1280 CNY.*not for 1 CNY/);
    expect(callsOf(world, the)).toHaveLength(before);
  });

  test('that cannot be used is a 400 with every problem and its path', async () => {
    const { status, body } = await api.post('/v1/reversals', {
      provider: 'alipay',
      amount: 0,
      currency: 'yuan',
      foo: 1,
    });
    expect([status, body.type]).toEqual([400, 'urn:unwind:problem:invalid-request']);
    const paths = body.errors.map(({ path }: { path: string }) => path).sort();
    expect(paths).toEqual(['/account', '/amount', '/currency', '/foo', '/orderId', '/reason']);
  });

  test.each([['x'], ['31s'], ['-1s'], ['2']])('with a wait of %s is a 400', async (wait) => {
    const { status, body } = await api.post(`/v1/reversals?wait=${wait}`, newCase().input);
    expect([status, body.errors[0].path]).toEqual([400, '/wait']);
  });

  test('of an account that nobody serves is a 400: it would wait for ever', async () => {
    const { status, body } = await api.post('/v1/reversals', newCase({ account: 'nobody' }).input);
    expect([status, body.errors[0].path]).toEqual([400, '/account']);
  });

  test('that is a closure sleeps until its time, also when the caller would wait', async () => {
    const the = newCase({ reason: 'timeout', expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const { status, body } = await api.post('/v1/reversals?wait=5s', the.input);
    expect([status, body.status, body.source]).toEqual([202, 'scheduled', 'server']);
    expect(callsOf(world, the)).toEqual([]);
  });
});

describe.concurrent('GET', () => {
  test('of an order that nobody has heard of is a 404', async () => {
    for (const what of ['', '/record', '/record/acts', '/record/journal']) {
      expect(await api.get(`${pathOfCase(newCase())}${what}`)).toMatchObject({ status: 404, body: gone });
    }
  });

  test('of an ended one tells how it ended, from the ledger, and the record tells why', async () => {
    const the = newCase({ reason: 'void' });
    seed(world, the, 'PAID');
    await api.post('/v1/reversals?wait=20s', the.input);
    await world.stand.client.result(the.order);
    const rule = expect.stringMatching(/^alipay#/);
    expect((await api.get(pathOfCase(the))).body).toMatchObject({ verdict: 'refunded', source: 'ledger', rule });
    const { status, body } = await api.get(`${pathOfCase(the)}/record`);
    expect(status).toBe(200);
    expect(body.reversal).toMatchObject({ ...the.order, finalAction: 'refunded', open: false, amount: 1280 });
    expect(body.acts).toMatchObject({ items: [{ seq: 1, verb: 'refund', answer: { kind: 'done' } }], total: 1 });
    const kinds = body.journal.items.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['look', 'final']));
    expect(kinds.at(-1)).toBe('opened'); // newest first
    expect([body.acts.next, body.journal.next]).toEqual([undefined, undefined]);
  });

  test('of one that was terminated says that nobody attends to it, and no verdict', async () => {
    const the = newCase();
    await api.post('/v1/reversals?wait=20s', the.input);
    await world.stand.temporal.workflow.getHandle(the.workflowId).terminate('a test');
    const { body } = await api.get(pathOfCase(the));
    expect([body.status, body.verdict]).toEqual(['unattended', undefined]);
  });

  test('finds a number full of signs', async () => {
    const the = newCase({ orderId: `W'/%?#&${Date.now()}` });
    seed(world, the, 'PAID');
    await api.post('/v1/reversals?wait=20s', the.input);
    expect((await api.get(pathOfCase(the))).body).toMatchObject({ ...the.order, verdict: 'kept' });
  });
});

describe.concurrent('GET /v1/reversals', () => {
  test('lists by what is asked for, page by page, each once', async () => {
    const cases = Array.from({ length: 5 }, () => newCase({ ifPaid: 'reverse' }, 'alipay-classic'));
    for (const the of cases) {
      seed(world, the, 'FINISHED');
      await api.post('/v1/reversals?wait=20s', the.input);
    }
    const filter = 'status=stuck&stuckReason=finished&account=alipay-classic&open=true&limit=2';
    const found = await until(async () => {
      const pages: string[][] = [];
      let after = '';
      do {
        const { status, body } = await api.get(`/v1/reversals?${filter}${after}`);
        expect(status).toBe(200);
        pages.push(body.reversals.map(({ orderId }: { orderId: string }) => orderId));
        after = body.next === undefined ? '' : `&after=${body.next}`;
      } while (after !== '');
      return pages.flat().length === 5 && pages;
    });
    expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(found.flat().sort()).toEqual(cases.map(({ order }) => order.orderId).sort());
  });

  test.each(['status=odd', 'stuckReason=odd', 'limit=0', 'limit=1001', 'foo=1', 'updatedSince=today', 'after=x'])(
    'with %s is a 400: a list must not look complete',
    async (query) => {
      expect(await api.get(`/v1/reversals?${query}`)).toMatchObject({ status: 400 });
    },
  );
});

describe.concurrent('a payment that was observed', () => {
  test('wakes a closure that is not due: it looks, and keeps what was paid', async () => {
    const the = newCase({ reason: 'timeout', expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    await api.post('/v1/reversals', the.input);
    seed(world, the, 'PAID');
    const { status, body } = await api.post('/v1/reversals/payment-observed', the.input);
    expect(status).toBeLessThan(300);
    expect(body.view).toBe('paid');
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  });

  test('is not believed: an unpaid order stays as it is', async () => {
    const the = newCase({ reason: 'timeout', expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    await api.post('/v1/reversals', the.input);
    seed(world, the, 'WAITING');
    const { status, body } = await api.post('/v1/reversals/payment-observed', the.input);
    expect([status, body.view, body.verdict, body.acts]).toEqual([202, 'unpaid', undefined, 0]);
    await api.post(`/v1/closures/${pathOfCase(the).slice('/v1/reversals/'.length)}/cancel`, WHO);
  });
});
