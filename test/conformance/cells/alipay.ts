/** Alipay's decision tables, specification 8.2 to 8.4, cell by cell. */
import { alipayRules } from '../../../src/gateways/alipay/rules.ts';
import type { Answer } from '../../../src/reversal/answer.ts';
import type { OrderView } from '../../../src/reversal/order-view.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import type { Case, Course } from './play.ts';
import { type Cell, cell, changed, type SpecTable, specTable, type Variant } from './table.ts';
import {
  absent,
  again,
  barred,
  done,
  finished,
  gone,
  lost,
  no,
  notSent,
  otherAmount,
  otherOrder,
  paid,
  refundDone,
  refunded,
  refundMissing,
  refundUnseen,
  turnedAway,
  unpaid,
  unseen,
} from './words.ts';

const keep = { ifPaid: 'keep' } as const;
const fresh = { openedAfter: 1000 };

/** v3 signs no errors: what they say is a hint (specification 1.5, 2.4). */
const unsigned = (answer: Answer): Answer =>
  answer.kind === 'refused' || answer.kind === 'rejected' ? { ...answer, hint: true } : answer;
const hinted = (view: OrderView): OrderView => (view.kind === 'absent' ? { ...view, hint: true } : view);
const course = (views: Course<OrderView>): Course<OrderView> =>
  Array.isArray(views) ? views.map(([at, view]) => [at, hinted(view)]) : hinted(views as OrderView);

const variants: readonly Variant[] = [
  { name: 'alipay-classic', rules: alipayRules },
  {
    name: 'alipay-v3',
    rules: alipayRules,
    alter: (c) => ({
      ...c,
      before: course(c.before),
      ...(c.after && { after: course(c.after) }),
      ...(c.acts && { acts: c.acts.map(([verb, answer]) => [verb, unsigned(answer)] as const) }),
    }),
  },
];

