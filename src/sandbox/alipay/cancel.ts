import type { Ask, Result, Run } from './ask.ts';
import type { Order } from './order.ts';
import { refusal, success } from './reply.ts';

/** Why a paid trade cannot be cancelled; the first that holds is the answer. */
const refusals: readonly (readonly [code: string, holds: (order: Order, now: number) => boolean])[] = [
  ['ACQ.REASON_TRADE_BEEN_FREEZEN', ({ flags }) => flags.frozen],
  ['ACQ.CANCEL_NOT_ALLOWED', ({ flags }) => flags.cancelNotAllowed],
  ['ACQ.TRADE_CANCEL_TIME_OUT', windowIsOver],
  ['ACQ.REASON_TRADE_REFUND_FEE_ERR', ({ trade }) => trade.refunds.length > 0],
  ['ACQ.SELLER_BALANCE_NOT_ENOUGH', ({ flags }) => sellerIsShort(flags)],
];

/** `alipay.trade.cancel`, by what it finds. */
export const cancel = {
  /** Success without an action: nothing was found, and nothing says that nothing will come. */
  absent: ({ order }) => ({
    reply: success({}),
    effect: () => {
      if (order.flags.tombstone) order.blocked = true;
    },
  }),

  waiting({ order, book }) {
    if (order.flags.cancelTimeOut) return { reply: refusal('ACQ.TRADE_CANCEL_TIME_OUT') };
    return {
      reply: success({ action: 'close', trade_no: order.tradeNo }),
      effect: () => book.change(order, { state: 'CLOSED_UNPAID', cancelAction: 'close' }, 'act'),
    };
  },

  paid({ order, book, now }) {
    const refused = refusals.find(([, holds]) => holds(order, now));
    if (refused !== undefined) return { reply: refusal(refused[0]) };
    return {
      reply: success({ action: 'refund', trade_no: order.tradeNo }),
      effect: () => book.refund(order, { requestNo: order.outTradeNo, amount: order.amount, by: 'cancel' }, 'act'),
    };
  },

  closed({ order, trade }: Ask): Result {
    const { repeatedCancel } = order.flags;
    if (repeatedCancel === 'noAction') return { reply: success({}) };
    if (repeatedCancel !== 'sameAction') return { reply: refusal(repeatedCancel) };
    const action = trade.cancelAction;
    return { reply: success({ trade_no: order.tradeNo, ...(action !== undefined && { action }) }) };
  },
} satisfies Record<string, Run>;

/** Whether a refund fails for want of money now. With a number it fails so many times. */
export function sellerIsShort(flags: Order['flags']): boolean {
  if (typeof flags.sellerShort === 'boolean') return flags.sellerShort;
  if (flags.sellerShort === 0) return false;
  flags.sellerShort -= 1;
  return true;
}

function windowIsOver({ flags, trade }: Order, now: number): boolean {
  const from = flags.cancelWindowFrom === 'paid' ? (trade.paidAt ?? trade.createdAt) : trade.createdAt;
  return flags.cancelTimeOut || now - from > flags.cancelWindowMs;
}
