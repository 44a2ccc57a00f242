/** A till that lost its own number has only the gateway's: it finds the merchant's, and asks for the reversal with that. */
import { describe, expect, test } from 'vitest';
import { InvalidRequestError, OrderNotFoundError } from '../../src/client.ts';
import { behind, GATEWAYS, type GatewayName } from '../../src/stand/accounts.ts';
import { newOrderId, openGateway } from '../conformance/support.ts';
import { startWorkers, useStand } from './support.ts';

const world = useStand({ gateways: GATEWAYS });
const SOON = { timeoutMs: 5000 };
const ABSENT = '2026112022001400000000000000';

/** Puts a paid order into the sandbox; the number is its gateway's. */
async function seeded(account: GatewayName) {
  const { system, provider } = behind(account);
  const orderId = newOrderId();
  const { sandbox } = world.stand;
  sandbox.seed(system, { orderId, amount: 1280, state: provider === 'daxpay' ? 'success' : 'PAID' });
  const seen = await openGateway(account, sandbox).look({ orderId, amount: 1280, currency: 'CNY' }, SOON);
  if (seen.gatewayId === undefined) throw new Error(`${account} names no number of its own`);
  return { orderId, asked: { provider, account, gatewayId: seen.gatewayId } };
}

const refusal = (asked: Parameters<typeof world.stand.client.find>[0], graceMs?: number) =>
  world.stand.client.find(asked, graceMs === undefined ? {} : { graceMs }).catch((error: unknown) => error);

describe.each(GATEWAYS)('%s', (account) => {
  test("names the merchant's number, the amount and the currency", async () => {
    const { orderId, asked } = await seeded(account);
    expect(await world.stand.client.find(asked)).toEqual({
      ...asked,
      orderId,
      amount: 1280,
      currency: 'CNY',
      view: 'paid',
    });
    const workflowId = `find/${asked.provider}/${account}/${asked.gatewayId}`;
    const { status } = await world.stand.temporal.workflow.getHandle(workflowId).describe();
    expect(status.name).toBe('COMPLETED');
  });

  test('has no order of that number', async () => {
    const { asked } = await seeded(account);
    const error = await refusal({ ...asked, gatewayId: ABSENT });
    expect(error).toBeInstanceOf(OrderNotFoundError);
    expect(error).toMatchObject({ why: 'absent', message: expect.stringContaining(ABSENT) });
  });
});

test.each(['alipay-v3', 'daxpay-c', 'daxpay-f'] as const)('%s: what was found is reversed', async (account) => {
  const { orderId, asked } = await seeded(account);
  const { amount, currency, ...found } = await world.stand.client.find(asked);
  const order = { provider: found.provider, account: found.account, orderId: found.orderId };
  const { workflowId } = await world.stand.client.start({ ...order, amount, currency, reason: 'void' });
  expect(workflowId).toBe(`reversal/${found.provider}/${account}/${orderId}`);
  expect(await world.stand.client.result(order)).toMatchObject({ action: 'refunded', by: 'us' });
});

test('an order is found as often as it is asked for, also by several at once', async () => {
  const { orderId, asked } = await seeded('alipay-classic');
  const found = await Promise.all([1, 2, 3].map(() => world.stand.client.find(asked)));
  expect(found.map((one) => one.orderId)).toEqual([orderId, orderId, orderId]);
  expect(await world.stand.client.find(asked)).toMatchObject({ orderId });
});

test('an account that no worker has, and a provider that nobody serves, are told', async () => {
  const { asked } = await seeded('alipay-v3');
  expect(await refusal({ ...asked, account: 'nowhere' })).toMatchObject({
    name: 'OrderNotFoundError',
    why: 'unanswered',
    message: expect.stringContaining('has no alipay account nowhere'),
  });
  expect(await refusal({ ...asked, provider: 'paypal' })).toBeInstanceOf(InvalidRequestError);
});

test('a number that is none ends at once, with what is wrong', async () => {
  const { asked } = await seeded('alipay-v3');
  const error = await refusal({ ...asked, gatewayId: '订单 1' });
  expect(error).toBeInstanceOf(InvalidRequestError);
  expect(String(error)).toContain('gatewayId: must be 1 to 100 printable ASCII characters');
});

test('an answer that cannot be trusted is asked for again, and then refused', async () => {
  const { asked } = await seeded('alipay-v3');
  const workers = await startWorkers(world, {
    accounts: (accounts) =>
      accounts.map((one) => ({
        ...one,
        name: 'forged',
        gateway: { ...one.gateway, find: async () => ({ kind: 'unknown', why: 'forged' }) },
      })),
    gateways: ['alipay-v3'],
  });
  try {
    expect(await refusal({ ...asked, account: 'forged' }, 30_000)).toMatchObject({ why: 'unanswered' });
    const handle = world.stand.temporal.workflow.getHandle(`find/alipay/forged/${asked.gatewayId}`);
    expect(await handle.result()).toMatchObject({ kind: 'refused' });
  } finally {
    await workers.stop();
  }
});
