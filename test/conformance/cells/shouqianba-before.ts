/** Shouqianba's table 8.A, before any cancel, cell by cell. */
import { shouqianbaRules } from '../../../src/gateways/shouqianba/rules.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import type { Case } from './play.ts';
import { cell, changed, specTable, type Variant } from './table.ts';
import {
  absent,
  barred,
  done,
  faulty,
  gone,
  lost,
  no,
  otherAmount,
  otherOrder,
  paid,
  partlyRefunded,
  refunded,
  settling,
  turnedAway,
  unpaid,
  unseen,
} from './words.ts';

export const shouqianbaVariants: readonly Variant[] = [{ name: 'shouqianba', rules: shouqianbaRules }];

const resolve = { ifPaid: 'keep' } as const;
const reverse = { ifPaid: 'reverse' } as const;
/** From the moment the payment was sent. */
const asked = (request: Case['request'], before: Case['before'], rest: Omit<Case, 'before' | 'request'>): Case => ({
  request: { ...request },
  openedAfter: 1000,
  before,
  ...rest,
});

const ROWS = [
  'PAID',
  'CREATED',
  'PAY_CANCELED, CANCELED',
  'REFUNDED',
  'PARTIAL_REFUNDED',
  'PAY_ERROR',
  'CANCEL_INPROGRESS',
  'CANCEL_ERROR',
  'REFUND_INPROGRESS',
  'REFUND_ERROR',
  'FAIL UPAY_ORDER_NOT_EXIST(S)',
  'FAIL other, no data, unknown or INVALID status',
  '400 ILLEGAL_SIGN',
  '400 other',
  '500, timeout, broken body',
  'identifiers or amount differ',
] as const;

const payError = (request: Case['request']): readonly Case[] => [
  asked(request, faulty('payment'), { end: 'send cancel', atLeast: 45 * SECOND, atMost: 60 * SECOND }),
  asked(request, faulty('payment'), {
    acts: [['cancel', lost('gatewayFault')]],
    after: faulty('payment'),
    end: 'ask gateway-unsure',
    atLeast: 10 * MINUTE,
  }),
  asked(
    request,
    [
      [0, faulty('payment')],
      [20_000, gone],
    ],
    { when: 'it settles by itself', end: 'settle reversed' },
  ),
];

const cancelRuns = (request: Case['request']): readonly Case[] => [
  asked(request, settling('cancel'), { end: 'ask gateway-busy', atLeast: 10 * MINUTE }),
  asked(
    request,
    [
      [0, settling('cancel')],
      [30_000, gone],
    ],
    { end: 'settle reversed' },
  ),
];

const notFound = (request: Case['request']): readonly Case[] => [
  asked(request, absent, { end: 'settle nothing_to_reverse', atLeast: 60 * SECOND, atMost: 90 * SECOND }),
  asked(
    request,
    [
      [0, absent],
      [8000, unpaid],
    ],
    { when: 'it arrives late', end: 'send cancel' },
  ),
  asked({ ...request, method: 'qr' }, absent, {
    when: 'a code lives four minutes',
    end: 'settle nothing_to_reverse',
    atLeast: 4 * MINUTE,
  }),
];

const noIdea = (request: Case['request']): readonly Case[] => [
  asked(request, faulty('status'), { end: 'ask gateway-unsure', atMost: 30 * SECOND }),
  asked(request, unseen('unfamiliar'), { end: 'send cancel' }),
  asked(request, unseen('unreadable'), { end: 'send cancel' }),
];

const signature = (request: Case['request']): readonly Case[] => [
  asked(request, turnedAway('signature'), { when: 'the key could not be recovered', end: 'ask configuration' }),
  asked(
    request,
    [
      [0, turnedAway('signature')],
      [MINUTE, refunded],
    ],
    {
      when: 'the key is fixed meanwhile',
      through: ['configuration'],
      end: 'settle refunded',
    },
  ),
];

