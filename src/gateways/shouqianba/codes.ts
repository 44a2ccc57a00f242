/** What Shouqianba's codes mean, as tables: layer 1 (spec 2.1), layer 2 (2.2), order status (3.1), error codes (5.5). */
import type { AnswerBody, RefusedWhy } from '../../reversal/answer.ts';
import type { OrderState, RefundState, UnknownKind } from '../../reversal/order-view.ts';

type RejectedWhy = Extract<OrderState, { kind: 'rejected' }>['why'];

/** Layer 1 other than 200. `rejected`: before any business. `fault`: the outcome is unknown. */
export type Layer1Row =
  | { readonly kind: 'rejected'; readonly why: RejectedWhy }
  /** `barred`: the merchant may not collect, which only people can change; an act may have run all the same. */
  | { readonly kind: 'fault'; readonly barred?: true };

const rejected = (why: RejectedWhy): Layer1Row => ({ kind: 'rejected', why });
const FAULT: Layer1Row = { kind: 'fault' };

export const ILLEGAL_SIGN = 'ILLEGAL_SIGN';

export const LAYER_1: ReadonlyMap<string, ReadonlyMap<string, Layer1Row>> = new Map([
  [
    '400',
    new Map([
      ['INVALID_PARAMS', rejected('request')],
      ['INVALID_PARAMETER', rejected('request')],
      ['INVALID_TERMINAL', rejected('config')],
      ['TERMINAL_NOT_EXISTS', rejected('config')],
      [ILLEGAL_SIGN, rejected('signature')],
      ['ACTIVATE_FAIL', rejected('config')],
    ]),
  ],
  [
    '500',
    new Map<string, Layer1Row>([
      ['UNKNOWN_SYSTEM_ERROR', FAULT],
      ['MAINTENANCE_INPROGRESS', FAULT],
      ['REQUEST_FAIL', FAULT],
      ['EXTERNAL_SERVICE_EXCEPTION', FAULT],
      ['PAY_STATUS_CLOSED', { kind: 'fault', barred: true }],
    ]),
  ],
]);

/** A code that is not in the table: 400 is never executed, 500 may have been. */
export const LAYER_1_OTHER: ReadonlyMap<string, Layer1Row> = new Map([
  ['400', rejected('request')],
  ['500', FAULT],
]);

/** What a layer-2 value or an error code makes of an act; `answerBody` adds the code. */
export type Verdict =
  | { readonly kind: 'done'; readonly effect: 'closed' | 'refunded' | 'unspecified' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly why: RefusedWhy }
  | { readonly kind: 'unknown'; readonly why: Exclude<UnknownKind, 'notSent'> }
  | { readonly kind: 'rejected'; readonly why: RejectedWhy };

/** A verdict as an answer: refusals and rejections name their code. */
export function answerBody(verdict: Verdict, code: string): AnswerBody {
  return verdict.kind === 'refused' || verdict.kind === 'rejected' ? { ...verdict, code } : verdict;
}

const UNSPECIFIED: Verdict = { kind: 'done', effect: 'unspecified' };
const RUNNING: Verdict = { kind: 'running' };
const UNSURE: Verdict = { kind: 'unknown', why: 'gatewayFault' };
const refused = (why: RefusedWhy): Verdict => ({ kind: 'refused', why });

export type ActFamily = 'cancel' | 'refund';

/** Layer 2 by operation. A value outside its table is unknown: integrators invent CANCEL_FAIL, ERROR, IN_PROGRESS. */
export const ACT_RESULTS: Readonly<Record<ActFamily, ReadonlyMap<string, Verdict>>> = {
  cancel: new Map<string, Verdict>([
    ['CANCEL_SUCCESS', UNSPECIFIED],
    // That an abort never meets a payment is inferred only (5.2, 11.5): it does not say that nobody paid.
    ['CANCEL_ABORT_SUCCESS', UNSPECIFIED],
    ['CANCEL_IN_PROGRESS', RUNNING],
    ['CANCEL_ABORT_IN_PROGRESS', RUNNING],
    ['CANCEL_ERROR', UNSURE],
    ['CANCEL_ABORT_ERROR', UNSURE],
    ['FAIL', refused('unclear')],
  ]),
  refund: new Map<string, Verdict>([
    ['REFUND_SUCCESS', { kind: 'done', effect: 'refunded' }],
    ['REFUND_IN_PROGRESS', RUNNING],
    ['REFUND_ERROR', UNSURE],
    ['REFUND_FAIL_ERROR', UNSURE],
    ['REFUND_FAIL', refused('unclear')],
    ['FAIL', refused('unclear')],
  ]),
};

export interface CodeRow {
  /** The specification's class. `PAY`: belongs to the payment, so in an answer to us it is an unclear refusal. */
  readonly is: 'DONE' | 'TERM' | 'HUMAN' | 'POLL' | 'PAY';
  /** Beside FAIL or REFUND_FAIL: nothing was executed, and this is why. */
  readonly act: Verdict;
  /**
   * It also explains an *_ERROR. Only codes that rule execution out, or whose next step is harmless if it ran: an
   * INVALID_ORDER_STATE beside CANCEL_ERROR must not lead to a refund while the cancel may still take effect.
   */
  readonly onError?: true;
  /** Beside FAIL in the answer to a query; without it the query showed nothing. */
  readonly look?: 'absent' | 'config';
}

const pay: CodeRow = { is: 'PAY', act: refused('unclear') };
const poll: CodeRow = { is: 'POLL', act: UNSURE };
const absent: CodeRow = { is: 'DONE', act: refused('absent'), look: 'absent' };
const noFunds: CodeRow = { is: 'HUMAN', act: refused('noFunds'), onError: true };
const terminal: CodeRow = { is: 'HUMAN', act: { kind: 'rejected', why: 'config' }, look: 'config' };

