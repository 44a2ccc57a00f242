/** Alipay's decision tables (spec 8.2 to 8.4) and windows, as data for `decide`. */
import { HOUR, MINUTE, type Rules, SECOND } from '../../reversal/rules.ts';
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

/** Cancel again, then refund: for a payment that stands although the gateway said that it was undone. */
const againThenRefund = send(['cancel'], send(['refund'], ask('window-over')), 2);
const refundOr = (reason: 'window-over' | 'not-allowed' | 'refused') => send(['refund'], ask(reason));
const repeat = send('same', send('paid'));
const repeatUnpaid = send('same', send(['close'], ask('refused')));
const repeatOrWatch = send('same', watch);

export const alipayRules: Rules = {
  provider: 'alipay',
  timing: {
    ...COMMON_TIMING,
    // 7.1: 30 s in all, at 3 s; the cancel follows the last query without any gap.
    pollEvery: 3 * SECOND,
    patience: 30 * SECOND,
    quiet: 0,
    codeLife: 2 * HOUR,
    watch: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE],
    refundLookAfter: 10 * SECOND,
  },
  permits: { cancel: true, refund: true, revoke: false },
  // 5.5: 24 h, by the stricter reading from the creation of the order; ten minutes of it are left unused.
  windows: { cancel: { kind: 'age', max: 23 * HOUR + 50 * MINUTE } },
  verbs: { unpaid: ['cancel', 'close'], paid: ['cancel', 'refund'], paidVoid: ['refund', 'cancel'] },
  // 5.4: the target state is the same, and a refunded trade cannot be refunded again; 6.2: one refund a number.
  repeatable: ['cancel', 'close', 'refund'],
  // 4.3: TRADE_CLOSED after a payment means that all of it went back.
  goneAfterPaid: 'refunded',
  before: {
    absent: {
      keep: look('patience', send(['cancel'], watch)),
      reverse: send(['cancel'], watch),
    },
    unpaid: { keep: look('patience', send('unpaid')), reverse: send('unpaid') },
    paid: { keep, reverse: send('paid') },
    finished: { keep, reverse: ask('finished') },
    partlyRefunded: { keep, reverse: ask('partly-refunded') },
    closed: both(settle),
    refunded: both(settle),
    gone: both(settle),
    settlingPayment: both(look('ever')),
    settlingCancel: both(look('ever')),
    settlingRefund: both(look('ever')),
    faultyPayment: both(look(10 * MINUTE, ask('gateway-unsure'))),
    faultyCancel: both(look(10 * MINUTE, ask('gateway-unsure'))),
    faultyRefund: both(look(10 * MINUTE, ask('gateway-unsure'))),
    faultyStatus: both(look(10 * MINUTE, ask('gateway-unsure'))),
    // Q7: a look that failed counts here and nowhere else: nothing may be left payable.
    unknown: {
      keep: look('patience', send(['cancel'], look('ever'))),
      reverse: send(['cancel'], look('ever')),
    },
    rejected: both(ask('configuration')),
  },
  afterUndo: table([
    {
      // C1, C2
      answers: ['closed', 'refunded', 'unspecified'],
      row: {
        paid: againThenRefund,
        unpaid: send('unpaid', ask('contradiction'), 3),
        absent: ask('contradiction'),
        unknown: look('ever'),
      },
    },
    {
      // C3: success without an action
      answers: ['nothingFound'],
      row: { paid: againThenRefund, unpaid: send('unpaid', ask('refused'), 3), absent: watch, unknown: look('ever') },
    },
    {
      // C4, C5: retry_flag=Y with any code. C6: nothing is known of the call
      answers: ['again', 'running', ...UNANSWERED],
      row: { paid: repeat, unpaid: repeatUnpaid, absent: repeatOrWatch, unknown: send('same', look('ever')) },
    },
    {
      // C7: people top up, and every self-check tries again: cancel in its window, refund after it
      answers: ['noFunds'],
      row: {
        paid: ask('no-funds'),
        unpaid: send('unpaid', ask('no-funds'), 3),
        absent: watch,
        unknown: look('ever'),
      },
    },
    {
      // C8
      answers: ['tooLate'],
      row: {
        paid: refundOr('window-over'),
        unpaid: send(['close'], ask('window-over'), 3),
        absent: watch,
        unknown: look('ever'),
      },
    },
    {
      // C9
      answers: ['notAllowed'],
      row: {
        paid: refundOr('not-allowed'),
        unpaid: send(['close'], ask('not-allowed'), 3),
        absent: watch,
        unknown: look('ever'),
      },
    },
    {
      // C10: what is left is not shown, so people decide (clarification 4)
      answers: ['partlyRefunded'],
      row: {
        paid: ask('partly-refunded'),
        unpaid: ask('partly-refunded'),
        absent: ask('contradiction'),
        unknown: look('ever'),
      },
    },
    {
      // C11
      answers: ['finished'],
      row: { ...askAbout('finished'), unknown: look('ever') },
    },
    {
      // C12
      answers: ['frozen'],
      row: askAbout('frozen'),
    },
    {
      // C13
      answers: REJECTED,
      row: askAbout('configuration'),
    },
    {
      // C14: any other business code
      answers: ['state', 'absent', 'unclear'],
      row: {
        paid: refundOr('refused'),
        unpaid: send(['close'], ask('refused'), 3),
        absent: watch,
        unknown: look('ever'),
      },
    },
  ]),
  afterClose: table([
    {
      answers: DONE,
      row: { unpaid: send(['close'], ask('contradiction'), 3), absent: watch, unknown: look('ever') },
    },
    {
      answers: ['again', 'running', ...UNANSWERED],
      // "Cancel anyway" (Q7) is said of cancel alone: a close waits for a look that shows the order.
      row: { unpaid: send('same', ask('refused')), absent: repeatOrWatch, unknown: look('ever') },
    },
    {
      // 6.1: not waiting for payment any more, or not created; the look says which
      answers: ['state', 'tooLate', 'finished', 'partlyRefunded', 'unclear', 'notAllowed', 'noFunds', 'absent'],
      row: { unpaid: look(MINUTE, send(['close'], ask('refused'), 3)), absent: watch, unknown: look('ever') },
    },
    { answers: ['frozen'], row: { unpaid: ask('frozen'), absent: ask('frozen'), unknown: ask('frozen') } },
    {
      answers: REJECTED,
      row: askAbout('configuration'),
    },
  ]),
  afterRefund: table([
    {
      // 6.2: the same number and amount again is safe, and says what became of it
      answers: [...DONE, 'again', 'running', ...UNANSWERED],
      row: refundRow(send(['refund'], ask('refund-failed')), ask('refund-failed')),
    },
    { answers: ['noFunds'], row: refundRow(ask('no-funds'), ask('no-funds')) },
    {
      answers: ['tooLate', 'notAllowed', 'finished', 'frozen', 'state', 'partlyRefunded', 'absent', 'unclear'],
      row: refundRow(ask('refund-failed'), ask('refund-failed')),
    },
    { answers: REJECTED, row: refundRow(ask('configuration'), ask('configuration')) },
  ]),
};
