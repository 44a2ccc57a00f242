/** Shouqianba's table 8.B, cancel outcome × following query, cell by cell. */
import type { Answer } from '../../../src/reversal/answer.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import type { Case, Course } from './play.ts';
import { shouqianbaVariants } from './shouqianba-before.ts';
import { type Cell, cell, changed, specTable } from './table.ts';
import {
  absent,
  barred,
  done,
  faulty,
  gone,
  lost,
  no,
  notSent,
  paid,
  partlyRefunded,
  refunded,
  running,
  settling,
  unpaid,
  unseen,
} from './words.ts';

const ROWS = [
  'SUCCESS',
  'IN_PROGRESS',
  'ERROR',
  'NOOP',
  'INVALID_ORDER_STATE',
  'NOT_EXISTS',
  'NOT_REFUNDABLE',
  'BALANCE_NOT_ENOUGH',
  'ILLEGAL_SIGN',
  '400 other',
  'lost or 500',
  'unknown FAIL',
] as const;
type Row = (typeof ROWS)[number];
const COLUMNS = ['X', 'R', 'P', 'C', 'I', 'E', 'N', 'U'] as const;

/** What each row is to the core. CANCEL_ and CANCEL_ABORT_ differ in the first only. */
const ANSWERS: Readonly<Record<Row, readonly [Answer, ...Answer[]]>> = {
  SUCCESS: [done('unspecified'), done('closed')],
  IN_PROGRESS: [running],
  ERROR: [lost('gatewayFault')],
  NOOP: [done('unspecified')],
  INVALID_ORDER_STATE: [no('state')],
  NOT_EXISTS: [no('absent')],
  NOT_REFUNDABLE: [no('notAllowed')],
  BALANCE_NOT_ENOUGH: [no('noFunds')],
  ILLEGAL_SIGN: [barred('signature')],
  '400 other': [barred('request'), barred('config')],
  'lost or 500': [lost('timeout'), lost('reset'), lost('unreadable'), lost('http')],
  'unknown FAIL': [no('unclear')],
};

const sequence = (row: Row, before: Case['before'], views: Course<typeof paid>, times: number, rest: Rest): Case[] =>
  ANSWERS[row].map((answer) => ({
    before,
    acts: Array.from({ length: times }, () => ['cancel', answer] as const),
    after: views,
    ...rest,
  }));
type Rest = Omit<Case, 'before' | 'acts' | 'after'>;

const one = (row: Row, before: Case['before'], views: Course<typeof paid>, rest: Rest) =>
  sequence(row, before, views, 1, rest);

/** X: ended. Without a refund in sight it is `reversed`, or what the answer said, or what a payment before it means. */
const X = (row: Row): Cell =>
  cell(
    'REVERSED',
    ...ANSWERS[row].map((answer): Case => {
      const saidClosed = answer.kind === 'done' && answer.effect === 'closed';
      const end = saidClosed ? 'settle closed' : 'settle reversed';
      return { before: unpaid, acts: [['cancel', answer]], after: gone, end };
    }),
    { ...one(row, paid, gone, { end: 'settle refunded' })[0], when: 'it was paid before' } as Case,
  );
const R = (row: Row): Cell => cell('REFUNDED', ...one(row, paid, refunded, { end: 'settle refunded' }));
const poll = (says: string, row: Row): Cell =>
  cell(
    says,
    ...one(row, unpaid, settling('cancel'), { end: 'ask gateway-busy', atLeast: 10 * MINUTE }),
    ...one(
      row,
      paid,
      [
        [0, settling('cancel')],
        [2 * MINUTE, gone],
      ],
      { end: 'settle refunded' },
    ),
  );
const pollThenHuman = (row: Row): Cell =>
  cell(
    'poll; HUMAN',
    ...one(row, paid, faulty('cancel'), { end: 'ask gateway-unsure', atLeast: 10 * MINUTE }),
    ...one(row, unpaid, faulty('payment'), { end: 'ask gateway-unsure', atLeast: 10 * MINUTE }),
    ...one(
      row,
      paid,
      [
        [0, faulty('cancel')],
        [MINUTE, gone],
      ],
      { end: 'settle refunded' },
    ),
  );
