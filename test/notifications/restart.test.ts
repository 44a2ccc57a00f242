/** What a notification means for an order whose reversal has ended: it must not tell the end anything new. */
import { expect, test } from 'vitest';
import type { About } from '../../src/gateways/notification.ts';
import { meaningOf } from '../../src/notifications/restart.ts';
import { FINAL_ACTIONS, type FinalAction } from '../../src/reversal/outcome.ts';

const row = (finalAction?: FinalAction) =>
  finalAction === undefined ? { open: true, status: 'checking' } : { open: false, status: 'final', finalAction };

const MEANINGS: Readonly<Record<FinalAction, Readonly<Record<'payment' | 'refund', string>>>> = {
  closed: { payment: 'start', refund: 'start' },
  nothing_to_reverse: { payment: 'start', refund: 'start' },
  reversed: { payment: 'start', refund: 'nothingNew' },
  refunded: { payment: 'start', refund: 'nothingNew' },
  kept: { payment: 'nothingNew', refund: 'nothingNew' },
  manual: { payment: 'leftToPeople', refund: 'nothingNew' },
};

test.each(FINAL_ACTIONS)('after %s', (finalAction) => {
  const meaning = (about: About) => meaningOf(row(finalAction), about);
  expect({ payment: meaning('payment'), refund: meaning('refund') }).toEqual(MEANINGS[finalAction]);
  expect([meaning('close'), meaning('other')]).toEqual(['nothingNew', 'nothingNew']);
});

test('a payment of an order without an end starts it again', () => {
  expect(meaningOf(row(), 'payment')).toBe('start');
});
