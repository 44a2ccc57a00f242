/** What goes over the wire, against a local server that checks and makes signatures. */
import { describe, expect, it, test } from 'vitest';
import type { Call } from '../../../src/gateways/daxpay/codes.ts';
import { daxpay } from '../../../src/gateways/daxpay/index.ts';
import type { Gateway } from '../../../src/gateways/gateway.ts';
import {
  accountOf,
  bareError,
  deps,
  KNOWN,
  NAMES,
  type Name,
  OPTIONS,
  ORDER,
  REFUND,
  reqIdOf,
  type Seen,
  signedAnswer,
  stub,
  wellSigned,
} from './support.ts';

const PATHS: Readonly<Record<Name, Readonly<Record<Call, string>>>> = {
  c: {
    query: '/unipay/query/payOrder',
    close: '/unipay/close',
    cancel: '/unipay/cancel',
    sync: '/unipay/sync/pay',
    refund: '/unipay/refund',
    queryRefund: '/unipay/query/refundOrder',
    syncRefund: '/unipay/sync/refund',
  },
  e: {
    query: '/unipay/query/payOrder',
    close: '/unipay/close',
    cancel: '/unipay/close',
    sync: '/unipay/sync/order/pay',
    refund: '/unipay/refund',
    queryRefund: '/unipay/query/refundOrder',
    syncRefund: 'never called',
  },
  f: {
    query: '/unipay/query/pay-order',
    close: '/unipay/close',
    cancel: '/unipay/close',
    sync: '/unipay/sync/order/pay',
    refund: '/unipay/refund',
    queryRefund: '/unipay/query/refund-order',
    syncRefund: 'never called',
  },
};

const CALLS: Readonly<Record<Call, (gateway: Gateway, order: typeof ORDER) => Promise<{ kind: string }>>> = {
  query: (gateway, order) => gateway.look(order, OPTIONS),
  close: (gateway, order) => gateway.act('close', order, OPTIONS),
  cancel: (gateway, order) => gateway.act('cancel', order, OPTIONS),
  sync: (gateway, order) => gateway.act('sync', order, OPTIONS),
  refund: (gateway, order) => gateway.refund(order, REFUND, OPTIONS),
  queryRefund: (gateway, order) => gateway.lookAtRefund(order, REFUND, OPTIONS),
  syncRefund: (gateway, order) => gateway.act('syncRefund', order, OPTIONS),
};
const NAMED = ['query', 'close', 'cancel', 'sync', 'refund', 'queryRefund'] as const;
const COMMON = {
  c: ['nonceStr', 'reqTime'],
  e: ['mchNo', 'appId', 'nonceStr', 'reqTime'],
  f: ['mchNo', 'reqId', 'nonceStr', 'reqTime'],
};

const ok = (name: Name) => (seen: Seen) =>
  signedAnswer(name, {
    code: 0,
    reqId: reqIdOf(seen),
    data: {
      ...(seen.path.includes('sync') ? {} : { bizOrderNo: ORDER.orderId }),
      ...(seen.path.includes('efund') ? { bizRefundNo: REFUND.refundNo } : { orderNo: KNOWN.gatewayId }),
      status: 'success',
    },
  });

test.each(NAMES)(
  'profile %s: only 2.0.8 is made to ask about a refund, by its number (real server 23)',
  async (name) => {
    await using server = await stub(ok(name));
    const said = await CALLS.syncRefund(server.gateway(name), KNOWN);
    if (name !== 'c') {
      expect([said, server.seen]).toMatchObject([{ kind: 'refused', why: 'notAllowed' }, []]);
      return;
    }
    // It is bound to no refund and proves nothing.
    expect(said).toMatchObject({ kind: 'done', effect: 'unspecified' });
    const [seen, ...more] = server.seen;
    if (seen === undefined) throw new Error('nothing was sent');
    expect([seen.path, more]).toEqual([PATHS.c.syncRefund, []]);
    const { sign: _, ...body } = seen.body;
    expect(Object.keys(body).sort()).toEqual(['bizRefundNo', 'nonceStr', 'reqTime']);
    expect(body.bizRefundNo).toBe(REFUND.refundNo);
    expect(wellSigned(name, seen)).toBe(true);
  },
);

