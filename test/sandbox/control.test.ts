import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { rawRequest } from './raw.ts';
import { toySystem } from './toy-system.ts';

const answerSchema = z.looseObject({
  endpoints: z.array(z.object({ method: z.string(), path: z.string() })).default([]),
  problems: z.array(z.string()).default([]),
  log: z.array(z.unknown()).default([]),
  money: z.array(z.unknown()).default([]),
});

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ systems: { toy: toySystem } });
});
afterAll(() => sandbox.stop());

async function control(method: string, path: string, body?: unknown) {
  const response = await fetch(`${sandbox.controlUrl}${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: answerSchema.parse(await response.json()) };
}

test('GET / lists the endpoints', async () => {
  const { body } = await control('GET', '/');
  expect(body.endpoints.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /',
    'GET /health',
    'GET /log',
    'GET /money',
    'GET /systems/{system}/credentials',
    'PUT /systems/{system}/outage',
    'GET /systems/{system}/outage',
    'POST /systems/{system}/orders',
    'GET /systems/{system}/orders/{orderId}',
    'POST /systems/{system}/orders/{orderId}/faults',
    'POST /systems/{system}/orders/{orderId}/events',
    'POST /systems/{system}/orders/{orderId}/notifications',
  ]);
});

test('an order is seeded, paid, faulted, cancelled and looked at from another process', async () => {
  const seeded = await control('POST', '/systems/toy/orders', { orderId: 'C 1', amount: 250, state: 'open' });
  expect(seeded).toMatchObject({ status: 200, body: { orderId: 'C 1', state: 'open' } });
  const paid = await control('POST', '/systems/toy/orders/C%201/events', { name: 'pay' });
  expect(paid.body).toMatchObject({ state: 'paid', taken: 250, returned: 0 });
  await control('POST', '/systems/toy/orders/X1/faults', { operation: 'cancel', wire: 'http502' });
  await control('POST', '/systems/toy/orders', { orderId: 'X1', amount: 250, state: 'paid' });
  expect((await rawRequest(`${sandbox.url('toy')}/cancel/X1`)).status).toBe(502);
  expect((await rawRequest(`${sandbox.url('toy')}/cancel/X1`)).status).toBe(200);
  expect((await control('GET', '/systems/toy/orders/X1')).body).toMatchObject({ state: 'cancelled', returned: 250 });
  expect((await control('GET', '/log?orderId=X1')).body.log).toHaveLength(2);
  expect((await control('GET', '/money?system=toy&orderId=X1')).body.money).toMatchObject([
    { kind: 'taken', amount: 250, by: 'pay' },
    { kind: 'returned', amount: 250, by: 'cancel' },
  ]);
});

test('health and credentials say where the systems are', async () => {
  const url = sandbox.url('toy');
  expect((await control('GET', '/health')).body).toMatchObject({ ok: true, systems: { toy: url }, defects: [] });
  expect((await control('GET', '/systems/toy/credentials')).body).toMatchObject({ url, credentials: { key: 'toy' } });
});

test('an outage is switched on and off, and says how many connections it has reset', async () => {
  await control('PUT', '/systems/toy/outage', { on: true });
  expect((await rawRequest(`${sandbox.url('toy')}/query/X1`)).end).toBe('reset');
  expect((await control('GET', '/systems/toy/outage')).body).toMatchObject({ refused: 1 });
  await control('PUT', '/systems/toy/outage', { on: false });
  expect((await rawRequest(`${sandbox.url('toy')}/query/X1`)).status).toBe(200);
});

test('bad input is answered with every problem', async () => {
  const { status, body } = await control('POST', '/systems/toy/orders', {
    orderId: '',
    amount: 1.5,
    colour: 'red',
    faults: [{ operation: 'cancel', wire: 'explode' }, { operation: 'cancel' }],
  });
  expect(status).toBe(400);
  expect(body.problems).toHaveLength(6);
  expect(body.problems.join('\n')).toMatch(/orderId: .*\n.*amount: .*\n.*state: /);
  expect(body.problems.join('\n')).toContain('faults[0].wire: ');
  expect(body.problems.join('\n')).toContain('faults[1]: needs wire or business');
  expect(body.problems.join('\n')).toContain('colour');
});

test.each([
  ['no JSON', 'POST', '/systems/toy/orders', '{', 400],
  ['an unknown system', 'GET', '/systems/nobody/credentials', undefined, 404],
  ['an unknown order', 'GET', '/systems/toy/orders/NOBODY', undefined, 404],
  ['an unknown path', 'GET', '/nothing', undefined, 404],
  ['an unknown event', 'POST', '/systems/toy/orders/X1/events', { name: 'dance' }, 409],
  ['a second seed', 'POST', '/systems/toy/orders', { orderId: 'X1', amount: 250, state: 'paid' }, 409],
  ['an unknown filter', 'GET', '/log?order=X1', undefined, 400],
])('%s is refused', async (_, method, path, body, status) => {
  expect((await control(method, path, body)).status).toBe(status);
});
