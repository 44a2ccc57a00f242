/** DaxPay: what its three profiles share (specification 2.3, 5; daxpay-real-server). */
import { type CallName, codes, type GatewayDescription, type StateCase } from './description.ts';

export const ACTS: readonly CallName[] = ['close', 'cancel', 'sync', 'refund'];
export const EVERY: readonly CallName[] = ['look', 'lookAtRefund', ...ACTS];

export const on = (calls: readonly CallName[], names: readonly string[]) =>
  calls.flatMap((call) => names.map((name) => ({ call, fault: { name } })));

export const all = (says: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, says]));

/** `progress` and `wait` have other names in F. */
export function statesOf(unpaid: string, more: readonly StateCase[]): StateCase[] {
  return [
    { state: 'absent', shows: 'absent' },
    { state: unpaid, shows: 'unpaid' },
    { state: unpaid, flags: { channelState: 'paid' }, shows: 'unpaid' }, // a query is local only (4.1)
    { state: 'success', shows: 'paid' },
    { state: 'success', flags: { refundStatus: 'refunding' }, shows: 'settlingRefund' },
    { state: 'success', flags: { refundStatus: 'partial_refund' }, shows: 'partlyRefunded' },
    { state: 'success', flags: { refundStatus: 'refunded' }, shows: 'refunded' },
    { state: 'close', shows: 'closed' },
    { state: 'cancel', shows: 'gone' },
    { state: 'fail', shows: 'faultyPayment' },
    ...more,
  ];
}

/** Codes that every profile has (DaxPayErrorCode). */
const TRADE_CODES: Readonly<Record<string, string>> = {
  ...all('refused unclear', ['20000', '20011', '20012', '20013', '20045', '20060', '20080']),
  ...all('rejected config', ['20021', '20022', '20023', '20024', '20025']),
  ...all('refused notAllowed', ['20030', '20082']),
  ...all('refused state', ['20042', '20044']),
  ...all('unknown gatewayFault', ['20091', '30000', 'nullMsg']),
  '20041': 'refused absent',
  '20043': 'again',
  '20052': 'rejected signature',
  '20081': 'running',
  '29999': 'unknown unfamiliar',
  springError500: 'unknown http',
};

const LOOK_CODES: Readonly<Record<string, string>> = {
  ...all('rejected config', ['20021', '20022', '20023', '20024', '20025']),
  ...all('unknown gatewayFault', ['20091', '30000', 'nullMsg']),
  '20052': 'rejected signature',
  '29999': 'unknown unfamiliar',
  springError500: 'unknown http',
};

export const daxpayCommon = {
  spec: 'daxpay 2.3, 5',
  calls: [
    { call: 'look', operation: 'query', state: 'success', normally: 'paid' },
    { call: 'lookAtRefund', operation: 'refundQuery', state: 'success', afterRefund: true, normally: 'done' },
    { call: 'close', operation: 'close', state: 'progress', normally: 'done closed' },
    { call: 'cancel', operation: 'cancel', state: 'progress', normally: 'done unspecified' },
    { call: 'sync', operation: 'sync', state: 'progress', normally: 'done unspecified' },
    { call: 'refund', operation: 'refund', state: 'success', normally: 'done unspecified' },
  ],
  codes: [...codes(ACTS, TRADE_CODES), ...codes(['look', 'lookAtRefund'], LOOK_CODES)],
  untrusted: [
    ...on(EVERY, ['wrongSignature', 'noSignature', 'seedBody']),
    // Close, cancel and sync carry no id (real server 13): nothing in them can name another order.
    ...on(['look'], ['otherOrder']),
  ],
  lenient: [],
} as const satisfies Partial<GatewayDescription>;
