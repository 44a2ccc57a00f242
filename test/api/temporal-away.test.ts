/** How long the API takes while Temporal is away, in each way in which it can be: `wait` and three seconds, no more. */
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import { hashOf, newKey, ROLES } from '../../src/api/keys.ts';
import { createReversalClient, retriesWithinDeadline } from '../../src/client.ts';

const key = newKey();
const ORDER = { provider: 'alipay', account: 'pos', orderId: 'AWAY-1' };
const REQUEST = { ...ORDER, amount: 1280, currency: 'CNY', reason: 'ambiguous' };
const WHO = { operator: 'li', reason: 'test' };
/** Of a busy machine, on top of what is promised. */
const SPARE_MS = 1000;

type Away = { readonly server?: Server | Http2Server; readonly sockets?: Set<Socket> };

/** A proxy in front of a server that is gone: it answers every call at once, with this. */
function answering(headers: Record<string, string | number>): Away {
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond(headers, { endStream: true });
  });
  return { server };
}

function blackHole(): Away {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => sockets.add(socket.on('error', () => {})));
  return { server, sockets };
}

const WAYS: readonly [string, () => Away][] = [
  ['an ingress answers 504', () => answering({ ':status': 504 })],
  [
    'every call is UNAVAILABLE',
    () => answering({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14' }),
  ],
  [
    'every call is PERMISSION_DENIED',
    () => answering({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '7' }),
  ],
  ['the connection is refused', () => ({})],
  ['connected, and nothing comes', blackHole],
];

describe.each(WAYS)('%s', (_, away) => {
  let api: Awaited<ReturnType<typeof createApi>>;
  let connection: Connection;
  let temporal_: Away;
  beforeAll(async () => {
    temporal_ = away();
    const { server } = temporal_;
    if (server !== undefined) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const port = server === undefined ? 9 : (server.address() as AddressInfo).port;
    connection = Connection.lazy({
      address: `127.0.0.1:${port}`,
      connectTimeout: 2000,
      interceptors: [retriesWithinDeadline],
    });
    const temporal = new Client({ connection, namespace: 'default' });
    api = await createApi({
      temporal,
      reversals: createReversalClient(temporal),
      ledger: { ask: () => Promise.reject(new Error('not asked')), close: async () => {} },
      keys: [{ name: 'test', roles: [...ROLES], hash: hashOf(key) }],
      rateLimit: 1000,
      accounts: [ORDER],
      log: false,
    });
  });
  afterAll(async () => {
    await api.close();
    await connection.close();
    for (const socket of temporal_.sockets ?? []) socket.destroy();
    temporal_.server?.close();
  });

  const path = `/v1/reversals/${ORDER.provider}/${ORDER.account}/${ORDER.orderId}`;
  it.concurrent.each<[string, number, string, object | undefined]>([
    ['POST /v1/reversals?wait=0s', 0, '/v1/reversals?wait=0s', REQUEST],
    ['POST /v1/reversals?wait=500ms', 500, '/v1/reversals?wait=500ms', REQUEST],
    ['POST /v1/reversals?wait=2s', 2000, '/v1/reversals?wait=2s', REQUEST],
    ['POST /v1/reversals/payment-observed', 0, '/v1/reversals/payment-observed', REQUEST],
    [
      'POST /v1/closures',
      0,
      '/v1/closures',
      { ...REQUEST, reason: 'timeout', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    ],
    ['GET a reversal', 0, path, undefined],
    ['GET /v1/closures', 0, '/v1/closures', undefined],
    ['POST hold', 0, `${path}/hold`, WHO],
    ['POST note', 0, `${path}/note`, WHO],
  ])('%s', async (_name, waitMs, url, payload) => {
    const began = performance.now();
    const answer = await api.inject({
      method: payload === undefined ? 'GET' : 'POST',
      url,
      headers: { authorization: `Bearer ${key}` },
      ...(payload !== undefined && { payload }),
    });
    const took = performance.now() - began;
    expect(answer.json()).toMatchObject({ status: 503, type: 'urn:unwind:problem:temporal-unavailable' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(took).toBeLessThan(waitMs + 3000 + SPARE_MS);
  });
});
