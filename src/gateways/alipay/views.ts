/** Replies to looks, in the words of the core. */
import type { Evidence, OrderState, OrderView, RefundState, RefundView } from '../../reversal/order-view.ts';
import { QUERY_CODES, REFUND_QUERY_CODES, rowOf, TRADE_STATUSES } from './codes.ts';
import { type Members, textOf } from './envelope.ts';
import { type Asked, namesOrder, read, tellsAny, tellsNothing } from './reading.ts';
import type { Reply } from './reply.ts';
import { beijingEpoch, minorUnits } from './values.ts';

const unreadable = { kind: 'unknown', why: 'unreadable' } as const;
const unfamiliar = { kind: 'unknown', why: 'unfamiliar' } as const;

/** Reads the answer to `alipay.trade.query` (specification 4). */
export function orderView(reply: Reply, asked: Asked): OrderView {
  const { evidence } = reply;
  const reading = read(reply, asked);
  if (reading.kind === 'success') return foundView(reading.members, asked, evidence);
  if (reading.kind === 'locked') return { kind: 'rejected', why: 'config', code: reading.code, evidence };
  if (reading.kind !== 'business') return { ...reading, evidence };
  const row = rowOf(QUERY_CODES, reading.key) ?? unfamiliar;
  if (row.kind === 'rejected') return { ...row, code: reading.code, evidence };
  if (row.kind === 'unknown') return { ...row, evidence };
  // A not-found answer carries zero amounts; they are no facts about the order and stay out of the view (4.2).
  return isSigned(reply) ? { ...row, evidence } : { ...row, hint: true, evidence };
}

function foundView(members: Members, asked: Asked, evidence: Evidence): OrderView {
  const status = textOf(members, 'trade_status');
  const row = status === undefined ? undefined : rowOf(TRADE_STATUSES, status);
  const total = textOf(members, 'total_amount');
  const amount = total === undefined ? undefined : minorUnits(total);
  const garbledAmount = total !== undefined && amount === undefined;
  if (status === undefined || !namesOrder(members, asked) || garbledAmount) return { ...unreadable, evidence };
  if (row === undefined) return { ...unfamiliar, evidence };

  const dated = (textOf(members, 'send_pay_date') ?? '').trim();
  const paidAt = beijingEpoch(dated);
  const gatewayId = textOf(members, 'trade_no');
  const orderId = textOf(members, 'out_trade_no');
  const state: OrderState = paidAt === undefined ? row.undated : row.dated;
  return {
    ...state,
    ...(state.kind === 'paid' && paidAt !== undefined ? { paidAt } : {}),
    // Also where the date cannot be read.
    ...(state.kind === 'gone' && dated !== '' ? { wasPaid: true } : {}),
    ...(amount === undefined ? {} : { amount, currency: textOf(members, 'trans_currency') ?? 'CNY' }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(gatewayId === undefined ? {} : { gatewayId }),
    evidence,
  };
}

const REFUNDED = 'REFUND_SUCCESS';
const NOT_FOUND = { kind: 'notFound' } as const;
const noStatus = { kind: 'unknown', why: 'noStatus' } as const;

/** Reads the answer to `alipay.trade.fastpay.refund.query` (specification 6.3). */
export function refundView(reply: Reply, asked: Asked): RefundView {
  const { evidence } = reply;
  const reading = read(reply, asked);
  if (reading.kind === 'success') return { ...foundRefund(reading.members, asked), evidence };
  if (reading.kind === 'locked') return { kind: 'rejected', why: 'config', code: reading.code, evidence };
  if (reading.kind !== 'business') return { ...reading, evidence };
  const row = rowOf(REFUND_QUERY_CODES, reading.key) ?? unfamiliar;
  return row.kind === 'rejected' ? { ...row, code: reading.code, evidence } : { ...row, evidence };
}

/**
 * 10000 only says that the query ran. An answer that names a refund without its status does not say whether the money
 * went back: documents call it "not received, or failed", and answers for refunds that were made look so too.
 */
function foundRefund(members: Members, asked: Asked): RefundState {
  if (tellsNothing(members)) return NOT_FOUND;
  const status = textOf(members, 'refund_status');
  if (status === undefined) return tellsAny(members, ['trade_status', 'action', 'fund_change']) ? unreadable : noStatus;
  if (status !== REFUNDED) return unfamiliar;
  const given = textOf(members, 'refund_amount');
  const amount = given === undefined ? undefined : minorUnits(given);
  if (!namesOrder(members, asked) || (given !== undefined && amount === undefined)) return unreadable;
  // Successful, and nothing went back: the two cannot both be so.
  if (amount === 0) return noStatus;
  return { kind: 'done', ...(amount === undefined ? {} : { amount }) };
}

function isSigned(reply: Reply): boolean {
  return reply.kind === 'answered' && reply.trust === 'signed';
}
