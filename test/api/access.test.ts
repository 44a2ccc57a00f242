/** Who may do what, over all routes; and the document that says so, checked by a validator that is not ours. */
import SwaggerParser from '@apidevtools/swagger-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import { type ApiKey, callerOf, hashOf, newKey, ROLES, type Role } from '../../src/api/keys.ts';
import { newCase, useStand } from '../workflows/support.ts';
import { call, keyOf, ledgerOf, pathOfCase, useApi } from './support.ts';

const world = useStand({ withoutWorkers: true });
const api = useApi(world);
const order = pathOfCase(newCase());
const closure = order.replace('reversals', 'closures');

/** Every operation that needs a key, and its role. A new route that is not here fails the tests below. */
const OPERATIONS: readonly (readonly [string, string, Role])[] = [
  ['POST', '/v1/reversals', 'start'],
  ['POST', '/v1/reversals/payment-observed', 'start'],
  ['POST', '/v1/orders/find', 'start'],
  ['POST', '/v1/closures', 'start'],
  ['GET', '/v1/reversals', 'view'],
  ['GET', order, 'view'],
  ['GET', `${order}/record`, 'view'],
  ['GET', `${order}/record/acts`, 'view'],
  ['GET', `${order}/record/journal`, 'view'],
  ['GET', '/v1/closures', 'view'],
  ['GET', '/v1/notifications', 'view'],
  ['POST', `${order}/resubmit`, 'operate'],
  ['POST', `${order}/resolve`, 'operate'],
  ['POST', `${order}/hold`, 'operate'],
  ['POST', `${order}/release`, 'operate'],
  ['POST', `${order}/reschedule`, 'operate'],
  ['POST', `${order}/note`, 'operate'],
  ['POST', `${closure}/cancel`, 'operate'],
];
/** In the document, and without a role: what they take is verified otherwise, or harmless. */
const WITHOUT_KEY = ['GET /healthz none', 'GET /readyz none', 'POST /v1/notifications/{account} none'];
const OPEN = ['GET /docs', 'GET /openapi.json', 'GET /healthz', 'GET /readyz', 'POST /v1/notifications/{account}'];
const PARAMS = '/{provider}/{account}/{orderId}';
const asTemplate = (path: string) => path.replace(/^(\/v1\/\w+)\/alipay\/alipay-v3\/\w+/, `$1${PARAMS}`);

describe('a key', () => {
  const wrong = OPERATIONS.flatMap(([method, path, role]) =>
    ROLES.filter((other) => other !== role).map((other) => [other, method, asTemplate(path), path] as const),
  );
  test.each(wrong)('of the role %s gets 403 on %s %s', async (role, method, _, path) => {
    const answer = await call(api.base, method, path, { key: keyOf(role), ...(method === 'POST' && { body: {} }) });
    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:unwind:problem:forbidden' } });
  });

  test.each(OPERATIONS)('of the right role is let in to %s %s', async (method, path, role) => {
    const answer = await call(api.base, method, path, { key: keyOf(role), ...(method === 'POST' && { body: {} }) });
    expect([401, 403]).not.toContain(answer.status);
  });

  test.each(OPERATIONS)('is needed for %s %s, and must be one of ours', async (method, path) => {
    const stranger = newKey();
    for (const authorization of [undefined, '', 'Bearer', `Bearer ${stranger}`, `Basic ${keyOf('view')}`, 'Bearer ü']) {
      const headers =
        authorization === undefined ? {} : { authorization: Buffer.from(authorization).toString('latin1') };
      const answer = await call(api.base, method, path, { headers, ...(method === 'POST' && { body: {} }) });
      expect(answer).toMatchObject({ status: 401, body: { type: 'urn:unwind:problem:unauthorized' } });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test('is found by its hash, and by nothing like it', () => {
    const key = newKey();
    const one: ApiKey = { name: 'one', roles: ['view'], hash: hashOf(key) };
    const keys = [{ ...one, name: 'other', hash: hashOf(newKey()) }, one];
    expect(callerOf(keys, `Bearer ${key}`)?.name).toBe('one');
    for (const header of [
      `Bearer ${key}x`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${hashOf(key).toString('hex')}`,
      key,
    ]) {
      expect(callerOf(keys, header), header).toBeUndefined();
    }
    expect(newKey()).not.toBe(key);
  });
});

describe('the document', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what is looked into
  let document: any;
  beforeAll(async () => {
    document = (await call(api.base, 'GET', '/openapi.json')).body;
  });

  test('is OpenAPI 3.1 to an independent validator', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    await SwaggerParser.validate(structuredClone(document));
  });

  test('has every operation, with the role that it takes', () => {
    const told = Object.entries<Record<string, { 'x-role'?: Role }>>(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { 'x-role': role }]) =>
        [method.toUpperCase(), path, role ?? 'none'].join(' '),
      ),
    );
    const expected = OPERATIONS.map(([method, path, role]) => [method, asTemplate(path), role].join(' '));
    expect(told.sort()).toEqual([...expected, ...WITHOUT_KEY].sort());
  });

  test('says at the field what no verdict means', () => {
    expect(document.components.schemas.Reversal.properties.verdict.description).toContain('never "not paid"');
    expect(document.components.schemas.Reversal.required).not.toContain('verdict');
  });

  test('describes every field of a request, and the problems of every operation', () => {
    const { ReversalRequest } = document.components.schemas;
    expect(ReversalRequest.required).toEqual(expect.arrayContaining(['provider', 'orderId', 'amount']));
    for (const field of Object.values<{ description?: string }>(ReversalRequest.properties)) {
      expect(field.description).toBeTypeOf('string');
    }
    for (const [method, path] of OPERATIONS) {
      const { responses } = document.paths[asTemplate(path)][method.toLowerCase()];
      for (const status of ['400', '401', '403', '429', '500', '503']) {
        expect(Object.keys(responses[status].content), `${method} ${path} ${status}`).toEqual([
          'application/problem+json',
        ]);
      }
    }
  });

  test('has a page to read that loads nothing from elsewhere', async () => {
    const page = await call(api.base, 'GET', '/docs/');
    expect(page.status).toBe(200);
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/(src|href)="https?:/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await call(api.base, 'GET', '/docs/static/swagger-ui-bundle.js')).status).toBe(200);
  });
});

describe('nothing else is there', () => {
  test('no route is known to the server only', async () => {
    const routes: string[] = [];
    const server = await createApi({
      temporal: world.stand.temporal,
      reversals: world.stand.client,
      ledger: ledgerOf(world.stand.ledger),
      keys: [],
      rateLimit: 1,
      accounts: [],
      log: false,
    });
    afterAll(() => server.close());
    for (const line of server.printRoutes({ commonPrefix: false }).split('\n')) routes.push(line);
    // Each resource takes POST, or refuses it in words: one of each for every path of the document, and the document's.
    const { paths } = (await call(api.base, 'GET', '/openapi.json')).body;
    expect(routes.join('\n').match(/POST/g)).toHaveLength(Object.keys(paths).length + 1);
  });

  test.each(OPEN.map((one) => one.split(' ')))('%s %s needs no key', async (method = '', path = '') => {
    expect((await call(api.base, method, path)).status).not.toBe(401);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['POST', `${order}/terminate`],
    ['GET', '/docs/../../package.json'],
    ['GET', '/docs/static/..%2f..%2fpackage.json'],
  ])('%s %s is a 404 problem', async (method, path) => {
    const answer = await call(api.base, method, path, { key: keyOf('view') });
    expect(answer).toMatchObject({ status: 404, body: { title: expect.any(String) } });
  });
});
