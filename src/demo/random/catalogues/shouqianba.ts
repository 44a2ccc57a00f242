/** What can be the matter at Shouqianba. */
import { type Catalogue, doubtful, MINUTE, type Trouble, troubles } from '../catalogue.ts';

const unreadable: readonly Trouble[] = [
  ...doubtful(['missingBiz', 'wrongClientSn', 'unknownStatus']),
  // Nothing is signed: a first look with the number of another order is believed, and finds nothing from then on.
  ...troubles(['wrongSn'], ['contradiction', 'mismatch', 'not-confirmed', 'refund-failed']),
];
const busy: readonly Trouble[] = doubtful(['UNKNOWN_SYSTEM_ERROR', 'EXTERNAL_SERVICE_EXCEPTION']);
const cosmetic = troubles(['nullFields', 'emptyFields', 'absentFields', 'numbersInsteadOfStrings', 'mirrorHttpStatus']);
const rejected = troubles(
  ['INVALID_PARAMS', 'TERMINAL_NOT_EXISTS', 'UPAY_TERMINAL_STATUS_ABNORMAL'],
  ['configuration'],
);
const today = { otherDay: false } as const;
const recently = { createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE } as const;
const cancel: readonly Trouble[] = [
  ...unreadable,
  ...busy,
  ...cosmetic,
  ...rejected,
  ...doubtful(['CANCEL_ERROR', 'TRADE_TIMEOUT']),
  ...troubles(['SELLER_BALANCE_NOT_ENOUGH'], ['no-funds']),
  ...troubles(['UPAY_TCP_ORDER_NOT_REFUNDABLE'], ['not-allowed']),
  // A refusal of what would be possible: an unpaid order has no other verb to be undone with.
  ...troubles(['UPAY_CANCEL_INVALID_ORDER_STATE'], ['refused']),
  ...troubles(['SOMETHING_NEW']),
];

