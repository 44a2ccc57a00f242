/** Refunds, each known by its `refund_request_no` within the order. */
import type { SandboxHost } from '../contract.ts';
import type { Acted } from './cancel.ts';
import { fail, outcome } from './envelope.ts';
import type { RefundWay } from './flags.ts';
import { change, giveBack, laterIfUnchanged, type Order, type Refund, refunded } from './order.ts';
import { actionData } from './order-data.ts';

interface RefundRow {
  readonly answer: 'REFUND_SUCCESS' | 'REFUND_IN_PROGRESS' | 'REFUND_ERROR' | 'REFUND_FAIL';
  readonly during?: { readonly refund: 'running' | 'error'; readonly order: 'REFUND_INPROGRESS' | 'REFUND_ERROR' };
  readonly end: 'done' | 'failed';
}

const RUNNING = { refund: 'running', order: 'REFUND_INPROGRESS' } as const;
const ERROR = { refund: 'error', order: 'REFUND_ERROR' } as const;

const ROWS: Readonly<Record<RefundWay, RefundRow>> = {
  ok: { answer: 'REFUND_SUCCESS', end: 'done' },
  'in-progress-then-ok': { answer: 'REFUND_IN_PROGRESS', during: RUNNING, end: 'done' },
  'in-progress-then-refused': { answer: 'REFUND_IN_PROGRESS', during: RUNNING, end: 'failed' },
  'error-then-ok': { answer: 'REFUND_ERROR', during: ERROR, end: 'done' },
  'error-then-refused': { answer: 'REFUND_ERROR', during: ERROR, end: 'failed' },
  fail: { answer: 'REFUND_FAIL', end: 'failed' },
};

export const REFUND_SETTLES_MS = 3000;

export interface RefundRequest {
  readonly no: string;
  readonly amount: number;
  readonly operator: string;
}

/** Ends a refund; the order is then refunded, in part or whole, or what it was before. */
export function endRefund(host: SandboxHost, order: Order, refund: Refund, end: 'done' | 'failed'): void {
  refund.state = end;
  if (end === 'done') giveBack(host, order, refund.amount, `refund:${refund.no}`);
  const back = refunded(order);
  const state = back === 0 ? 'PAID' : back === order.amount ? 'REFUNDED' : 'PARTIAL_REFUNDED';
  const transaction = end === 'done' ? 'SUCCESS' : 'REFUND_ERROR';
  change(host, order, { state, transaction, refundNo: refund.no, finished: end === 'done' });
}

/** What ends a refund request before the channel sees it. */
function refusal(order: Order, request: RefundRequest): Acted | undefined {
  const refuse = (code: string, message: string): Acted => ({ reply: fail(code, message), executed: false });
  const known = order.refunds.get(request.no);
  if (known?.state === 'done') return refuse('UPAY_REFUND_ORDER_NOOP', `refund ${request.no} is done already`);
  if (known !== undefined && known.amount !== request.amount) {
    return refuse('REFUND_REQUEST_CONFLICT', `refund ${request.no} is over another amount`);
  }
  if (known?.state === 'running') {
    return { reply: outcome('REFUND_IN_PROGRESS', actionData(order, request.operator)), executed: false };
  }
  const retries = known?.state === 'error' && order.state === 'REFUND_ERROR';
  if (!retries && order.state !== 'PAID' && order.state !== 'PARTIAL_REFUNDED') {
    return refuse('UPAY_REFUND_INVALID_ORDER_STATE', `order ${order.sn} is in state ${order.state}`);
  }
  if (request.amount > order.amount - refunded(order)) {
    return refuse('REFUNDABLE_AMOUNT_NOT_ENOUGH', `order ${order.sn} has less than ${request.amount} left`);
  }
  if (order.flags.campaign !== false && order.flags.campaignBlocksRefund) {
    return refuse('UPAY_TCP_ORDER_NOT_REFUNDABLE', 'campaign order');
  }
  if (order.balanceShort !== undefined) return refuse(order.balanceShort, 'balance too low');
  return undefined;
}

/** One refund request for an order that exists. A done number is a NOOP, a running one stays running. */
export function refund(host: SandboxHost, order: Order, request: RefundRequest): Acted {
  const refused = refusal(order, request);
  if (refused !== undefined) return refused;

  const { refund: way, refundFailTimes, refundSettlesAfterMs = REFUND_SETTLES_MS } = order.flags;
  const over = refundFailTimes > 0 && order.refundTries >= refundFailTimes;
  const { answer, during, end } = ROWS[over ? 'ok' : way];
  const record: Refund = { ...request, at: host.now(), state: 'failed' };
  order.refunds.set(request.no, record);
  order.refundTries += 1;
  if (during === undefined) {
    endRefund(host, order, record, end);
  } else {
    record.state = during.refund;
    change(host, order, { state: during.order, refundNo: request.no });
    laterIfUnchanged(host, order, refundSettlesAfterMs, () => endRefund(host, order, record, end));
  }
  return { reply: outcome(answer, actionData(order, request.operator)), executed: true };
}
