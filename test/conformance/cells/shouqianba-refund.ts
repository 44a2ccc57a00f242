/** Shouqianba's table 8.C, refund outcome × following query by refund number, cell by cell. */
import type { Answer } from '../../../src/reversal/answer.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import type { Case } from './play.ts';
import { shouqianbaVariants } from './shouqianba-before.ts';
import { type Cell, cell, changed, specTable } from './table.ts';
import {
  done,
  gone,
  lost,
  no,
  paid,
  refundDone,
  refunded,
  refundFailed,
  refundMissing,
  refundRuns,
  refundUnseen,
  running,
} from './words.ts';

const ROWS = ['SUCCESS', 'IN_PROGRESS', 'ERROR, 500, timeout', 'NOOP', 'INVALID_ORDER_STATE', 'FAIL other'] as const;
type Row = (typeof ROWS)[number];
const COLUMNS = ['done', 'not found', 'running', 'failed', 'U'] as const;

const ANSWERS: Readonly<Record<Row, readonly Answer[]>> = {
  SUCCESS: [done('refunded')],
  IN_PROGRESS: [running],
  'ERROR, 500, timeout': [lost('gatewayFault'), lost('timeout'), lost('unreadable')],
  NOOP: [done('unspecified')],
  INVALID_ORDER_STATE: [no('state')],
  'FAIL other': [no('unclear')],
};

/** The day after: the cancel's window is over, so a refund was sent. */
const refund = (row: Row, times: number, rest: Omit<Case, 'before' | 'acts'>): Case[] =>
  ANSWERS[row].map((answer) => ({
    openedAfter: 24 * HOUR,
    before: paid,
    acts: Array.from({ length: times }, () => ['refund', answer] as const),
    after: paid,
    ...rest,
  }));

const isDone = (row: Row): Cell =>
  cell(
    'REFUNDED',
    ...refund(row, 1, { refund: refundDone, end: 'settle refunded', way: /ask-refund$/ }),
    ...refund(row, 1, { after: refunded, end: 'settle refunded' }),
  );
const runs = (row: Row, says: string): Cell =>
  cell(
    says,
    ...refund(row, 1, { refund: refundRuns, end: 'look' }),
    ...refund(row, 1, {
      refund: [
        [0, refundRuns],
        [5 * HOUR, refundDone],
      ],
      end: 'settle refunded',
    }),
  );
const failed = (row: Row): Cell => cell('HUMAN', ...refund(row, 1, { refund: refundFailed, end: 'ask refund-failed' }));
const later = (row: Row, says: string): Cell =>
  cell(
    says,
    ...refund(row, 1, { refund: refundUnseen, end: 'look' }),
    ...refund(row, 1, {
      refund: [
        [0, refundUnseen],
        [5 * MINUTE, refundDone],
      ],
      end: 'settle refunded',
    }),
  );

export const shouqianba8C = specTable({
  name: 'shouqianba 8.C',
  variants: shouqianbaVariants,
  rows: ROWS,
  columns: COLUMNS,
  cells: {
    'SUCCESS|done': isDone('SUCCESS'),
    'SUCCESS|not found': cell(
      're-query 60 s; HUMAN',
      ...refund('SUCCESS', 1, { refund: refundMissing, end: 'ask contradiction', atLeast: 60 * SECOND }),
      ...refund('SUCCESS', 1, {
        refund: [
          [0, refundMissing],
          [50_000, refundDone],
        ],
        end: 'settle refunded',
      }),
    ),
    'SUCCESS|running': runs('SUCCESS', 'poll'),
    'SUCCESS|failed': failed('SUCCESS'),
    'SUCCESS|U': later('SUCCESS', 'REFUNDED, verify later'),
    'IN_PROGRESS|done': isDone('IN_PROGRESS'),
    'IN_PROGRESS|not found': changed(
      'no end is given: after ten minutes people are told, and it is looked at every hour',
      'poll',
      ...refund('IN_PROGRESS', 1, { refund: refundMissing, end: 'ask refund-failed', atLeast: 10 * MINUTE }),
      ...refund('IN_PROGRESS', 1, {
        refund: [
          [0, refundMissing],
          [MINUTE, refundDone],
        ],
        end: 'settle refunded',
      }),
    ),
    'IN_PROGRESS|running': runs('IN_PROGRESS', 'poll to 10 min, then slow (bank side may take days)'),
    'IN_PROGRESS|failed': failed('IN_PROGRESS'),
    'IN_PROGRESS|U': later('IN_PROGRESS', 'poll'),
    'ERROR, 500, timeout|done': isDone('ERROR, 500, timeout'),
    'ERROR, 500, timeout|not found': cell(
      're-send with the same number (max 3)',
      ...refund('ERROR, 500, timeout', 1, { refund: refundMissing, end: 'send refund' }),
      ...refund('ERROR, 500, timeout', 3, { refund: refundMissing, end: 'ask refund-failed' }),
    ),
    'ERROR, 500, timeout|running': runs('ERROR, 500, timeout', 'poll'),
    'ERROR, 500, timeout|failed': failed('ERROR, 500, timeout'),
    'ERROR, 500, timeout|U': later('ERROR, 500, timeout', 'poll'),
    'NOOP|done': isDone('NOOP'),
    'NOOP|not found': cell(
      'HUMAN (number collision)',
      ...refund('NOOP', 1, { refund: refundMissing, end: 'ask contradiction' }),
    ),
    'NOOP|running': runs('NOOP', 'poll'),
    'NOOP|failed': failed('NOOP'),
    'NOOP|U': later('NOOP', 'verify later'),
    'INVALID_ORDER_STATE|done': cell(
      'REFUNDED/REVERSED when X or R',
      ...refund('INVALID_ORDER_STATE', 1, { after: refunded, end: 'settle refunded' }),
      ...refund('INVALID_ORDER_STATE', 1, { after: gone, end: 'settle refunded' }),
      ...refund('INVALID_ORDER_STATE', 1, { refund: refundDone, end: 'settle refunded' }),
    ),
    'INVALID_ORDER_STATE|not found': cell(
      'HUMAN',
      ...refund('INVALID_ORDER_STATE', 1, { refund: refundMissing, end: 'ask refund-failed' }),
    ),
    'INVALID_ORDER_STATE|running': runs('INVALID_ORDER_STATE', 'poll'),
    'INVALID_ORDER_STATE|failed': failed('INVALID_ORDER_STATE'),
    'INVALID_ORDER_STATE|U': later('INVALID_ORDER_STATE', 're-query'),
    'FAIL other|done': isDone('FAIL other'),
    'FAIL other|not found': cell(
      'HUMAN',
      ...refund('FAIL other', 1, { refund: refundMissing, end: 'ask refund-failed' }),
      { openedAfter: 24 * HOUR, before: paid, acts: [['refund', no('noFunds')]], after: paid, end: 'ask no-funds' },
      {
        openedAfter: 24 * HOUR,
        before: paid,
        acts: [['refund', no('noFunds')]],
        after: paid,
        through: ['no-funds'],
        end: 'send refund',
      },
    ),
    'FAIL other|running': runs('FAIL other', 'poll'),
    'FAIL other|failed': failed('FAIL other'),
    'FAIL other|U': later('FAIL other', 're-query'),
  },
});
