/** What happens to an order by itself, or by somebody else's hand. */
import type { OrderEvent, SandboxHost } from '../contract.ts';
import { endCancel } from './cancel.ts';
import { DAY_MS } from './day.ts';
import { change, giveBack, held, isPayable, type Order, type Refund, refunded, take } from './order.ts';
import { endRefund } from './refund.ts';

type With = NonNullable<OrderEvent['with']>;
type Happen = (host: SandboxHost, order: Order, using: With) => void;

function create(host: SandboxHost, order: Order): void {
  if (order.state !== 'absent') return;
  order.createdAt = host.now();
  change(host, order, { state: 'CREATED' });
}

/** Nothing when the order can no longer be paid: a payer who comes too late is turned away. */
function pay(host: SandboxHost, order: Order): void {
  if (!isPayable(order)) return;
  order.scanned = true;
  if (order.state === 'absent') create(host, order);
  take(host, order, host.now());
  // While an abort runs, the payment does not show: the order is paid first and then cancelled.
  if (order.state !== 'CREATED') return;
  change(host, order, { state: 'PAID', finished: true });
  host.notify(order.clientSn, 'payment');
}

/** The payment came to nothing; what a failed payment took goes back. */
function expire(host: SandboxHost, order: Order): void {
  if (order.state !== 'CREATED' && order.state !== 'PAY_ERROR') return;
  giveBack(host, order, held(order), 'expire');
  change(host, order, { state: 'PAY_CANCELED' });
}

function payError(host: SandboxHost, order: Order, using: With): void {
  if (order.state !== 'CREATED') return;
  if (using.charged === true) take(host, order, host.now());
  change(host, order, { state: 'PAY_ERROR' });
}

/** A refund by another hand, under a number of its own. Nothing when nothing is left. */
function refundBy(host: SandboxHost, order: Order, amount: number): void {
  const refundable = order.state === 'PAID' || order.state === 'PARTIAL_REFUNDED';
  if (!refundable || amount <= 0 || amount > order.amount - refunded(order)) return;
  const no = `OTHER${order.refunds.size + 1}`;
  const refund: Refund = { no, amount, operator: 'op02', at: host.now(), state: 'running' };
  order.refunds.set(no, refund);
  endRefund(host, order, refund, 'done');
}

function openRefund(order: Order): Refund | undefined {
  return [...order.refunds.values()].find((refund) => refund.state === 'running' || refund.state === 'error');
}

/** Whether a cancel is still open, or nobody knows. */
function cancelRuns(order: Order): boolean {
  return order.state === 'CANCEL_INPROGRESS' || order.state === 'CANCEL_ERROR';
}

const EVENTS: Readonly<Record<string, Happen>> = {
  create,
  pay,
  createAndPay(host, order) {
    create(host, order);
    pay(host, order);
  },
  scan(_host, order) {
    order.scanned = true;
  },
  decline: expire,
  expire,
  payError,
  settleCancel(host, order) {
    if (cancelRuns(order)) endCancel(host, order, 'canceled', 'cancel');
  },
  failCancel(host, order, using) {
    if (!cancelRuns(order)) return;
    const restore = order.state === 'CANCEL_ERROR' || using.restore === true;
    endCancel(host, order, restore ? 'before' : 'error', 'cancel');
  },
  cancelElsewhere(host, order) {
    if (order.state === 'CREATED' || order.state === 'PAID') endCancel(host, order, 'canceled', 'cancel');
  },
  settleRefund(host, order) {
    const open = openRefund(order);
    if (open !== undefined) endRefund(host, order, open, 'done');
  },
  failRefund(host, order, using) {
    const open = openRefund(order);
    if (open === undefined) return;
    if (open.state === 'error' || using.restore === true) {
      endRefund(host, order, open, 'failed');
    } else {
      open.state = 'error';
      change(host, order, { state: 'REFUND_ERROR', refundNo: open.no });
    }
  },
  partialRefund(host, order, using) {
    const left = order.amount - refunded(order);
    refundBy(host, order, typeof using.amount === 'number' ? using.amount : Math.floor(left / 2));
  },
  refundElsewhere: (host, order) => refundBy(host, order, order.amount - refunded(order)),
  topUp(_host, order) {
    order.balanceShort = undefined;
  },
  midnight(_host, order) {
    order.createdAt -= DAY_MS;
    if (order.paidAt !== undefined) order.paidAt -= DAY_MS;
  },
};

/** Throws when the event has no such name. One that the order's state leaves no room for does nothing. */
export function happenTo(host: SandboxHost, order: Order, event: Pick<OrderEvent, 'name' | 'with'>): void {
  const happen = EVENTS[event.name];
  if (happen === undefined) throw new Error(`shouqianba knows no event ${event.name}`);
  happen(host, order, event.with ?? {});
}
