/** Shouqianba: calls, states and codes (specification 2.1, 2.2, 3.1, 5.5). */
import { type CallName, type CodeCase, codes, type GatewayDescription } from './description.ts';
import { shouqianbaScenarios } from './shouqianba-scenarios.ts';

const ACTS: readonly CallName[] = ['cancel', 'revoke', 'refund'];
const EVERY: readonly CallName[] = ['look', 'lookAtRefund', ...ACTS];
const all = (says: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, says]));

/** 2.1. */
const LAYER_1 = {
  ...all('rejected request', ['INVALID_PARAMS', 'INVALID_PARAMETER']),
  ...all('rejected config', ['INVALID_TERMINAL', 'TERMINAL_NOT_EXISTS', 'ACTIVATE_FAIL']),
  ...all('unknown gatewayFault', [
    ...['UNKNOWN_SYSTEM_ERROR', 'MAINTENANCE_INPROGRESS', 'REQUEST_FAIL', 'EXTERNAL_SERVICE_EXCEPTION'],
  ]),
};

/** 5.5 on FAIL: what an act is told. */
const ERROR_CODES: Readonly<Record<string, string>> = {
  ...all('refused absent', ['UPAY_ORDER_NOT_EXISTS', 'UPAY_ORDER_NOT_EXIST']),
  ...all('refused state', ['UPAY_CANCEL_INVALID_ORDER_STATE', 'UPAY_REFUND_INVALID_ORDER_STATE']),
  ...all('refused noFunds', ['ACCOUNT_BALANCE_NOT_ENOUGH', 'SELLER_BALANCE_NOT_ENOUGH']),
  ...all('unknown gatewayFault', [
    ...['REFUND_REQUEST_CONFLICT', 'TRADE_NOT_EXIST', 'TRADE_HAS_SUCCESS', 'TRADE_TIMEOUT', 'TRADE_FAILED'],
    ...['UNEXPECTED_PROVIDER_ERROR'],
  ]),
  ...all('rejected config', ['UPAY_TERMINAL_NOT_EXISTS', 'UPAY_TERMINAL_STATUS_ABNORMAL']),
  ...all('refused unclear', [
    ...['REFUNDABLE_AMOUNT_NOT_ENOUGH', 'REFUND_AMT_NOT_EQUAL_TOTAL', 'CLIENT_SN_CONFLICT', 'INVALID_BARCODE'],
    ...['EXPIRED_BARCODE', 'AUTHCODE_EXPIRE', 'INSUFFICIENT_FUND', 'BUYER_OVER_DAILY_LIMIT', 'SOMETHING_NEW'],
    ...['BUYER_OVER_TRANSACTION_LIMIT', 'SELLER_OVER_DAILY_LIMIT', 'UPAY_STORE_OVER_DAILY_LIMIT'],
  ]),
  UPAY_TCP_ORDER_NOT_REFUNDABLE: 'refused notAllowed',
};

/** An *_ERROR with a code: some codes explain it, the others leave it unknown. */
const onError = (call: CallName, result: string): CodeCase[] => {
  const beside = (errorCode: string, says: string): CodeCase => ({
    call,
    fault: { name: result, with: { errorCode } },
    says,
  });
  return [
    beside('UPAY_TCP_ORDER_NOT_REFUNDABLE', 'refused notAllowed'),
    beside('SELLER_BALANCE_NOT_ENOUGH', 'refused noFunds'),
    beside('UPAY_CANCEL_INVALID_ORDER_STATE', 'unknown gatewayFault'),
    beside('SOMETHING_NEW', 'unknown gatewayFault'),
  ];
};

const on = (calls: readonly CallName[], names: readonly string[]) =>
  calls.flatMap((call) => names.map((name) => ({ call, fault: { name } })));