export const alipay82 = specTable({
  name: 'alipay 8.2',
  variants,
  rows: ['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6', 'Q7', 'Q8', 'Q9'],
  columns: ['ACCEPT', 'REVERSE'],
  cells: {
    'Q1|ACCEPT': cell('finish PAID', { request: keep, before: paid, end: 'settle kept' }),
    'Q1|REVERSE': cell(
      'cancel if result was unknown and within 24 h, otherwise refund in full',
      { when: 'unknown, within 24 h', before: paid, end: 'send cancel', atMost: 2 * MINUTE },
      { when: 'after 23 h 50 min', openedAfter: 23 * HOUR + 51 * MINUTE, before: paid, end: 'send refund' },
      { when: 'a void: its result was known', request: { reason: 'void' }, before: paid, end: 'send refund' },
      {
        when: 'too late, and the account may not refund',
        openedAfter: 25 * HOUR,
        permits: { refund: false },
        before: paid,
        end: 'ask window-over',
      },
    ),
    'Q2|ACCEPT': cell('finish PAID', { request: keep, before: finished, end: 'settle kept' }),
    'Q2|REVERSE': cell('human (not refundable)', { before: finished, end: 'ask finished' }),
    'Q3|ACCEPT': cell(
      'wait, query again',
      { request: keep, ...fresh, before: unpaid, end: 'send cancel', atLeast: 30 * SECOND, way: /^look$/ },
      {
        request: keep,
        ...fresh,
        before: [
          [0, unpaid],
          [8000, paid],
        ],
        end: 'settle kept',
        atMost: 15 * SECOND,
      },
    ),
    'Q3|REVERSE': cell('cancel now', { ...fresh, before: unpaid, end: 'send cancel', atMost: 2 * SECOND }),
    'Q4|ACCEPT': cell('cancel now', { request: keep, before: unpaid, end: 'send cancel', atMost: 61 * SECOND }),
    'Q4|REVERSE': cell('cancel now', { before: unpaid, end: 'send cancel', atMost: 61 * SECOND }),
    'Q5|ACCEPT': cell(
      'finish NOT_PAID (closed or refunded)',
      { request: keep, before: gone, end: 'settle reversed' },
      { request: keep, before: refunded, end: 'settle refunded' },
    ),
    'Q5|REVERSE': cell(
      'finish REVERSED',
      { before: gone, end: 'settle reversed' },
      { before: refunded, end: 'settle refunded' },
    ),
    'Q6|ACCEPT': cell(
      'time left: query again; over: cancel anyway, then watch',
      { request: keep, ...fresh, before: absent, end: 'send cancel', atLeast: 30 * SECOND },
      {
        request: keep,
        before: absent,
        acts: [['cancel', done('nothingFound')]],
        after: absent,
        end: 'settle nothing_to_reverse',
        way: /cancel.*watch/,
      },
    ),
    'Q6|REVERSE': cell(
      'cancel, then watch',
      { ...fresh, before: absent, end: 'send cancel', atMost: 2 * SECOND },
      {
        before: absent,
        acts: [['cancel', done('nothingFound')]],
        after: absent,
        end: 'settle nothing_to_reverse',
        way: /cancel.*watch/,
      },
    ),
    'Q7|ACCEPT': cell(
      'query again; when time is over cancel anyway',
      { request: keep, ...fresh, before: unseen('timeout'), end: 'send cancel', atLeast: 30 * SECOND },
      { request: keep, ...fresh, before: unseen('limited'), end: 'send cancel', atLeast: 30 * SECOND },
      { request: keep, ...fresh, before: unseen('forged'), end: 'send cancel', atLeast: 30 * SECOND },
    ),
    'Q7|REVERSE': cell(
      'cancel anyway',
      { ...fresh, before: unseen('timeout'), end: 'send cancel', atMost: 2 * SECOND },
      { ...fresh, before: unseen('limited'), end: 'send cancel', atMost: 2 * SECOND },
    ),
    'Q8|ACCEPT': cell(
      'stop, alarm, state UNKNOWN',
      { request: keep, before: turnedAway('request'), end: 'ask configuration' },
      { request: keep, before: turnedAway('config'), end: 'ask configuration' },
    ),
    'Q8|REVERSE': cell(
      'same',
      { before: turnedAway('request'), end: 'ask configuration' },
      { before: turnedAway('config'), end: 'ask configuration' },
      { before: turnedAway('signature'), end: 'ask configuration' },
    ),
    'Q9|ACCEPT': changed(
      'clarification 2: ids after three looks',
      'stop, alarm, human',
      { request: keep, before: otherAmount, end: 'ask mismatch' },
      { request: keep, ...fresh, before: otherOrder, end: 'ask mismatch', way: /^look$/ },
    ),
    'Q9|REVERSE': cell(
      'same',
      { before: otherAmount, end: 'ask mismatch' },
      { before: { ...unpaid, amount: 1 }, end: 'ask mismatch' },
      { before: { ...gone, currency: 'USD' }, end: 'ask mismatch' },
    ),
  },
});

const ROWS = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10', 'C11', 'C12', 'C13', 'C14'] as const;
const COLUMNS = ['Q1', 'Q3/Q4', 'Q6', 'Q7'] as const;
const BEFORE = { Q1: paid, 'Q3/Q4': unpaid, Q6: absent, Q7: unseen() } as const;
type Column = (typeof COLUMNS)[number];

/** After one cancel with that answer. */
const after = (
  column: Column,
  answer: Answer,
  views: Course<OrderView>,
  rest: Omit<Case, 'before' | 'after'>,
): Case => ({
  before: BEFORE[column],
  acts: [['cancel', answer]],
  after: views,
  ...rest,
});

const LOST: readonly Answer[] = [lost(), lost('gatewayFault'), lost('limited'), lost('forged'), notSent];
const BARRED = [barred('request'), barred('config'), barred('signature')] as const;
const OTHER = [no('state'), no('absent'), no('unclear')] as const;

/** C4 and C5 look alike to the core: the same call again, with back-off. */
const repeats = (column: Column): Cell =>
  cell(
    'repeat cancel (back-off)',
    after(column, again, BEFORE[column], { end: 'send cancel', atLeast: SECOND, way: /cancel look$/ }),
    after(column, again, refunded, { when: 'closed meanwhile', end: 'settle refunded' }),
  );

