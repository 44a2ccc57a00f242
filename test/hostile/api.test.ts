/** Bodies sent to the HTTP API: refused in words, or handed on to Temporal; never an error of ours. */
import { Client, Connection } from '@temporalio/client';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import { hashOf, newKey, ROLES } from '../../src/api/keys.ts';
import { createReversalClient } from '../../src/client.ts';
import { PATIENCE_MS, tried } from './runs.ts';

const key = newKey();
let api: Awaited<ReturnType<typeof createApi>>;
let connection: Connection;

beforeAll(async () => {
  // Nobody listens there: what is handed on is answered with 503.
  connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 50 });
  const temporal = new Client({ connection });
  api = await createApi({
    temporal,
    reversals: createReversalClient(temporal),
    ledger: { ask: () => Promise.reject(new Error('no ledger here')), close: async () => {} },
    keys: [{ name: 'all', roles: ROLES, hash: hashOf(key) }],
    rateLimit: 1_000_000,
    accounts: [{ provider: 'alipay', account: 'alipay-v3' }],
    log: false,
  });
});
afterAll(async () => {
  await api.close();
  await connection.close();
});

const REQUEST = {
  provider: 'alipay',
  account: 'alipay-v3',
  orderId: 'A1',
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
};
const ORDER = '/v1/reversals/alipay/alipay-v3/A1';
const PATHS = [
  ...['/v1/reversals', '/v1/closures', `${ORDER}/resubmit`, `${ORDER}/resolve`, `${ORDER}/hold`, `${ORDER}/note`],
  ...[`${ORDER}/payment-observed`, '/v1/reversals/alipay/..%2f..%2fx/%00/hold', '/v1/reversals?wait=1e9s'],
];

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, -1, 1e21, '', 'x'.repeat(2000), [], {}, '1280', 2 ** 53),
);
/** A member changed, so that the request cannot be taken; or anything at all, also what is no JSON. */
const body = fc.oneof(
  fc
    .tuple(fc.constantFrom('orderId', 'amount', 'currency', 'reason', 'extra', '__proto__', 'constructor'), odd)
    .map(([name, value]) => JSON.stringify(Object.fromEntries([...Object.entries(REQUEST), [name, value]]))),
  fc.json(),
  fc.string(),
  fc.constantFrom('[', '{"a":'.repeat(5000), `{"a":"${'x'.repeat(2_000_000)}"}`, '{"amount":1,"amount":2}', '\uFEFF{}'),
);

test('a body is refused, or handed on', { timeout: PATIENCE_MS }, async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PATHS),
      body,
      fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data'),
      async (url, payload, type) => {
        const { statusCode, body: told } = await api.inject({
          method: 'POST',
          url,
          headers: { authorization: `Bearer ${key}`, 'content-type': type },
          payload,
        });
        statuses.add(statusCode);
        expect([400, 404, 413, 415, 422, 503]).toContain(statusCode);
        expect(JSON.parse(told)).toMatchObject({ status: statusCode });
        expect(told).not.toContain(key);
        // What was sent is not sent back: it may be anything.
        expect(told.length).toBeLessThan(5000);
      },
    ),
    tried(200),
  );
  expect(statuses).toContain(400);
});