describe.each(NAMES)('profile %s', (name) => {
  it.each(NAMED)('%s: one request, one id, known members only, all of them signed', async (call) => {
    await using server = await stub(ok(name));
    const gateway = server.gateway(name);
    for (const order of [ORDER, KNOWN, { ...ORDER, gatewayId: '' }]) await CALLS[call](gateway, order);
    const own = {
      ...(name !== 'c' && (call === 'close' || call === 'cancel') ? { useCancel: call === 'cancel' } : {}),
      ...(call === 'refund' || call === 'queryRefund' ? { bizRefundNo: REFUND.refundNo } : {}),
      ...(call === 'refund' ? { reason: REFUND.reason } : {}),
    };
    const byOurs = { [name === 'c' && call === 'query' ? 'bizOrderNoeNo' : 'bizOrderNo']: ORDER.orderId };
    const byTheirs = name === 'f' ? byOurs : { orderNo: KNOWN.gatewayId };
    const ids = call === 'queryRefund' ? [{}, {}, {}] : [byOurs, byTheirs, byOurs];
    expect(server.seen).toHaveLength(3);
    for (const [index, seen] of server.seen.entries()) {
      expect(seen.path).toBe(PATHS[name][call]);
      expect(wellSigned(name, seen)).toBe(true);
      const { amount, sign: _, ...rest } = seen.body;
      const common = Object.fromEntries(COMMON[name].map((field) => [field, rest[field]]));
      expect(rest).toEqual({ ...common, ...own, ...ids[index] });
      expect(Object.values(rest)).not.toContain(undefined);
      expect(amount?.toString()).toBe(call === 'refund' ? (name === 'e' ? '10.1' : '1010') : undefined);
    }
  });

  it('is read back from a signed success', async () => {
    await using server = await stub(ok(name));
    const gateway = server.gateway(name);
    const said = [];
    for (const call of NAMED) said.push((await CALLS[call](gateway, KNOWN)).kind);
    expect(said).toEqual(['paid', 'done', 'done', 'done', 'done', 'done']);
  });

  it('stamps each call anew and never repeats one', async () => {
    await using server = await stub(() => undefined);
    const gateway = server.gateway(name);
    const first = await gateway.act('close', ORDER, OPTIONS);
    await gateway.act('close', ORDER, OPTIONS);
    expect(first).toMatchObject({ kind: 'unknown', why: 'reset' });
    expect(server.seen).toHaveLength(2);
    const stamps = server.seen.map(({ body }) => `${body.nonceStr} ${body.reqId} ${body.sign}`);
    expect(new Set(stamps).size).toBe(2);
    const time = server.seen[0]?.body.reqTime?.toString();
    expect(time).toBe(name === 'c' ? '1795217496' : '2026-11-21 07:31:36');
    expect(String(server.seen[0]?.body.nonceStr)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('sends no revoke', async () => {
    await using server = await stub(ok(name));
    const said = await server.gateway(name).act('revoke', ORDER, OPTIONS);
    expect(said).toEqual({ kind: 'refused', why: 'notAllowed', code: 'UNSUPPORTED' });
    expect(server.seen).toHaveLength(0);
  });

  it('tells a late answer from a call that cannot have arrived', async () => {
    await using server = await stub(() => ({ text: '', status: 502 }));
    const gateway = server.gateway(name);
    expect(await gateway.act('cancel', ORDER, OPTIONS)).toMatchObject({ kind: 'unknown', why: 'http' });
    expect(await gateway.look(ORDER, { timeoutMs: 2000, signal: AbortSignal.abort() })).toMatchObject({
      why: 'notSent',
    });
    const nobody = daxpay.open(accountOf(name, 'http://127.0.0.1:1'), deps);
    expect(await nobody.act('close', ORDER, OPTIONS)).toMatchObject({ kind: 'notSent', why: 'ECONNREFUSED' });
    expect(await nobody.look(ORDER, OPTIONS)).toMatchObject({ kind: 'unknown', why: 'notSent' });
  });

  it('keeps secrets and signatures out of what it returns', async () => {
    await using server = await stub(ok(name));
    const gateway = server.gateway(name);
    const said = [];
    for (const call of NAMED) said.push(await CALLS[call](gateway, KNOWN));
    const text = JSON.stringify(said);
    expect(text.replaceAll('"signedAt"', '')).not.toMatch(/sign|secret/i);
    for (const { body } of server.seen) expect(text).not.toContain(String(body.sign));
  });

  it('sends the client address when it has one', async () => {
    await using server = await stub(ok(name));
    await server.gateway(name, { clientIp: '10.0.0.7' }).look(ORDER, OPTIONS);
    const [seen] = server.seen;
    expect(seen?.body.clientIp).toBe('10.0.0.7');
    expect(seen !== undefined && wellSigned(name, seen)).toBe(true);
  });

  it("sends the address of the order's own request before that of the account, with every call", async () => {
    await using server = await stub(ok(name));
    for (const call of NAMED)
      await CALLS[call](server.gateway(name, { clientIp: '10.0.0.7' }), { ...KNOWN, clientIp: '2001:db8::7' });
    expect(server.seen.map(({ body }) => body.clientIp)).toEqual(NAMED.map(() => '2001:db8::7'));
    for (const seen of server.seen) expect(wellSigned(name, seen)).toBe(true);
  });

  it('cuts a reason to what the server takes, between characters', async () => {
    await using server = await stub(ok(name));
    const gateway = server.gateway(name);
    const max = name === 'f' ? 50 : 150;
    await gateway.refund(ORDER, { ...REFUND, reason: `${'x'.repeat(max - 1)}😀` }, OPTIONS);
    await gateway.refund(ORDER, { ...REFUND, reason: '' }, OPTIONS);
    expect(server.seen.map(({ body }) => body.reason)).toEqual(['x'.repeat(max - 1), undefined]);
  });
});

describe('profile F', () => {
  it('binds an answer to its request', async () => {
    await using server = await stub(() => signedAnswer('f', { code: 0, reqId: 'of another request' }));
    expect(await server.gateway('f').act('close', ORDER, OPTIONS)).toMatchObject({
      kind: 'unknown',
      why: 'otherOrder',
    });
  });

  it('sends its application only when it has one', async () => {
    await using server = await stub(ok('f'));
    await server.gateway('f', { appId: 'A9' }).look(ORDER, OPTIONS);
    expect(server.seen[0]?.body.appId).toBe('A9');
  });

  it('takes keys as bare base64', async () => {
    await using server = await stub(ok('f'));
    const view = await server.gateway('f', { privateKey: { env: 'PRIVATE_BARE' } }).look(KNOWN, OPTIONS);
    expect(view.kind).toBe('paid');
  });

  it('takes the trace id from the header', async () => {
    await using server = await stub((seen) => ({ text: ok('f')(seen), headers: { 'x-trace-id': 'T1' } }));
    expect((await server.gateway('f').look(KNOWN, OPTIONS)).evidence).toMatchObject({ traceId: 'T1' });
  });
});

it.each([
  ['MD5', 'c'],
  ['MD5', 'e'],
  ['SM3', 'e'],
] as const)('signs with %s in profile %s when told so', async (signType, name) => {
  await using server = await stub(() => bareError(20052));
  const view = await server.gateway(name, { signType }).look(ORDER, OPTIONS);
  expect(view).toMatchObject({ kind: 'rejected', why: 'signature', code: '20052' });
  expect(String(server.seen[0]?.body.sign)).toMatch(signType === 'MD5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
});
