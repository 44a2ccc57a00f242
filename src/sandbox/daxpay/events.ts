import type { OrderEvent } from '../contract.ts';
import { type Desk, landCallback } from './call.ts';
import type { Order } from './order.ts';
import { settle } from './refund.ts';
import { firstRow } from './seed.ts';

type With = NonNullable<OrderEvent['with']>;
type Happening = (desk: Desk, order: Order, how: With) => void;

/** What can happen to an order by itself; what each does is listed in index.ts. */
const happenings: Readonly<Record<string, Happening>> = {
  pay: (desk, order, how) => {
    if (!order.facts.trade.pay({ force: how.force === true })) return;
    const { callbackMs } = order.facts.flags;
    if (callbackMs === 0) landCallback(order, desk.profile);
    else desk.host.later(callbackMs, () => void landCallback(order, desk.profile));
  },
  payWithoutCallback: (_desk, order, how) => {
    order.facts.trade.pay({ force: how.force === true });
  },
  callback: (desk, order) => {
    landCallback(order, desk.profile);
  },
  create: (desk, order) => create(desk, order),
  createAndPay: (desk, order) => {
    create(desk, order);
    if (order.facts.trade.pay()) landCallback(order, desk.profile);
  },
  expire: (desk, order, how) => {
    order.change({ expiredTime: desk.host.now() });
    const job = desk.profile.expiryJob;
    const runs = typeof how.job === 'boolean' ? how.job : job !== 'stopped';
    if (runs) runExpiryJob(desk, order, job === 'closesAnyway');
  },
  channelClose: (_desk, order) => order.facts.trade.close(),
  refundElsewhere: (_desk, order, how) => {
    order.facts.trade.giveBackRest('elsewhere');
    if (how.known !== false) order.change({ refundStatus: 'refunded', refundableBalance: 0 });
  },
  partialRefund: (_desk, order, how) => {
    const amount = Number(how.amount ?? Math.floor(order.facts.amount / 2));
    order.facts.trade.giveBack(amount, 'elsewhere');
    const left = Math.max(0, (order.row?.refundableBalance ?? 0) - amount);
    if (how.known === false) return;
    order.change({ refundStatus: left === 0 ? 'refunded' : 'partial_refund', refundableBalance: left });
  },
  settleRefund: (desk, order, how) => {
    for (const refund of order.refunds.filter(({ status }) => status === 'progress')) {
      if (how.result === 'fail') {
        refund.status = 'fail';
        refund.errorMsg = '退款失败';
      } else if (order.facts.trade.refund(refund.bizRefundNo, refund.amount) !== 'refused') {
        settle(order, refund, desk.host.now());
      }
    }
  },
};

/** Throws for a name that nobody knows. */
export function expectEvent({ profile }: Desk, name: string): Happening {
  const happening = happenings[name];
  if (happening === undefined) throw new Error(`${profile.name} knows no event ${name}`);
  return happening;
}

export function happen(desk: Desk, order: Order, event: Pick<OrderEvent, 'name' | 'with'>): void {
  expectEvent(desk, event.name)(desk, order, event.with ?? {});
}

/** The merchant's pay call arrives: DaxPay's row, and the trade at the channel. */
function create({ host }: Desk, order: Order): void {
  const now = host.now();
  order.insert(firstRow(order, 'progress', { createdAt: now, now }));
  order.facts.trade.create();
}

/** Spec 6: C and E ask the channel first, F closes its own order whatever the channel says. */
function runExpiryJob({ profile, host }: Desk, order: Order, closesAnyway: boolean): void {
  const { row } = order;
  const { trade } = order.facts;
  if (row === undefined || (row.status !== 'progress' && row.status !== 'wait')) return;
  trade.close();
  if (trade.state === 'paid' && !closesAnyway) {
    if (profile.sync.repairs[row.status].paid === 'pay') {
      order.save(row, { status: 'success', payTime: trade.paidAt ?? null, outOrderNo: trade.number });
    }
    return;
  }
  order.save(row, { status: 'close', closeTime: host.now() });
}
