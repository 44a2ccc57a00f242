import type { OrderEvent, SandboxHost } from '../contract.ts';
import type { OrderBook } from './book.ts';
import { type Order, refunded, type TradeState } from './order.ts';

interface World {
  readonly book: OrderBook;
  readonly host: SandboxHost;
}

interface Happening {
  /** In any other state it has no effect: the payer came too late, the gateway had closed the trade. */
  readonly in: readonly TradeState[];
  run(order: Order, world: World, details: NonNullable<OrderEvent['with']>): void;
}

/** What can happen to an order by itself. */
const happenings: Readonly<Record<string, Happening>> = {
  /** The payer scans the code. */
  create: {
    in: ['ABSENT'],
    run(order, world) {
      if (order.blocked) return;
      world.book.change(order, { state: 'WAITING', createdAt: world.host.now() }, 'event');
      scheduleExpiry(order, world);
    },
  },
  pay: { in: ['ABSENT', 'WAITING'], run: pay },
  /** The same as `pay`; the name says that the trade was not there before. */
  createAndPay: { in: ['ABSENT', 'WAITING'], run: pay },
  /** The unpaid trade times out; a code that nobody scanned can be scanned no more. */
  expire: { in: ['ABSENT', 'WAITING'], run: expire },
  /** The refund period ends. */
  finish: { in: ['PAID'], run: (order, { book }) => book.change(order, { state: 'FINISHED' }, 'event') },
  /** Somebody else refunds `amount` minor units, half of what is left by default. */
  partialRefund: {
    in: ['PAID'],
    run(order, { book }, { amount }) {
      const half = Math.floor((order.amount - refunded(order.trade)) / 2);
      refundElsewhere(order, book, amount === undefined ? half : Number(amount));
    },
  },
  /** Somebody else refunds all that is left. */
  refundElsewhere: {
    in: ['PAID'],
    run: (order, { book }) => refundElsewhere(order, book, order.amount - refunded(order.trade)),
  },
  freeze: anyTime((order) => {
    order.flags.frozen = true;
  }),
  unfreeze: anyTime((order) => {
    order.flags.frozen = false;
  }),
  /** The seller tops up. */
  fund: anyTime((order) => {
    order.flags.sellerShort = false;
  }),
};

export const eventNames: readonly string[] = Object.keys(happenings);

/** Throws when the name is none of `eventNames`. */
export function happenTo(order: Order, event: Pick<OrderEvent, 'name' | 'with'>, world: World): void {
  const happening = happenings[event.name];
  if (happening === undefined) throw new Error(`alipay knows no event ${event.name}, only ${eventNames.join(', ')}`);
  if (happening.in.includes(order.trade.state)) happening.run(order, world, event.with ?? {});
}

/** Lets an unpaid trade expire at its time, when it has one. */
export function scheduleExpiry(order: Order, world: World): void {
  const { expiresInMs } = order.flags;
  if (expiresInMs === undefined || order.trade.state !== 'WAITING') return;
  const left = order.trade.createdAt + expiresInMs - world.host.now();
  world.host.later(Math.max(0, left), () => happenTo(order, { name: 'expire' }, world));
}

function pay(order: Order, { book, host }: World): void {
  if (order.blocked) return;
  if (order.trade.state === 'ABSENT') book.change(order, { createdAt: host.now() }, 'event');
  book.pay(order);
}

function expire(order: Order, { book }: World): void {
  order.blocked = true;
  if (order.trade.state === 'WAITING') book.change(order, { state: 'CLOSED_UNPAID' }, 'event');
}

function refundElsewhere(order: Order, book: OrderBook, amount: number): void {
  const requestNo = `${order.outTradeNo}-ELSEWHERE-${order.trade.refunds.length + 1}`;
  book.refund(order, { requestNo, amount, by: 'elsewhere' }, 'event');
}

function anyTime(run: (order: Order) => void): Happening {
  return { in: ['ABSENT', 'WAITING', 'PAID', 'FINISHED', 'CLOSED_UNPAID', 'CLOSED_REFUNDED'], run };
}
