/** From a read answer to what it says of an order, of a refund, of an act. Pure. */
import { z } from 'zod';
import type { Answer, AnswerBody } from '../../reversal/answer.ts';
import type { Evidence, OrderView, RefundState, RefundView } from '../../reversal/order-view.ts';
import type { Named, OrderRef, RefundRef } from '../gateway.ts';
import { ANSWERS, BUSY_MS, type Call, LOOK_PROBLEMS, type LookProblem, meaningOf } from './codes.ts';
import { type Answered, evidenceOf, type Reply, textOf } from './envelope.ts';
import type { Json } from './json.ts';
import type { Profile } from './profiles.ts';
import { channelOf, orderState, refundState } from './statuses.ts';

/** How to read: the profile and the zone of its times. */
export interface Dialect {
  readonly profile: Profile;
  readonly utcOffsetHours: number;
}

const json = z.custom<Json>().optional();
/** A 64-bit integer may come as a number or as a string (1.5); either is text here. */
const text = json.transform((value) => textOf(value));

const orderData = z.object({
  bizOrderNo: text,
  orderNo: text,
  tradeNo: text,
  channel: text,
  method: text,
  amount: text,
  currency: text,
  refundableBalance: text,
  status: text,
  refundStatus: text,
  // As text: the signature does not tell `true` from "true".
  allocation: json.transform((value) => value === true || value === 'true'),
  bizRefundNo: text,
  refundNo: text,
  allocStatus: text,
  payTime: text,
  closeTime: text,
  expiredTime: text,
  errorCode: text,
  errorMsg: text,
});

const refundData = z.object({
  bizOrderNo: text,
  refundNo: text,
  bizRefundNo: text,
  amount: text,
  status: text,
  errorCode: text,
  errorMsg: text,
});

const syncData = z.object({ status: text, orderStatus: text, bizOrderNo: text });

type Facts = Readonly<Record<string, string | undefined>>;

const MAX_FACT = 120;

/**
 * What books are reconciled with and a channel's support asks for: the channel's numbers and DaxPay's own, money and
 * times as DaxPay wrote them. What is personal, such as F's `buyerId`, is kept out by not being listed.
 */
export const BOOKED = [
  ...[
    'orderNo',
    'tradeNo',
    'outOrderNo',
    'refundNo',
    'bizRefundNo',
    'outRefundNo',
    'provider',
    'terminalNo',
    'storeNo',
  ],
  ...['orderAmount', 'amount', 'realAmount', 'refundableBalance', 'settleStatus'],
  ...['payTime', 'closeTime', 'refundTime', 'finishTime'],
];

/** The reply's evidence and what its data states, each fact cut short. */
function withFacts(reply: Answered, facts: Facts): Evidence {
  const booked = BOOKED.map((name) => [name, textOf(reply.data?.[name])] as const);
  const all = [...Object.entries(facts), ...booked];
  return {
    ...reply.evidence,
    ...evidenceOf(Object.fromEntries(all.map(([name, fact]) => [name, fact?.slice(0, MAX_FACT)]))),
  };
}

function lookProblem(profile: Profile, call: Call, reply: Answered): LookProblem | undefined {
  const meaning = meaningOf(profile.codes, call, reply);
  return meaning === 'ok' ? undefined : LOOK_PROBLEMS[meaning](reply.code);
}

/**
 * What a query of an order shows. The ids in the answer must be ours to the letter, since the server compares them
 * without regard to case and trailing blanks (real server 14).
 *
 * @param askedBy the gateway's number when the order was asked for by it
 */
