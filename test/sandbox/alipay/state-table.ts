import type { Operation } from './client.ts';

const DAY = 24 * 3_600_000;

/** One cell of the specification's table (10.2) and what a call in it answers and leaves. */
export interface Row {
  readonly operation: Operation;
  readonly state: string;
  /** `10000` and what comes with it, or the error. */
  readonly answer: { readonly [member: string]: unknown; readonly code: string; readonly sub_code?: string };
  readonly after?: string;
  readonly flags?: Record<string, string | number | boolean>;
  readonly createdMsAgo?: number;
  readonly paidMsAgo?: number;
  readonly params?: Record<string, unknown>;
}

const ok = (members: Record<string, unknown> = {}) => ({ ...members, code: '10000' });
const error = (code: string, members: Record<string, unknown> = {}) => ({ ...members, code: '40004', sub_code: code });
const all = { refund_amount: '12.30', out_request_no: 'A1-R1' };
const part = { refund_amount: '2.30', out_request_no: 'A1-R1' };
const none = { action: undefined, trade_no: undefined, retry_flag: 'N' };

export const rows: Row[] = [
  {
    operation: 'query',
    state: 'ABSENT',
    answer: error('ACQ.TRADE_NOT_EXIST', { out_trade_no: 'A1', receipt_amount: '0.00' }),
  },
  {
    operation: 'query',
    state: 'WAITING',
    answer: ok({ trade_status: 'WAIT_BUYER_PAY', total_amount: '12.30', send_pay_date: undefined }),
  },
  {
    operation: 'query',
    state: 'PAID',
    answer: ok({ trade_status: 'TRADE_SUCCESS', total_amount: '12.30', out_trade_no: 'A1' }),
  },
  { operation: 'query', state: 'FINISHED', answer: ok({ trade_status: 'TRADE_FINISHED' }) },
  {
    operation: 'query',
    state: 'CLOSED_UNPAID',
    answer: ok({ trade_status: 'TRADE_CLOSED', send_pay_date: undefined }),
  },
  { operation: 'query', state: 'CLOSED_REFUNDED', answer: ok({ trade_status: 'TRADE_CLOSED' }) },

  { operation: 'cancel', state: 'ABSENT', answer: ok(none), after: 'ABSENT' },
  { operation: 'cancel', state: 'WAITING', answer: ok({ action: 'close', retry_flag: 'N' }), after: 'CLOSED_UNPAID' },
  { operation: 'cancel', state: 'PAID', answer: ok({ action: 'refund', retry_flag: 'N' }), after: 'CLOSED_REFUNDED' },
  {
    operation: 'cancel',
    state: 'PAID',
    createdMsAgo: DAY - 60_000,
    answer: ok({ action: 'refund' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    createdMsAgo: DAY + 60_000,
    answer: error('ACQ.TRADE_CANCEL_TIME_OUT', { retry_flag: 'N' }),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    createdMsAgo: DAY + 60_000,
    paidMsAgo: 60_000,
    flags: { cancelWindowFrom: 'paid' },
    answer: ok({ action: 'refund' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'cancel',
    state: 'WAITING',
    createdMsAgo: DAY + 60_000,
    answer: ok({ action: 'close' }),
    after: 'CLOSED_UNPAID',
  },
  {
    operation: 'cancel',
    state: 'WAITING',
    flags: { cancelTimeOut: true },
    answer: error('ACQ.TRADE_CANCEL_TIME_OUT'),
    after: 'WAITING',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { cancelTimeOut: true },
    answer: error('ACQ.TRADE_CANCEL_TIME_OUT'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { partially_refunded: 230 },
    answer: error('ACQ.REASON_TRADE_REFUND_FEE_ERR'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { frozen: true },
    answer: error('ACQ.REASON_TRADE_BEEN_FREEZEN'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { seller_short: true },
    answer: error('ACQ.SELLER_BALANCE_NOT_ENOUGH'),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    flags: { cancel_not_allowed: true },
    answer: error('ACQ.CANCEL_NOT_ALLOWED'),
    after: 'PAID',
  },
  { operation: 'cancel', state: 'FINISHED', answer: error('ACQ.TRADE_HAS_FINISHED'), after: 'FINISHED' },
  { operation: 'cancel', state: 'CLOSED_UNPAID', answer: ok(none), after: 'CLOSED_UNPAID' },
  { operation: 'cancel', state: 'CLOSED_REFUNDED', answer: ok(none), after: 'CLOSED_REFUNDED' },
  {
    operation: 'cancel',
    state: 'CLOSED_UNPAID',
    flags: { repeatedCancel: 'ACQ.TRADE_HAS_CLOSE' },
    answer: error('ACQ.TRADE_HAS_CLOSE'),
  },
  {
    operation: 'cancel',
    state: 'PAID',
    params: { out_trade_no: undefined, trade_no: 'NOBODY' },
    answer: error('ACQ.INVALID_PARAMETER', { retry_flag: 'N' }),
    after: 'PAID',
  },
  {
    operation: 'cancel',
    state: 'PAID',
    params: { out_trade_no: undefined },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },

  { operation: 'close', state: 'ABSENT', answer: error('ACQ.TRADE_NOT_EXIST'), after: 'ABSENT' },
  { operation: 'close', state: 'WAITING', answer: ok({ out_trade_no: 'A1' }), after: 'CLOSED_UNPAID' },
  {
    operation: 'close',
    state: 'PAID',
    answer: error('ACQ.TRADE_STATUS_ERROR', { retry_flag: undefined }),
    after: 'PAID',
  },
  { operation: 'close', state: 'FINISHED', answer: error('ACQ.TRADE_STATUS_ERROR'), after: 'FINISHED' },
  { operation: 'close', state: 'CLOSED_UNPAID', answer: error('ACQ.TRADE_STATUS_ERROR') },
  {
    operation: 'close',
    state: 'CLOSED_REFUNDED',
    flags: { closeOnClosed: 'ACQ.TRADE_HAS_CLOSE' },
    answer: error('ACQ.TRADE_HAS_CLOSE'),
  },

  { operation: 'refund', state: 'ABSENT', params: all, answer: error('ACQ.TRADE_NOT_EXIST') },
  { operation: 'refund', state: 'WAITING', params: all, answer: error('ACQ.TRADE_STATUS_ERROR'), after: 'WAITING' },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    answer: ok({ fund_change: 'Y', refund_fee: '12.30' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { refund_amount: '12.30' },
    answer: ok({ fund_change: 'Y' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: part,
    answer: ok({ fund_change: 'Y', refund_fee: '2.30' }),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { refund_amount: '2.30' },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { ...all, refund_amount: '12.31' },
    answer: error('ACQ.REASON_TRADE_REFUND_FEE_ERR'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { ...all, refund_amount: '1e1' },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: { ...all, refund_reason: 'x'.repeat(257) },
    answer: error('ACQ.INVALID_PARAMETER'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    createdMsAgo: 2 * DAY,
    answer: ok({ fund_change: 'Y' }),
    after: 'CLOSED_REFUNDED',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    flags: { frozen: true },
    answer: error('ACQ.REASON_TRADE_BEEN_FREEZEN'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    flags: { sellerShort: 1 },
    answer: error('ACQ.SELLER_BALANCE_NOT_ENOUGH'),
    after: 'PAID',
  },
  {
    operation: 'refund',
    state: 'PAID',
    params: all,
    flags: { partiallyRefunded: true },
    answer: error('ACQ.REASON_TRADE_REFUND_FEE_ERR'),
    after: 'PAID',
  },
  { operation: 'refund', state: 'FINISHED', params: all, answer: error('ACQ.TRADE_HAS_FINISHED'), after: 'FINISHED' },
  { operation: 'refund', state: 'CLOSED_UNPAID', params: all, answer: error('ACQ.TRADE_HAS_CLOSE') },
  { operation: 'refund', state: 'CLOSED_REFUNDED', params: all, answer: error('ACQ.TRADE_HAS_CLOSE') },

  {
    operation: 'refundQuery',
    state: 'ABSENT',
    params: { out_request_no: 'A1-R1' },
    answer: error('ACQ.TRADE_NOT_EXIST'),
  },
  {
    operation: 'refundQuery',
    state: 'WAITING',
    params: { out_request_no: 'A1-R1' },
    answer: ok({ refund_status: undefined }),
  },
  {
    operation: 'refundQuery',
    state: 'PAID',
    params: { out_request_no: 'A1-R1' },
    answer: ok({ refund_status: undefined, out_trade_no: undefined }),
  },
  { operation: 'refundQuery', state: 'PAID', params: {}, answer: error('ACQ.INVALID_PARAMETER') },
];