export const shouqianba: GatewayDescription = {
  name: 'shouqianba',
  spec: 'shouqianba 2.1, 2.2, 3.1, 5.5',
  calls: [
    { call: 'look', operation: 'query', state: 'PAID', normally: 'paid' },
    { call: 'lookAtRefund', operation: 'refundQuery', state: 'PAID', afterRefund: true, normally: 'done' },
    { call: 'cancel', operation: 'cancel', state: 'PAID', normally: 'done unspecified' },
    { call: 'revoke', operation: 'revoke', state: 'PAID', normally: 'done unspecified' },
    { call: 'refund', operation: 'refund', state: 'PAID', normally: 'done refunded' },
  ],
  states: [
    { state: 'absent', shows: 'absent' },
    { state: 'CREATED', shows: 'unpaid' },
    { state: 'PAID', shows: 'paid' },
    { state: 'PAY_CANCELED', shows: 'gone' },
    { state: 'PAY_ERROR', shows: 'faultyPayment' },
    { state: 'REFUNDED', shows: 'refunded' },
    { state: 'PARTIAL_REFUNDED', shows: 'partlyRefunded' },
    { state: 'REFUND_INPROGRESS', shows: 'settlingRefund' },
    { state: 'REFUND_ERROR', shows: 'faultyRefund' },
    { state: 'CANCELED', shows: 'gone' },
    { state: 'CANCEL_INPROGRESS', shows: 'settlingCancel' },
    { state: 'CANCEL_ERROR', shows: 'faultyCancel' },
    { state: 'INVALID_STATUS_CODE', shows: 'faultyStatus' },
    { state: 'PAID', flags: { foreignMerchant: true }, shows: 'absent' },
  ],
  codes: [
    ...codes(EVERY, LAYER_1),
    ...codes(['look'], {
      UPAY_ORDER_NOT_EXISTS: 'absent',
      UPAY_ORDER_NOT_EXIST: 'absent',
      UPAY_TERMINAL_NOT_EXISTS: 'rejected config',
      UPAY_TERMINAL_STATUS_ABNORMAL: 'rejected config',
      PAY_STATUS_CLOSED: 'rejected config',
      SOMETHING_NEW: 'unknown unfamiliar',
      TRADE_FAILED: 'unknown unfamiliar',
    }),
    ...codes(ACTS, ERROR_CODES),
    ...codes(ACTS, { PAY_STATUS_CLOSED: 'unknown gatewayFault' }),
    ...codes(['cancel', 'revoke'], {
      CANCEL_SUCCESS: 'done unspecified',
      CANCEL_ABORT_SUCCESS: 'done unspecified',
      CANCEL_IN_PROGRESS: 'running',
      CANCEL_ABORT_IN_PROGRESS: 'running',
      CANCEL_ERROR: 'unknown gatewayFault',
      CANCEL_ABORT_ERROR: 'unknown gatewayFault',
      UPAY_CANCEL_ORDER_NOOP: 'done unspecified',
      // A value of another operation, and one that integrators invent.
      REFUND_SUCCESS: 'unknown unfamiliar',
      SUCCESS: 'unknown unfamiliar',
    }),
    ...onError('cancel', 'CANCEL_ERROR'),
    ...onError('revoke', 'CANCEL_ERROR'),
    ...onError('cancel', 'CANCEL_ABORT_ERROR'),
    ...codes(['refund'], {
      REFUND_SUCCESS: 'done refunded',
      REFUND_FAIL: 'refused unclear',
      REFUND_IN_PROGRESS: 'running',
      REFUND_ERROR: 'unknown gatewayFault',
      REFUND_FAIL_ERROR: 'unknown gatewayFault',
      UPAY_REFUND_ORDER_NOOP: 'done unspecified',
      CANCEL_SUCCESS: 'unknown unfamiliar',
    }),
    ...onError('refund', 'REFUND_ERROR'),
  ],
  untrusted: [
    ...on(EVERY, ['missingBiz', 'wrongClientSn', 'wrongSn']),
    ...on(['look', 'lookAtRefund'], ['missingData', 'unknownStatus']),
  ],
  lenient: on(EVERY, ['nullFields', 'emptyFields', 'absentFields', 'numbersInsteadOfStrings', 'mirrorHttpStatus']),
  otherAmount: { name: 'wrongAmount' },
  wrongKey: (credentials) => ({ ...credentials, terminalKey: '0123456789abcdef0123456789abcdef' }),
  scenarios: shouqianbaScenarios,
};
