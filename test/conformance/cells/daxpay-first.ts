/** DaxPay's tables 8.2 and 8.4 (what to do first, and with which verb), cell by cell and profile by profile. */
import { daxpayCRules, daxpayERules, daxpayFRules } from '../../../src/gateways/daxpay/rules.ts';
import type { Answer } from '../../../src/reversal/answer.ts';
import { MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import { cell, changed, specTable, type Variant } from './table.ts';
import {
  absent,
  busy,
  closed,
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

export const daxpayVariants: readonly Variant[] = [
  { name: 'daxpay-c', rules: daxpayCRules },
  { name: 'daxpay-e', rules: daxpayERules },
  { name: 'daxpay-f', rules: daxpayFRules },
];

const keep = { ifPaid: 'keep' } as const;
export const cancelToo = { cancel: true } as const;
export const channel = (seen: 'paid' | 'unpaid' | 'closed' | 'refunded' | 'absent'): Answer => ({
  kind: 'done',
  effect: 'unspecified',
  channel: seen,
});

export const daxpay82 = specTable({
  name: 'daxpay 8.2',
  variants: daxpayVariants,
  rows: ['UNPAID', 'PAID', 'GONE', 'FAILED', 'REFUND', 'NOT_FOUND', 'UNKNOWN', 'REJECTED', 'ids or amount differ'],
  columns: ['next'],
  cells: {
    'UNPAID|next': cell(
      'sync, then table 8.3 with the fresh state. If sync is BUSY or UNKNOWN, wait and repeat; after the retry budget ' +
        'continue with close but not with cancel',
      { before: unpaid, end: 'send close', way: /^look sync look$/ },
      { before: unpaid, permits: cancelToo, end: 'send cancel', way: /^look sync look$/ },
      { before: unpaid, sync: channel('paid'), synced: paid, end: 'send refund', way: /sync look$/ },
      { request: keep, before: unpaid, sync: channel('paid'), synced: paid, end: 'settle kept', way: /sync look$/ },
      { before: unpaid, sync: channel('closed'), synced: closed, end: 'settle closed', way: /sync look/ },
      {
        when: 'the merchant still waits for the payer',
        request: keep,
        openedAfter: 1000,
        before: unpaid,
        end: 'send close',
        atLeast: 30 * SECOND,
      },
      { when: 'sync is busy', before: unpaid, sync: busy, end: 'send close', way: /^look( sync look){3}$/ },
      {
        when: 'sync is never answered: no cancel',
        before: unpaid,
        permits: cancelToo,
        sync: lost(),
        end: 'send close',
        way: /^look( sync look){3}$/,
      },
      {
        when: 'sync and query disagree (real server 5)',
        before: unpaid,
        permits: cancelToo,
        sync: channel('closed'),
        end: 'send cancel',
        way: /^look( sync look){3}$/,
      },
    ),
    'PAID|next': cell(
      'policy: refund via 4.7, or stop with "already paid"',
      { request: keep, before: paid, end: 'settle kept', way: /^look$/ },
      { before: paid, end: 'send refund', way: /^look$/ },
      { request: { reason: 'void' }, before: paid, end: 'send refund', way: /^look$/ },
      { before: { ...paid, allocated: true }, when: 'split already', end: 'ask not-allowed' },
      { before: paid, permits: { refund: false }, end: 'ask not-allowed' },
    ),
    'GONE|next': cell(
      'A-C: sync once; if it revives to PAID go there. D/E/F: done; schedule late-payment watch (one look)',
      { only: ['daxpay-c'], before: closed, end: 'settle closed', way: /^look sync look watch/, atLeast: 60 * MINUTE },
      { only: ['daxpay-c'], before: closed, sync: channel('paid'), synced: paid, end: 'send refund' },
      { only: ['daxpay-c'], request: keep, before: closed, sync: channel('paid'), synced: paid, end: 'settle kept' },
      { only: ['daxpay-c'], before: gone, end: 'settle reversed', way: /^look sync look watch/ },
      { only: ['daxpay-e', 'daxpay-f'], before: closed, end: 'settle closed', way: /^look$/ },
      { only: ['daxpay-e', 'daxpay-f'], before: gone, end: 'settle reversed', way: /^look$/ },
    ),
    'FAILED|next': changed(
      'clarifications 14 and 23: final in F, and people are told',
      'sync; D/E may become PAID or UNPAID. Still FAILED: close is impossible; keep watching 60 min, then report "not ' +
        'reversed, not paid as far as known"',
      { only: ['daxpay-c', 'daxpay-e'], before: faulty('payment'), end: 'ask gateway-failed', atLeast: 60 * MINUTE },
      {
        only: ['daxpay-c', 'daxpay-e'],
        before: faulty('payment'),
        synced: paid,
        end: 'send refund',
        way: /sync look$/,
      },
      { only: ['daxpay-c', 'daxpay-e'], before: faulty('payment'), synced: unpaid, end: 'send close' },
      {
        only: ['daxpay-c', 'daxpay-e'],
        request: keep,
        before: faulty('payment'),
        synced: paid,
        end: 'settle kept',
      },
      { only: ['daxpay-f'], before: faulty('payment'), end: 'ask gateway-failed', way: /^look$/ },
    ),
    'REFUND|next': cell(
      'stop; follow the refund',
      { before: settling('refund'), end: 'look' },
      {
        before: [
          [0, settling('refund')],
          [30 * MINUTE, refunded],
        ],
        end: 'settle refunded',
      },
      { before: refunded, end: 'settle refunded' },
      { before: partlyRefunded, end: 'ask partly-refunded' },
    ),
    'NOT_FOUND|next': cell(
      'retry for the pay timeout + 30 s, then report NOT_FOUND as no such order, never as closed',
      { openedAfter: 1000, before: absent, end: 'settle nothing_to_reverse', atLeast: 60 * SECOND },
      {
        openedAfter: 1000,
        before: [
          [0, absent],
          [20_000, unpaid],
        ],
        end: 'send close',
        way: /sync look$/,
      },
      {
        openedAfter: 1000,
        request: { method: 'qr' },
        before: absent,
        end: 'settle nothing_to_reverse',
        atLeast: 30 * MINUTE,
      },
    ),
    'UNKNOWN|next': cell(
      'retry with back-off; nothing decided',
      { before: unseen('timeout'), end: 'look', way: /^look$/ },
      { before: unseen('gatewayFault'), end: 'look', way: /^look$/ },
      { before: unseen('unsigned'), permits: cancelToo, end: 'look', way: /^look$/ },
    ),
    'REJECTED|next': cell(
      'configuration error: stop and alert. Do not go on to close blindly',
      { before: turnedAway('signature'), end: 'ask configuration', way: /^look$/ },
      { before: turnedAway('config'), end: 'ask configuration', way: /^look$/ },
      { before: turnedAway('request'), end: 'ask configuration', way: /^look$/ },
    ),
    'ids or amount differ|next': cell(
      'stop (clarification 2)',
      { before: otherAmount, end: 'ask mismatch' },
      { before: otherOrder, end: 'ask mismatch' },
      { before: { ...unpaid, orderId: 'cell1' }, when: 'another letter case (real server 14)', end: 'ask mismatch' },
    ),
  },
});

export const daxpay84 = specTable({
  name: 'daxpay 8.4',
  variants: daxpayVariants,
  rows: ['default', 'cancel', 'after cancel'],
  columns: ['verb'],
  cells: {
    'default|verb': cell('close: never moves money; a paid order is refused', { before: unpaid, end: 'send close' }),
    'cancel|verb': cell(
      'only if the outcome is unknown or the caller wants to undo even if paid, the channel supports it, accounts cope',
      { permits: cancelToo, before: unpaid, end: 'send cancel' },
      {
        when: 'the channel does not support it',
        permits: cancelToo,
        before: unpaid,
        acts: [['cancel', no('notAllowed')]],
        after: unpaid,
        end: 'send close',
      },
      {
        when: 'a code that nobody scanned in time, of a merchant who would keep a payment',
        permits: cancelToo,
        request: { reason: 'timeout', ifPaid: 'keep', method: 'qr' },
        before: unpaid,
        end: 'send close',
      },
    ),
    'after cancel|verb': cell(
      'local status cancel, no refund row: cancelled, possibly returned by channel',
      {
        only: ['daxpay-e', 'daxpay-f'],
        permits: cancelToo,
        before: unpaid,
        acts: [['cancel', done('unspecified')]],
        after: gone,
        end: 'settle reversed',
      },
      {
        only: ['daxpay-c'],
        permits: cancelToo,
        before: unpaid,
        acts: [['cancel', done('unspecified')]],
        after: gone,
        end: 'settle reversed',
        way: /cancel look sync look watch/,
      },
    ),
  },
});
