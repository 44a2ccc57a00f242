import { flatNotice } from '../notice.ts';
import type { Outcome } from '../outcome.ts';
import type { JsonObject } from '../wire/json.ts';
import { requestsC } from '../wire/requests.ts';
import { epochSeconds } from '../wire/time.ts';
import type { Envelope, EnvelopeStamp, Profile, SyncRules } from './profile.ts';
import { refusalsC } from './refusals.ts';

/** 2.0.8: what the 203 recorded exchanges were made with. */
export const profileC: Profile = {
  name: 'daxpay-c',
  routes: {
    '/unipay/query/payOrder': 'query',
    '/unipay/close': 'close',
    '/unipay/cancel': 'cancel',
    '/unipay/sync/pay': 'sync',
    '/unipay/refund': 'refund',
    '/unipay/query/refundOrder': 'refundQuery',
    '/unipay/sync/refund': 'refundSync',
  },
  requests: requestsC,
  refusals: refusalsC,
  statuses: { progress: 'progress', success: 'success', close: 'close', cancel: 'cancel', fail: 'fail' },
  ids: {
    numbers: { prefix: 'DEV', yearDigits: 2 },
    fold: (id) => id.toLowerCase().replace(/ +$/, ''),
    of: (verb) => ['orderNo', verb === 'query' ? 'bizOrderNoeNo' : 'bizOrderNo'],
    triesBoth: false,
  },
  checks: { window: { past: 10, future: 60 }, nonceOnce: false, merchant: false },
  close: {
    open: ['progress'],
    order: 'lockThenStatus',
    lockKeys: { close: 'payment:close:', cancel: 'payment:cancel:' },
    leaseMs: 10_000,
    waitMs: 50,
    onLostUpdate: 'failed',
    tellsChannelText: { close: true, cancel: false },
    unionPay: 'fails',
    channelCode: () => 1,
  },
  sync: syncRules(),
  refund: {
    lock: 'number',
    leaseMs: 10_000,
    waitMs: 200,
    // A task every minute, which ships stopped (real 9, 25).
    syncMs: 'stopped',
    refusesUnknown: true,
    busyLooksDone: true,
    // `status` is declared and never filled (spec 3).
    answer: ({ refundNo, bizRefundNo, errorMsg }) => ({
      data: { refundNo, bizRefundNo, status: null },
      msg: errorMsg,
    }),
    amount: ({ amount }) => Number(amount),
  },
  views: {
    pay: ({ facts }, row, status) => ({
      bizOrderNo: facts.orderId,
      orderNo: facts.orderNo,
      outOrderNo: row.outOrderNo,
      title: facts.flags.title,
      description: facts.flags.description ?? null,
      allocation: facts.flags.allocated,
      autoAllocation: null,
      channel: facts.flags.channel,
      method: facts.flags.method,
      amount: facts.amount,
      refundableBalance: row.refundableBalance,
      status,
      refundStatus: row.refundStatus,
      allocStatus: facts.flags.allocated ? 'allocation' : null,
      payTime: seconds(row.payTime),
      expiredTime: seconds(row.expiredTime),
      closeTime: seconds(row.closeTime),
      errorCode: null,
      errorMsg: null,
    }),
    refund: ({ facts }, row, refund) => ({
      orderNo: facts.orderNo,
      bizOrderNo: facts.orderId,
      outOrderNo: row.outOrderNo,
      title: facts.flags.title,
      refundNo: refund.refundNo,
      bizRefundNo: refund.bizRefundNo,
      outRefundNo: refund.outRefundNo,
      channel: facts.flags.channel,
      orderAmount: facts.amount,
      amount: refund.amount,
      reason: refund.reason,
      refundTime: null,
      finishTime: seconds(refund.finishTime),
      status: refund.status,
      errorCode: refund.errorCode,
      errorMsg: refund.errorMsg,
    }),
    refundSync: ({ status }) => ({ status: `refund_${status}` }),
  },
  systemError: 10001,
  unknownPath: 'springError',
  dropsLateCallback: true,
  tellsCallback: false,
  expiryJob: 'stopped',
  envelope,
  notice: flatNotice,
};

function syncRules(): SyncRules {
  const viewNames = {
    paid: 'pay_success',
    unpaid: 'pay_progress',
    closed: 'pay_closed',
    refunded: 'pay_refund',
    notFound: 'pay_not_found',
    notFoundUnknown: 'pay_not_found_unknown',
  } as const;
  const revives = { paid: 'pay' } as const;
  return {
    repairs: {
      wait: {},
      progress: { paid: 'pay', unpaid: 'expire', notFoundUnknown: 'expire', closed: 'close', notFound: 'close' },
      // Paid here and unknown there: sync closes the paid order (real 4.6 no. 3).
      success: { closed: 'close', notFound: 'closeBoth', notFoundUnknown: 'closeBoth' },
      close: revives,
      cancel: revives,
      fail: { paid: 'pay', unpaid: 'expire', closed: 'close', notFound: 'closeBoth', notFoundUnknown: 'closeBoth' },
    },
    lockKey: 'sync:pay',
    leaseMs: 10_000,
    waitMs: 200,
    refuses: [],
    repairLock: true,
    onLostUpdate: 'thrown',
    onLost: 'thrown',
    onChannelError: 'refused',
    // The channel's view, not the local state.
    answer: ({ view, timedOut }) => ({ status: timedOut ? 'pay_timeout' : viewNames[view] }),
  };
}

/** Business answers sit in `data` and are signed there; the outer level is never signed (spec 1.5). */
function envelope(outcome: Outcome, stamp: EnvelopeStamp): Envelope {
  const { traceId } = stamp;
  if (outcome.kind === 'thrown') return { body: { msg: outcome.msg, code: outcome.code, data: null, traceId } };
  const common = {
    code: outcome.kind === 'done' ? 0 : outcome.code,
    msg: outcome.msg ?? null,
    resTime: epochSeconds(stamp.now),
  };
  const rest: JsonObject = outcome.kind === 'done' ? (outcome.data ?? {}) : {};
  const data = { ...common, sign: stamp.sign({ ...common, ...rest }), ...rest };
  return { body: { msg: 'success', code: 0, data, traceId } };
}

/** A column without fractions: the driver rounds, so a close at 498.9 s reads 499 though it was answered at 498. */
function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 1000);
}
