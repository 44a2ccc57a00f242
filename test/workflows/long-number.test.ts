/** DaxPay's longest order numbers go all the way: request, workflow id, calls, refund number, ledger. */
import { describe, expect, test } from 'vitest';
import { newCase, useStand } from './support.ts';

const world = useStand({ gateways: ['daxpay-c', 'daxpay-f'] });

describe.each(['daxpay-c', 'daxpay-f'] as const)('%s', (system) => {
  test('gives back a payment whose number has a hundred characters', async () => {
    const orderId = `%/?#${system}`.padEnd(100, '7');
    const the = newCase({ provider: 'daxpay', reason: 'void', orderId }, system);
    world.stand.sandbox.seed(system, { orderId, amount: 1280, state: 'success' });
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', by: 'us' });
    expect(world.stand.sandbox.truth(system, orderId)).toMatchObject({ taken: 1280, returned: 1280 });
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ orderId, finalAction: 'refunded' });
  });
});