const unknownCalls = (column: Column): Cell =>
  cell(
    'query → if closed REVERSED else repeat cancel; never conclude from not-exist alone',
    ...LOST.flatMap((answer) => [
      after(column, answer, BEFORE[column], { end: 'send cancel', way: /cancel look$/ }),
      after(column, answer, gone, { end: column === 'Q1' ? 'settle refunded' : 'settle reversed' }),
    ]),
    ...(column === 'Q6' || column === 'Q7'
      ? LOST.map((answer) => after(column, answer, absent, { end: 'send cancel' }))
      : []),
  );

const everywhere = (says: string, answers: readonly Answer[], end: Case['end'], column: Column): Cell =>
  cell(
    says,
    ...answers.map((answer) => after(column, answer, BEFORE[column], { end })),
    ...(end === 'ask configuration' ? [] : answers.map((answer) => after(column, answer, paid, { end }))),
  );

export const alipay83 = specTable({
  name: 'alipay 8.3',
  variants,
  rows: ROWS,
  columns: COLUMNS,
  cells: {
    'C1|Q1': cell(
      'contradiction (was paid): query; accept only TRADE_CLOSED; alarm',
      after('Q1', done('closed'), gone, { end: 'settle reversed', contradiction: true }),
      after('Q1', done('closed'), refunded, { end: 'settle refunded', contradiction: true }),
      after('Q1', done('closed'), paid, { when: 'still paid (clarification 18)', end: 'send cancel', atLeast: 10_000 }),
      after('Q1', done('closed'), absent, { end: 'ask contradiction' }),
    ),
    'C1|Q3/Q4': cell(
      'REVERSED (closed); confirm by one query',
      after('Q3/Q4', done('closed'), gone, { end: 'settle closed', way: /cancel look$/ }),
      after(
        'Q3/Q4',
        done('closed'),
        [
          [0, unpaid],
          [3000, gone],
        ],
        { when: 'a replica lags', end: 'settle closed' },
      ),
      after('Q3/Q4', done('closed'), unseen(), { when: 'not confirmed', end: 'look' }),
      after('Q3/Q4', done('closed'), unpaid, {
        when: 'the success had no effect',
        end: 'send cancel',
        atLeast: 10_000,
      }),
    ),
    'C1|Q6': cell('REVERSED; confirm by query', after('Q6', done('closed'), gone, { end: 'settle closed' })),
    'C1|Q7': cell('REVERSED; confirm by query', after('Q7', done('closed'), gone, { end: 'settle closed' })),
    'C2|Q1': cell(
      'REVERSED (refunded); confirm TRADE_CLOSED',
      after('Q1', done('refunded'), gone, { end: 'settle refunded' }),
      after('Q1', done('refunded'), refunded, { end: 'settle refunded' }),
      after(
        'Q1',
        done('refunded'),
        [
          [0, paid],
          [4000, refunded],
        ],
        { when: 'a replica lags', end: 'settle refunded' },
      ),
      after('Q1', done('refunded'), paid, { when: 'still paid', end: 'send cancel', atLeast: 10_000 }),
    ),
    'C2|Q3/Q4': cell('REVERSED (paid in between)', after('Q3/Q4', done('refunded'), gone, { end: 'settle refunded' })),
    'C2|Q6': cell('same', after('Q6', done('refunded'), gone, { end: 'settle refunded' })),
    'C2|Q7': cell('same', after('Q7', done('refunded'), gone, { end: 'settle refunded' })),
    'C3|Q1': cell(
      'query; if still paid → cancel again, then refund',
      after('Q1', done('nothingFound'), paid, { end: 'send cancel' }),
      {
        before: paid,
        acts: [
          ['cancel', done('nothingFound')],
          ['cancel', done('nothingFound')],
        ],
        after: paid,
        end: 'send refund',
      },
      after('Q1', done('nothingFound'), gone, { end: 'settle refunded' }),
    ),
    'C3|Q3/Q4': cell(
      'query; must show closed',
      after('Q3/Q4', done('nothingFound'), gone, { end: 'settle reversed' }),
      after('Q3/Q4', done('nothingFound'), unpaid, { end: 'send cancel' }),
    ),
    'C3|Q6': cell(
      'PENDING_WATCH (8.4)',
      after('Q6', done('nothingFound'), absent, { end: 'settle nothing_to_reverse', way: /watch/ }),
    ),
    'C3|Q7': cell(
      'PENDING_WATCH',
      after('Q7', done('nothingFound'), absent, { end: 'settle nothing_to_reverse', way: /watch/ }),
      after('Q7', done('nothingFound'), unseen(), { when: 'still not seen', end: 'look' }),
    ),
    'C4|Q1': repeats('Q1'),
    'C4|Q3/Q4': repeats('Q3/Q4'),
    'C4|Q6': repeats('Q6'),
    'C4|Q7': repeats('Q7'),
    'C5|Q1': repeats('Q1'),
    'C5|Q3/Q4': repeats('Q3/Q4'),
    'C5|Q6': repeats('Q6'),
    'C5|Q7': repeats('Q7'),
    'C6|Q1': unknownCalls('Q1'),
    'C6|Q3/Q4': unknownCalls('Q3/Q4'),
    'C6|Q6': unknownCalls('Q6'),
    'C6|Q7': unknownCalls('Q7'),
    'C7|Q1': cell(
      'NEEDS_FUNDS: alarm, retry every few minutes; after 24 h refund',
      after('Q1', no('noFunds'), paid, { end: 'ask no-funds' }),
      after('Q1', no('noFunds'), paid, { through: ['no-funds'], end: 'send cancel', atLeast: MINUTE, atMost: HOUR }),
      after('Q1', no('noFunds'), paid, {
        when: 'the window closes while people top up',
        openedAfter: 23 * HOUR + 49 * MINUTE,
        through: ['no-funds'],
        end: 'send refund',
      }),
    ),
    'C7|Q3/Q4': cell(
      'query first (it was paid), then as left',
      after('Q3/Q4', no('noFunds'), paid, { end: 'ask no-funds' }),
      after('Q3/Q4', no('noFunds'), gone, { end: 'settle reversed' }),
      after('Q3/Q4', no('noFunds'), unpaid, { end: 'send cancel' }),
    ),
    'C7|Q6': cell('same', after('Q6', no('noFunds'), paid, { end: 'ask no-funds' })),
    'C7|Q7': cell(
      'same',
      after('Q7', no('noFunds'), paid, { end: 'ask no-funds' }),
      after('Q7', no('noFunds'), unseen(), { end: 'look' }),
    ),
    'C8|Q1': cell('refund in full', after('Q1', no('tooLate'), paid, { end: 'send refund', way: /cancel look$/ })),
    'C8|Q3/Q4': cell(
      'close; if refused, query → refund',
      after('Q3/Q4', no('tooLate'), unpaid, { end: 'send close' }),
      {
        before: unpaid,
        acts: [
          ['cancel', no('tooLate')],
          ['close', no('state')],
        ],
        after: paid,
        end: 'send refund',
      },
      {
        before: unpaid,
        acts: [
          ['cancel', no('tooLate')],
          ['close', done('closed')],
        ],
        after: gone,
        end: 'settle closed',
      },
    ),
    'C8|Q6': changed(
      'clarification 16: unsigned absence proves nothing without a signed "nothing found"',
      'query; absent → PENDING_WATCH until expiry',
      after('Q6', no('tooLate'), absent, {
        end: 'settle nothing_to_reverse',
        endIn: { 'alipay-v3': 'ask not-confirmed' },
        way: /watch/,
      }),
      after('Q6', no('tooLate'), paid, { end: 'send refund' }),
      after('Q6', no('tooLate'), unpaid, { end: 'send close' }),
    ),
    'C8|Q7': cell(
      'query and decide',
      after('Q7', no('tooLate'), paid, { end: 'send refund' }),
      after('Q7', no('tooLate'), unpaid, { end: 'send close' }),
      after('Q7', no('tooLate'), gone, { end: 'settle reversed' }),
    ),
    'C9|Q1': cell(
      'refund in full',
      after('Q1', no('notAllowed'), paid, { end: 'send refund' }),
      after('Q1', no('notAllowed'), paid, { permits: { refund: false }, end: 'ask not-allowed' }),
    ),
    'C9|Q3/Q4': cell('close', after('Q3/Q4', no('notAllowed'), unpaid, { end: 'send close' })),
    'C9|Q6': cell(
      'query',
      after('Q6', no('notAllowed'), paid, { end: 'send refund' }),
      after('Q6', no('notAllowed'), gone, { end: 'settle reversed' }),
    ),
    'C9|Q7': cell(
      'query and decide',
      after('Q7', no('notAllowed'), paid, { end: 'send refund' }),
      after('Q7', no('notAllowed'), unpaid, { end: 'send close' }),
    ),
    'C10|Q1': changed(
      'clarifications 4 and 17: what is left is not shown, so people decide',
      'refund query/query; refund the rest; else REVERSED',
      after('Q1', no('partlyRefunded'), paid, { end: 'ask partly-refunded' }),
      after('Q1', no('partlyRefunded'), refunded, { end: 'settle refunded' }),
    ),
    'C10|Q3/Q4': cell(
      'query',
      after('Q3/Q4', no('partlyRefunded'), paid, { end: 'ask partly-refunded' }),
      after('Q3/Q4', no('partlyRefunded'), gone, { end: 'settle reversed' }),
    ),
    'C10|Q6': cell('query', after('Q6', no('partlyRefunded'), paid, { end: 'ask partly-refunded' })),
    'C10|Q7': cell(
      'query',
      after('Q7', no('partlyRefunded'), paid, { end: 'ask partly-refunded' }),
      after('Q7', no('partlyRefunded'), unseen(), { end: 'look' }),
    ),
    'C11|Q1': cell(
      'human',
      after('Q1', no('finished'), paid, { end: 'ask finished' }),
      after('Q1', no('finished'), finished, { end: 'ask finished' }),
    ),
    'C11|Q3/Q4': cell('query, human', after('Q3/Q4', no('finished'), finished, { end: 'ask finished' })),
    'C11|Q6': cell('query, human', after('Q6', no('finished'), finished, { end: 'ask finished' })),
    'C11|Q7': cell('query, human', after('Q7', no('finished'), finished, { end: 'ask finished' })),
    'C12|Q1': everywhere('human', [no('frozen')], 'ask frozen', 'Q1'),
    'C12|Q3/Q4': everywhere('human', [no('frozen')], 'ask frozen', 'Q3/Q4'),
    'C12|Q6': everywhere('human', [no('frozen')], 'ask frozen', 'Q6'),
    'C12|Q7': everywhere('human', [no('frozen')], 'ask frozen', 'Q7'),
    'C13|Q1': everywhere('alarm, stay UNKNOWN, no blind repeat', BARRED, 'ask configuration', 'Q1'),
    'C13|Q3/Q4': everywhere('same', BARRED, 'ask configuration', 'Q3/Q4'),
    'C13|Q6': everywhere('same', BARRED, 'ask configuration', 'Q6'),
    'C13|Q7': everywhere('same', BARRED, 'ask configuration', 'Q7'),
    'C14|Q1': cell(
      'query → closed: REVERSED; paid: refund; waiting: close',
      ...OTHER.flatMap((answer) => [
        after('Q1', answer, gone, { end: 'settle refunded' }),
        after('Q1', answer, paid, { end: 'send refund' }),
      ]),
    ),
    'C14|Q3/Q4': cell(
      'same',
      ...OTHER.flatMap((answer) => [
        after('Q3/Q4', answer, gone, { end: 'settle reversed' }),
        after('Q3/Q4', answer, paid, { end: 'send refund' }),
        after('Q3/Q4', answer, unpaid, { end: 'send close' }),
      ]),
    ),
    'C14|Q6': changed(
      'clarification 16 for v3',
      'PENDING_WATCH',
      ...OTHER.map((answer) =>
        after('Q6', answer, absent, {
          end: 'settle nothing_to_reverse',
          endIn: { 'alipay-v3': 'ask not-confirmed' },
          way: /watch/,
        }),
      ),
    ),
    'C14|Q7': cell(
      'query',
      ...OTHER.flatMap((answer) => [
        after('Q7', answer, unseen(), { end: 'look' }),
        after('Q7', answer, paid, { end: 'send refund' }),
        after('Q7', answer, unpaid, { end: 'send close' }),
      ]),
    ),
  },
});

