import { mapNotice } from '../notice.ts';
import type { Outcome } from '../outcome.ts';
import { Decimal, type JsonObject } from '../wire/json.ts';
import { requestsE } from '../wire/requests.ts';
import { wallTime } from '../wire/time.ts';
import type { CloseRules, Envelope, EnvelopeStamp, Profile, SyncRules } from './profile.ts';
import { refusalsE } from './refusals.ts';

export const closeRulesE: CloseRules = {
  open: ['wait', 'progress'],
  order: 'statusThenLock',
  lockKeys: { close: 'payment:close:', cancel: 'payment:close:' },
  leaseMs: 10_000,
  waitMs: 50,
  onLostUpdate: 'swallowed',
  tellsChannelText: { close: true, cancel: true },
  unionPay: 'unsupported',
  channelCode: (channel) => (channel === 'wechat_pay' ? 20045 : 20080),
};

export const syncRulesE: SyncRules = {
  repairs: {
    wait: {},
    progress: { paid: 'pay', unpaid: 'expire', notFoundUnknown: 'expire', closed: 'close', notFound: 'close' },
    fail: { paid: 'pay', unpaid: 'reopen', notFoundUnknown: 'none', closed: 'close', notFound: 'close' },
    // Never changed any more: "closed here, paid there" stays invisible (spec 4.6).
    success: {},
    close: {},
    cancel: {},
  },
  lockKey: 'sync:pay:',
  leaseMs: 10_000,
  waitMs: 200,
  refuses: ['wait'],
  repairLock: false,
  onLostUpdate: 'swallowed',
  onLost: 'fail',
  onChannelError: 'thrown',
  // Inverted in D and E: true means that nothing had to change (spec 3).
  answer: ({ status, changed }) => ({ orderStatus: status, adjust: !changed }),
};

/** Tag 3.0.0: amounts in yuan, the whole envelope signed, everything in capitals. */
export const profileE: Profile = {
  name: 'daxpay-e',
  routes: {
    '/unipay/query/payOrder': 'query',
    '/unipay/close': 'close',
    '/unipay/sync/order/pay': 'sync',
    '/unipay/refund': 'refund',
    '/unipay/query/refundOrder': 'refundQuery',
    '/unipay/sync/order/refund': 'refundSync',
  },
  requests: requestsE,
  refusals: refusalsE,
  statuses: {
    wait: 'wait',
    progress: 'progress',
    success: 'success',
    close: 'close',
    cancel: 'cancel',
    fail: 'fail',
  },
  ids: {
    numbers: { prefix: 'DEV_', yearDigits: 4 },
    fold: (id) => id,
    of: () => ['orderNo', 'bizOrderNo', 'outOrderNo'],
    triesBoth: false,
  },
  checks: { nonceOnce: false, merchant: true },
  close: closeRulesE,
  sync: syncRulesE,
  refund: {
    lock: 'order',
    leaseMs: 10_000,
    waitMs: 200,
    syncMs: 120_000,
    refusesUnknown: false,
    busyLooksDone: false,
    answer: ({ refundNo, bizRefundNo, status, errorMsg }) => ({
      data: { refundNo, bizRefundNo, status, errorMsg },
      msg: 'success',
    }),
    amount: ({ amount }) => Math.round(Number(amount) * 100),
  },
  views: {
    pay: ({ facts }, row, status) => ({
      bizOrderNo: facts.orderId,
      orderNo: facts.orderNo,
      outOrderNo: row.outOrderNo,
      title: facts.flags.title,
      description: facts.flags.description ?? null,
      allocation: facts.flags.allocated,
      autoAllocation: false,
      channel: row.status === 'wait' ? null : facts.flags.channel,
      method: row.status === 'wait' ? null : facts.flags.method,
      otherMethod: null,
      limitPay: null,
      amount: yuan(facts.amount),
      realAmount: yuan(row.payTime === null ? 0 : facts.amount),
      refundableBalance: yuan(row.refundableBalance),
      status,
      refundStatus: row.refundStatus,
      allocStatus: facts.flags.allocated ? 'allocation' : null,
      settleStatus: null,
      payTime: time(row.payTime),
      closeTime: time(row.closeTime),
      expiredTime: time(row.expiredTime),
      attach: null,
      errorMsg: null,
    }),
    refund: ({ facts }, row, refund) => ({
      orderId: facts.tradeNo,
      orderNo: facts.orderNo,
      bizOrderNo: facts.orderId,
      outOrderNo: row.outOrderNo,
      title: facts.flags.title,
      refundNo: refund.refundNo,
      bizRefundNo: refund.bizRefundNo,
      outRefundNo: refund.outRefundNo,
      channel: facts.flags.channel,
      orderAmount: yuan(facts.amount),
      amount: yuan(refund.amount),
      reason: refund.reason,
      finishTime: time(refund.finishTime),
      status: refund.status,
      attach: null,
      clientIp: null,
      errorCode: refund.errorCode,
      errorMsg: refund.errorMsg,
    }),
    refundSync: ({ status }) => ({ orderStatus: status, adjust: false }),
  },
  systemError: 10500,
  unknownPath: 'notFound',
  dropsLateCallback: true,
  tellsCallback: true,
  expiryJob: 'asksChannel',
  envelope,
  notice: mapNotice,
};

/** Success and errors raised inside the controller are signed as a whole, the rest is not (spec 1.5). */
function envelope(outcome: Outcome, stamp: EnvelopeStamp): Envelope {
  const { traceId, now } = stamp;
  if (outcome.kind === 'thrown') return { body: { code: outcome.code, msg: outcome.msg, data: null, traceId } };
  const body: JsonObject =
    outcome.kind === 'done'
      ? { code: 0, msg: 'success', data: outcome.data ?? null, resTime: wallTime(now), traceId }
      : { code: outcome.code, msg: outcome.msg, data: null, resTime: null, traceId: null };
  return { body: { ...body, sign: stamp.sign(body) } };
}

export function yuan(fen: number): Decimal {
  return new Decimal((fen / 100).toFixed(2));
}

export function time(ms: number | null): string | null {
  return ms === null ? null : wallTime(ms);
}
