/** Makes an order as it stands when a test begins, with the money that its state implies. */
import { randomInt } from 'node:crypto';
import type { OrderSeed, SandboxHost } from '../contract.ts';
import { chinaDay, DAY_MS, startOfChinaDay } from './day.ts';
import { type Flags, readFlags } from './flags.ts';
import { change, giveBack, type Order, type Refund, take } from './order.ts';
import { STATE_ROWS, STATES, type State } from './states.ts';
import { digits } from './terminals.ts';

/** Refunds and cancels of somebody else, before the test began, go by this number. */
const ELSEWHERE = 'SEED';

function readState(name: string): State {
  const state = STATES.find((known) => known === name);
  if (state === undefined) throw new Error(`shouqianba knows no order state ${name}; it knows ${STATES.join(', ')}`);
  return state;
}

/** `otherDay` moves an instant to a day before today, or, when false, into today even if the test runs at midnight. */
function onDay(at: number, now: number, otherDay: boolean | undefined): number {
  if (otherDay === true) return chinaDay(at) === chinaDay(now) ? at - DAY_MS : at;
  return otherDay === false ? Math.max(at, startOfChinaDay(now)) : at;
}

function partOf(amount: number, flags: Flags): number {
  const part = flags.refundedAmount ?? Math.floor(amount / 2);
  if (part <= 0 || part >= amount) throw new Error(`${part} is no part of ${amount}`);
  return part;
}

/** What had become of a charged order's money before the test began. */
const PASTS: Readonly<Partial<Record<State, 'canceled' | Refund['state']>>> = {
  CANCELED: 'canceled',
  PAY_CANCELED: 'canceled',
  REFUNDED: 'done',
  PARTIAL_REFUNDED: 'done',
  REFUND_INPROGRESS: 'running',
  REFUND_ERROR: 'error',
};

/** Takes the money of an order that is charged when it is seeded, and gives back what had gone back by then. */
function recall(host: SandboxHost, order: Order): void {
  const past = PASTS[order.state];
  const back = order.state === 'PARTIAL_REFUNDED' ? partOf(order.amount, order.flags) : order.amount;
  take(host, order, order.paidAt ?? order.createdAt);
  if (past === 'canceled') giveBack(host, order, order.amount, 'cancel');
  if (past === undefined || past === 'canceled') return;
  order.refunds.set(ELSEWHERE, { no: ELSEWHERE, amount: back, operator: 'op02', at: host.now(), state: past });
  if (past === 'done') giveBack(host, order, back, `refund:${ELSEWHERE}`);
}

/** A new order; throws when the seed names a state or a flag that does not exist. */
export function seedOrder(host: SandboxHost, seed: OrderSeed): Order {
  const flags = readFlags(seed.flags);
  const state = readState(seed.state);
  const now = host.now();
  const { paidMsAgo = 0, createdMsAgo = paidMsAgo } = seed;
  const charged = flags.charged ?? STATE_ROWS[state].charged;
  const order: Order = {
    clientSn: seed.orderId,
    sn: `7895${digits(12)}`,
    tradeNo: `4200${digits(6)}${digits(16)}${randomInt(10)}`,
    amount: seed.amount,
    flags,
    visibleAt: now + flags.visibleAfterMs,
    createdAt: onDay(now - createdMsAgo, now, flags.otherDay),
    ...(charged && { paidAt: onDay(now - paidMsAgo, now, flags.otherDay) }),
    taken: 0,
    returned: 0,
    state,
    beforeCancel: charged ? 'PAID' : 'CREATED',
    cancels: state === 'CANCEL_INPROGRESS' || state === 'CANCEL_ERROR' ? 1 : 0,
    refundTries: 0,
    scanned: false,
    balanceShort: flags.balanceShort === true ? 'SELLER_BALANCE_NOT_ENOUGH' : flags.balanceShort || undefined,
    refunds: new Map(),
    views: [],
  };
  if (charged) recall(host, order);
  const refundNo = order.refunds.has(ELSEWHERE) ? ELSEWHERE : undefined;
  change(host, order, { state, finished: order.taken > 0, ...(refundNo !== undefined && { refundNo }) });
  return order;
}
