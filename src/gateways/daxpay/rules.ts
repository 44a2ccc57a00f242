/** DaxPay's decision tables (spec 8.2 to 8.4, as the real server corrects them) by profile, as data for `decide`. */
import { MINUTE, type Rules, SECOND } from '../../reversal/rules.ts';
import {
  ask,
  askAbout,
  both,
  COMMON_TIMING,
  DONE,
  keep,
  look,
  REJECTED,
  refundRow,
  send,
  settle,
  table,
  UNANSWERED,
  watch,
} from '../../reversal/tables.ts';

const failed = look(60 * MINUTE, ask('gateway-failed'));
const refundOr = (reason: 'refused' | 'not-allowed') => send(['refund'], ask(reason));
/** 8.3: five tries, then the expiry of the order, then people. */
const tryAgain = send('unpaid', look(60 * MINUTE, ask('refused')), 5);
const closeInstead = send(['close'], look(60 * MINUTE, ask('refused')), 5);

/** Nothing of a settled or broken order at DaxPay itself is decided by time alone. */
const ongoing = {
  settlingRefund: look('ever'),
  faultyPayment: failed,
} as const;

const afterUndo: Rules['afterUndo'] = table([
  {
    // OK: never proof. E and F answer 0 without effect when a callback came first; C saves too late
    answers: DONE,
    row: {
      paid: refundOr('refused'),
      unpaid: tryAgain,
      absent: ask('contradiction'),
      ...ongoing,
      unknown: look('ever'),
    },
  },
  {
    // STATUS, and every `data.code` 1 of profile C, which is not decided by its text
    answers: ['state', 'tooLate', 'unclear', 'finished', 'partlyRefunded', 'frozen', 'noFunds'],
    row: { paid: refundOr('refused'), unpaid: tryAgain, absent: watch, ...ongoing, unknown: look('ever') },
  },
  {
    // UNSUPPORTED by the channel: from cancel to close
    answers: ['notAllowed'],
    row: { paid: refundOr('not-allowed'), unpaid: closeInstead, absent: watch, ...ongoing, unknown: look('ever') },
  },
  {
    answers: ['absent'],
    row: { paid: refundOr('refused'), unpaid: tryAgain, absent: watch, ...ongoing, unknown: look('ever') },
  },
  {
    // BUSY: a lock, lease ten seconds (F sixty)
    answers: ['again'],
    row: {
      paid: refundOr('refused'),
      unpaid: send('unpaid', ask('refused')),
      absent: watch,
      ...ongoing,
      unknown: look('ever'),
    },
  },
  {
    // UNKNOWN: may run tens of seconds later
    answers: ['unknown', 'gatewayFault', 'running'],
    row: { paid: refundOr('refused'), unpaid: tryAgain, absent: watch, ...ongoing, unknown: look('ever') },
  },
  {
    answers: ['notSent', 'limited'],
    row: {
      paid: refundOr('refused'),
      unpaid: send('unpaid', ask('refused')),
      absent: watch,
      ...ongoing,
      unknown: look('ever'),
    },
  },
  {
    answers: REJECTED,
    row: { ...askAbout('configuration'), faultyPayment: ask('configuration') },
  },
]);

const sameNumber = send(['refund'], ask('refund-failed'), 3);

const afterRefund: Rules['afterRefund'] = table([
  {
    // The answer's shape says nothing (real server 11): the refund's own query decides. The same number again is the
    // only way out of `refunding`; what raced a cancel keeps failing (clarification 13)
    answers: [...DONE, 'again', 'running', ...UNANSWERED],
    row: refundRow(send(['refund'], ask('refund-failed'), 5), sameNumber),
  },
  {
    answers: ['tooLate', 'state', 'notAllowed', 'noFunds', 'frozen', 'finished', 'partlyRefunded', 'absent', 'unclear'],
    row: refundRow(ask('refund-failed'), sameNumber),
  },
  { answers: REJECTED, row: refundRow(ask('configuration'), ask('configuration')) },
]);

