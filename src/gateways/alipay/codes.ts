/** What Alipay's codes mean for us: tables only (specification 1.7, 2.4, 4.3, 4.4, 5.3, 6.1 to 6.3, 8.1). */
import type { AnswerBody, RefusedWhy } from '../../reversal/answer.ts';
import type { OrderState } from '../../reversal/order-view.ts';

/** Rows by normalised code. A key that ends in `*` is a pattern row: it covers every code with that beginning. */
export type Table<Row> = Readonly<Record<string, Row>>;

/** A call that did no business, or whose end the gateway itself does not know. */
export type Failure =
  | { readonly kind: 'rejected'; readonly why: 'signature' | 'config' | 'request' }
  | { readonly kind: 'unknown'; readonly why: 'limited' | 'gatewayFault' | 'unfamiliar' };

const CONFIG: Failure = { kind: 'rejected', why: 'config' };
const SIGNATURE: Failure = { kind: 'rejected', why: 'signature' };
const DEFECT: Failure = { kind: 'rejected', why: 'request' };
const LIMITED: Failure = { kind: 'unknown', why: 'limited' };
const FAULT: Failure = { kind: 'unknown', why: 'gatewayFault' };
const UNFAMILIAR: Failure = { kind: 'unknown', why: 'unfamiliar' };

/**
 * Answers of the gateway before any business, by sub code (classic) or code (v3) and then by the classic number. An
 * unsigned one may be reported: none of them says anything about money (1.5).
 */
export const GATEWAY_CODES: Table<Failure> = {
  'invalid-signature': SIGNATURE,
  'missing-signature': SIGNATURE,
  'missing-signature-key': SIGNATURE,
  'unknow-error': FAULT, // the gateway's own spelling
  'app-call-limited': LIMITED,
  'method-call-limited': LIMITED,
  'unknown-sub-code': UNFAMILIAR, // the business did answer, in words that the gateway cannot pass on
  'invalid-response-data': UNFAMILIAR, // likewise
  'access-data-time-out': FAULT,
  '20000': FAULT,
  '20001': CONFIG,
  '40001': CONFIG,
  '40002': CONFIG,
  '40003': CONFIG,
  '40005': LIMITED,
  '40006': CONFIG,
};

/** Every other v3 gateway code: about eighty, all about credentials, permissions or the shape of the request (8.1). */
export const OTHER_GATEWAY_CODE: Failure = CONFIG;

/** The codes that a v3 answer may carry with HTTP 5xx; any other 5xx is infrastructure and has no contract (2.5). */
export const SERVER_ERROR_CODES: ReadonlySet<string> = new Set(['unknow-error', 'SYSTEM_ERROR', '20000']);

/** Business codes that mean the same in every operation. */
const EVERYWHERE: Table<Failure> = {
  SYSTEM_ERROR: FAULT,
  INVALID_PARAMETER: DEFECT,
};

/** What an act is told. `refused` gets the code as it was sent. */
export type ActRow = Failure | { readonly kind: 'refused'; readonly why: RefusedWhy };

const refused = (why: RefusedWhy): ActRow => ({ kind: 'refused', why });

/** 5.3: the nine documented codes, then those that other operations are known for ("query and decide"). */
const CANCEL_CODES: Table<ActRow> = {
  ...EVERYWHERE,
  SELLER_BALANCE_NOT_ENOUGH: refused('noFunds'),
  REASON_TRADE_BEEN_FREEZEN: refused('frozen'),
  TRADE_CANCEL_TIME_OUT: refused('tooLate'),
  TRADE_HAS_FINISHED: refused('finished'),
  REASON_TRADE_REFUND_FEE_ERR: refused('partlyRefunded'),
  CANCEL_NOT_ALLOWED: refused('notAllowed'),
  TRADE_HAS_SUCCESS: refused('state'),
  TRADE_HAS_CLOSE: refused('state'),
  REASON_ILLEGAL_STATUS: refused('state'),
  REASON_TRADE_STATUS_INVALID: refused('state'),
  TRADE_STATUS_ERROR: refused('state'),
  TRADE_NOT_EXIST: refused('absent'),
};

/** 6.1, and the states that some integrators expect of a trade that is already closed or paid (10.2). */
const CLOSE_CODES: Table<ActRow> = {
  ...EVERYWHERE,
  TRADE_STATUS_ERROR: refused('state'),
  REASON_TRADE_STATUS_INVALID: refused('state'),
  REASON_ILLEGAL_STATUS: refused('state'),
  TRADE_HAS_SUCCESS: refused('state'),
  TRADE_HAS_CLOSE: refused('state'),
  TRADE_HAS_FINISHED: refused('finished'),
  TRADE_NOT_EXIST: refused('absent'),
};

