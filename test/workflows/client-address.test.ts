/** The client's address of a request goes with every call for its order. */
import { expect, test } from 'vitest';
import type { OpenAccount } from '../../src/gateways/accounts.ts';
import type { OrderRef } from '../../src/gateways/gateway.ts';
import { inputOf } from '../../src/ledger/stored-request.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { newCase, startWorkers, useStand } from './support.ts';

const world = useStand({ gateways: ['daxpay-c'], withoutWorkers: true });

/** What each call of the gateway is told of the order. */
function spied(account: OpenAccount, told: [string, string | undefined][]): OpenAccount {
  const through = (call: string, { clientIp }: OrderRef) => {
    told.push([call, clientIp]);
    return account.gateway;
  };
  return {
    ...account,
    gateway: {
      ...account.gateway,
      look: (order, options) => through('look', order).look(order, options),
      lookAtRefund: (order, ...rest) => through('lookAtRefund', order).lookAtRefund(order, ...rest),
      act: (verb, order, options) => through(verb, order).act(verb, order, options),
      refund: (order, ...rest) => through('refund', order).refund(order, ...rest),
    },
  };
}

test('a joining request fills it in, and every later call has it', async () => {
  const clientIp = '192.0.2.7';
  const the = newCase({ provider: 'daxpay', reason: 'void' }, 'daxpay-c');
  world.stand.sandbox.seed('daxpay-c', { orderId: the.order.orderId, amount: 1280, state: 'success' });
  const told: [string, string | undefined][] = [];
  await world.stand.client.start(the.input);
  await world.stand.client.start({ ...the.input, clientIp }, { graceMs: 1000 });
  const workers = await startWorkers(world, {
    gateways: ['daxpay-c'],
    accounts: (accounts) => accounts.map((account) => spied(account, told)),
  });
  try {
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  } finally {
    await workers.stop();
  }
  expect(told.map(([call]) => call)).toEqual(expect.arrayContaining(['look', 'refund']));
  expect(told).toEqual(told.map(([call]) => [call, clientIp]));
});

test('the ledger keeps it with the request, for a run that is started again', async () => {
  const the = newCase({ provider: 'daxpay', reason: 'void', clientIp: '2001:db8::7' }, 'daxpay-c');
  const { order, input, workflowId } = the;
  await world.stand.ledger.openCase({ order, workflowId, runId: 'r1', request: parseRequest(input), now: Date.now() });
  const { request } = (await world.stand.ledger.reversal(order)) ?? {};
  expect(inputOf(request)?.clientIp).toBe('2001:db8::7');
});
