/** Shouqianba's decision tables (spec 8.A, 8.B, 8.C), windows and timings, as data for `decide`. */
import { MINUTE, type Move, type Rules, SECOND } from '../../reversal/rules.ts';
import {
  ask,
  both,
  COMMON_TIMING,
  DONE,
  keep,
  look,
  noTable,
  refundRow,
  send,
  settle,
  table,
  watch,
} from '../../reversal/tables.ts';

const unsure = look(10 * MINUTE, ask('gateway-unsure'));
const busy = look(10 * MINUTE, ask('gateway-busy'));
/** 5.4: at most two more times; a cancel that was refused since leads to refund. */
const cancelOrRefund = send('paid', send(['refund'], ask('refused')), 3);
const cancelAgain = (reason: 'refused' | 'contradiction', tries: number) => send(['cancel'], ask(reason), tries);

/** INVALID_STATUS_CODE gets three looks, before an act and after one. */
const unfamiliarStatus = look(6 * SECOND, ask('gateway-unsure'));

/** What every row says of a gateway that is still at it, or does not know (columns I and E). */
const ongoing = {
  settlingPayment: busy,
  settlingCancel: busy,
  settlingRefund: busy,
  faultyPayment: unsure,
  faultyCancel: unsure,
  faultyRefund: ask('gateway-unsure'),
  faultyStatus: unfamiliarStatus,
} as const;

const people = (move: Move) => ({ paid: move, unpaid: move, ...ongoing, faultyPayment: move, faultyCancel: move });

