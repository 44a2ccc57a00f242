/**
 * Paywise, emulated. It shares no code with `paywise/`: it signs and reads on its own, so that one misreading cannot
 * pass on both sides.
 *
 * States: `absent`, `NEW`, `PAID`. Events: `pay`. Business faults: any code, not executed unless it says so;
 * `wrongSignature`.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Handled, OrderTruth, SandboxRequest, SystemFactory } from '../../src/sandbox/index.ts';

const OPERATIONS = { '/v1/query': 'query', '/v1/cancel': 'cancel' } as const;

interface Order {
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  status: string;
  paidAt?: number;
}

function orderIdOf(body: Buffer): string | undefined {
  try {
    const told: unknown = JSON.parse(body.toString('utf8'));
    const found = typeof told === 'object' && told !== null && 'orderId' in told ? told.orderId : undefined;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

export const paywiseSystem: SystemFactory = (host) => {
  const keyId = 'PW1';
  const secret = randomBytes(16).toString('hex');
  const orders = new Map<string, Order>();
  const hmac = (text: Buffer | string) => createHmac('sha256', secret).update(text).digest('hex');

  function cancel(order: Order): void {
    if (order.status === 'NEW') order.status = 'CANCELLED';
    if (order.status !== 'PAID') return;
    order.status = 'REVERSED';
    host.move({ orderId: order.orderId, kind: 'returned', amount: order.amount, by: 'cancel' });
  }

  function pay(order: Order, paidAt: number): void {
    if (order.status !== 'NEW') throw new Error(`paywise: ${order.orderId} cannot be paid in ${order.status}`);
    Object.assign(order, { status: 'PAID', paidAt });
    host.move({ orderId: order.orderId, kind: 'taken', amount: order.amount, by: 'pay' });
  }

  function answer(code: string, order: Order | undefined, executed: boolean, forged = false): Handled {
    const body = JSON.stringify({ code, ...(order !== undefined && { order }) });
    const headers = { 'content-type': 'application/json', 'x-paywise-sign': hmac(forged ? `${body} ` : body) };
    return { status: 200, headers, body, executed, authentic: code !== 'BAD_SIGN', code };
  }

  return {
    name: 'paywise',
    identify({ path, body }: SandboxRequest) {
      const operation = Object.entries(OPERATIONS).find(([known]) => known === path)?.[1];
      const orderId = orderIdOf(body);
      return operation && { operation, ...(orderId !== undefined && { orderId }) };
    },
    handle({ path, headers, body }, fault) {
      if (headers['x-paywise-sign'] !== hmac(body)) return answer('BAD_SIGN', undefined, false);
      const order = orders.get(orderIdOf(body) ?? '');
      const forged = fault?.name === 'wrongSignature';
      const code = fault === undefined || forged ? undefined : fault.name;
      if (code !== undefined && fault?.execute !== true) return answer(code, undefined, false);
      if (order === undefined) return answer('NO_ORDER', undefined, false);
      if (path === '/v1/cancel') cancel(order);
      return answer(code ?? 'OK', order, path === '/v1/cancel', forged);
    },
    seed({ orderId, amount, currency = 'CNY', state, paidMsAgo = 0 }) {
      if (state === 'absent') return;
      const order: Order = { orderId, amount, currency, status: 'NEW' };
      orders.set(orderId, order);
      if (state === 'PAID') pay(order, host.now() - paidMsAgo);
      else if (state !== 'NEW') throw new Error(`paywise: no state ${state}`);
    },
    happen(orderId, { name }) {
      const order = orders.get(orderId);
      if (order === undefined || name !== 'pay') throw new Error(`paywise: no event ${name} for ${orderId}`);
      pay(order, host.now());
    },
    truth(orderId): OrderTruth | undefined {
      const order = orders.get(orderId);
      if (order === undefined) return undefined;
      const { amount, status } = order;
      return { orderId, amount, state: status, taken: 0, returned: 0, payable: status === 'NEW' };
    },
    credentials: () => ({ keyId, secret }),
  };
};