/** A refund sent because the cancel came too late. */
const refunding = (answer: Answer, rest: Omit<Case, 'before' | 'acts'>): Case => ({
  openedAfter: 25 * HOUR,
  before: paid,
  acts: [['refund', answer]],
  after: paid,
  ...rest,
});

export const alipayRefund = specTable({
  name: 'alipay 8.3 refund step',
  variants,
  rows: ['fund_change=Y', 'N or absent', 'UNKNOWN', 'no funds', 'others'],
  columns: ['next'],
  cells: {
    'fund_change=Y|next': changed(
      'clarification 5: a look or the refund query bears it out',
      'REVERSED',
      refunding(done('refunded'), { after: refunded, end: 'settle refunded' }),
      refunding(done('refunded'), { refund: refundDone, end: 'settle refunded', way: /ask-refund$/, atLeast: 10_000 }),
    ),
    'N or absent|next': cell(
      'refund query after 10 s: REFUND_SUCCESS → REVERSED, absent → same refund again (same id, same amount)',
      refunding(done('unspecified'), { refund: refundDone, end: 'settle refunded', atLeast: 10_000 }),
      refunding(done('unspecified'), { refund: refundMissing, end: 'send refund', atLeast: 10_000 }),
      refunding(done('unspecified'), { refund: refundUnseen, end: 'look' }),
    ),
    'UNKNOWN|next': cell(
      'the same',
      ...LOST.flatMap((answer) => [
        refunding(answer, { refund: refundDone, end: 'settle refunded', atLeast: 10_000 }),
        refunding(answer, { refund: refundMissing, end: 'send refund', atLeast: 10_000 }),
      ]),
    ),
    'no funds|next': cell(
      'RETRY LATER, human: top up (6.2)',
      refunding(no('noFunds'), { end: 'ask no-funds' }),
      refunding(no('noFunds'), { through: ['no-funds'], end: 'send refund', atLeast: MINUTE }),
    ),
    'others|next': cell(
      'per 6.2: people',
      refunding(no('finished'), { end: 'ask refund-failed' }),
      refunding(no('notAllowed'), { end: 'ask refund-failed' }),
      refunding(no('unclear'), { end: 'ask refund-failed' }),
      refunding(no('state'), { when: 'TRADE_HAS_CLOSE', after: refunded, end: 'settle refunded' }),
      refunding(barred('request'), { end: 'ask configuration' }),
    ),
  },
});

