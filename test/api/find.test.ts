/** An order by the gateway's own number, over HTTP. */
import { expect, test } from 'vitest';
import { openGateway } from '../conformance/support.ts';
import { callsOf, newCase, seed, stateOf, useStand } from '../workflows/support.ts';
import { useApi } from './support.ts';

const world = useStand();
const api = useApi(world);
const PATH = '/v1/orders/find';

test("names the merchant's number, the amount and the currency, and starts nothing", async () => {
  const the = newCase();
  seed(world, the, 'PAID');
  const asked = { orderId: the.order.orderId, amount: 1280, currency: 'CNY' };
  const { gatewayId } = await openGateway('alipay-v3', world.stand.sandbox).look(asked, { timeoutMs: 5000 });
  const { status, body } = await api.post(PATH, { provider: 'alipay', account: 'alipay-v3', gatewayId });
  expect([status, body]).toEqual([200, { ...the.order, amount: 1280, currency: 'CNY', gatewayId, view: 'paid' }]);
  expect(await stateOf(world, the.order)).toBeUndefined();
  expect(callsOf(world, the).map(({ operation }) => operation)).toEqual(['query', 'query']);
});

test.each([
  ['a number that the gateway does not have', { gatewayId: '1' }, 404, 'order-not-found'],
  ['an account that the configuration lacks', { account: 'nowhere' }, 400, 'invalid-request'],
  ['a number that is none', { gatewayId: '订单' }, 400, 'invalid-request'],
  ['no number', { gatewayId: undefined }, 400, 'invalid-request'],
  ['a field that nobody knows', { orderId: 'RV1' }, 400, 'invalid-request'],
])('%s is a problem', async (_, change, status, kind) => {
  const body = { provider: 'alipay', account: 'alipay-v3', gatewayId: '1', ...change };
  expect(await api.post(PATH, body)).toMatchObject({ status, body: { type: `urn:unwind:problem:${kind}` } });
});
