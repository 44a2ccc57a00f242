import type { OrderSeed, OrderTruth, SandboxHost } from '../contract.ts';
import { parseFlags } from './flags.ts';
import { type Order, type Refund, refunded, type Trade, tradeStateSchema } from './order.ts';
import { beijingTime } from './units.ts';

/** The orders of the emulated gateway. Whatever changes one passes `change`, and money moves only here. */
export interface OrderBook {
  add(seed: OrderSeed): Order;
  byNumber(outTradeNo: string): Order | undefined;
  /** Only a trade that exists has a number of Alipay's. */
  byTradeNo(tradeNo: string): Order | undefined;
  /** An act changes what looks show only after the order's `lag`; what happens by itself shows at once. */
  change(order: Order, change: Partial<Trade>, why: 'act' | 'event'): void;
  pay(order: Order): void;
  /** Gives money back and closes the trade when nothing is left. */
  refund(order: Order, refund: Refund, why: 'act' | 'event'): void;
  truth(outTradeNo: string): OrderTruth | undefined;
}

const TAKEN = new Set(['PAID', 'FINISHED', 'CLOSED_REFUNDED']);

export function createOrderBook(host: SandboxHost): OrderBook {
  const orders = new Map<string, Order>();

  function byTradeNo(tradeNo: string): Order | undefined {
    return [...orders.values()].find((order) => order.tradeNo === tradeNo && order.trade.state !== 'ABSENT');
  }

  function change(order: Order, changed: Partial<Trade>, why: 'act' | 'event'): void {
    const before = order.trade;
    order.trade = { ...before, ...changed };
    const { lag } = order.flags;
    order.stale = why === 'act' && lag > 0 ? { trade: before, until: host.now() + lag } : undefined;
  }

  function take(order: Order): void {
    host.move({ orderId: order.outTradeNo, kind: 'taken', amount: order.amount, by: 'pay' });
  }

  function refund(order: Order, made: Refund, why: 'act' | 'event'): void {
    const by = made.by === 'refund' ? `refund:${made.requestNo}` : made.by;
    host.move({ orderId: order.outTradeNo, kind: 'returned', amount: made.amount, by });
    const refunds = [...order.trade.refunds, made];
    const left = order.amount - refunded({ ...order.trade, refunds });
    change(
      order,
      {
        refunds,
        ...(left === 0 && { state: 'CLOSED_REFUNDED' }),
        ...(made.by === 'cancel' && { cancelAction: 'refund' }),
      },
      why,
    );
  }

  function add(seed: OrderSeed): Order {
    const { orderId, amount, createdMsAgo = 0, paidMsAgo = 0 } = seed;
    const state = tradeStateSchema.parse(seed.state.toUpperCase());
    const flags = parseFlags(seed.flags);
    const now = host.now();
    const paid = TAKEN.has(state);
    const order: Order = {
      outTradeNo: orderId,
      tradeNo: tradeNumber(now, orders.size + 1),
      amount,
      flags,
      trade: {
        state: paid ? 'PAID' : state,
        createdAt: now - createdMsAgo,
        paidAt: paid ? now - paidMsAgo : undefined,
        refunds: [],
        cancelAction: undefined,
      },
      stale: undefined,
      blocked: false,
    };
    orders.set(orderId, order);
    if (paid) take(order);
    const part = flags.partiallyRefunded === true ? Math.floor(amount / 2) : Number(flags.partiallyRefunded);
    if (part > 0) refund(order, { requestNo: `${orderId}-EARLIER`, amount: part, by: 'elsewhere' }, 'event');
    if (state === 'CLOSED_REFUNDED') {
      refund(order, { requestNo: `${orderId}-BEFORE`, amount: amount - part, by: 'elsewhere' }, 'event');
    }
    if (state === 'FINISHED') change(order, { state }, 'event');
    return order;
  }

  return {
    add,
    byNumber: (outTradeNo) => orders.get(outTradeNo),
    byTradeNo,
    change,
    pay(order) {
      take(order);
      change(order, { state: 'PAID', paidAt: host.now() }, 'event');
      host.notify(order.outTradeNo, 'payment');
    },
    refund,
    truth(outTradeNo) {
      const order = orders.get(outTradeNo);
      if (order === undefined) return undefined;
      const { state, paidAt } = order.trade;
      return {
        orderId: outTradeNo,
        state,
        amount: order.amount,
        taken: paidAt === undefined ? 0 : order.amount,
        returned: refunded(order.trade),
        payable: state === 'WAITING' || (state === 'ABSENT' && !order.blocked),
        ...(state !== 'ABSENT' && { gatewayId: order.tradeNo }),
      };
    },
  };
}

/** 28 digits that begin with the day. */
function tradeNumber(now: number, nth: number): string {
  return `${beijingTime(now).slice(0, 10).replaceAll('-', '')}2200140${String(nth).padStart(13, '0')}`;
}
