/** Alipay in both protocols: calls, states and codes that they share (specification 1.7, 4 to 6). */
import { generateKeyPairSync } from 'node:crypto';
import { type CallName, type CodeCase, codes, type GatewayDescription } from './description.ts';

const CALLS = [
  { call: 'look', operation: 'query', state: 'PAID', normally: 'paid' },
  { call: 'lookAtRefund', operation: 'refundQuery', state: 'PAID', afterRefund: true, normally: 'done' },
  { call: 'cancel', operation: 'cancel', state: 'PAID', normally: 'done refunded' },
  { call: 'close', operation: 'close', state: 'WAITING', normally: 'done closed' },
  { call: 'refund', operation: 'refund', state: 'PAID', normally: 'done refunded' },
] as const;

const ACTS: readonly CallName[] = ['cancel', 'close', 'refund'];
const EVERY: readonly CallName[] = ['look', 'lookAtRefund', ...ACTS];

const all = (says: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, says]));
const isv = (names: readonly string[]) => names.map((name) => `gatewayError:isv.${name}`);

/** 1.7, 2.4: answers of the gateway before any business. */
const GATEWAY_CODES: Readonly<Record<string, string>> = {
  ...all('unknown gatewayFault', ['isp.unknow-error', 'aop.unknow-error', 'aop.ACQ.SYSTEM_ERROR']),
  ...all('rejected config', [
    ...['aop.invalid-auth-token', 'aop.auth-token-time-out', 'aop.invalid-app-auth-token'],
    ...['aop.invalid-app-auth-token-no-api', 'aop.app-auth-token-time-out', 'aop.no-product-reg-by-partner'],
    ...isv(['missing-method', 'missing-signature-type', 'missing-app-id', 'missing-timestamp', 'missing-version']),
    ...isv(['invalid-parameter', 'invalid-method', 'invalid-format', 'invalid-signature-type', 'invalid-app-id']),
    ...isv(['invalid-timestamp', 'invalid-charset', 'illegal-json', 'suspected-attack', 'forbidden-api']),
    ...isv(['missing-signature-config', 'invalid-auth-relations', 'decryption-error-unknown']),
    ...isv(['insufficient-isv-permissions', 'insufficient-user-permissions', 'self-invoke-forbidden']),
    ...isv(['missing-app-cert-sn', 'missing-alipay-root-cert-sn', 'invalid-alipay-root-cert-sn']),
    ...isv(['app-cert-expired', 'app-cert-not-exist', 'alipay-cert-not-exist']),
  ]),
  ...all('rejected signature', isv(['missing-signature', 'missing-signature-key', 'invalid-signature'])),
  ...all('unknown limited', ['40005', '429', ...isv(['method-call-limited'])]),
};

