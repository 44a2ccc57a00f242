import type { Order, Refund } from './order.ts';
import type { IdName, Profile } from './profiles/profile.ts';
import { type Params, textParam } from './wire/fields.ts';
import type { Verb } from './wire/requests.ts';

type Found = { readonly order: Order; readonly refund?: Refund };

/** All orders of a system, found the way DaxPay finds them. */
export interface Shelf {
  add(order: Order): void;
  get(orderId: string): Order | undefined;
  /** `noId` when the request names nothing at all. */
  find(verb: Verb, params: Params): Found | 'noId' | undefined;
}

const kinds: Readonly<Record<IdName, 'biz' | 'number' | 'channel'>> = {
  bizOrderNo: 'biz',
  bizOrderNoeNo: 'biz',
  orderNo: 'number',
  tradeNo: 'number',
  outOrderNo: 'channel',
};

export function createShelf({ ids }: Profile): Shelf {
  const orders = new Map<string, Order>();
  const index = new Map<string, Order>();
  const key = (kind: string, id: string): string => `${kind}:${ids.fold(id)}`;

  function findOrder(verb: Verb, params: Params): Found | 'noId' | undefined {
    const names = ids.of(verb);
    // An empty first id counts as one that is not there in the table, an empty second one as none (recorded).
    if (names.every((name, at) => (at === 0 ? params[name] === undefined : !params[name]))) return 'noId';
    const given = names.filter((name) => params[name] !== undefined);
    for (const name of ids.triesBoth ? given : given.slice(0, 1)) {
      const order = index.get(key(kinds[name], textParam(params, name) ?? ''));
      if (order !== undefined) return { order };
    }
    return undefined;
  }

  function findRefund(params: Params): Found | 'noId' | undefined {
    const number = textParam(params, 'refundNo') ?? textParam(params, 'bizRefundNo');
    if (number === undefined) return 'noId';
    for (const order of orders.values()) {
      const refund = order.findRefund(number);
      if (refund !== undefined) return { order, refund };
    }
    return undefined;
  }

  return {
    add(order) {
      const { orderId, orderNo, tradeNo, trade } = order.facts;
      orders.set(orderId, order);
      index.set(key('biz', orderId), order);
      index.set(key('number', orderNo), order);
      index.set(key('number', tradeNo), order);
      index.set(key('channel', trade.number), order);
    },
    get: (orderId) => orders.get(orderId),
    find: (verb, params) =>
      verb === 'refundQuery' || verb === 'refundSync' ? findRefund(params) : findOrder(verb, params),
  };
}