const broken = (request: Case['request'], atLeast: number): readonly Case[] =>
  [unseen('timeout'), unseen('gatewayFault'), unseen('http'), unseen('reset')].map((view) =>
    asked(request, view, { end: 'send cancel', atLeast, atMost: atLeast + 20 * SECOND }),
  );

export const shouqianba8A = specTable({
  name: 'shouqianba 8.A',
  variants: shouqianbaVariants,
  rows: ROWS,
  columns: ['RESOLVE', 'REVERSE'],
  cells: {
    'PAID|RESOLVE': cell('stop: PAID_KEPT', asked(resolve, paid, { end: 'settle kept' })),
    'PAID|REVERSE': cell(
      'same day and net = total → cancel; else refund net_amount',
      asked(reverse, paid, { end: 'send cancel' }),
      { openedAfter: 24 * HOUR, before: paid, end: 'send refund' },
      { when: '23:50 in China', openedAfter: 12 * HOUR + 15 * MINUTE, before: paid, end: 'send refund' },
      { when: '23:49 in China', openedAfter: 12 * HOUR + 12 * MINUTE, before: paid, end: 'send cancel' },
      { when: 'a person voids it', request: { reason: 'void' }, before: paid, end: 'send revoke' },
      { openedAfter: 24 * HOUR, permits: { refund: false }, before: paid, end: 'ask window-over' },
    ),
    'CREATED|RESOLVE': cell(
      'poll to 45 s, then cancel',
      asked(resolve, unpaid, { end: 'send cancel', atLeast: 45 * SECOND, atMost: 50 * SECOND }),
      asked(
        resolve,
        [
          [0, unpaid],
          [20_000, paid],
        ],
        { end: 'settle kept' },
      ),
    ),
    'CREATED|REVERSE': cell(
      'wait to 15 s after pay, query again, cancel',
      asked(reverse, unpaid, { end: 'send cancel', atLeast: 15 * SECOND, atMost: 20 * SECOND }),
      {
        when: '23:51 in China: nobody paid, so no refund is left',

        openedAfter: 12 * HOUR + 15 * MINUTE,
        before: unpaid,
        end: 'send cancel',
      },
      { when: 'of yesterday', openedAfter: 24 * HOUR, before: unpaid, end: 'send cancel' },
    ),
    'PAY_CANCELED, CANCELED|RESOLVE': cell('NOT_CHARGED / REVERSED', asked(resolve, gone, { end: 'settle reversed' })),
    'PAY_CANCELED, CANCELED|REVERSE': cell('same', asked(reverse, gone, { end: 'settle reversed' })),
    'REFUNDED|RESOLVE': cell('stop: REFUNDED', asked(resolve, refunded, { end: 'settle refunded' })),
    'REFUNDED|REVERSE': cell('stop: REFUNDED', asked(reverse, refunded, { end: 'settle refunded' })),
    'PARTIAL_REFUNDED|RESOLVE': cell('PAID_KEPT (flag)', asked(resolve, partlyRefunded, { end: 'settle kept' })),
    'PARTIAL_REFUNDED|REVERSE': changed(
      'no policy refunds what somebody else has begun to refund',
      'never cancel; refund net_amount if policy allows, else HUMAN',
      asked(reverse, partlyRefunded, { end: 'ask partly-refunded' }),
    ),
    'PAY_ERROR|RESOLVE': cell('poll; at 45 s cancel once; slow poll to 10 min; HUMAN', ...payError(resolve)),
    'PAY_ERROR|REVERSE': cell('same', ...payError(reverse)),
    'CANCEL_INPROGRESS|RESOLVE': cell('do not cancel; poll as after a cancel', ...cancelRuns(resolve)),
    'CANCEL_INPROGRESS|REVERSE': cell('same', ...cancelRuns(reverse)),
    'CANCEL_ERROR|RESOLVE': cell(
      'poll to 10 min; HUMAN',
      asked(resolve, faulty('cancel'), { end: 'ask gateway-unsure', atLeast: 10 * MINUTE }),
    ),
    'CANCEL_ERROR|REVERSE': cell(
      'same',
      asked(reverse, faulty('cancel'), { end: 'ask gateway-unsure', atLeast: 10 * MINUTE }),
      asked(
        reverse,
        [
          [0, faulty('cancel')],
          [2 * MINUTE, gone],
        ],
        { end: 'settle reversed' },
      ),
    ),
    'REFUND_INPROGRESS|RESOLVE': cell(
      'poll',
      asked(
        resolve,
        [
          [0, settling('refund')],
          [5 * MINUTE, refunded],
        ],
        { end: 'settle refunded' },
      ),
    ),
    'REFUND_INPROGRESS|REVERSE': cell(
      'poll with refund number',
      asked(
        reverse,
        [
          [0, settling('refund')],
          [5 * MINUTE, refunded],
        ],
        { end: 'settle refunded' },
      ),
    ),
    'REFUND_ERROR|RESOLVE': cell('HUMAN; poll', asked(resolve, faulty('refund'), { end: 'ask gateway-unsure' })),
    'REFUND_ERROR|REVERSE': changed(
      'without a refund of ours there is no number to repeat; 8.C has the one that is',
      'repeat once with the same number, poll, HUMAN',
      asked(reverse, faulty('refund'), { end: 'ask gateway-unsure' }),
    ),
    'FAIL UPAY_ORDER_NOT_EXIST(S)|RESOLVE': cell('quiet period 4.2(2), then NOT_CHARGED', ...notFound(resolve)),
    'FAIL UPAY_ORDER_NOT_EXIST(S)|REVERSE': cell('same', ...notFound(reverse)),
    'FAIL other, no data, unknown or INVALID status|RESOLVE': changed(
      'clarification 9: INVALID_STATUS_CODE is never cancelled; the others are like a broken body',
      'retry 3×, then cancel at 45 s if the order is known to exist, else HUMAN',
      ...noIdea(resolve),
    ),
    'FAIL other, no data, unknown or INVALID status|REVERSE': changed('clarification 9', 'same', ...noIdea(reverse)),
    '400 ILLEGAL_SIGN|RESOLVE': cell('key recovery, then repeat; state stays unknown', ...signature(resolve)),
    '400 ILLEGAL_SIGN|REVERSE': cell('same', ...signature(reverse)),
    '400 other|RESOLVE': cell(
      'HUMAN, no retry',
      asked(resolve, turnedAway('request'), { end: 'ask configuration' }),
      asked(resolve, turnedAway('config'), { end: 'ask configuration' }),
    ),
    '400 other|REVERSE': cell(
      'same',
      asked(reverse, turnedAway('request'), { end: 'ask configuration' }),
      asked(reverse, unpaid, {
        acts: [['cancel', barred('request')]],
        after: unpaid,
        end: 'ask configuration',
      }),
    ),
    '500, timeout, broken body|RESOLVE': cell('poll; at 45 s cancel is still right', ...broken(resolve, 45 * SECOND)),
    '500, timeout, broken body|REVERSE': cell('cancel after 15 s', ...broken(reverse, 15 * SECOND)),
    'identifiers or amount differ|RESOLVE': cell(
      'HUMAN',
      asked(resolve, otherAmount, { end: 'ask mismatch' }),
      asked(resolve, otherOrder, { end: 'ask mismatch' }),
    ),
    'identifiers or amount differ|REVERSE': cell(
      'HUMAN',
      asked(reverse, otherAmount, { end: 'ask mismatch' }),
      asked(reverse, otherOrder, { end: 'ask mismatch' }),
      asked(reverse, paid, {
        acts: [['cancel', done('unspecified')]],
        after: { ...gone, gatewayId: 'ANOTHER' },
        end: 'ask mismatch',
      }),
      asked(reverse, paid, { acts: [['cancel', no('state')]], after: otherAmount, end: 'ask mismatch' }),
    ),
  },
});