const found = (views: Course<OrderView>, rest: Omit<Case, 'before' | 'after' | 'acts'>): Case =>
  after('Q6', done('nothingFound'), views, rest);

export const alipay84 = specTable({
  name: 'alipay 8.4',
  variants,
  rows: ['still absent', 'closed', 'waiting', 'paid', 'expiry'],
  columns: ['watch'],
  cells: {
    'still absent|watch': cell(
      'query at +5 s, +30 s, +2 min, +10 min; not-exist at the end → REVERSED(never existed)',
      found(absent, { end: 'settle nothing_to_reverse', atLeast: 10 * MINUTE, atMost: 11 * MINUTE }),
    ),
    'closed|watch': cell(
      'closed at the end → REVERSED',
      found(
        [
          [0, absent],
          [20_000, gone],
        ],
        { end: 'settle reversed' },
      ),
    ),
    'waiting|watch': cell(
      'cancel again',
      found(
        [
          [0, absent],
          [20_000, unpaid],
        ],
        { end: 'send cancel' },
      ),
    ),
    'paid|watch': cell(
      'cancel (within 24 h) or refund',
      found(
        [
          [0, absent],
          [20_000, paid],
        ],
        { end: 'send cancel' },
      ),
      found(
        [
          [0, absent],
          [20_000, paid],
        ],
        { openedAfter: 23 * HOUR + 49 * MINUTE + 55 * SECOND, end: 'send refund' },
      ),
    ),
    'expiry|watch': cell(
      'and at trade expiry',
      found(absent, {
        when: 'a code that lives two hours',
        request: { method: 'qr' },
        end: 'settle nothing_to_reverse',
        atLeast: 2 * HOUR - 2 * MINUTE,
      }),
    ),
  },
});

