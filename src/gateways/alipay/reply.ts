/** What both protocols hand to the readers: an answer with its protocol peeled off, and how far it can be trusted. */
import type { Evidence, UnknownKind } from '../../reversal/order-view.ts';
import { harmless, short } from '../evidence.ts';
import type { CallOptions, OrderRef } from '../gateway.ts';
import type { HttpFailure, HttpReply } from '../http.ts';
import { type Members, textOf } from './envelope.ts';

/** The five calls: the classic method and the v3 path (2.1). */
export const OPERATIONS = {
  query: { method: 'alipay.trade.query', path: '/v3/alipay/trade/query' },
  cancel: { method: 'alipay.trade.cancel', path: '/v3/alipay/trade/cancel' },
  close: { method: 'alipay.trade.close', path: '/v3/alipay/trade/close' },
  refund: { method: 'alipay.trade.refund', path: '/v3/alipay/trade/refund' },
  refundQuery: { method: 'alipay.trade.fastpay.refund.query', path: '/v3/alipay/trade/fastpay/refund/query' },
} as const;
export type Operation = keyof typeof OPERATIONS;

/**
 * `signed`: verified. `hint`: a v3 error without a signature, as v3 errors are by default; it may choose the next
 * call. `none`: an answer that must be signed and is not.
 */
export type Trust = 'signed' | 'hint' | 'none';

/** Signed with another Alipay certificate than the one we hold: rotated, and not forged (1.6). */
export const CERTIFICATE_ROTATED = 'ALIPAY_CERT_ROTATED';
/** Encrypted, since the app has "interface content encryption" switched on, which is not supported. */
export const CONTENT_ENCRYPTED = 'ALIPAY_CONTENT_ENCRYPTED';
export type LockedCode = typeof CERTIFICATE_ROTATED | typeof CONTENT_ENCRYPTED;

export type Reply =
  | { readonly kind: 'unanswered'; readonly why: UnknownKind; readonly evidence: Evidence }
  /** An answer in a form that this account's configuration cannot read: no outage, and only a person can mend it. */
  | { readonly kind: 'locked'; readonly code: LockedCode; readonly evidence: Evidence }
  | {
      readonly kind: 'answered';
      readonly ok: boolean;
      /** The classic number; v3 has none. */
      readonly number?: string | undefined;
      /** What says most: the sub code, or else the code, as it was sent. Empty for a v3 success. */
      readonly code: string;
      readonly trust: Trust;
      readonly members: Members;
      /** When it was signed, by Alipay's clock: v3 only. */
      readonly signedAt?: number | undefined;
      readonly evidence: Evidence;
    };

/** Makes one call; `fields` become `biz_content` or the v3 body, in this order. */
export type Transport = (
  operation: Operation,
  fields: Readonly<Record<string, string>>,
  options: CallOptions & Pick<OrderRef, 'signedSince'>,
) => Promise<Reply>;

export function unanswered(why: UnknownKind, evidence: Evidence): Reply {
  return { kind: 'unanswered', why, evidence };
}

export function networkFailure(failure: HttpFailure): Reply {
  return unanswered(failure.why, { network: failure.detail });
}

/** @param evidence of the HTTP reply */
export function rotated(evidence: Evidence): Reply {
  return { kind: 'locked', code: CERTIFICATE_ROTATED, evidence: { ...evidence, certificate: 'rotated' } };
}

/** One AES block at least, in base64. No other answer is such a text: every documented one is a JSON object. */
const CIPHERTEXT = /^(?:[A-Za-z0-9+/]{4}){5,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What stands for an answer whose content was encrypted; undefined when this text is none. */
export function encrypted(text: string, evidence: Evidence): Reply | undefined {
  if (!CIPHERTEXT.test(text)) return undefined;
  return { kind: 'locked', code: CONTENT_ENCRYPTED, evidence: { ...evidence, content: 'encrypted' } };
}

/** The body as text with every byte kept, or undefined when it is no UTF-8. */
export function bodyText(reply: HttpReply): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reply.body);
  } catch {
    return undefined;
  }
}

/** Evidence of the HTTP reply itself. The trace id is what Alipay's support asks for. */
export function httpEvidence(reply: HttpReply): Record<string, string> {
  const traceId = reply.headers['alipay-trace-id'] ?? reply.headers.trace_id;
  return { http: String(reply.status), ...(traceId === undefined ? {} : { traceId: short(traceId) }) };
}

/** Members that may be kept. Buyer, signature and certificate members are left out by not being listed. */
const KEPT: Readonly<Record<string, string>> = {
  code: 'code',
  sub_code: 'subCode',
  out_trade_no: 'orderId',
  trade_no: 'gatewayId',
  trade_status: 'tradeStatus',
  additional_status: 'additionalStatus',
  send_pay_date: 'sendPayDate',
  total_amount: 'totalAmount',
  action: 'action',
  retry_flag: 'retryFlag',
  fund_change: 'fundChange',
  refund_fee: 'refundFee',
  refund_status: 'refundStatus',
  refund_amount: 'refundAmount',
};
/** What books are reconciled with: the money as it moved, and the numbers and times that Alipay's statements have. */
export const BOOKED: Readonly<Record<string, string>> = {
  out_request_no: 'refundNo',
  gmt_refund_pay: 'refundPaidAt',
  refund_settlement_id: 'refundSettlementId',
  send_back_fee: 'sendBackFee',
  receipt_amount: 'receiptAmount',
  buyer_pay_amount: 'buyerPayAmount',
};

export function memberEvidence(members: Members, trust: Trust): Record<string, string> {
  const message = textOf(members, 'sub_msg') ?? textOf(members, 'message') ?? textOf(members, 'msg');
  return {
    signature: trust === 'signed' ? 'verified' : 'absent',
    ...factsOf(members, KEPT),
    ...(message === undefined ? {} : { message: harmless(message) }),
    ...factsOf(members, BOOKED),
  };
}

function factsOf(members: Members, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([member, name]) => {
      const text = textOf(members, member);
      return text === undefined || text.trim() === '' ? [] : [[name, short(text)]];
    }),
  );
}
