/** One order: its fields, how it changes, and the only two ways in which its money moves. */
import type { SandboxHost } from '../contract.ts';
import type { Flags } from './flags.ts';
import { STATE_ROWS, type State } from './states.ts';

export interface Refund {
  readonly no: string;
  readonly amount: number;
  readonly operator: string;
  readonly at: number;
  state: 'running' | 'error' | 'done' | 'failed';
}

/** What a look shows of an order: kept for every change, since a lagging replica shows an older one. */
export interface View {
  readonly at: number;
  readonly state: State;
  /** `data.status`: the latest transaction, not the order. */
  readonly transaction: string;
  readonly clientTsn: string;
  readonly net: number;
  /** Whether the channel had a payment, and so a number of its own to show. */
  readonly paid: boolean;
  readonly finishedAt?: number;
}

export interface Order {
  readonly clientSn: string;
  /** The gateway's number. */
  readonly sn: string;
  /** The channel's number, shown once money moved. */
  readonly tradeNo: string;
  readonly amount: number;
  readonly flags: Flags;
  /** Not found before this instant. */
  readonly visibleAt: number;
  createdAt: number;
  paidAt?: number;
  taken: number;
  returned: number;
  state: State;
  /** Where an order goes whose cancel comes to nothing. */
  beforeCancel: State;
  /** Cancels that reached the channel. */
  cancels: number;
  /** Refunds that reached the channel. */
  refundTries: number;
  scanned: boolean;
  balanceShort: string | undefined;
  readonly refunds: Map<string, Refund>;
  readonly views: View[];
}

export interface Transition {
  readonly state: State;
  readonly transaction?: string;
  /** The number of the refund that made this change. */
  readonly refundNo?: string;
  readonly finished?: boolean;
}

/** Money of the payer that the merchant still has. */
export function held(order: Order): number {
  return order.taken - order.returned;
}

export function refunded(order: Order): number {
  return [...order.refunds.values()]
    .filter((refund) => refund.state === 'done')
    .reduce((sum, refund) => sum + refund.amount, 0);
}

/** What `net_amount` shows. After PAY_CANCELED it is still the total: it does not tell whether money moved. */
function net(order: Order, state: State): number {
  return state === 'CANCELED' ? 0 : order.amount - refunded(order);
}

/** Every change of an order's state goes through here, so that its views are complete. */
export function change(host: Pick<SandboxHost, 'now'>, order: Order, next: Transition): void {
  order.state = next.state;
  const last = order.views.at(-1);
  const finishedAt = next.finished === true ? host.now() : last?.finishedAt;
  order.views.push({
    at: host.now(),
    state: next.state,
    transaction: next.transaction ?? STATE_ROWS[next.state].transaction,
    clientTsn: next.refundNo === undefined ? (last?.clientTsn ?? order.clientSn) : `${order.clientSn}-${next.refundNo}`,
    net: net(order, next.state),
    paid: order.taken > 0,
    ...(finishedAt === undefined ? {} : { finishedAt }),
  });
}

/** The view that a replica shows which is `lag` milliseconds behind; never one from before the order was seeded. */
export function viewAt(order: Order, at: number): View | undefined {
  return order.views.findLast((view) => view.at <= at) ?? order.views[0];
}

/** Runs later, unless the order has changed in the meantime. */
export function laterIfUnchanged(host: SandboxHost, order: Order, ms: number, run: () => void): void {
  const changes = order.views.length;
  host.later(ms, () => {
    if (order.views.length === changes) run();
  });
}

/** The payer's money comes in. */
export function take(host: Pick<SandboxHost, 'move'>, order: Order, at: number): void {
  host.move({ orderId: order.clientSn, kind: 'taken', amount: order.amount, by: 'pay' });
  order.taken += order.amount;
  order.paidAt = at;
}

/** Money goes back to the payer. The host refuses more than came in. */
export function giveBack(host: Pick<SandboxHost, 'move'>, order: Order, amount: number, by: string): void {
  if (amount === 0) return;
  host.move({ orderId: order.clientSn, kind: 'returned', amount, by });
  order.returned += amount;
}

/** Whether a payer's money would still be taken: a running cancel does not stop a payer before it has settled. */
export function isPayable(order: Order): boolean {
  if (order.taken > 0) return false;
  const cancelRuns = order.state === 'CANCEL_INPROGRESS' || order.state === 'CANCEL_ERROR';
  const unscanned = order.state === 'absent' && order.flags.invisibleUntilScan;
  return order.state === 'CREATED' || unscanned || (cancelRuns && order.beforeCancel === 'CREATED');
}