const CLOSE_ROWS = [
  'success',
  'UNKNOWN',
  'status error',
  'TRADE_NOT_EXIST',
  'frozen',
  'INVALID_PARAMETER, CONFIG',
] as const;
const CLOSE_ANSWERS: Readonly<Record<(typeof CLOSE_ROWS)[number], readonly Answer[]>> = {
  success: [done('closed')],
  UNKNOWN: LOST,
  'status error': [no('state'), no('finished'), no('unclear')],
  TRADE_NOT_EXIST: [no('absent')],
  frozen: [no('frozen')],
  'INVALID_PARAMETER, CONFIG': BARRED,
};
/** A close that followed a cancel which came too late (C8). */
const closing = (row: (typeof CLOSE_ROWS)[number], views: Course<OrderView>, end: Case['end'], rest?: Partial<Case>) =>
  CLOSE_ANSWERS[row].map(
    (answer): Case => ({
      before: unpaid,
      acts: [
        ['cancel', no('tooLate')],
        ['close', answer],
      ],
      after: views,
      end,
      ...rest,
    }),
  );
const closeCells = <Row extends (typeof CLOSE_ROWS)[number]>(row: Row, says: string, ends: CloseEnds) => ({
  [`${row}|closed`]: cell(says, ...closing(row, gone, ends.closed)),
  [`${row}|paid`]: cell(says, ...closing(row, paid, ends.paid)),
  [`${row}|waiting`]: cell(says, ...closing(row, unpaid, ends.waiting)),
  [`${row}|not exist`]: cell(says, ...closing(row, absent, ends.absent, ends.absentV3)),
  [`${row}|unknown`]: cell(says, ...closing(row, unseen(), ends.unknown)),
});
interface CloseEnds {
  readonly closed: Case['end'];
  readonly paid: Case['end'];
  readonly waiting: Case['end'];
  readonly absent: Case['end'];
  readonly absentV3?: Partial<Case>;
  readonly unknown: Case['end'];
}
const CONFIGURATION = 'ask configuration';