export function orderView(dialect: Dialect, reply: Reply, order: Named, askedBy: string | undefined): OrderView {
  const { profile, utcOffsetHours } = dialect;
  const { evidence } = reply;
  if (reply.kind === 'unanswered') return { kind: 'unknown', why: reply.why, evidence };
  const problem = lookProblem(profile, 'query', reply);
  if (problem?.kind === 'absent') {
    return { kind: 'absent', ...(problem.hint || !reply.signed ? { hint: true } : {}), evidence };
  }
  if (problem !== undefined) return { ...problem, evidence };

  const data = orderData.parse(reply.data ?? {});
  const { status, refundStatus = 'no_refund', allocStatus, errorCode, payTime, closeTime, expiredTime } = data;
  const seen = withFacts(reply, { status, refundStatus, allocStatus, errorCode, errorMsg: data.errorMsg });
  if (status === undefined || data.bizOrderNo === undefined) {
    return { kind: 'unknown', why: 'unreadable', evidence: seen };
  }
  // A refund has a status too, and in C and E nothing ties an answer to its request.
  const isRefund = data.bizRefundNo !== undefined || data.refundNo !== undefined;
  const isAnothers = order.orderId !== undefined && data.bizOrderNo !== order.orderId;
  // F finds by the number of one payment trade, too.
  const isNumbered = askedBy === undefined || data.orderNo === askedBy || data.tradeNo === askedBy;
  if (isRefund || isAnothers || !isNumbered) {
    return { kind: 'unknown', why: 'otherOrder', evidence: seen };
  }
  const amount = data.amount === undefined ? undefined : profile.amount.read(data.amount);
  const refundable = data.refundableBalance === undefined ? undefined : profile.amount.read(data.refundableBalance);
  if (
    (data.amount !== undefined && amount === undefined) ||
    (data.refundableBalance !== undefined && refundable === undefined)
  ) {
    return { kind: 'unknown', why: 'unreadable', evidence: seen };
  }
  const instant = (written: string | undefined) =>
    written === undefined ? undefined : profile.time.read(written, utcOffsetHours);
  // An empty time is none, and one that cannot be read is one all the same.
  const wasPaid = (payTime !== undefined && payTime.trim() !== '') || refundStatus !== 'no_refund';
  const expiresAt = instant(expiredTime);
  const paidAt = instant(payTime);
  // A merchant's close asks the channel first, and comes before the timer does.
  const closedAt = instant(closeTime) ?? Number.NEGATIVE_INFINITY;
  const byTimer = profile.timerClosesUnasked && expiresAt !== undefined && closedAt >= expiresAt;
  const state = orderState({ status, refundStatus, refundable, paidAt, wasPaid });
  return {
    ...state,
    ...(wasPaid && state.kind === 'gone' ? { wasPaid } : {}),
    ...(byTimer && state.kind === 'closed' ? { closedUnasked: true } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(amount === undefined ? {} : { amount }),
    currency: data.currency ?? 'CNY',
    orderId: data.bizOrderNo,
    ...(data.orderNo === undefined ? {} : { gatewayId: data.orderNo }),
    ...(data.channel === undefined ? {} : { channel: data.channel }),
    ...(data.method === undefined ? {} : { method: data.method }),
    // Splitting is on and done: never refunded automatically (5).
    ...(data.allocation && allocStatus === 'allocation' ? { allocated: true } : {}),
    evidence: seen,
  };
}

/** What a query of our refund shows. An unsigned "not found" is no answer: nothing may be sent again because of it. */
export function refundView(dialect: Dialect, reply: Reply, order: OrderRef, refund: RefundRef): RefundView {
  const { evidence } = reply;
  if (reply.kind === 'unanswered') return { kind: 'unknown', why: reply.why, evidence };
  const problem = lookProblem(dialect.profile, 'queryRefund', reply);
  if (problem !== undefined) {
    const absent: RefundState = reply.signed ? { kind: 'notFound' } : { kind: 'unknown', why: 'unsigned' };
    return { ...(problem.kind === 'absent' ? absent : problem), evidence };
  }
  const data = refundData.parse(reply.data ?? {});
  const { status, errorCode } = data;
  const seen = withFacts(reply, { status, errorCode, errorMsg: data.errorMsg });
  // The answer to the refund itself has no order's number; its status is no proof (4.7).
  if (status === undefined || data.bizRefundNo === undefined || data.bizOrderNo === undefined) {
    return { kind: 'unknown', why: 'unreadable', evidence: seen };
  }
  if (data.bizRefundNo !== refund.refundNo || data.bizOrderNo !== order.orderId) {
    return { kind: 'unknown', why: 'otherOrder', evidence: seen };
  }
  const amount = data.amount === undefined ? undefined : dialect.profile.amount.read(data.amount);
  if (data.amount !== undefined && amount === undefined) return { kind: 'unknown', why: 'unreadable', evidence: seen };
  // A refund of nothing says nothing of ours, whatever its status is.
  if (amount === 0) return { kind: 'unknown', why: 'noStatus', evidence: seen };
  return { ...refundState(status, amount, errorCode ?? status), evidence: seen };
}

/** An act's answer: `success` reads it when the code is 0; everything else is the same for every act. */
function answerTo(profile: Profile, call: Call, reply: Reply, success: (reply: Answered) => Answer): Answer {
  const { evidence } = reply;
  if (reply.kind === 'unanswered') {
    return reply.why === 'notSent'
      ? { kind: 'notSent', why: evidence.detail ?? 'notSent', evidence }
      : { kind: 'unknown', why: reply.why, evidence };
  }
  const meaning = meaningOf(profile.codes, call, reply);
  if (meaning === 'ok') return success(reply);
  return { ...ANSWERS[meaning](reply.code), ...(reply.signed ? {} : { hint: true }), evidence };
}

/** The answer to close and cancel: it holds no id and is no proof (4.3.7, real server 13). */
export function closeAnswer({ profile }: Dialect, call: 'close' | 'cancel', reply: Reply): Answer {
  return answerTo(profile, call, reply, ({ evidence }) => ({
    kind: 'done',
    effect: call === 'close' ? 'closed' : 'unspecified',
    evidence,
  }));
}

/** The answer to sync: what the channel said, which DaxPay may not have applied (real server 5). */
export function syncAnswer({ profile }: Dialect, reply: Reply): Answer {
  return answerTo(profile, 'sync', reply, (answered) => {
    const data = syncData.parse(answered.data ?? {});
    // A query's answer, whose status is not the channel's.
    if (data.bizOrderNo !== undefined) return { kind: 'unknown', why: 'otherOrder', evidence: answered.evidence };
    const status = data.status ?? data.orderStatus;
    const channel = status === undefined ? undefined : channelOf(status);
    const body: AnswerBody = { kind: 'done', effect: 'unspecified', ...(channel === undefined ? {} : { channel }) };
    return { ...body, evidence: withFacts(answered, { status }) };
  });
}

/** The answer to the sync of a refund: bound to no refund, so it proves nothing (real server 23). */
export function syncRefundAnswer({ profile }: Dialect, reply: Reply): Answer {
  return answerTo(profile, 'syncRefund', reply, (answered) => {
    const { status } = syncData.parse(answered.data ?? {});
    return { kind: 'done', effect: 'unspecified', evidence: withFacts(answered, { status }) };
  });
}

/**
 * The answer to a refund. Code 0 never says that money went back (4.7, real server 11): only the refund's query does.
 * C's text tells nothing either, since a successful retry still carries the old error. Nor does `fail`: the channel may
 * have paid all the same, and the order stays `refunding` until the same number is sent again, by whichever run.
 */
export function refundAnswer({ profile }: Dialect, reply: Reply, refund: RefundRef): Answer {
  return answerTo(profile, 'refund', reply, (answered) => {
    const { bizRefundNo, errorCode, errorMsg, refundNo, status } = refundData.parse(answered.data ?? {});
    const evidence = withFacts(answered, { status, errorCode, errorMsg });
    if (bizRefundNo !== undefined && bizRefundNo !== refund.refundNo) {
      return { kind: 'unknown', why: 'otherOrder', evidence };
    }
    // C's "busy": code 0, a text, and our own number in place of the gateway's.
    if (answered.msg !== '' && refundNo === refund.refundNo) return { kind: 'again', afterMs: BUSY_MS, evidence };
    // The balance was given back, and the order is as it was.
    if (status === 'close') return { kind: 'refused', why: 'unclear', code: errorCode ?? status, evidence };
    return { kind: 'done', effect: 'unspecified', evidence };
  });
}
