import { wrappedNotice } from '../notice.ts';
import type { Outcome } from '../outcome.ts';
import type { JsonObject } from '../wire/json.ts';
import { requestsF } from '../wire/requests.ts';
import { wallTime } from '../wire/time.ts';
import { closeRulesE, profileE, syncRulesE, time } from './e.ts';
import type { Envelope, EnvelopeStamp, Profile } from './profile.ts';
import { refusalsF } from './refusals.ts';

/** One lock for everything that touches a trade; the channel call inside makes its lease a minute (spec 4.4). */
const lock = { leaseMs: 60_000, waitMs: 3_000 };

/** "DaxPay Open" 1.0: RSA both ways, fen, its own state names. */
export const profileF: Profile = {
  name: 'daxpay-f',
  routes: {
    '/unipay/query/pay-order': 'query',
    '/unipay/close': 'close',
    '/unipay/sync/order/pay': 'sync',
    '/unipay/refund': 'refund',
    '/unipay/query/refund-order': 'refundQuery',
    '/unipay/sync/order/refund': 'refundSync',
  },
  requests: requestsF,
  refusals: refusalsF,
  statuses: { ...profileE.statuses, wait: 'init', progress: 'processing' },
  ids: {
    numbers: { prefix: '', yearDigits: 4 },
    fold: (id) => id,
    of: (verb) => [verb === 'refund' ? 'tradeNo' : 'orderNo', 'bizOrderNo'],
    triesBoth: true,
  },
  checks: { window: { past: 300, future: 300 }, nonceOnce: true, merchant: true },
  close: {
    ...closeRulesE,
    ...lock,
    order: 'lockThenRead',
    lockKeys: { close: 'payment:trade:', cancel: 'payment:trade:' },
    channelCode: () => 1,
  },
  sync: {
    ...syncRulesE,
    ...lock,
    // A final state, `fail` included, is never changed; a payment on it is left to people.
    repairs: { ...syncRulesE.repairs, fail: {} },
    lockKey: 'payment:trade:',
    onLost: 'none',
    onChannelError: 'none',
    answer: ({ status, changed }) => ({ orderStatus: status, adjust: changed }),
  },
  refund: { ...profileE.refund, amount: ({ amount }) => Number(amount) },
  views: {
    pay: ({ facts }, row, status) => ({
      bizOrderNo: facts.orderId,
      orderNo: facts.orderNo,
      tradeNo: facts.tradeNo,
      outOrderNo: row.outOrderNo,
      title: facts.flags.title,
      description: facts.flags.description ?? null,
      channel: row.status === 'wait' ? null : facts.flags.channel,
      method: row.status === 'wait' ? null : facts.flags.method,
      limitPay: null,
      amount: facts.amount,
      currency: facts.currency,
      realAmount: row.payTime === null ? 0 : facts.amount,
      refundableBalance: row.refundableBalance,
      status,
      refundStatus: row.refundStatus,
      provider: facts.flags.channel,
      payTime: time(row.payTime),
      closeTime: time(row.closeTime),
      expiredTime: time(row.expiredTime),
      terminalNo: null,
      storeNo: null,
      buyerId: null,
      attach: null,
      errorMsg: null,
    }),
    refund: ({ facts }, _row, refund) => ({
      refundNo: refund.refundNo,
      bizRefundNo: refund.bizRefundNo,
      tradeNo: facts.tradeNo,
      bizOrderNo: facts.orderId,
      outRefundNo: refund.outRefundNo,
      amount: refund.amount,
      orderAmount: facts.amount,
      status: refund.status,
      reason: refund.reason,
      finishTime: time(refund.finishTime),
      errorMsg: refund.errorMsg,
    }),
    refundSync: profileE.views.refundSync,
  },
  systemError: 10500,
  unknownPath: 'notFound',
  dropsLateCallback: false,
  tellsCallback: true,
  expiryJob: 'closesAnyway',
  envelope,
  notice: wrappedNotice,
};

/** As in E, with the request's id in it and the trace id in a header (spec 2.2). */
function envelope(outcome: Outcome, stamp: EnvelopeStamp): Envelope {
  const headers = { 'x-trace-id': stamp.traceId };
  const common = { reqId: stamp.reqId ?? null, resTime: wallTime(stamp.now) };
  const body: JsonObject =
    outcome.kind === 'done'
      ? { code: 0, msg: 'success', data: outcome.data ?? null, ...common }
      : { code: outcome.code, msg: outcome.msg, data: null, ...common };
  return { headers, body: outcome.kind === 'thrown' ? body : { ...body, sign: stamp.sign(body) } };
}
