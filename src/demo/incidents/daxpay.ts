/** Incidents at DaxPay, in the profiles where they can happen: close, cancel, sync and refund. */
import type { Fault } from '../../sandbox/index.ts';
import type { GatewayName } from '../../stand/accounts.ts';
import type { Incident } from '../incident.ts';

type Profile = 'c' | 'e' | 'f';
interface Case extends Omit<Incident, 'gateway'> {
  readonly only?: readonly Profile[];
  /** Where it takes long: 2.0.8 can pay a closed order, so that one is watched for an hour. */
  readonly longIn?: readonly Profile[];
}

const MINUTE = 60_000;
/** Locks and latencies of the sandbox, shortened like the rules. */
const quick = {
  method: 'qrcode',
  lockLeaseMs: 300,
  repairLockMs: 300,
  channelLatencyMs: 20,
  channelTimeoutMs: 600,
} as const;
const open = (flags = {}) => ({ createdMsAgo: 2 * MINUTE, flags: { ...quick, ...flags } });
/** Close, or cancel where the account prefers it. */
const onUndo = (fault: Omit<Fault, 'operation'>): readonly Fault[] => [
  { operation: 'close', ...fault },
  { operation: 'cancel', ...fault },
];
const givenUp = { ifPaid: 'reverse', attemptedMsAgo: 2 * MINUTE, method: 'qr' } as const;
const longAgo = { attemptedMsAgo: 2 * MINUTE, method: 'qr' } as const;

const cases: readonly Case[] = [
  {
    name: 'the terminal lost the answer, the payment is there',
    order: { state: 'success', ...open() },
    request: longAgo,
  },
  { name: 'the customer has left, the payment is there', order: { state: 'success', ...open() }, request: givenUp },
  { name: 'nobody paid in time', order: { state: 'progress', ...open() }, request: longAgo, longIn: ['c'] },
  {
    name: 'the payment request never arrived',
    order: { state: 'absent', flags: quick },
    request: longAgo,
    longIn: ['c'],
  },
  {
    name: 'paid at the channel, the callback never came, and it is kept',
    order: { state: 'progress', ...open({ channelState: 'paid' }) },
    request: longAgo,
  },
  {
    name: 'paid at the channel, the callback never came, and it is reversed',
    order: { state: 'progress', ...open({ channelState: 'paid' }) },
    request: givenUp,
  },
  {
    name: 'the answer to the close is lost, it was executed',
    order: { state: 'progress', ...open(), faults: onUndo({ wire: 'resetAfter' }) },
    request: longAgo,
    longIn: ['c'],
  },
  {
    name: 'a close that we gave up on is executed later',
    order: { state: 'progress', ...open(), faults: onUndo({ wire: 'lateExecution', delayMs: 1700 }) },
    request: longAgo,
    longIn: ['c'],
  },
  {
    name: 'the refund fails in the shape of success, then goes through',
    order: { state: 'success', ...open({ refundFails: 'silent', refundFailTimes: 1 }) },
    request: givenUp,
    only: ['c', 'e'],
  },
  {
    name: 'DaxPay or the channel closed it by itself',
    order: { state: 'close', ...open() },
    request: longAgo,
    longIn: ['c'],
  },
  {
    name: 'the channel knows no cancel or close',
    order: { state: 'progress', ...open({ channel: 'union_pay' }) },
    request: longAgo,
    only: ['e'],
    longIn: ['e'],
    stuck: true,
  },
  {
    name: 'another amount than ours',
    order: { state: 'success', amount: 9900, ...open() },
    request: givenUp,
    stuck: true,
  },
];

const on = (gateway: GatewayName, profile: Profile): Incident[] =>
  cases
    .filter(({ only }) => only === undefined || only.includes(profile))
    .map(({ only: _, longIn, ...incident }) => ({
      ...incident,
      gateway,
      long: longIn?.includes(profile) ?? false,
      order:
        profile === 'f' && incident.order.state === 'progress'
          ? { ...incident.order, state: 'processing' }
          : incident.order,
    }));

export const daxpayIncidents: readonly Incident[] = [
  ...on('daxpay-c', 'c'),
  {
    name: 'in person, unknown, where the books cope with a cancel (cancel)',
    gateway: 'daxpay-c',
    order: { state: 'progress', ...open({ method: 'barcode' }) },
    request: { ...longAgo, method: 'barcode' },
    long: true,
  },
  ...on('daxpay-e', 'e'),
  ...on('daxpay-f', 'f'),
];