export const shouqianbaRules: Rules = {
  provider: 'shouqianba',
  timing: {
    ...COMMON_TIMING,
    // 4.1, 6: poll every 3 s until 45 s after the payment was sent, never cancel before 15 s.
    pollEvery: 3 * SECOND,
    patience: 45 * SECOND,
    minimumAge: 15 * SECOND,
    // 8.B: a success that the query does not show within 60 s is a contradiction.
    confirmWithin: 60 * SECOND,
    actHorizon: 60 * SECOND,
    // 4.2(2): a missing order is definite 60 s after the payment was sent; a QR code lives four minutes.
    quiet: 60 * SECOND,
    codeLife: 4 * MINUTE,
    watch: [5 * SECOND],
    refundLookAfter: 3 * SECOND,
    lookTimeout: 10 * SECOND,
    // The gateway holds a cancel for as long as the channel takes.
    actTimeout: 35 * SECOND,
    backOff: { ...COMMON_TIMING.backOff, first: 5 * SECOND },
  },
  permits: { cancel: true, refund: true, revoke: true },
  // 5.3: the calendar day in China, until ten minutes before midnight.
  windows: {
    cancel: { kind: 'sameDay', utcOffsetHours: 8, untilMinute: 23 * 60 + 50 },
    revoke: { kind: 'sameDay', utcOffsetHours: 8, untilMinute: 23 * 60 + 50 },
  },
  // 5.1: `cancel` for what is unknown, `revoke` for a paid order that a person voids.
  verbs: { unpaid: ['cancel'], paid: ['cancel', 'refund'], paidVoid: ['revoke', 'cancel', 'refund'] },
  // The order is the key: a repeated cancel answers NOOP; a repeated refund number is refused as done.
  repeatable: ['cancel', 'revoke', 'refund'],
  goneAfterPaid: 'refunded',
  before: {
    // Nothing to cancel is known: the quiet period and a second look prove it.
    absent: both(watch),
    unpaid: { keep: look('patience', send('unpaid', ask('refused'), 3)), reverse: send('unpaid', ask('refused'), 3) },
    paid: { keep, reverse: send('paid') },
    finished: { keep, reverse: ask('finished') },
    // Never cancelled; what somebody else left of it is a person's decision.
    partlyRefunded: { keep, reverse: ask('partly-refunded') },
    closed: both(settle),
    refunded: both(settle),
    gone: both(settle),
    settlingPayment: both(busy),
    settlingCancel: both(busy),
    settlingRefund: both(busy),
    // Mostly settles by itself: left alone for as long whatever the intent.
    faultyPayment: both(look('patience', send(['cancel'], unsure, 1))),
    faultyCancel: both(unsure),
    faultyRefund: both(ask('gateway-unsure')),
    faultyStatus: both(unfamiliarStatus),
    unknown: {
      keep: look('patience', send(['cancel'], look('ever'), 3)),
      reverse: send(['cancel'], look('ever'), 3),
    },
    rejected: both(ask('configuration')),
  },
  afterUndo: table([
    {
      // CANCEL_SUCCESS, CANCEL_ABORT_SUCCESS, UPAY_CANCEL_ORDER_NOOP. No refund on top of a success.
      answers: DONE,
      row: {
        paid: look(60 * SECOND, ask('contradiction')),
        unpaid: look(60 * SECOND, ask('contradiction')),
        absent: ask('contradiction'),
        ...ongoing,
        unknown: look('ever'),
      },
    },
    {
      // CANCEL_IN_PROGRESS, CANCEL_ABORT_IN_PROGRESS
      answers: ['running', 'again'],
      row: {
        paid: look(10 * MINUTE, ask('gateway-busy')),
        unpaid: look(60 * SECOND, cancelAgain('refused', 2)),
        absent: watch,
        ...ongoing,
        unknown: look('ever'),
      },
    },
    {
      // CANCEL_ERROR, CANCEL_ABORT_ERROR, 500
      answers: ['gatewayFault'],
      row: {
        lookAfter: 15 * SECOND,
        paid: cancelOrRefund,
        unpaid: cancelAgain('refused', 3),
        absent: watch,
        ...ongoing,
        unknown: look('ever'),
      },
    },
    {
      // No answer, or none that can be read: it may have been executed
      answers: ['unknown'],
      row: {
        lookAfter: 5 * SECOND,
        paid: cancelOrRefund,
        unpaid: cancelAgain('refused', 3),
        absent: watch,
        ...ongoing,
        // 5.3 asks people after ten minutes; an outage must not make a case of every order.
        unknown: look('ever'),
      },
    },
    {
      // Certainly not executed
      answers: ['notSent', 'limited'],
      row: {
        paid: send('paid', send(['refund'], ask('refused'))),
        unpaid: send(['cancel'], ask('refused')),
        absent: watch,
        ...ongoing,
        unknown: send('same', look('ever')),
      },
    },
    {
      // UPAY_CANCEL_INVALID_ORDER_STATE, also what "one cancel an order" answers
      answers: ['state', 'tooLate'],
      row: {
        paid: send(['refund'], ask('refused')),
        unpaid: look(60 * SECOND, ask('refused')),
        absent: ask('contradiction'),
        ...ongoing,
        unknown: look('ever'),
      },
    },
    {
      // UPAY_ORDER_NOT_EXISTS: late arrival, back to 8.A
      answers: ['absent'],
      row: {
        paid: send('paid'),
        unpaid: cancelAgain('refused', 3),
        absent: watch,
        ...ongoing,
        unknown: look('ever'),
      },
    },
    {
      // A campaign, or a balance that is too low
      answers: ['notAllowed'],
      row: { ...people(ask('not-allowed')), absent: ask('not-allowed'), unknown: look(MINUTE, ask('not-allowed')) },
    },
    {
      answers: ['noFunds'],
      row: { ...people(ask('no-funds')), absent: ask('no-funds'), unknown: look('ever') },
    },
    {
      answers: ['frozen', 'finished', 'partlyRefunded'],
      row: { ...people(ask('refused')), absent: ask('refused'), unknown: look('ever') },
    },
    {
      // 400 ILLEGAL_SIGN: the key was recovered or not; either way nothing was executed
      answers: ['rejectedSignature'],
      row: {
        paid: send('same', ask('configuration'), 3),
        unpaid: send('same', ask('configuration'), 3),
        absent: watch,
        ...ongoing,
        unknown: look('ever'),
      },
    },
    {
      answers: ['rejectedRequest', 'rejectedConfig'],
      row: { ...people(ask('configuration')), absent: ask('configuration'), unknown: ask('configuration') },
    },
    {
      // FAIL with a code that nobody has described
      answers: ['unclear'],
      row: {
        paid: send(['cancel'], send(['refund'], ask('refused')), 2),
        unpaid: look(60 * SECOND, cancelAgain('refused', 2)),
        absent: watch,
        ...ongoing,
        faultyPayment: ask('gateway-unsure'),
        faultyCancel: ask('gateway-unsure'),
        unknown: look('ever'),
      },
    },
  ]),
  // Shouqianba has no close.
  afterClose: noTable(),
  afterRefund: table([
    {
      // REFUND_SUCCESS, and UPAY_REFUND_ORDER_NOOP, which a query that finds nothing contradicts
      answers: DONE,
      row: refundRow(look(60 * SECOND, ask('contradiction')), ask('refund-failed')),
    },
    {
      // REFUND_IN_PROGRESS: the bank's side may take days
      answers: ['running', 'again'],
      row: refundRow(look(10 * MINUTE, ask('refund-failed')), ask('refund-failed')),
    },
    {
      answers: ['gatewayFault', 'unknown'],
      row: refundRow(send(['refund'], ask('refund-failed'), 3), ask('refund-failed')),
    },
    {
      // Certainly not executed
      answers: ['notSent', 'limited', 'rejectedSignature'],
      row: refundRow(send(['refund'], ask('refund-failed')), ask('refund-failed')),
    },
    { answers: ['noFunds'], row: refundRow(ask('no-funds'), ask('no-funds')) },
    {
      answers: ['tooLate', 'state', 'notAllowed', 'frozen', 'finished', 'partlyRefunded', 'absent', 'unclear'],
      row: refundRow(ask('refund-failed'), ask('refund-failed')),
    },
    { answers: ['rejectedRequest', 'rejectedConfig'], row: refundRow(ask('configuration'), ask('configuration')) },
  ]),
};
