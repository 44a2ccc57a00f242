import type { OrderTruth, SandboxSystem, SystemFactory } from '../../src/sandbox/index.ts';

export const TOY_BODY = JSON.stringify({ result: 'cancelled', padding: 'x'.repeat(200) });

/** The smallest gateway there can be, to see the server around it: `POST /cancel/A1` gives the money back. */
export const toySystem: SystemFactory = (host): SandboxSystem => {
  const orders = new Map<string, { state: string; amount: number; returned: number }>();
  const find = (orderId: string) => {
    const order = orders.get(orderId);
    if (order === undefined) throw new Error(`no order ${orderId}`);
    return order;
  };
  return {
    name: 'toy',
    identify({ path }) {
      const [, operation, orderId] = path.split('/');
      if (operation !== 'cancel' && operation !== 'query') return undefined;
      return orderId ? { operation, orderId } : { operation };
    },
    handle({ path }, fault) {
      const [, operation, orderId = ''] = path.split('/');
      const headers = { 'content-type': 'application/json' };
      if (operation === 'query') {
        const body = JSON.stringify({ state: find(orderId).state });
        return { status: 200, headers, body, executed: false, authentic: true, code: 'LOOK' };
      }
      const order = find(orderId);
      if (fault?.name === 'twice') host.move({ orderId, kind: 'returned', amount: order.amount, by: 'twice' });
      if (order.state === 'paid') host.move({ orderId, kind: 'returned', amount: order.amount, by: 'cancel' });
      order.state = 'cancelled';
      return { status: 200, headers, body: TOY_BODY, executed: true, authentic: true, code: 'OK' };
    },
    seed({ orderId, amount, state }) {
      orders.set(orderId, { state, amount, returned: 0 });
      if (state === 'paid') host.move({ orderId, kind: 'taken', amount, by: 'pay' });
    },
    happen(orderId, { name }) {
      if (name !== 'pay') throw new Error(`toy knows no event ${name}`);
      const order = find(orderId);
      order.state = 'paid';
      host.move({ orderId, kind: 'taken', amount: order.amount, by: 'pay' });
    },
    truth(orderId): OrderTruth | undefined {
      const order = orders.get(orderId);
      return order && { orderId, state: order.state, amount: order.amount, taken: 0, returned: 0, payable: false };
    },
    credentials: () => ({ key: 'toy' }),
  };
};
