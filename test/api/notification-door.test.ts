/** The door of the notifications, without a gateway behind it: who is turned away, and what the log has of it. */
import { Client, Connection } from '@temporalio/client';
import { expect, test, vi } from 'vitest';
import type { LedgerSource } from '../../src/api/ledger.ts';
import { createReversalClient } from '../../src/client.ts';
import type { NotificationDesk } from '../../src/notifications/index.ts';
import { until } from '../workflows/until.ts';
import { call, serveApi } from './support.ts';

/** Neither Temporal nor the ledger is asked by what is tested here. */
const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
const ledger: LedgerSource = { ask: () => Promise.reject(new Error('not asked here')), close: async () => {} };
const nothing = { temporal, client: createReversalClient(temporal), ledger };

/** A desk that takes what is genuine, and refuses the rest as forged. */
const desk: NotificationDesk = {
  counts: {},
  receive: async (account, { body }) => {
    if (account !== 'till') return undefined;
    const isGenuine = body.toString() === 'genuine';
    const words = { contentType: 'text/plain', body: isGenuine ? 'success' : 'fail' };
    return isGenuine ? { status: 200, ...words } : { status: 400, ...words, refused: 'signature' };
  },
};
const notify = (base: string, raw: string, more: Partial<Parameters<typeof call>[3]> = {}) =>
  call(base, 'POST', '/v1/notifications/till', { raw, ...more });

test('a genuine one is never turned away because of what strangers send from the same address', async () => {
  const narrow = await serveApi(nothing, { rateLimit: 2, notifications: desk });
  try {
    const strangers = [
      () => notify(narrow.base, 'forged'),
      () => call(narrow.base, 'GET', '/v1/notifications/till'),
      () => call(narrow.base, 'GET', '/v1/closures'),
      () => call(narrow.base, 'POST', '/v1/notifications/nobody', { raw: 'genuine' }),
    ];
    const [refused, genuine] = await Promise.all([
      Promise.all(Array.from({ length: 40 }, (_, n) => strangers[n % strangers.length]?.())),
      Promise.all(Array.from({ length: 10 }, () => notify(narrow.base, 'genuine'))),
    ]);
    expect(refused.map((answer) => answer?.status)).toContain(429);
    expect(new Set(genuine.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 success']));
  } finally {
    await narrow.stop();
  }
});

test('behind a proxy that is trusted, strangers are counted by their own addresses; else the header is nothing', async () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  const send = (base: string, address: string) =>
    Promise.all(Array.from({ length: 20 }, () => notify(base, 'forged', from(address))));
  for (const [trustProxy, other] of [
    [['loopback'], 400],
    [[], 429],
  ] as const) {
    const api = await serveApi(nothing, { rateLimit: 15, notifications: desk, trustProxy });
    try {
      const [, , status] = await Promise.all([
        send(api.base, '203.0.113.1'),
        send(api.base, '203.0.113.1'),
        until(async () => {
          await send(api.base, '203.0.113.1');
          const { status } = await notify(api.base, 'forged', from('203.0.113.2'));
          return status === other ? status : undefined;
        }),
      ]);
      expect(status).toBe(other);
    } finally {
      await api.stop();
    }
  }
});

test('a refused one is a line of the log with account and reason; no query of their path is ever written', async () => {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const api = await serveApi(nothing, { notifications: desk, log: true });
  const personal = '?buyer_id=2088101117955611&seller_email=a%40b.c';
  try {
    await notify(api.base, 'buyer_id=2088101117955611');
    for (const path of [
      '/v1/notifications/till',
      '/v1/notifications/till/',
      '/v1/notifications',
      '/v1/notification/x',
    ]) {
      for (const method of ['GET', 'POST', 'HEAD']) await fetch(`${api.base}${path}${personal}`, { method });
    }
    const line = lines.map((one) => JSON.parse(one)).find(({ msg }) => msg.startsWith('notification refused'));
    expect(line).toMatchObject({ account: 'till', reason: 'signature', msg: expect.stringContaining('public key') });
    expect(lines.join('')).not.toMatch(/2088|a%40b|a@b/);
  } finally {
    await api.stop();
    spy.mockRestore();
  }
});

test('a browser on the notify address is told what the address is for, and nothing is taken', async () => {
  const api = await serveApi(nothing, { notifications: desk });
  try {
    const answer = await call(api.base, 'GET', '/v1/notifications/till?trade_status=TRADE_SUCCESS');
    expect(answer).toMatchObject({ status: 405, body: { type: 'urn:unwind:problem:method-not-allowed' } });
    expect(answer.body.detail).toMatch(/return_url.*notify_url/);
    expect((await call(api.base, 'POST', '/v1/notifications/till/', { raw: 'genuine' })).status).toBe(200);
  } finally {
    await api.stop();
  }
});