const common: Rules = {
  provider: 'daxpay',
  timing: {
    ...COMMON_TIMING,
    pollEvery: 3 * SECOND,
    patience: 30 * SECOND,
    // 8.2: the payment call's own timeout and thirty seconds.
    quiet: 60 * SECOND,
    codeLife: 30 * MINUTE,
    watch: [],
    confirmWithin: 5 * SECOND,
    refundLookAfter: 3 * SECOND,
    // Real server 7 and 8: an answer can take 16 s, and a call that we gave up on can run a minute later.
    actTimeout: 20 * SECOND,
    actHorizon: 80 * SECOND,
    backOff: { ...COMMON_TIMING.backOff, first: SECOND },
  },
  // 8.4: cancel only where the merchant's books cope with a refund that DaxPay does not record.
  permits: { cancel: false, refund: true, revoke: false },
  windows: {},
  cautiousCancel: { wechat_pay: 'barcode', union_pay: 'never', wallet_pay: 'never' },
  verbs: { unpaid: ['cancel', 'close'], paid: ['refund'], paidVoid: ['refund'] },
  // Not idempotent: after a lost answer nothing is sent again before its horizon. A refund keeps its number.
  repeatable: ['refund'],
  goneAfterPaid: 'ask',
  sync: { on: ['unpaid', 'faultyPayment'], inWatch: false, tries: 3, repeatAfter: 10 * SECOND, withoutSync: ['close'] },
  before: {
    absent: both(watch),
    unpaid: { keep: look('patience', tryAgain), reverse: tryAgain },
    paid: { keep, reverse: refundOr('not-allowed') },
    finished: { keep, reverse: ask('finished') },
    partlyRefunded: { keep, reverse: ask('partly-refunded') },
    closed: both(settle),
    refunded: both(settle),
    gone: both(settle),
    settlingPayment: both(look('ever')),
    settlingCancel: both(look('ever')),
    settlingRefund: both(look('ever')),
    faultyPayment: both(failed),
    faultyCancel: both(look(10 * MINUTE, ask('gateway-unsure'))),
    faultyRefund: both(look(10 * MINUTE, ask('gateway-unsure'))),
    faultyStatus: both(look(10 * MINUTE, ask('gateway-unsure'))),
    // Nothing is decided on an order that cannot be seen.
    unknown: both(look('ever')),
    rejected: both(ask('configuration')),
  },
  afterUndo,
  afterClose: afterUndo,
  afterRefund,
};

/** A closed order of 2.0.8 can revive: it is synced at once and again at each watch time (8.2, clarification 12). */
export const daxpayCRules: Rules = {
  ...common,
  profile: 'c',
  timing: { ...common.timing, watch: [10 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 60 * MINUTE] },
  sync: {
    on: ['unpaid', 'faultyPayment', 'closed', 'gone'],
    inWatch: true,
    tries: 3,
    repeatAfter: 10 * SECOND,
    withoutSync: ['close'],
  },
  refundSync: { after: 5 * SECOND, tries: 5 },
  before: { ...common.before, closed: both(watch), gone: both(watch) },
};

/** 3.0.0: a closed order never changes, and `fail` may be a mere transport error. */
export const daxpayERules: Rules = {
  ...common,
  profile: 'e',
  // Its WeChat V3 reverse cannot find the order (4.3).
  cautiousCancel: { ...common.cautiousCancel, wechat_pay: 'never', wechat_pay_isv: 'never' },
};

/** 2026: final states never change; a `fail` order is final, and not proof that nobody paid (clarification 14). */
export const daxpayFRules: Rules = {
  ...common,
  profile: 'f',
  sync: { on: ['unpaid'], inWatch: false, tries: 3, repeatAfter: 10 * SECOND, withoutSync: ['close'] },
  before: { ...common.before, faultyPayment: both(ask('gateway-failed')) },
};