/** 4.4, 5.3, 6.1 to 6.3, code by code. */
const BUSINESS_CODES: readonly CodeCase[] = [
  ...codes(EVERY, {
    'ACQ.SYSTEM_ERROR': 'unknown gatewayFault',
    'AQC.SYSTEM_ERROR': 'unknown gatewayFault',
    'ACQ.INVALID_PARAMETER': 'rejected request',
  }),
  ...codes(['look'], {
    'ACQ.TRADE_NOT_EXIST': 'absent',
    'ACQ.ENTERPRISE_PAY_BIZ_ERROR': 'unknown gatewayFault',
    'ACQ.SOMETHING_NEW': 'unknown unfamiliar',
  }),
  ...codes(['lookAtRefund'], {
    'ACQ.TRADE_NOT_EXIST': 'notFound',
    'ACQ.ENTERPRISE_PAY_BIZ_ERROR': 'unknown gatewayFault',
    'ACQ.SOMETHING_NEW': 'unknown unfamiliar',
  }),
  ...codes(['cancel'], {
    'ACQ.SELLER_BALANCE_NOT_ENOUGH': 'refused noFunds',
    'ACQ.REASON_TRADE_BEEN_FREEZEN': 'refused frozen',
    'ACQ.TRADE_CANCEL_TIME_OUT': 'refused tooLate',
    'ACQ.TRADE_HAS_FINISHED': 'refused finished',
    'ACQ.REASON_TRADE_REFUND_FEE_ERR': 'refused partlyRefunded',
    'ACQ.CANCEL_NOT_ALLOWED': 'refused notAllowed',
    'ACQ.TRADE_HAS_SUCCESS': 'refused state',
    'ACQ.TRADE_HAS_CLOSE': 'refused state',
    'ACQ.REASON_ILLEGAL_STATUS': 'refused state',
    'ACQ.REASON_TRADE_STATUS_INVALID': 'refused state',
    'ACQ.TRADE_NOT_EXIST': 'refused absent',
    'ACQ.TRADE_STATUS_ERROR': 'refused state',
    'ACQ.SOMETHING_NEW': 'refused unclear',
    retryFlagY: 'again',
  }),
  ...codes(['close'], {
    'ACQ.TRADE_STATUS_ERROR': 'refused state',
    'ACQ.REASON_TRADE_STATUS_INVALID': 'refused state',
    'ACQ.REASON_ILLEGAL_STATUS': 'refused state',
    'ACQ.TRADE_HAS_CLOSE': 'refused state',
    'ACQ.TRADE_NOT_EXIST': 'refused absent',
    'ACQ.SOMETHING_NEW': 'refused unclear',
  }),
  ...codes(['refund'], {
    ...all('refused noFunds', ['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'ACQ.REFUND_CHARGE_ERROR']),
    ...all('refused state', ['ACQ.TRADE_HAS_CLOSE', 'ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID']),
    ...all('refused partlyRefunded', [
      ...['ACQ.REASON_TRADE_REFUND_FEE_ERR', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', 'ACQ.REFUND_FEE_ERROR'],
    ]),
    ...all('refused notAllowed', [
      ...['ACQ.TRADE_NOT_ALLOW_REFUND', 'ACQ.NOT_ALLOW_PARTIAL_REFUND', 'ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND'],
      ...['ACQ.BUYER_ERROR', 'ACQ.BUYER_NOT_EXIST', 'ACQ.USER_NOT_MATCH_ERR', 'ACQ.TRADE_SETTLE_ERROR'],
      ...['ACQ.REFUND_ACCOUNT_NOT_EXIST', 'ACQ.REFUNDALLOC_UNAUTH_LIMIT'],
    ]),
    'ACQ.DISCORDANT_REPEAT_REQUEST': 'refused unclear',
    'ACQ.TRADE_NOT_EXIST': 'refused absent',
    'ACQ.TRADE_HAS_FINISHED': 'refused finished',
    'ACQ.REASON_TRADE_BEEN_FREEZEN': 'refused frozen',
    'ACQ.SOMETHING_NEW': 'refused unclear',
  }),
];

const on = (calls: readonly CallName[], names: readonly string[]) =>
  calls.flatMap((call) => names.map((name) => ({ call, fault: { name } })));

const newKey = (type: 'pkcs8' | 'spki') => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return type === 'pkcs8'
    ? pair.privateKey.export({ type, format: 'pem' }).toString()
    : pair.publicKey.export({ type, format: 'pem' }).toString();
};

/** What both protocols have in common. */
export const alipayCommon = {
  spec: 'alipay 1.7, 4.3, 4.4, 5.3, 6.1 to 6.3',
  calls: CALLS,
  states: [
    { state: 'ABSENT', shows: 'absent' },
    { state: 'WAITING', shows: 'unpaid' },
    { state: 'PAID', shows: 'paid' },
    { state: 'PAID', flags: { partiallyRefunded: true }, shows: 'paid' }, // clarification 17: a look cannot tell
    { state: 'FINISHED', shows: 'finished' },
    { state: 'CLOSED_UNPAID', shows: 'gone' },
    { state: 'CLOSED_REFUNDED', shows: 'refunded' },
  ],
  codes: [...codes(EVERY, GATEWAY_CODES), ...BUSINESS_CODES],
  untrusted: on(EVERY, ['wrongSignature', 'noSignature', 'otherKey', 'signatureOfOther']).concat(
    on(['look', 'cancel', 'close', 'refund'], ['wrongOutTradeNo']),
  ),
  lenient: on(EVERY, ['escapedSlashes', 'escapedUnicode', 'unknownMembers', 'certSn']).concat(
    on(['look'], ['amountsAsNumbers']),
  ),
  otherAmount: { name: 'wrongAmount' },
  wrongKey: (credentials) => ({ ...credentials, privateKey: newKey('pkcs8') }),
  wrongPlatformKey: (credentials) => ({ ...credentials, alipayPublicKey: newKey('spki') }),
} as const satisfies Partial<GatewayDescription>;

export const alipayOn = on;