export const shouqianba: Catalogue = {
  starts: [
    { kind: 'paid', state: 'PAID', flags: today, ...recently, weight: 5 },
    { kind: 'paid', state: 'PAID', flags: { otherDay: true }, ...recently, weight: 3 },
    { kind: 'unpaid', state: 'CREATED', createdMsAgo: MINUTE, weight: 5 },
    { kind: 'unpaid', state: 'CREATED', createdMsAgo: 0, weight: 2 },
    { kind: 'absent', state: 'absent', weight: 3 },
    { kind: 'absent', state: 'absent', flags: { visibleAfterMs: 500 }, weight: 1 },
    { kind: 'other', state: 'PAY_CANCELED', createdMsAgo: MINUTE },
    { kind: 'other', state: 'PAY_ERROR', createdMsAgo: MINUTE, sticks: ['gateway-unsure'] },
    {
      kind: 'other',
      state: 'PAY_ERROR',
      createdMsAgo: MINUTE,
      flags: { charged: true, ...today },
      sticks: ['gateway-unsure'],
    },
    { kind: 'other', state: 'REFUNDED', ...recently },
    { kind: 'other', state: 'CANCELED', ...recently, flags: today },
    { kind: 'other', state: 'PARTIAL_REFUNDED', ...recently, sticks: ['partly-refunded'] },
    { kind: 'other', state: 'REFUND_INPROGRESS', ...recently, flags: { refundSettlesAfterMs: 800 } },
    { kind: 'other', state: 'REFUND_ERROR', ...recently, sticks: ['gateway-unsure'] },
    { kind: 'other', state: 'CANCEL_INPROGRESS', ...recently, flags: { ...today, cancelSettlesAfterMs: 800 } },
    { kind: 'other', state: 'CANCEL_ERROR', ...recently, flags: today, sticks: ['gateway-unsure'] },
    { kind: 'other', state: 'INVALID_STATUS_CODE', ...recently, sticks: ['gateway-unsure'] },
  ],
  twists: [
    // 8.B: what is paid again while a cancel runs, or seems to, is left to people after ten minutes.
    ...(['paid', 'unpaid'] as const).map((kind) => ({
      kinds: [kind],
      flags: {
        cancelFails: 'slow-then-refused',
        cancelSettlesAfterMs: 700,
        cancelFailTimes: 1,
        oneCancelPerOrder: false,
      },
      sticks: ['gateway-busy'] as const,
    })),
    ...(['slow', 'unknown-then-ok'] as const).map((cancelFails) => ({
      kinds: ['paid', 'unpaid'] as const,
      flags: { cancelFails, cancelSettlesAfterMs: 900 },
    })),
    // One cancel an order: what came to nothing can be refunded when it was paid, and is left to people when not.
    ...(['unknown-then-refused', 'refused'] as const).flatMap((cancelFails) => [
      { kinds: ['paid'] as const, flags: { cancelFails, cancelSettlesAfterMs: 700 } },
      {
        kinds: ['unpaid'] as const,
        flags: { cancelFails, cancelSettlesAfterMs: 700, cancelFailTimes: 1, oneCancelPerOrder: false },
      },
    ]),
    ...(['slow-then-error', 'unknown'] as const).map((cancelFails) => ({
      kinds: ['paid', 'unpaid'] as const,
      flags: { cancelFails, cancelSettlesAfterMs: 700 },
      sticks: ['gateway-unsure', 'refused'] as const,
    })),
    { kinds: ['paid'], flags: { campaign: true }, sticks: ['not-allowed'] },
    { kinds: ['paid'], flags: { campaign: 'FAIL' }, sticks: ['not-allowed'] },
    { kinds: ['paid'], flags: { balanceShort: true }, sticks: ['no-funds'] },
    { kinds: ['paid', 'unpaid'], flags: { lag: 300 } },
    { kinds: ['paid', 'unpaid'], flags: { canceledAs: 'PAY_CANCELED' } },
    { kinds: ['paid'], flags: { otherDay: true, refund: 'in-progress-then-ok', refundSettlesAfterMs: 800 } },
    {
      kinds: ['paid'],
      flags: { otherDay: true, refund: 'error-then-ok', refundSettlesAfterMs: 800 },
      sticks: ['gateway-unsure'],
    },
    {
      kinds: ['paid'],
      flags: { otherDay: true, refund: 'fail' },
      // When its answer was lost: of a paid order the query says REFUND_ERROR, "failed, channel unknown", for good.
      sticks: ['refund-failed', 'gateway-unsure'],
    },
    { kinds: ['unpaid'], flags: { payErrorAfterMs: 300 }, sticks: ['gateway-unsure'] },
    { kinds: ['unpaid'], flags: { payCanceledAfterMs: 400 } },
  ],
  acts: ['cancel', 'revoke', 'refund'],
  trouble: {
    query: [...unreadable, ...busy, ...cosmetic, ...rejected, { name: 'missingData' }],
    refundQuery: [...unreadable, ...busy, ...cosmetic, ...rejected],
    cancel,
    revoke: cancel,
    refund: [
      ...unreadable,
      ...busy,
      ...cosmetic,
      ...rejected,
      ...doubtful(['REFUND_ERROR']),
      ...troubles(['REFUND_FAIL', 'SOMETHING_NEW', 'UPAY_REFUND_INVALID_ORDER_STATE'], ['refund-failed']),
      ...troubles(['SELLER_BALANCE_NOT_ENOUGH'], ['no-funds']),
    ],
  },
  // 5.4: at most two more times.
  exhausted: { cancel: ['refused'], revoke: ['refused'], refund: ['refund-failed'] },
  meddling: [
    { kinds: ['paid'], event: { name: 'refundElsewhere' } },
    { kinds: ['paid', 'unpaid'], event: { name: 'cancelElsewhere' } },
    { kinds: ['paid'], event: { name: 'partialRefund' }, sticks: ['partly-refunded', 'refund-failed', 'refused'] },
    { kinds: ['paid'], event: { name: 'midnight' } },
    { kinds: ['unpaid'], event: { name: 'expire' } },
  ],
  payAbsent: 'createAndPay',
  // 4.2(2): a missing order is definite a minute after the attempt.
  arrivesWithinMs: 700,
};