/** 6.1 as a table: the answer to a close × the query after it. */
export const alipayClose: SpecTable = {
  name: 'alipay 6.1',
  variants,
  rows: CLOSE_ROWS,
  columns: ['closed', 'paid', 'waiting', 'not exist', 'unknown'],
  cells: {
    ...closeCells('success', 'closed', {
      closed: 'settle closed',
      paid: 'send refund',
      waiting: 'send close',
      absent: 'ask contradiction',
      unknown: 'look',
    }),
    ...closeCells('UNKNOWN', 'repeat; never on a look that failed', {
      closed: 'settle reversed',
      paid: 'send refund',
      waiting: 'send close',
      absent: 'send close',
      unknown: 'look',
    }),
    ...closeCells('status error', 'query: paid → refund; closed → done', {
      closed: 'settle reversed',
      paid: 'send refund',
      waiting: 'send close',
      absent: 'settle nothing_to_reverse',
      absentV3: { endIn: { 'alipay-v3': 'ask not-confirmed' } },
      unknown: 'look',
    }),
    ...closeCells('TRADE_NOT_EXIST', 'treat as "nothing yet", keep watching', {
      closed: 'settle reversed',
      paid: 'send refund',
      waiting: 'send close',
      absent: 'settle nothing_to_reverse',
      absentV3: { endIn: { 'alipay-v3': 'ask not-confirmed' }, way: /close look watch/ },
      unknown: 'look',
    }),
    ...closeCells('frozen', 'human', {
      closed: 'settle reversed',
      paid: 'send refund',
      waiting: 'ask frozen',
      absent: 'ask frozen',
      unknown: 'ask frozen',
    }),
    ...closeCells('INVALID_PARAMETER, CONFIG', 'alarm', {
      closed: 'settle reversed',
      paid: CONFIGURATION,
      waiting: CONFIGURATION,
      absent: CONFIGURATION,
      unknown: CONFIGURATION,
    }),
  },
};
