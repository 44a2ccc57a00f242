/** DaxPay's table 8.3 (after close or cancel) and its refund rule 4.7, cell by cell and profile by profile. */
import type { Answer } from '../../../src/reversal/answer.ts';
import { MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import { daxpayVariants } from './daxpay-first.ts';
import type { Case, Course } from './play.ts';
import { BLANK, cell, changed, specTable } from './table.ts';
import {
  absent,
  barred,
  busy,
  closed,
  done,
  faulty,
  lost,
  no,
  notSent,
  paid,
  refundDone,
  refunded,
  refundFailed,
  refundMissing,
  refundRuns,
  refundUnseen,
  running,
  settling,
  unpaid,
  unseen,
} from './words.ts';

/** What the client makes of code 0: of a close, and of a cancel or refund. */
const OK = done('closed');
const DONE = done('unspecified');
const STATUS = no('state');
const CHANNEL = no('unclear');
const UNSUPPORTED = no('notAllowed');
const UNKNOWN = [lost('timeout'), lost('gatewayFault'), lost('unsigned')] as const;
/** Real server 8: a call that we gave up on can run a minute later. */
const HORIZON = 79 * SECOND;

const close = (answer: Answer, after: Course<typeof paid>, rest: Omit<Case, 'before' | 'acts' | 'after'>): Case => ({
  before: unpaid,
  acts: [['close', answer]],
  after,
  ...rest,
});
const keep = { ifPaid: 'keep' } as const;
const notF = ['daxpay-c', 'daxpay-e'] as const;

/** The same after a cancel, where the account permits it: a payment is never kept after one. */
const cancelLikewise = (cases: readonly Case[]): Case[] =>
  cases
    .filter((c) => c.request?.ifPaid !== 'keep' && c.acts?.length === 1)
    .map(({ way: _, ...c }) => ({
      ...c,
      when: `after a cancel${c.when === undefined ? '' : `, ${c.when}`}`,
      permits: { cancel: true },
      acts: c.acts?.map(([, answer]) => ['cancel', answer === OK ? DONE : answer] as const) ?? [],
      end: c.end === 'send close' ? 'send cancel' : c.end,
    }));
const either = (says: string, ...cases: readonly Case[]) => cell(says, ...cases, ...cancelLikewise(cases));

/** Still failed in the end. */
const stillFailed = (answer: Answer): Case[] => [
  close(answer, faulty('payment'), {
    only: notF,
    end: 'ask gateway-failed',
    atLeast: 60 * MINUTE,
    way: /close look sync/,
  }),
  close(answer, faulty('payment'), { only: ['daxpay-f'], end: 'ask gateway-failed' }),
];

export const daxpay83 = specTable({
  name: 'daxpay 8.3',
  variants: daxpayVariants,
  rows: ['UNPAID', 'PAID', 'GONE', 'FAILED', 'NOT_FOUND'],
  columns: ['OK', 'STATUS', 'BUSY', 'CHANNEL / UNSUPPORTED', 'UNKNOWN'],
  cells: {
    'UNPAID|OK': either(
      'query: GONE → done + watch; PAID → (E/F race) refund path; UNPAID → treat as CHANNEL',
      close(OK, closed, { only: ['daxpay-e', 'daxpay-f'], end: 'settle closed', way: /close look$/ }),
      close(OK, closed, { only: ['daxpay-c'], end: 'settle closed', way: /close look sync look watch/ }),
      close(OK, closed, {
        only: ['daxpay-c'],
        when: 'clarification 12: each watch time syncs, then looks',
        end: 'settle closed',
        way: /watch look sync look/,
      }),
      close(OK, paid, { end: 'send refund', way: /close look$/ }),
      close(OK, paid, { request: keep, when: 'clarification 21', end: 'settle kept' }),
      close(OK, unpaid, { end: 'send close', way: /close look sync look$/ }),
      close(OK, absent, { end: 'ask contradiction' }),
      close(OK, unseen(), { end: 'look' }),
    ),
    'UNPAID|STATUS': either(
      'query+sync: GONE → done; PAID → refund path; UNPAID → sync again, then retry',
      close(STATUS, closed, { end: 'settle closed' }),
      close(STATUS, paid, { end: 'send refund', way: /close look$/ }),
      close(STATUS, unpaid, { end: 'send close', way: /close look sync look$/ }),
    ),
    'UNPAID|BUSY': either(
      'wait 1-2 s (lock lease 10 s, F up to 60 s), query, retry',
      close(busy, unpaid, { end: 'send close', atLeast: 2000, atMost: 30 * SECOND }),
      close(busy, closed, { end: 'settle closed', atLeast: 2000 }),
      close(busy, paid, { end: 'send refund' }),
    ),
    'UNPAID|CHANNEL / UNSUPPORTED': cell(
      'sync, then: PAID → refund path; GONE → done; UNPAID → retry with back-off up to the deadline; unsupported → fall ' +
        'back from cancel to close, else wait for expiry',
      close(CHANNEL, paid, { end: 'send refund' }),
      close(CHANNEL, closed, { end: 'settle closed' }),
      close(CHANNEL, unpaid, { end: 'send close', way: /close look sync look$/ }),
      {
        when: 'five tries, then the expiry of the order, then people',
        before: unpaid,
        acts: Array.from({ length: 5 }, () => ['close', CHANNEL] as const),
        after: unpaid,
        end: 'ask refused',
        atLeast: 60 * MINUTE,
      },
      ...cancelLikewise([
        close(CHANNEL, paid, { end: 'send refund' }),
        close(CHANNEL, closed, { end: 'settle closed' }),
        close(CHANNEL, unpaid, { end: 'send close' }),
        close(CHANNEL, unseen(), { end: 'look' }),
        close(CHANNEL, settling('refund'), { end: 'look' }),
      ]),
      close(UNSUPPORTED, unpaid, { end: 'ask refused', atLeast: 60 * MINUTE }),
      close(
        UNSUPPORTED,
        [
          [0, unpaid],
          [20 * MINUTE, closed],
        ],
        { end: 'settle closed', atLeast: 20 * MINUTE },
      ),
      {
        permits: { cancel: true },
        before: unpaid,
        acts: [
          ['cancel', UNSUPPORTED],
          ['close', OK],
        ],
        after: closed,
        end: 'settle closed',
      },
    ),
    'UNPAID|UNKNOWN': either(
      'query+sync first; never assume failure. Then as the state says',
      ...UNKNOWN.flatMap((answer) => [
        close(answer, unpaid, { end: 'send close', atLeast: HORIZON, way: /close look sync look/ }),
        close(answer, closed, { end: 'settle closed' }),
        close(answer, paid, { end: 'send refund', atLeast: HORIZON }),
        close(answer, paid, { request: keep, end: 'settle kept', atLeast: HORIZON }),
        close(
          answer,
          [
            [0, unpaid],
            [60 * SECOND, closed],
          ],
          { when: 'executed late', end: 'settle closed' },
        ),
      ]),
      close(notSent, unpaid, { end: 'send close', atMost: 30 * SECOND }),
      close(barred('signature'), unpaid, { end: 'ask configuration' }),
      close(barred('config'), unpaid, { end: 'ask configuration' }),
      close(barred('request'), paid, { end: 'ask configuration' }),
      close(notSent, paid, { end: 'send refund' }),
      close(no('absent'), unpaid, { end: 'send close' }),
      close(no('absent'), paid, { end: 'send refund' }),
      close(running, unpaid, { end: 'send close', atLeast: HORIZON }),
      close(running, paid, { end: 'send refund', atLeast: HORIZON }),
    ),
    'PAID|OK': either('impossible; alert if seen (then the E/F race)', close(OK, paid, { end: 'send refund' })),
    'PAID|STATUS': either('expected', close(STATUS, paid, { end: 'send refund' })),
    'PAID|BUSY': either('wait', close(busy, paid, { end: 'send refund', atLeast: 2000 })),
    'PAID|CHANNEL / UNSUPPORTED': either(
      'refund path',
      close(CHANNEL, paid, { end: 'send refund' }),
      close(UNSUPPORTED, paid, { end: 'send refund' }),
    ),
    'PAID|UNKNOWN': either(
      'query',
      ...UNKNOWN.map((answer) => close(answer, paid, { end: 'send refund', way: /close look/ })),
    ),
    'GONE|OK': either('impossible (not idempotent)', close(OK, closed, { end: 'settle closed' })),
    'GONE|STATUS': either('done', close(STATUS, closed, { end: 'settle closed' })),
    'GONE|BUSY': either('query', close(busy, closed, { end: 'settle closed' })),
    'GONE|CHANNEL / UNSUPPORTED': either(
      'query',
      close(CHANNEL, closed, { end: 'settle closed' }),
      close(UNSUPPORTED, closed, { end: 'settle closed' }),
    ),
    'GONE|UNKNOWN': either('query', ...UNKNOWN.map((answer) => close(answer, closed, { end: 'settle closed' }))),
    'FAILED|OK': BLANK,
    'FAILED|STATUS': either('sync and watch', ...stillFailed(STATUS)),
    'FAILED|BUSY': either('query', ...stillFailed(busy)),
    'FAILED|CHANNEL / UNSUPPORTED': either(
      'sync',
      ...stillFailed(CHANNEL),
      close(
        CHANNEL,
        [
          [0, faulty('payment')],
          [30_000, paid],
        ],
        { only: notF, end: 'send refund' },
      ),
    ),
    'FAILED|UNKNOWN': either('sync', ...UNKNOWN.flatMap(stillFailed)),
    'NOT_FOUND|OK': BLANK,
    'NOT_FOUND|STATUS': BLANK,
    'NOT_FOUND|BUSY': BLANK,
    'NOT_FOUND|CHANNEL / UNSUPPORTED': BLANK,
    'NOT_FOUND|UNKNOWN': either(
      'query',
      ...UNKNOWN.map((answer) => close(answer, absent, { end: 'settle nothing_to_reverse', atLeast: HORIZON })),
    ),
  },
});

const refund = (answer: Answer, rest: Omit<Case, 'before' | 'acts'>): Case => ({
  before: paid,
  acts: [['refund', answer]],
  after: settling('refund'),
  ...rest,
});

export const daxpayRefund = specTable({
  name: 'daxpay 4.7',
  variants: daxpayVariants,
  rows: ['any answer', 'refused', 'UNKNOWN', 'REJECTED'],
  columns: ['success', 'progress', 'fail', 'not found', 'U'],
  cells: {
    'any answer|success': cell(
      'never conclude from the refund answer; query the refund',
      refund(DONE, { refund: refundDone, end: 'settle refunded', way: /ask-refund$/ }),
      refund(DONE, { after: refunded, end: 'settle refunded' }),
    ),
    'any answer|progress': cell(
      'until it is final',
      refund(DONE, { refund: refundRuns, end: 'look' }),
      refund(DONE, {
        when: 'the channel never heard of it (real server 23, 25)',
        only: ['daxpay-c'],
        refund: refundRuns,
        refundSync: CHANNEL,
        end: 'ask refund-unknown-at-channel',
        way: /syncRefund.*syncRefund.*syncRefund.*syncRefund.*syncRefund/,
      }),
      refund(DONE, {
        refund: [
          [0, refundRuns],
          [2 * 60 * MINUTE, refundDone],
        ],
        end: 'settle refunded',
      }),
    ),
    'any answer|fail': changed(
      'clarification 13, real server 11: the same number is the only way out; then people',
      'a repeat after fail retries under the same number',
      refund(DONE, { refund: refundFailed, end: 'send refund' }),
      {
        before: paid,
        acts: Array.from({ length: 3 }, () => ['refund', DONE] as const),
        after: settling('refund'),
        refund: refundFailed,
        end: 'ask refund-failed',
      },
    ),
    'any answer|not found': cell('the same number again', refund(DONE, { refund: refundMissing, end: 'send refund' })),
    'any answer|U': cell('query', refund(DONE, { refund: refundUnseen, end: 'look' })),
    'refused|success': cell('query', refund(STATUS, { refund: refundDone, end: 'settle refunded' })),
    'refused|progress': cell('query', refund(STATUS, { refund: refundRuns, end: 'look' })),
    'refused|fail': cell('the same number again', refund(STATUS, { refund: refundFailed, end: 'send refund' })),
    'refused|not found': cell('people', refund(no('absent'), { after: paid, end: 'ask refund-failed' })),
    'refused|U': cell('query', refund(STATUS, { refund: refundUnseen, end: 'look' })),
    'UNKNOWN|success': cell('query', ...UNKNOWN.map((a) => refund(a, { refund: refundDone, end: 'settle refunded' }))),
    'UNKNOWN|progress': cell('query', ...UNKNOWN.map((a) => refund(a, { refund: refundRuns, end: 'look' }))),
    'UNKNOWN|fail': cell('same number', ...UNKNOWN.map((a) => refund(a, { refund: refundFailed, end: 'send refund' }))),
    'UNKNOWN|not found': cell(
      'same number',
      ...UNKNOWN.map((a) => refund(a, { after: paid, refund: refundMissing, end: 'send refund' })),
    ),
    'UNKNOWN|U': cell('query', ...UNKNOWN.map((a) => refund(a, { refund: refundUnseen, end: 'look' }))),
    'REJECTED|success': cell('query', refund(barred('config'), { refund: refundDone, end: 'settle refunded' })),
    'REJECTED|progress': cell('query', refund(barred('config'), { refund: refundRuns, end: 'look' })),
    'REJECTED|fail': cell(
      'stop and alert',
      refund(barred('config'), { refund: refundFailed, end: 'ask configuration' }),
    ),
    'REJECTED|not found': cell(
      'stop and alert',
      refund(barred('signature'), { after: paid, end: 'ask configuration' }),
      refund(barred('request'), { after: paid, end: 'ask configuration' }),
    ),
    'REJECTED|U': cell('query', refund(barred('config'), { refund: refundUnseen, end: 'look' })),
  },
});