/** 6.2. */
const REFUND_CODES: Table<ActRow> = {
  ...EVERYWHERE,
  SELLER_BALANCE_NOT_ENOUGH: refused('noFunds'),
  REFUND_CHARGE_ERROR: refused('noFunds'),
  TRADE_HAS_CLOSE: refused('state'),
  TRADE_STATUS_ERROR: refused('state'),
  REASON_TRADE_STATUS_INVALID: refused('state'),
  REASON_ILLEGAL_STATUS: refused('state'),
  TRADE_NOT_EXIST: refused('absent'),
  REASON_TRADE_REFUND_FEE_ERR: refused('partlyRefunded'),
  REFUND_AMT_NOT_EQUAL_TOTAL: refused('partlyRefunded'),
  REFUND_FEE_ERROR: refused('partlyRefunded'),
  DISCORDANT_REPEAT_REQUEST: refused('unclear'), // our number with another amount: somebody must look at both
  TRADE_HAS_FINISHED: refused('finished'),
  REASON_TRADE_BEEN_FREEZEN: refused('frozen'),
  TRADE_NOT_ALLOW_REFUND: refused('notAllowed'),
  NOT_ALLOW_PARTIAL_REFUND: refused('notAllowed'),
  ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND: refused('notAllowed'),
  'BUYER_*': refused('notAllowed'),
  USER_NOT_MATCH_ERR: refused('notAllowed'),
  TRADE_SETTLE_ERROR: refused('notAllowed'),
  REFUND_ACCOUNT_NOT_EXIST: refused('notAllowed'),
  REFUNDALLOC_UNAUTH_LIMIT: refused('notAllowed'),
};

export const ACT_CODES = { cancel: CANCEL_CODES, close: CLOSE_CODES, refund: REFUND_CODES } as const;

/** 4.4. */
export const QUERY_CODES: Table<Failure | { readonly kind: 'absent' }> = {
  ...EVERYWHERE,
  TRADE_NOT_EXIST: { kind: 'absent' },
  ENTERPRISE_PAY_BIZ_ERROR: FAULT,
};

/** 6.3; `TRADE_NOT_EXIST` also comes without its prefix. */
export const REFUND_QUERY_CODES: Table<Failure | { readonly kind: 'notFound' }> = {
  ...EVERYWHERE,
  TRADE_NOT_EXIST: { kind: 'notFound' },
  ENTERPRISE_PAY_BIZ_ERROR: FAULT,
};

/**
 * 4.3, by `trade_status`, without and with a `send_pay_date`: the date is what tells a trade that was paid and given
 * back from one that nobody paid. Without it a closed trade may be either.
 */
export const TRADE_STATUSES: Table<{ readonly undated: OrderState; readonly dated: OrderState }> = {
  WAIT_BUYER_PAY: { undated: { kind: 'unpaid' }, dated: { kind: 'unpaid' } },
  TRADE_SUCCESS: { undated: { kind: 'paid', reversible: true }, dated: { kind: 'paid', reversible: true } },
  TRADE_FINISHED: { undated: { kind: 'paid', reversible: false }, dated: { kind: 'paid', reversible: false } },
  TRADE_CLOSED: { undated: { kind: 'gone' }, dated: { kind: 'refunded' } },
};

type Done = Extract<AnswerBody, { kind: 'done' }>;

/** 5.4, by `action`; `''` stands for its absence: nothing was found at that moment. */
export const CANCEL_ACTIONS: Table<Done> = {
  close: { kind: 'done', effect: 'closed' },
  refund: { kind: 'done', effect: 'refunded' },
  '': { kind: 'done', effect: 'nothingFound' },
};

/** 6.2, by `fund_change`. Only `Y` says that this call moved money; a repeat of a refund that was made says `N`. */
export const FUND_CHANGES: Table<Done> = { Y: { kind: 'done', effect: 'refunded' } };

/** A success that says no more than that. */
export const SUCCEEDED: Done = { kind: 'done', effect: 'unspecified' };

/** Strips what differs between gateways and protocols: `aop.`/`isv.`/`isp.`, and `ACQ.` or its real typo `AQC.`. */
export function codeKey(code: string): string {
  return code.replace(/^(?:aop|isv|isp)\./, '').replace(/^(?:ACQ|AQC)\./, '');
}

/** The row of a normalised code, exact rows before pattern rows. */
export function rowOf<Row>(table: Table<Row>, key: string): Row | undefined {
  if (Object.hasOwn(table, key)) return table[key];
  const pattern = Object.keys(table).find((name) => name.endsWith('*') && key.startsWith(name.slice(0, -1)));
  return pattern === undefined ? undefined : table[pattern];
}
