/** Incidents at Shouqianba: cancel, revoke and refund. */
import type { Incident } from '../incident.ts';

const MINUTE = 60_000;
const paid = { state: 'PAID', createdMsAgo: 2 * MINUTE, paidMsAgo: MINUTE, flags: { otherDay: false } } as const;
const created = { state: 'CREATED', createdMsAgo: 2 * MINUTE } as const;
const givenUp = { ifPaid: 'reverse', attemptedMsAgo: 2 * MINUTE } as const;
const longAgo = { attemptedMsAgo: 2 * MINUTE } as const;

const cases: readonly Omit<Incident, 'gateway'>[] = [
  { name: 'the terminal lost the answer, the payment is there', order: paid, request: longAgo },
  { name: 'the customer has left, the payment is there (cancel)', order: paid, request: givenUp },
  { name: 'the cashier voids a payment of today (revoke)', order: paid, request: { reason: 'void', ...longAgo } },
  { name: 'nobody paid in time', order: created, request: longAgo },
  { name: 'the payment request never arrived', order: { state: 'absent' }, request: { ...longAgo, method: 'barcode' } },
  {
    name: 'the customer pays between the look and the cancel',
    order: { ...created, events: [{ name: 'pay', on: { operation: 'cancel', nth: 1, when: 'before' } }] },
    request: longAgo,
  },
  {
    name: 'the answer to the cancel is lost, it was executed',
    order: { ...paid, faults: [{ operation: 'cancel', wire: 'resetAfter' }] },
    request: givenUp,
  },
  {
    name: 'the cancel is in progress for a while',
    order: { ...paid, flags: { otherDay: false, cancelFails: 'slow', cancelSettlesAfterMs: 800 } },
    request: givenUp,
  },
  {
    name: 'the cancel is refused by the channel, the refund is not',
    order: { ...paid, flags: { otherDay: false, cancelFails: 'refused', cancelFailTimes: 0 } },
    request: givenUp,
  },
  {
    name: 'voided the day after',
    order: { ...paid, flags: { otherDay: true } },
    request: { reason: 'void', ...longAgo },
  },
  {
    name: 'the refund number is asked about after a lost answer',
    order: { ...paid, flags: { otherDay: true }, faults: [{ operation: 'refund', wire: 'resetAfter' }] },
    request: givenUp,
  },
  {
    name: 'a campaign order',
    order: { ...paid, flags: { otherDay: false, campaign: true } },
    request: givenUp,
    stuck: true,
  },
  { name: 'a part was refunded already', order: { state: 'PARTIAL_REFUNDED' }, request: givenUp, stuck: true },
  { name: 'another amount than ours', order: { ...paid, amount: 9900 }, request: givenUp, stuck: true },
];

export const shouqianbaIncidents: readonly Incident[] = cases.map((incident) => ({
  ...incident,
  gateway: 'shouqianba',
}));
