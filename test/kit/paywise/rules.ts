/** Paywise's decision tables: what its contract says, cell by cell. */
import { HOUR, type Rules, SECOND } from '../../../src/reversal/rules.ts';
import {
  ask,
  askAbout,
  both,
  COMMON_TIMING,
  DONE,
  keep,
  look,
  noTable,
  REJECTED,
  send,
  settle,
  table,
  UNANSWERED,
  watch,
} from '../../../src/reversal/tables.ts';

const again = send(['cancel'], ask('refused'), 5);
const reverse = send(['cancel'], ask('window-over'));

export const paywiseRules: Rules = {
  provider: 'paywise',
  timing: { ...COMMON_TIMING, patience: 30 * SECOND, quiet: 60 * SECOND, watch: [5 * SECOND] },
  permits: { cancel: true, refund: false, revoke: false },
  windows: { cancel: { kind: 'age', max: 2 * HOUR } },
  verbs: { unpaid: ['cancel'], paid: ['cancel'], paidVoid: ['cancel'] },
  repeatable: ['cancel'],
  goneAfterPaid: 'ask',
  before: {
    absent: both(watch),
    unpaid: { keep: look('patience', again), reverse: again },
    paid: { keep, reverse },
    finished: { keep, reverse: ask('finished') },
    partlyRefunded: { keep, reverse: ask('partly-refunded') },
    closed: both(settle),
    refunded: both(settle),
    gone: both(settle),
    settlingPayment: both(look('ever')),
    settlingCancel: both(look('ever')),
    settlingRefund: both(look('ever')),
    faultyPayment: both(ask('gateway-unsure')),
    faultyCancel: both(ask('gateway-unsure')),
    faultyRefund: both(ask('gateway-unsure')),
    faultyStatus: both(ask('gateway-unsure')),
    unknown: both(look('ever')),
    rejected: both(ask('configuration')),
  },
  afterUndo: table([
    {
      // A success that the look does not bear out.
      answers: DONE,
      row: { paid: ask('contradiction'), unpaid: ask('contradiction'), absent: ask('contradiction') },
    },
    {
      // BUSY, ERROR, or no answer: the same call again, after the look.
      answers: ['again', 'running', ...UNANSWERED],
      row: { paid: again, unpaid: again, absent: watch },
    },
    { answers: ['tooLate'], row: { paid: ask('window-over'), unpaid: ask('window-over'), absent: watch } },
    {
      answers: ['state', 'notAllowed', 'noFunds', 'frozen', 'finished', 'partlyRefunded', 'absent', 'unclear'],
      row: { paid: ask('refused'), unpaid: ask('refused'), absent: watch },
    },
    { answers: REJECTED, row: askAbout('configuration') },
  ]),
  // Paywise has neither close nor refund.
  afterClose: noTable(),
  afterRefund: noTable(),
};