const human = (row: Row, view: typeof paid, end: Case['end']): Case[] => one(row, view, view, { end, atMost: 30_000 });
const humanAtE = (row: Row, end: Case['end']): Cell =>
  cell(
    'HUMAN',
    ...one(row, paid, faulty('cancel'), { end, atMost: 30_000 }),
    ...one(row, unpaid, faulty('payment'), { end, atMost: 30_000 }),
  );
/** The cancel was sent on a look that failed; now there is no such order. */
const quiet = (row: Row): Cell =>
  cell(
    'quiet period → NOT_CHARGED',
    ...one(row, unseen(), absent, { end: 'settle nothing_to_reverse', atLeast: 5000 }),
  );
const requery = (row: Row, says: string): Cell =>
  cell(
    says,
    ...one(row, paid, unseen(), { end: 'look' }),
    ...one(
      row,
      paid,
      [
        [0, unseen()],
        [5 * MINUTE, gone],
      ],
      { end: 'settle refunded' },
    ),
  );
const verifyLater = (row: Row): Cell => ({
  ...requery(row, 'REVERSED, verify later in background'),
  changedBy: 'clarification 5: nothing is concluded before a look bears it out',
});

export const shouqianba8B = specTable({
  name: 'shouqianba 8.B',
  variants: shouqianbaVariants,
  rows: ROWS,
  columns: COLUMNS,
  cells: {
    'SUCCESS|X': cell(
      'REVERSED',
      { before: unpaid, acts: [['cancel', done('unspecified')]], after: gone, end: 'settle reversed' },
      { before: unpaid, acts: [['cancel', done('closed')]], after: gone, end: 'settle closed' },
      { before: paid, acts: [['cancel', done('unspecified')]], after: gone, end: 'settle refunded' },
      { before: paid, acts: [['cancel', done('closed')]], after: gone, end: 'settle reversed', contradiction: true },
    ),
    'SUCCESS|R': cell('REFUNDED', {
      before: paid,
      acts: [['cancel', done('unspecified')]],
      after: refunded,
      end: 'settle refunded',
    }),
    'SUCCESS|P': cell(
      're-query 60 s; then HUMAN (contradiction; no automatic refund)',
      ...one('SUCCESS', paid, paid, { end: 'ask contradiction', atLeast: 60 * SECOND, atMost: 90 * SECOND }),
      {
        when: 'a replica lags',
        before: paid,
        acts: [['cancel', done('unspecified')]],
        after: [
          [0, paid],
          [50 * SECOND, gone],
        ],
        end: 'settle refunded',
      },
    ),
    'SUCCESS|C': cell(
      'poll; then HUMAN',
      ...one('SUCCESS', unpaid, unpaid, { end: 'ask contradiction', atLeast: 60 * SECOND }),
    ),
    'SUCCESS|I': cell(
      'poll',
      ...one('SUCCESS', unpaid, settling('cancel'), { end: 'ask gateway-busy', atLeast: 10 * MINUTE }),
    ),
    'SUCCESS|E': cell(
      'poll; HUMAN',
      ...one('SUCCESS', paid, faulty('cancel'), { end: 'ask gateway-unsure', atLeast: 10 * MINUTE }),
      ...one('SUCCESS', unpaid, faulty('payment'), { end: 'ask gateway-unsure', atLeast: 10 * MINUTE }),
    ),
    'SUCCESS|N': changed(
      'clarification 19: nothing was proved',
      'REVERSED (flag)',
      ...one('SUCCESS', unseen(), absent, { end: 'ask contradiction' }),
    ),
    'SUCCESS|U': changed(
      'clarification 5',
      'REVERSED, verify later in background',
      ...one('SUCCESS', paid, unseen(), { end: 'look' }),
    ),

    'IN_PROGRESS|X': X('IN_PROGRESS'),
    'IN_PROGRESS|R': R('IN_PROGRESS'),
    'IN_PROGRESS|P': cell(
      'poll 60 s, slow to 10 min; HUMAN',
      ...one('IN_PROGRESS', paid, paid, { end: 'ask gateway-busy', atLeast: 10 * MINUTE }),
      ...one(
        'IN_PROGRESS',
        paid,
        [
          [0, paid],
          [MINUTE, gone],
        ],
        { end: 'settle refunded' },
      ),
    ),
    'IN_PROGRESS|C': cell(
      'poll 60 s; one more cancel; HUMAN',
      ...one('IN_PROGRESS', unpaid, unpaid, { end: 'send cancel', atLeast: 60 * SECOND }),
      ...sequence('IN_PROGRESS', unpaid, unpaid, 2, { end: 'ask refused', atLeast: 60 * SECOND }),
    ),
    'IN_PROGRESS|I': poll('poll', 'IN_PROGRESS'),
    'IN_PROGRESS|E': pollThenHuman('IN_PROGRESS'),
    'IN_PROGRESS|N': quiet('IN_PROGRESS'),
    'IN_PROGRESS|U': requery('IN_PROGRESS', 'poll'),

    'ERROR|X': X('ERROR'),
    'ERROR|R': R('ERROR'),
    'ERROR|P': cell(
      'poll 15 s; same day and tries < 3 → cancel again; else refund',
      ...one('ERROR', paid, paid, { end: 'send cancel', atLeast: 15 * SECOND }),
      ...sequence('ERROR', paid, paid, 3, { end: 'send refund', atLeast: 15 * SECOND }),
      ...one('ERROR', paid, paid, {
        when: 'midnight comes in between',
        openedAfter: 12 * HOUR + 13 * MINUTE + 50 * SECOND,
        end: 'send refund',
      }),
    ),
    'ERROR|C': cell(
      'poll 15 s; cancel again; HUMAN',
      ...one('ERROR', unpaid, unpaid, { end: 'send cancel', atLeast: 15 * SECOND }),
      ...sequence('ERROR', unpaid, unpaid, 3, { end: 'ask refused' }),
    ),
    'ERROR|I': poll('poll', 'ERROR'),
    'ERROR|E': pollThenHuman('ERROR'),
    'ERROR|N': quiet('ERROR'),
    'ERROR|U': requery('ERROR', 'poll'),

    'NOOP|X': X('NOOP'),
    'NOOP|R': R('NOOP'),
    'NOOP|P': cell(
      're-query 60 s; HUMAN',
      ...one('NOOP', paid, paid, { end: 'ask contradiction', atLeast: 60 * SECOND }),
    ),
    'NOOP|C': cell('poll; HUMAN', ...one('NOOP', unpaid, unpaid, { end: 'ask contradiction', atLeast: 60 * SECOND })),
    'NOOP|I': poll('poll', 'NOOP'),
    'NOOP|E': pollThenHuman('NOOP'),
    'NOOP|N': cell('HUMAN', ...one('NOOP', unseen(), absent, { end: 'ask contradiction' })),
    'NOOP|U': verifyLater('NOOP'),

    'INVALID_ORDER_STATE|X': X('INVALID_ORDER_STATE'),
    'INVALID_ORDER_STATE|R': R('INVALID_ORDER_STATE'),
    'INVALID_ORDER_STATE|P': cell(
      'refund (PARTIAL_REFUNDED: refund the rest or HUMAN)',
      ...one('INVALID_ORDER_STATE', paid, paid, { end: 'send refund', atMost: 10_000 }),
      ...one('INVALID_ORDER_STATE', paid, partlyRefunded, { end: 'ask partly-refunded' }),
      ...one('INVALID_ORDER_STATE', paid, paid, { permits: { refund: false }, end: 'ask refused' }),
    ),
    'INVALID_ORDER_STATE|C': cell(
      'poll; HUMAN',
      ...one('INVALID_ORDER_STATE', unpaid, unpaid, { end: 'ask refused', atLeast: 30_000 }),
    ),
    'INVALID_ORDER_STATE|I': poll('poll', 'INVALID_ORDER_STATE'),
    'INVALID_ORDER_STATE|E': pollThenHuman('INVALID_ORDER_STATE'),
    'INVALID_ORDER_STATE|N': cell(
      'HUMAN',
      ...one('INVALID_ORDER_STATE', unseen(), absent, { end: 'ask contradiction' }),
    ),
    'INVALID_ORDER_STATE|U': requery('INVALID_ORDER_STATE', 're-query'),

    'NOT_EXISTS|X': X('NOT_EXISTS'),
    'NOT_EXISTS|R': R('NOT_EXISTS'),
    'NOT_EXISTS|P': cell(
      'late arrival: back to 8.A as REVERSE',
      ...one('NOT_EXISTS', unseen(), paid, { end: 'send cancel' }),
      ...one('NOT_EXISTS', unseen(), paid, { request: { ifPaid: 'keep' }, end: 'send cancel' }),
    ),
    'NOT_EXISTS|C': cell('back to 8.A as REVERSE', ...one('NOT_EXISTS', unseen(), unpaid, { end: 'send cancel' })),
    'NOT_EXISTS|I': poll('poll', 'NOT_EXISTS'),
    'NOT_EXISTS|E': pollThenHuman('NOT_EXISTS'),
    'NOT_EXISTS|N': quiet('NOT_EXISTS'),
    'NOT_EXISTS|U': requery('NOT_EXISTS', 're-query'),

    'NOT_REFUNDABLE|X': X('NOT_REFUNDABLE'),
    'NOT_REFUNDABLE|R': R('NOT_REFUNDABLE'),
    'NOT_REFUNDABLE|P': cell('HUMAN, no loop', ...human('NOT_REFUNDABLE', paid, 'ask not-allowed')),
    'NOT_REFUNDABLE|C': cell('HUMAN', ...human('NOT_REFUNDABLE', unpaid, 'ask not-allowed')),
    'NOT_REFUNDABLE|I': poll('poll', 'NOT_REFUNDABLE'),
    'NOT_REFUNDABLE|E': humanAtE('NOT_REFUNDABLE', 'ask not-allowed'),
    'NOT_REFUNDABLE|N': cell('HUMAN', ...one('NOT_REFUNDABLE', unseen(), absent, { end: 'ask not-allowed' })),
    'NOT_REFUNDABLE|U': cell(
      're-query; HUMAN',
      ...one('NOT_REFUNDABLE', paid, unseen(), { end: 'ask not-allowed', atLeast: 3000 }),
    ),

    'BALANCE_NOT_ENOUGH|X': X('BALANCE_NOT_ENOUGH'),
    'BALANCE_NOT_ENOUGH|R': R('BALANCE_NOT_ENOUGH'),
    'BALANCE_NOT_ENOUGH|P': cell(
      'HUMAN; slow retry allowed',
      ...human('BALANCE_NOT_ENOUGH', paid, 'ask no-funds'),
      ...one('BALANCE_NOT_ENOUGH', paid, paid, { through: ['no-funds'], end: 'send cancel', atLeast: MINUTE }),
    ),
    'BALANCE_NOT_ENOUGH|C': cell('HUMAN', ...human('BALANCE_NOT_ENOUGH', unpaid, 'ask no-funds')),
    'BALANCE_NOT_ENOUGH|I': poll('poll', 'BALANCE_NOT_ENOUGH'),
    'BALANCE_NOT_ENOUGH|E': humanAtE('BALANCE_NOT_ENOUGH', 'ask no-funds'),
    'BALANCE_NOT_ENOUGH|N': cell('HUMAN', ...one('BALANCE_NOT_ENOUGH', unseen(), absent, { end: 'ask no-funds' })),
    'BALANCE_NOT_ENOUGH|U': requery('BALANCE_NOT_ENOUGH', 're-query'),

    'ILLEGAL_SIGN|X': X('ILLEGAL_SIGN'),
    'ILLEGAL_SIGN|R': R('ILLEGAL_SIGN'),
    'ILLEGAL_SIGN|P': cell('fix key, send the same cancel', ...one('ILLEGAL_SIGN', paid, paid, { end: 'send cancel' })),
    'ILLEGAL_SIGN|C': cell('same', ...one('ILLEGAL_SIGN', unpaid, unpaid, { end: 'send cancel' })),
    'ILLEGAL_SIGN|I': poll('poll', 'ILLEGAL_SIGN'),
    'ILLEGAL_SIGN|E': pollThenHuman('ILLEGAL_SIGN'),
    'ILLEGAL_SIGN|N': quiet('ILLEGAL_SIGN'),
    'ILLEGAL_SIGN|U': requery('ILLEGAL_SIGN', 'fix key, query'),

    '400 other|X': X('400 other'),
    '400 other|R': R('400 other'),
    '400 other|P': cell('HUMAN (bug)', ...human('400 other', paid, 'ask configuration')),
    '400 other|C': cell('HUMAN', ...human('400 other', unpaid, 'ask configuration')),
    '400 other|I': poll('poll', '400 other'),
    '400 other|E': humanAtE('400 other', 'ask configuration'),
    '400 other|N': cell('HUMAN', ...one('400 other', unseen(), absent, { end: 'ask configuration' })),
    '400 other|U': cell('HUMAN', ...one('400 other', paid, unseen(), { end: 'ask configuration' })),

    'lost or 500|X': X('lost or 500'),
    'lost or 500|R': R('lost or 500'),
    'lost or 500|P': cell(
      're-query at 5 s; still P → cancel again (max 3); then refund',
      ...one('lost or 500', paid, paid, { end: 'send cancel', atLeast: 5000 }),
      ...sequence('lost or 500', paid, paid, 3, { end: 'send refund', atLeast: 5000 }),
    ),
    'lost or 500|C': cell(
      're-query at 5 s; cancel again',
      ...one('lost or 500', unpaid, unpaid, { end: 'send cancel', atLeast: 5000 }),
    ),
    'lost or 500|I': poll('poll', 'lost or 500'),
    'lost or 500|E': pollThenHuman('lost or 500'),
    'lost or 500|N': quiet('lost or 500'),
    'lost or 500|U': cell(
      // OURS: people only after the account's patience (a day), since an outage must not make a case of every order.
      'query with back-off to 10 min; HUMAN',
      ...one('lost or 500', paid, unseen(), { end: 'look' }),
      ...one(
        'lost or 500',
        paid,
        [
          [0, unseen()],
          [5 * MINUTE, gone],
        ],
        { end: 'settle refunded' },
      ),
    ),

    'unknown FAIL|X': X('unknown FAIL'),
    'unknown FAIL|R': R('unknown FAIL'),
    'unknown FAIL|P': cell(
      'one more cancel, then refund',
      ...one('unknown FAIL', paid, paid, { end: 'send cancel' }),
      ...sequence('unknown FAIL', paid, paid, 2, { end: 'send refund' }),
    ),
    'unknown FAIL|C': cell(
      'poll; one more cancel; HUMAN',
      ...one('unknown FAIL', unpaid, unpaid, { end: 'send cancel', atLeast: 10_000 }),
      ...sequence('unknown FAIL', unpaid, unpaid, 2, { end: 'ask refused' }),
    ),
    'unknown FAIL|I': poll('poll', 'unknown FAIL'),
    'unknown FAIL|E': humanAtE('unknown FAIL', 'ask gateway-unsure'),
    'unknown FAIL|N': quiet('unknown FAIL'),
    'unknown FAIL|U': requery('unknown FAIL', 're-query'),
  },
});

