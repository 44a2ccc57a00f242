import type { Ask, Result, Run } from './ask.ts';
import { sellerIsShort } from './cancel.ts';
import { type Order, refunded, type Trade } from './order.ts';
import { refusal, success } from './reply.ts';
import { beijingTime, parseYuan, yuan } from './units.ts';

/** `alipay.trade.refund` and its query, by what they find. */
export const refund = {
  paid(ask) {
    const { order, trade, book, now } = ask;
    const wanted = read(ask);
    if (wanted === undefined) return { reply: refusal('ACQ.INVALID_PARAMETER') };
    const { requestNo, amount } = wanted;
    const earlier = findRefund(trade, requestNo);
    if (earlier !== undefined) {
      if (earlier.amount !== amount) return { reply: refusal('ACQ.DISCORDANT_REPEAT_REQUEST') };
      return { reply: done(order, 'N', refunded(trade), now) };
    }
    if (order.flags.frozen) return { reply: refusal('ACQ.REASON_TRADE_BEEN_FREEZEN') };
    const left = order.amount - refunded(trade);
    if (amount > left) return { reply: refusal('ACQ.REASON_TRADE_REFUND_FEE_ERR') };
    // A part without a number of its own could not be told from a second part.
    if (amount < order.amount && !wanted.named) return { reply: refusal('ACQ.INVALID_PARAMETER') };
    if (sellerIsShort(order.flags)) return { reply: refusal('ACQ.SELLER_BALANCE_NOT_ENOUGH') };
    return {
      reply: done(order, 'Y', refunded(trade) + amount, now),
      effect: () => book.refund(order, { requestNo, amount, by: 'refund' }, 'act'),
    };
  },

  closed(ask) {
    const wanted = read(ask);
    if (wanted === undefined) return { reply: refusal('ACQ.INVALID_PARAMETER') };
    const earlier = findRefund(ask.trade, wanted.requestNo);
    if (earlier?.amount !== wanted.amount) return { reply: refusal('ACQ.TRADE_HAS_CLOSE') };
    return { reply: done(ask.order, 'N', refunded(ask.trade), ask.now) };
  },

  query({ order, trade, params }: Ask): Result {
    const requestNo = String(params.out_request_no);
    const found = trade.refunds.find(
      (made) => made.requestNo === requestNo && (made.by !== 'cancel' || order.flags.cancelRefundVisible),
    );
    // 10000 says that the query ran, no more; what it does not find it does not mention.
    if (found === undefined) return { reply: { ok: true, fields: { out_trade_no: undefined } } };
    return {
      reply: success({
        out_request_no: requestNo,
        refund_amount: yuan(found.amount),
        refund_status: 'REFUND_SUCCESS',
        total_amount: yuan(order.amount),
        trade_no: order.tradeNo,
      }),
    };
  },
} satisfies Record<string, Run>;

interface Wanted {
  readonly requestNo: string;
  readonly amount: number;
  /** Whether the request gave the number itself; else it is the order's. */
  readonly named: boolean;
}

function read({ order, params }: Ask): Wanted | undefined {
  const given = params.refund_amount;
  // v3 documentation samples show amounts as numbers, its models as text.
  const amount = typeof given === 'string' || typeof given === 'number' ? parseYuan(String(given)) : undefined;
  if (amount === undefined) return undefined;
  const requestNo = params.out_request_no;
  return typeof requestNo === 'string' && requestNo !== ''
    ? { requestNo, amount, named: true }
    : { requestNo: order.outTradeNo, amount, named: false };
}

function findRefund(trade: Trade, requestNo: string) {
  return trade.refunds.find((made) => made.requestNo === requestNo && made.by !== 'cancel');
}

/** `refund_fee` is the sum of all refunds of the trade. */
function done(order: Order, fundChange: 'Y' | 'N', sum: number, now: number) {
  return success({
    buyer_logon_id: '159****5620',
    fund_change: fundChange,
    gmt_refund_pay: beijingTime(now),
    refund_fee: yuan(sum),
    trade_no: order.tradeNo,
  });
}
