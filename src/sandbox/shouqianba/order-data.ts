/** Layer 3: the order in an answer. */
import type { Fields } from './envelope.ts';
import type { Order, Refund, View } from './order.ts';

const PAYWAYS: Readonly<Record<string, string>> = {
  1: '支付宝',
  2: '支付宝',
  3: '微信',
  4: '百度钱包',
  5: '京东钱包',
  6: 'QQ钱包',
  17: '银联云闪付',
  18: '翼支付',
};

const REFUND_TRANSACTIONS: Readonly<Record<Refund['state'], string>> = {
  running: 'IN_PROG',
  error: 'REFUND_ERROR',
  done: 'SUCCESS',
  failed: 'REFUND_ERROR',
};

function data(order: Order, view: View): Fields {
  const finished = view.finishedAt === undefined ? '' : String(view.finishedAt);
  return {
    sn: order.sn,
    client_sn: order.clientSn,
    client_tsn: view.clientTsn,
    status: view.transaction,
    order_status: view.state,
    payway: order.flags.payway,
    payway_name: PAYWAYS[order.flags.payway] ?? '',
    sub_payway: order.flags.subPayway,
    trade_no: view.paid ? order.tradeNo : '',
    finish_time: finished,
    channel_finish_time: finished,
    total_amount: String(order.amount),
    net_amount: String(view.net),
    subject: '拿铁咖啡',
    operator: 'op01',
  };
}

/** What a look shows. */
export function lookData(order: Order, view: View): Fields {
  return { ...data(order, view), ctime: String(order.createdAt), payment_list: [] };
}

/** What a look by refund number shows: that refund as the latest transaction. */
export function refundLookData(order: Order, view: View, refund: Refund): Fields {
  return {
    ...lookData(order, view),
    client_tsn: `${order.clientSn}-${refund.no}`,
    status: REFUND_TRANSACTIONS[refund.state],
    refund_request_no: refund.no,
    operator: refund.operator,
  };
}

/** The order right after an action on it; the action itself does not read from a lagging replica. */
export function actionData(order: Order, operator?: string): Fields {
  const view = order.views.at(-1);
  if (view === undefined) throw new Error(`order ${order.clientSn} was never seeded`);
  return operator === undefined ? data(order, view) : { ...data(order, view), operator };
}
