import { type Call, refuse } from './call.ts';
import { askChannel, type ChannelError, LOST } from './channel.ts';
import type { Refund, Row } from './order.ts';
import type { Outcome } from './outcome.ts';
import type { RefundReply } from './trade.ts';
import { textParam } from './wire/fields.ts';
import { daxpayNumber } from './wire/numbers.ts';

/**
 * A refund under the merchant's number (spec 4.7, real 4.7). The balance is taken down before the channel is asked
 * and stays down when the channel fails: from then on only the same number gets the order out of `refunding`.
 */
export async function refund(call: Call): Promise<Outcome> {
  const { desk, order, params } = call;
  const rules = desk.profile.refund;
  const { lockLeaseMs, lockWaitMs } = order.facts.flags;
  const bizRefundNo = textParam(params, 'bizRefundNo') ?? '';
  const release = await desk.locks.take({
    key: `payment:refund:${rules.lock === 'number' ? bizRefundNo : order.facts.orderNo}`,
    leaseMs: lockLeaseMs ?? rules.leaseMs,
    waitMs: lockWaitMs ?? rules.waitMs,
  });
  if (release === undefined) return busy(call, bizRefundNo);
  try {
    const taken = order.findRefund(bizRefundNo) ?? (await book(call, bizRefundNo));
    if ('kind' in taken) return taken;
    if (taken.tries > 0 && taken.status !== 'fail') return refuse(call, 'refundRepeat');
    await pay(call, taken);
    if (taken.status === 'progress') followUp(call, taken);
    return { kind: 'done', ...rules.answer(taken) };
  } finally {
    release();
  }
}

function busy(call: Call, bizRefundNo: string): Outcome {
  const refusal = refuse(call, 'refundBusy');
  if (!call.desk.profile.refund.busyLooksDone) return refusal;
  return { kind: 'done', msg: refusal.msg, data: { refundNo: bizRefundNo, bizRefundNo, status: null } };
}

/** The refund's row and the reduced balance, or the reason why not. */
async function book(call: Call, bizRefundNo: string): Promise<Refund | Outcome> {
  const { desk, order, params } = call;
  const read = order.row;
  if (read === undefined) return refuse(call, 'refundOrderMissing');
  if (read.status !== 'success') return refuse(call, 'refundStatus');
  if (read.refundStatus === 'refunding') return refuse(call, 'refundRunning');
  if (read.refundStatus === 'refunded') return refuse(call, 'refundOver');
  const amount = desk.profile.refund.amount(params);
  if (amount > read.refundableBalance) return refuse(call, 'refundTooMuch');
  await desk.host.sleep(order.facts.flags.databaseMs);
  const reserved = { refundStatus: 'refunding', refundableBalance: read.refundableBalance - amount } as const;
  if (!order.save(read, reserved)) return refuse(call, 'stale');
  call.touched = true;
  const refund: Refund = {
    refundNo: daxpayNumber(desk.profile.ids.numbers, 'R', desk.host.now()),
    bizRefundNo,
    amount,
    reason: textParam(params, 'reason') ?? null,
    status: 'progress',
    outRefundNo: null,
    finishTime: null,
    errorCode: null,
    errorMsg: null,
    tries: 0,
  };
  order.refunds.push(refund);
  return refund;
}

async function pay(call: Call, refund: Refund): Promise<void> {
  refund.tries += 1;
  const failing = failingByFlag(call, refund);
  const reply = await askChannel(failing.call, () => failing.decide());
  if (reply === LOST || typeof reply !== 'string') {
    refund.status = 'fail';
    refund.errorCode = '20080';
    refund.errorMsg = reply === LOST ? null : reply.text;
    return;
  }
  refund.outRefundNo = call.order.facts.trade.number;
  // Alipay said that this call moved nothing (`fund_change` N): DaxPay waits for a sync that looks (real 4.7).
  if (reply === 'pending' || reply === 'unchanged') refund.status = 'progress';
  else settle(call.order, refund, call.desk.host.now());
}

/** DaxPay's own task asks the channel about a refund that is `progress`, again and again until it is final (spec 4.7). */
function followUp(call: Call, refund: Refund): void {
  const { desk, order } = call;
  const pause = order.facts.flags.refundSyncMs ?? desk.profile.refund.syncMs;
  if (pause === 'stopped') return;
  desk.host.later(pause, () => {
    if (refund.status !== 'progress') return;
    if (!settleIfPaid(order, refund, desk.host.now())) followUp(call, refund);
  });
}

type Reply = Exclude<RefundReply, 'refused'> | 'pending' | ChannelError;

function failingByFlag(call: Call, refund: Refund): { call: Call; decide: () => Reply } {
  const { flags, trade } = call.order.facts;
  const decide = (): Reply => {
    if (flags.refundPending) return 'pending';
    const reply = trade.refund(refund.bizRefundNo, refund.amount);
    return reply === 'refused' ? { text: '交易状态不合法' } : reply;
  };
  if (flags.refundFails === undefined || refund.tries > flags.refundFailTimes) return { call, decide };
  if (flags.refundChannelPaid) trade.refund(refund.bizRefundNo, refund.amount);
  const channelFault =
    flags.refundFails === 'silent'
      ? ({ kind: 'down', executes: false } as const)
      : ({ kind: 'refuses', text: flags.refundErrorText } as const);
  call.touched = true;
  return { call: { ...call, channelFault }, decide };
}

/** Asks the channel, which knows its refunds. @returns whether it had paid it */
export function settleIfPaid(order: Call['order'], refund: Refund, now: number): boolean {
  const paid = order.facts.trade.knowsRefund(refund.bizRefundNo);
  if (paid) settle(order, refund, now);
  return paid;
}

/** The refund went through; its error texts stay. */
export function settle(order: Call['order'], refund: Refund, now: number): void {
  refund.status = 'success';
  refund.finishTime = now;
  order.change({ refundStatus: refundStatusFor(order.row) });
  order.facts.notify('refund');
}

function refundStatusFor(row: Row | undefined): Row['refundStatus'] {
  return row?.refundableBalance === 0 ? 'refunded' : 'partial_refund';
}
