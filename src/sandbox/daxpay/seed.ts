import type { OrderSeed, SandboxHost } from '../contract.ts';
import { type Flags, readFlags } from './flags.ts';
import { Order, type Row, type Status } from './order.ts';
import type { Profile } from './profiles/profile.ts';
import { type ChannelState, Trade } from './trade.ts';
import { daxpayNumber, tradeNumber } from './wire/numbers.ts';

/** Where the channel stands when the seed does not say. */
const channelStates: Readonly<Record<Status, ChannelState>> = {
  wait: 'not_exist',
  progress: 'unpaid',
  success: 'paid',
  close: 'closed',
  cancel: 'closed',
  fail: 'unpaid',
};

export function plantOrder(seed: OrderSeed, profile: Profile, host: SandboxHost): Order {
  const flags = readFlags(seed);
  const now = host.now();
  const createdAt = now - (seed.createdMsAgo ?? 0);
  const paidAt = now - (seed.paidMsAgo ?? 0);
  const status = statusNamed(seed.state, profile);
  const trade = new Trade(host, {
    orderId: seed.orderId,
    amount: seed.amount,
    number: flags.outOrderNo ?? tradeNumber(now),
    state: flags.channelState ?? (status === undefined ? 'not_exist' : channelStates[status]),
    paidAt,
    returned: returnedBefore(seed.amount, flags),
  });
  const order = new Order({
    orderId: seed.orderId,
    orderNo: flags.orderNo ?? daxpayNumber(profile.ids.numbers, 'P', createdAt),
    tradeNo: daxpayNumber(profile.ids.numbers, 'T', createdAt),
    amount: seed.amount,
    currency: seed.currency ?? 'CNY',
    flags,
    trade,
    now: host.now,
    notify: (about) => host.notify(seed.orderId, about),
  });
  if (status !== undefined) order.plant(firstRow(order, status, { createdAt, paidAt, now }));
  return order;
}

/** The row as `create` writes it, and as a seed finds it. */
export function firstRow(
  order: Order,
  status: Status,
  times: { createdAt: number; paidAt?: number; now: number },
): Row {
  const { amount, flags, trade } = order.facts;
  const knowsChannel = status === 'success';
  const ended = status === 'close' || status === 'cancel';
  return {
    version: 0,
    status,
    refundStatus: flags.refundStatus,
    refundableBalance: balance(amount, flags),
    outOrderNo: knowsChannel ? trade.number : null,
    payTime: knowsChannel || flags.paidBefore ? (times.paidAt ?? times.now) : null,
    closeTime: ended ? times.now : null,
    expiredTime: times.createdAt + flags.validMs,
  };
}

/** What DaxPay believes: a refund that it does not know of leaves the balance whole. */
function balance(amount: number, flags: Flags): number {
  if (flags.refundStatus === 'no_refund') return amount;
  return flags.refundStatus === 'partial_refund' ? amount - returnedBefore(amount, flags) : 0;
}

function returnedBefore(amount: number, flags: Flags): number {
  if (flags.channelState === 'refunded' || flags.refundStatus === 'refunded') return amount;
  return flags.refundStatus === 'partial_refund' ? (flags.refundedAmount ?? Math.floor(amount / 2)) : 0;
}

function statusNamed(state: string, profile: Profile): Status | undefined {
  if (state === 'absent') return undefined;
  for (const status of STATUSES) if (profile.statuses[status] === state) return status;
  const known = STATUSES.map((status) => profile.statuses[status]).filter((name) => name !== undefined);
  throw new Error(`${profile.name} knows no state ${state}; it knows absent, ${known.join(', ')}`);
}

const STATUSES: readonly Status[] = ['wait', 'progress', 'success', 'close', 'cancel', 'fail'];
