import type { SandboxHost } from '../contract.ts';
import type { Ask, Result, Run } from './ask.ts';
import type { OrderBook } from './book.ts';
import { cancel } from './cancel.ts';
import type { AlipayOptions } from './options.ts';
import { type Order, shownTrade, type TradeState } from './order.ts';
import { refund } from './refund.ts';
import { type Fields, refusal, success } from './reply.ts';
import { beijingTime, yuan } from './units.ts';

export const alipayOperations = ['query', 'cancel', 'close', 'refund', 'refundQuery'] as const;
export type AlipayOperation = (typeof alipayOperations)[number];

const notExist = refuse('ACQ.TRADE_NOT_EXIST');

/** Operation × state, as in the table of the specification (10.2). */
const table: Readonly<Record<AlipayOperation, Readonly<Record<TradeState, Run>>>> = {
  query: {
    ABSENT: queryAbsent,
    WAITING: queryAs('WAIT_BUYER_PAY'),
    PAID: queryAs('TRADE_SUCCESS'),
    FINISHED: queryAs('TRADE_FINISHED'),
    CLOSED_UNPAID: queryAs('TRADE_CLOSED'),
    CLOSED_REFUNDED: queryAs('TRADE_CLOSED'),
  },
  cancel: {
    ABSENT: cancel.absent,
    WAITING: cancel.waiting,
    PAID: cancel.paid,
    FINISHED: refuse('ACQ.TRADE_HAS_FINISHED'),
    CLOSED_UNPAID: cancel.closed,
    CLOSED_REFUNDED: cancel.closed,
  },
  close: {
    ABSENT: notExist,
    WAITING: closeWaiting,
    PAID: refuse('ACQ.TRADE_STATUS_ERROR'),
    FINISHED: refuse('ACQ.TRADE_STATUS_ERROR'),
    CLOSED_UNPAID: closeClosed,
    CLOSED_REFUNDED: closeClosed,
  },
  refund: {
    ABSENT: notExist,
    WAITING: refuse('ACQ.TRADE_STATUS_ERROR'),
    PAID: refund.paid,
    FINISHED: refuse('ACQ.TRADE_HAS_FINISHED'),
    CLOSED_UNPAID: refund.closed,
    CLOSED_REFUNDED: refund.closed,
  },
  refundQuery: {
    ABSENT: notExist,
    WAITING: refund.query,
    PAID: refund.query,
    FINISHED: refund.query,
    CLOSED_UNPAID: refund.query,
    CLOSED_REFUNDED: refund.query,
  },
};

export function isLook(operation: AlipayOperation): boolean {
  return operation === 'query' || operation === 'refundQuery';
}

export interface Named {
  readonly outTradeNo: string | undefined;
  readonly tradeNo: string | undefined;
}

/** Runs one operation on the order it names. `trade_no` wins when both numbers are given. */
export function runOperation(
  operation: AlipayOperation,
  params: Readonly<Record<string, unknown>>,
  world: { readonly book: OrderBook; readonly host: SandboxHost; readonly options: AlipayOptions },
): Result {
  const invalid = invalidParameter(operation, params);
  const { outTradeNo, tradeNo } = namesIn(params);
  const echo: Fields = outTradeNo === undefined ? {} : { out_trade_no: outTradeNo };
  const flag: Fields = operation === 'cancel' ? { retry_flag: 'N' } : {};
  if (invalid) return { reply: refusal('ACQ.INVALID_PARAMETER', { ...echo, ...flag }) };

  const order = findOrder({ outTradeNo, tradeNo }, world.book);
  if (order === undefined) return withFields(unknownOrder(operation, tradeNo, world.options), { ...echo, ...flag });
  const now = world.host.now();
  const trade = isLook(operation) ? shownTrade(order, now) : order.trade;
  const result = table[operation][trade.state]({ order, trade, params, book: world.book, now });
  return withFields(result, { out_trade_no: order.outTradeNo, ...flag });
}

export function namesIn(params: Readonly<Record<string, unknown>>): Named {
  return { outTradeNo: text(params.out_trade_no), tradeNo: text(params.trade_no) };
}

export function findOrder({ outTradeNo, tradeNo }: Named, book: OrderBook): Order | undefined {
  if (tradeNo !== undefined) return book.byTradeNo(tradeNo);
  return outTradeNo === undefined ? undefined : book.byNumber(outTradeNo);
}

export function refuse(code: string): Run {
  return () => ({ reply: refusal(code) });
}

function unknownOrder(operation: AlipayOperation, tradeNo: string | undefined, options: AlipayOptions): Result {
  if (operation !== 'cancel') return operation === 'query' ? { reply: absentReply } : { reply: notExistReply };
  // Observed: a cancel by the merchant's number that finds nothing is a success without an action.
  return { reply: tradeNo === undefined ? success({}) : refusal(options.unknownTradeNoCode) };
}

const notExistReply = refusal('ACQ.TRADE_NOT_EXIST');

/** Observed: an answer that finds nothing carries amounts of zero all the same. */
const absentReply = refusal('ACQ.TRADE_NOT_EXIST', {
  buyer_pay_amount: '0.00',
  invoice_amount: '0.00',
  point_amount: '0.00',
  receipt_amount: '0.00',
});

function queryAbsent(): Result {
  return { reply: absentReply };
}

function queryAs(status: string): Run {
  return ({ order, trade }) => {
    const amount = yuan(order.amount);
    const paid = trade.paidAt === undefined ? '0.00' : amount;
    return {
      reply: success({
        buyer_logon_id: '159****5620',
        buyer_pay_amount: paid,
        invoice_amount: paid,
        point_amount: '0.00',
        receipt_amount: paid,
        ...(trade.paidAt !== undefined && { send_pay_date: beijingTime(trade.paidAt) }),
        store_name: '退款测试店/1号',
        total_amount: amount,
        trade_no: order.tradeNo,
        trade_status: status,
      }),
    };
  };
}

function closeWaiting({ order, book }: Ask): Result {
  return {
    reply: success({ trade_no: order.tradeNo }),
    effect: () => book.change(order, { state: 'CLOSED_UNPAID' }, 'act'),
  };
}

function closeClosed({ order }: Ask): Result {
  return { reply: refusal(order.flags.closeOnClosed) };
}

/** Adds what every answer of the operation carries; what the answer says itself stays. */
function withFields(result: Result, fields: Fields): Result {
  return { ...result, reply: { ...result.reply, fields: { ...fields, ...result.reply.fields } } };
}

const limits: readonly (readonly [name: string, length: number])[] = [
  ['out_trade_no', 64],
  ['trade_no', 64],
  ['out_request_no', 64],
  ['operator_id', 28],
  ['refund_reason', 256],
];

function invalidParameter(operation: AlipayOperation, params: Readonly<Record<string, unknown>>): boolean {
  const { outTradeNo, tradeNo } = namesIn(params);
  if (outTradeNo === undefined && tradeNo === undefined) return true;
  if (operation === 'refundQuery' && text(params.out_request_no) === undefined) return true;
  return limits.some(([name, length]) => {
    const value = params[name];
    return value !== undefined && (typeof value !== 'string' || value.length > length);
  });
}

/** Empty is the same as not given. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
