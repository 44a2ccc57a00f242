/** What can be the matter at Alipay, in both protocols. */
import { type Catalogue, doubtful, HOUR, MINUTE, type Trouble, troubles } from '../catalogue.ts';

/** Any call: unreadable, forged, of another order. Executed all the same, or not. */
const untrusted = doubtful(['wrongSignature', 'noSignature', 'otherKey', 'signatureOfOther']);
const busy = doubtful(['ACQ.SYSTEM_ERROR', 'isp.unknow-error', 'aop.ACQ.SYSTEM_ERROR']);
const limited = troubles(['40005', '429']);
const rejected: readonly Trouble[] = troubles(
  ['gatewayError:isv.invalid-signature', 'gatewayError:isv.insufficient-isv-permissions', 'ACQ.INVALID_PARAMETER'],
  ['configuration'],
);
const cosmetic = troubles(['escapedSlashes', 'escapedUnicode', 'unknownMembers', 'certSn']);

export const alipay: Catalogue = {
  starts: [
    { kind: 'paid', state: 'PAID', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE, weight: 4 },
    { kind: 'paid', state: 'PAID', createdMsAgo: 30 * HOUR, paidMsAgo: 30 * HOUR, weight: 2 },
    { kind: 'unpaid', state: 'WAITING', createdMsAgo: MINUTE, weight: 5 },
    { kind: 'unpaid', state: 'WAITING', createdMsAgo: 0, weight: 2 },
    { kind: 'absent', state: 'ABSENT', weight: 4 },
    {
      kind: 'other',
      state: 'FINISHED',
      createdMsAgo: 400 * 24 * HOUR,
      paidMsAgo: 400 * 24 * HOUR,
      sticks: ['finished'],
    },
    { kind: 'other', state: 'CLOSED_UNPAID', createdMsAgo: HOUR },
    { kind: 'other', state: 'CLOSED_REFUNDED', createdMsAgo: HOUR, paidMsAgo: HOUR },
  ],
  twists: [
    { kinds: ['paid'], flags: { frozen: true }, sticks: ['frozen', 'refund-failed'] },
    { kinds: ['paid'], flags: { sellerShort: true }, sticks: ['no-funds'] },
    { kinds: ['paid'], flags: { sellerShort: 1 }, sticks: ['no-funds'] },
    { kinds: ['paid', 'unpaid'], flags: { cancelNotAllowed: true } },
    { kinds: ['paid', 'unpaid'], flags: { cancelTimeOut: true } },
    { kinds: ['paid'], flags: { partiallyRefunded: true }, sticks: ['partly-refunded', 'refund-failed'] },
    { kinds: ['paid', 'unpaid', 'absent'], flags: { lag: 200 } },
    { kinds: ['paid', 'unpaid'], flags: { lag: 400 } },
    { kinds: ['absent'], flags: { tombstone: true } },
    { kinds: ['paid'], flags: { cancelWindowFrom: 'paid' } },
    { kinds: ['paid', 'unpaid'], flags: { repeatedCancel: 'sameAction' } },
    { kinds: ['paid', 'unpaid'], flags: { repeatedCancel: 'ACQ.TRADE_HAS_CLOSE' } },
    { kinds: ['paid'], flags: { cancelRefundVisible: true } },
    { kinds: ['unpaid'], flags: { expiresInMs: MINUTE + 1500 } },
    { kinds: ['paid', 'unpaid'], flags: { amountsAsNumbers: true } },
  ],
  acts: ['cancel', 'close', 'refund'],
  trouble: {
    query: [...untrusted, ...busy, ...limited, ...rejected, ...cosmetic, { name: 'wrongOutTradeNo' }],
    refundQuery: [...untrusted, ...busy, ...limited, ...rejected],
    cancel: [
      ...untrusted,
      ...busy,
      ...limited,
      ...rejected,
      ...cosmetic,
      ...doubtful(['retryFlagY', 'wrongOutTradeNo']),
      { name: 'unexecuted' },
      ...troubles(['ACQ.SELLER_BALANCE_NOT_ENOUGH'], ['no-funds']),
      ...troubles(['ACQ.REASON_TRADE_BEEN_FREEZEN'], ['frozen']),
      ...troubles(['ACQ.TRADE_HAS_FINISHED'], ['finished']),
      ...troubles(['ACQ.REASON_TRADE_REFUND_FEE_ERR'], ['partly-refunded']),
      ...troubles(['ACQ.TRADE_CANCEL_TIME_OUT', 'ACQ.CANCEL_NOT_ALLOWED', 'ACQ.REASON_ILLEGAL_STATUS', 'ACQ.NEW_CODE']),
    ],
    close: [...untrusted, ...busy, ...limited, ...rejected, ...troubles(['ACQ.TRADE_STATUS_ERROR', 'ACQ.NEW_CODE'])],
    refund: [
      ...untrusted,
      ...busy,
      ...limited,
      ...rejected,
      ...troubles(['ACQ.SELLER_BALANCE_NOT_ENOUGH'], ['no-funds']),
      ...troubles(
        ['ACQ.TRADE_NOT_ALLOW_REFUND', 'ACQ.TRADE_HAS_FINISHED', 'ACQ.REASON_TRADE_BEEN_FREEZEN', 'ACQ.NEW_CODE'],
        ['refund-failed'],
      ),
    ],
  },
  exhausted: {},
  meddling: [
    { kinds: ['paid'], event: { name: 'refundElsewhere' } },
    { kinds: ['paid'], event: { name: 'partialRefund' }, sticks: ['partly-refunded', 'refund-failed'] },
    { kinds: ['paid'], event: { name: 'finish' }, sticks: ['finished', 'refund-failed'] },
    { kinds: ['paid'], event: { name: 'freeze' }, sticks: ['frozen', 'refund-failed'] },
    { kinds: ['unpaid'], event: { name: 'expire' } },
  ],
  payAbsent: 'createAndPay',
  arrivesWithinMs: 1500,
};
