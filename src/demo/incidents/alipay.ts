/** Incidents at Alipay, run over both protocols. */
import type { GatewayName } from '../../stand/accounts.ts';
import type { Incident } from '../incident.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Created and paid in time for a cancel. */
const paid = { state: 'PAID', createdMsAgo: 2 * MINUTE, paidMsAgo: MINUTE } as const;
const waiting = { state: 'WAITING', createdMsAgo: 2 * MINUTE } as const;
const yesterday = { state: 'PAID', createdMsAgo: 30 * HOUR, paidMsAgo: 30 * HOUR } as const;
const givenUp = { ifPaid: 'reverse' } as const;
const longAgo = { attemptedMsAgo: 5 * MINUTE } as const;

const cases: readonly Omit<Incident, 'gateway'>[] = [
  { name: 'the terminal lost the answer, the payment is there', order: paid, request: {} },
  { name: 'the customer has left, the payment is there', order: paid, request: givenUp },
  { name: 'nobody scanned, time is over', order: waiting, request: longAgo },
  { name: 'nobody scanned, time is not over yet', order: waiting, request: {} },
  {
    name: 'the customer pays while we still poll',
    order: { ...waiting, events: [{ name: 'pay', on: { operation: 'query', nth: 2, when: 'before' } }] },
    request: {},
  },
  {
    name: 'the customer pays between the look and the cancel',
    order: { ...waiting, events: [{ name: 'pay', on: { operation: 'cancel', nth: 1, when: 'before' } }] },
    request: longAgo,
  },
  { name: 'the payment request never arrived', order: { state: 'absent' }, request: longAgo, long: true },
  {
    name: 'the payment arrives after the cancel found nothing',
    order: {
      state: 'absent',
      events: [{ name: 'createAndPay', on: { operation: 'cancel', nth: 1, when: 'after', delayMs: 300 } }],
    },
    request: longAgo,
  },
  {
    name: 'the answer to the cancel is lost, it was executed',
    order: { ...paid, faults: [{ operation: 'cancel', wire: 'resetAfter' }] },
    request: givenUp,
  },
  {
    name: 'the cancel is lost, it was not executed',
    order: { ...paid, faults: [{ operation: 'cancel', wire: 'dropBefore' }] },
    request: givenUp,
  },
  {
    name: 'the gateway executes a lost cancel later',
    order: { ...paid, faults: [{ operation: 'cancel', wire: 'lateExecution', delayMs: 1800 }] },
    request: givenUp,
  },
  {
    name: 'the gateway fails and says so',
    order: { ...paid, faults: [{ operation: 'cancel', times: 2, business: { name: 'ACQ.SYSTEM_ERROR' } }] },
    request: givenUp,
  },
  {
    name: 'the answer to the cancel is forged',
    order: { ...paid, faults: [{ operation: 'cancel', business: { name: 'wrongSignature', execute: false } }] },
    request: givenUp,
  },
  {
    name: 'a bad gateway between us and the gateway',
    order: { ...waiting, faults: [{ operation: 'query', times: 2, wire: 'http502' }] },
    request: longAgo,
  },
  { name: 'voided the day after', order: yesterday, request: { reason: 'void' } },
  { name: 'the customer has left, and it is the day after', order: yesterday, request: givenUp },
  {
    name: 'the window for cancel is over, nobody paid',
    order: { ...waiting, flags: { cancelTimeOut: true } },
    request: longAgo,
  },
  { name: 'this product knows no cancel', order: { ...paid, flags: { cancelNotAllowed: true } }, request: givenUp },
  { name: 'it was refunded at the counter already', order: { state: 'CLOSED_REFUNDED' }, request: givenUp },
  { name: 'the gateway closed it by itself', order: { state: 'CLOSED_UNPAID' }, request: longAgo },
  { name: 'the trade is frozen', order: { ...paid, flags: { frozen: true } }, request: givenUp, stuck: true },
  { name: 'another amount than ours', order: { ...paid, amount: 9900 }, request: givenUp, stuck: true },
  {
    name: 'the balance is too low, somebody tops it up',
    order: { ...paid, flags: { sellerShort: true } },
    request: givenUp,
    mend: { event: 'fund' },
  },
];

const retryFlag: Incident = {
  name: 'retry_flag=Y twice, then done',
  gateway: 'alipay-classic',
  order: { ...paid, faults: [{ operation: 'cancel', times: 2, business: { name: 'retryFlagY' } }] },
  request: givenUp,
};

const on = (gateway: GatewayName) => cases.map((incident) => ({ ...incident, gateway }));

export const alipayIncidents: readonly Incident[] = [...on('alipay-classic'), retryFlag, ...on('alipay-v3')];