/** Layer-2 error codes, spec 5.5 row by row. An unknown code leaves the layer-2 value to speak. */
export const ERROR_CODES: ReadonlyMap<string, CodeRow> = new Map<string, CodeRow>([
  ['UPAY_CANCEL_ORDER_NOOP', { is: 'DONE', act: UNSPECIFIED }],
  ['UPAY_REFUND_ORDER_NOOP', { is: 'DONE', act: UNSPECIFIED }],
  ['UPAY_ORDER_NOT_EXISTS', absent],
  ['UPAY_ORDER_NOT_EXIST', absent],
  ['UPAY_CANCEL_INVALID_ORDER_STATE', { is: 'TERM', act: refused('state') }],
  ['UPAY_REFUND_INVALID_ORDER_STATE', { is: 'TERM', act: refused('state') }],
  ['UPAY_TCP_ORDER_NOT_REFUNDABLE', { is: 'HUMAN', act: refused('notAllowed'), onError: true }],
  ['REFUNDABLE_AMOUNT_NOT_ENOUGH', { is: 'TERM', act: refused('unclear') }],
  ['REFUND_AMT_NOT_EQUAL_TOTAL', { is: 'TERM', act: refused('unclear') }],
  ['REFUND_REQUEST_CONFLICT', poll],
  ['ACCOUNT_BALANCE_NOT_ENOUGH', noFunds],
  ['SELLER_BALANCE_NOT_ENOUGH', noFunds],
  ['TRADE_NOT_EXIST', poll],
  ['TRADE_HAS_SUCCESS', poll],
  ['TRADE_TIMEOUT', poll],
  ['TRADE_FAILED', poll],
  ['UNEXPECTED_PROVIDER_ERROR', poll],
  ['EXTERNAL_SERVICE_EXCEPTION', poll],
  ['UPAY_TERMINAL_NOT_EXISTS', terminal],
  ['UPAY_TERMINAL_STATUS_ABNORMAL', terminal],
  ['CLIENT_SN_CONFLICT', pay],
  ['INVALID_BARCODE', pay],
  ['EXPIRED_BARCODE', pay],
  ['AUTHCODE_EXPIRE', pay],
  ['INSUFFICIENT_FUND', pay],
  ['BUYER_OVER_DAILY_LIMIT', pay],
  ['BUYER_OVER_TRANSACTION_LIMIT', pay],
  ['SELLER_OVER_DAILY_LIMIT', pay],
  ['UPAY_STORE_OVER_DAILY_LIMIT', pay],
]);

/** The part of an order that its state is read from. Amounts in fen, times in epoch milliseconds. */
export interface StatusFacts {
  readonly net_amount?: number | undefined;
  readonly finish_time?: number | undefined;
  readonly channel_finish_time?: number | undefined;
}

export interface StatusRow {
  readonly view: (order: StatusFacts) => OrderState;
  /** What it says of our refund when `client_tsn` does not name that refund. */
  readonly refund: RefundState;
  /** Beside our `client_tsn` the refund is done: at once, or when `net_amount` fell by its amount. */
  readonly done?: 'byStatus' | 'byAmount';
}

const NOT_FOUND: RefundState = { kind: 'notFound' };
const UNCLEAR: RefundState = { kind: 'unknown', why: 'unfamiliar' };
const row = (view: OrderState, refund: RefundState): StatusRow => ({ view: () => view, refund });

/** While the order is PAID its last finished action is the payment, so `finish_time` is the payment's. */
function paid(order: StatusFacts): OrderState {
  const paidAt = order.channel_finish_time ?? order.finish_time;
  return paidAt === undefined ? { kind: 'paid' } : { kind: 'paid', paidAt };
}

function partlyRefunded({ net_amount: remaining }: StatusFacts): OrderState {
  return remaining === undefined ? { kind: 'partlyRefunded' } : { kind: 'partlyRefunded', remaining };
}

/** `data.order_status`. PAY_CANCELED may follow our own cancel of a paid order, so both of these are `gone`. */
export const ORDER_STATUS: ReadonlyMap<string, StatusRow> = new Map<string, StatusRow>([
  ['CREATED', row({ kind: 'unpaid' }, NOT_FOUND)],
  ['PAID', { view: paid, refund: NOT_FOUND, done: 'byAmount' }],
  ['PAY_CANCELED', row({ kind: 'gone' }, NOT_FOUND)],
  ['PAY_ERROR', row({ kind: 'faulty', in: 'payment' }, UNCLEAR)],
  ['REFUNDED', { view: () => ({ kind: 'refunded' }), refund: UNCLEAR, done: 'byStatus' }],
  ['PARTIAL_REFUNDED', { view: partlyRefunded, refund: UNCLEAR, done: 'byAmount' }],
  ['REFUND_INPROGRESS', row({ kind: 'settling', what: 'refund' }, { kind: 'running' })],
  ['REFUND_ERROR', row({ kind: 'faulty', in: 'refund' }, { kind: 'failed', code: 'REFUND_ERROR' })],
  ['CANCELED', row({ kind: 'gone' }, NOT_FOUND)],
  ['CANCEL_INPROGRESS', row({ kind: 'settling', what: 'cancel' }, UNCLEAR)],
  ['CANCEL_ERROR', row({ kind: 'faulty', in: 'cancel' }, UNCLEAR)],
  ['INVALID_STATUS_CODE', row({ kind: 'faulty', in: 'status' }, UNCLEAR)],
]);