/** The sentence below the table: somebody else refunds. */
export const shouqianbaElsewhere = specTable({
  name: 'shouqianba 8.B, refund by another hand',
  variants: shouqianbaVariants,
  rows: ['REFUND_INPROGRESS', 'REFUND_ERROR'],
  columns: ['after a cancel'],
  cells: {
    'REFUND_INPROGRESS|after a cancel': cell(
      'stop cancelling, poll, HUMAN',
      ...one('lost or 500', paid, settling('refund'), { end: 'ask gateway-busy', atLeast: 10 * MINUTE }),
    ),
    'REFUND_ERROR|after a cancel': cell(
      'stop cancelling, poll, HUMAN',
      ...one('lost or 500', paid, faulty('refund'), { end: 'ask gateway-unsure' }),
    ),
  },
});

const unsent = (before: Case['before'], views: Course<typeof paid>, end: Case['end']): Case[] =>
  [notSent, lost('limited')].map((answer) => ({ before, acts: [['cancel', answer]], after: views, end }));

/** 8.B has no row for a cancel that certainly never reached the gateway: it is as if none had been sent. */
export const shouqianbaUnsent = specTable({
  name: 'shouqianba 8.B, never sent',
  variants: shouqianbaVariants,
  rows: ['NOT_SENT'],
  columns: ['X', 'R', 'P', 'C', 'N', 'U'],
  cells: {
    'NOT_SENT|X': cell('as before', ...unsent(unpaid, gone, 'settle reversed')),
    'NOT_SENT|R': cell('as before', ...unsent(paid, refunded, 'settle refunded')),
    'NOT_SENT|P': cell('as before', ...unsent(paid, paid, 'send cancel')),
    'NOT_SENT|C': cell('as before', ...unsent(unpaid, unpaid, 'send cancel')),
    'NOT_SENT|N': cell('as before', ...unsent(unseen(), absent, 'settle nothing_to_reverse')),
    'NOT_SENT|U': cell('as before', ...unsent(unseen(), unseen(), 'send cancel')),
  },
});
