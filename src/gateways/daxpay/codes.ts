/**
 * DaxPay's codes as tables (spec/daxpay.md 2.3, 4, 8.1; spec/daxpay-real-server.md). A code is first given a meaning, by
 * profile; the meaning then has one answer for acts and one for looks. Texts are localised and never decide, with two
 * exceptions in profile C, "does not exist" and "expired".
 */
import type { AnswerBody } from '../../reversal/answer.ts';
import type { UnknownKind } from '../../reversal/order-view.ts';
import { entry } from './json.ts';

export type ProfileName = 'c' | 'e' | 'f';
export type Call = 'query' | 'close' | 'cancel' | 'sync' | 'refund' | 'queryRefund' | 'syncRefund';

export type Meaning =
  | 'ok'
  | 'absent' // no such order or refund
  | 'maybeAbsent' // no such order, or another complaint about the parameters: the code does not say
  | 'state' // the order is not in a status for this
  | 'busy' // a lock is held: repeat later
  | 'expired' // too old when it was checked: a busy server answers so to good requests (real server 27)
  | 'running' // the operation is in progress
  | 'channel' // the payment channel refused or failed, whatever the reason (already paid included)
  | 'unsupported' // the channel has no such ability
  | 'unclear' // a business refusal without a code of its own
  | 'fault' // DaxPay itself failed: may have been executed
  | 'signature'
  | 'config'
  | 'request'
  | 'unfamiliar';

/** A code whose meaning depends on the call, on the signature of the answer or (profile C) on the text. */
export interface SpecialCode {
  readonly code: string;
  /** Every call, when it is left out. */
  readonly on?: readonly Call[];
  readonly signed?: true;
  readonly text?: string;
  readonly means: Meaning;
}

export interface CodeTable {
  readonly codes: Readonly<Record<string, Meaning>>;
  /** Tried first, in this order. */
  readonly special: readonly SpecialCode[];
}

/** Codes of `DaxPayErrorCode`, the same in every profile. */
const TRADE_CODES: Readonly<Record<string, Meaning>> = {
  '0': 'ok',
  '20000': 'unclear', // "unclassified"
  '20011': 'unclear', // unknown channel, method, status
  '20012': 'unclear',
  '20013': 'unclear',
  '20021': 'config', // channel, method, interface, merchant or application not enabled, or wrongly configured
  '20022': 'config',
  '20023': 'config',
  '20024': 'config',
  '20025': 'config',
  '20030': 'unsupported',
  '20041': 'absent',
  '20042': 'state',
  '20043': 'busy',
  '20044': 'state', // also "the channel says it cannot be closed, sync first"
  '20045': 'channel', // WeChat refused, already paid included
  '20052': 'signature',
  '20060': 'unclear',
  '20080': 'channel',
  '20081': 'running',
  '20082': 'unsupported',
  '20091': 'fault',
  '30000': 'fault',
};

/** Codes of `CommonErrorCode` from 3.0 on. */
const COMMON_3: Readonly<Record<string, Meaning>> = {
  '10401': 'config',
  '10404': 'config', // unknown path
  '10405': 'config', // unknown merchant or application (INFERRED)
  '10408': 'request', // nonce missing
  '10409': 'fault', // nonce used before: the first copy of this request may have been executed
  '10410': 'expired', // time outside the window
  '10500': 'fault',
  '10505': 'request',
  '10506': 'request',
  '10507': 'busy',
};

/** A refund of an order that does not exist answers 10405, signed, where it is raised inside the controller. */
const REFUND_OF_UNKNOWN: SpecialCode = { code: '10405', on: ['refund'], signed: true, means: 'absent' };

export const CODES: Readonly<Record<ProfileName, CodeTable>> = {
  // `data.1` is `data.code` 1, which stands for every business error; the plain codes are the unsigned outer ones.
  c: {
    codes: {
      ...TRADE_CODES,
      'data.1': 'unclear',
      '1': 'request', // the framework's own refusal, for example of a GET
      '10001': 'fault', // also with `msg` null and after a minute (real server 8)
      '10004': 'config',
      '10005': 'request',
      '10006': 'request', // parameters, and a `reqTime` in the future
      '10007': 'busy',
      '10008': 'fault', // lost an optimistic lock: the channel may have acted (real server 4, 11)
      '10010': 'absent',
    },
    special: [
      { code: '10006', text: '验证参数错误\n请求已过期，请重新发送！', means: 'expired' },
      { code: 'data.1', on: ['query'], text: '支付订单不存在', means: 'absent' },
      { code: 'data.1', on: ['queryRefund'], text: '退款订单不存在', means: 'absent' },
    ],
  },
  e: { codes: { ...TRADE_CODES, ...COMMON_3, '1': 'unclear' }, special: [REFUND_OF_UNKNOWN] },
  f: {
    codes: { ...TRADE_CODES, ...COMMON_3, '1': 'channel' },
    special: [
      REFUND_OF_UNKNOWN,
      // One code for "no id", "no such order" and "lock busy" (4.4). We always send an id, and every act follows a look
      // that showed the order: so it is busy to an act. To a look it may be a complaint about the request too.
      { code: '10506', on: ['close', 'cancel', 'sync'], signed: true, means: 'busy' },
      { code: '10506', on: ['query', 'queryRefund'], signed: true, means: 'maybeAbsent' },
    ],
  },
};

/** What a code means in an answer to this call. */
export function meaningOf(
  table: CodeTable,
  call: Call,
  answer: { code: string; msg: string; signed: boolean },
): Meaning {
  const special = table.special.find(
    (row) =>
      row.code === answer.code &&
      (row.on === undefined || row.on.includes(call)) &&
      (row.signed === undefined || answer.signed) &&
      (row.text === undefined || row.text === answer.msg),
  );
  return special?.means ?? entry(table.codes, answer.code) ?? 'unfamiliar';
}

/** How long a busy order is left alone: locks have a lease of 10 s, but are mostly held for one channel call. */
export const BUSY_MS = 2000;

type Problem = Exclude<Meaning, 'ok'>;

/** What an error means to an act. */
export const ANSWERS: Readonly<Record<Problem, (code: string) => AnswerBody>> = {
  absent: (code) => ({ kind: 'refused', why: 'absent', code }),
  maybeAbsent: (code) => ({ kind: 'rejected', why: 'request', code }),
  state: (code) => ({ kind: 'refused', why: 'state', code }),
  busy: () => ({ kind: 'again', afterMs: BUSY_MS }),
  expired: () => ({ kind: 'again', afterMs: BUSY_MS }),
  running: () => ({ kind: 'running' }),
  channel: (code) => ({ kind: 'refused', why: 'unclear', code }),
  unsupported: (code) => ({ kind: 'refused', why: 'notAllowed', code }),
  unclear: (code) => ({ kind: 'refused', why: 'unclear', code }),
  fault: () => ({ kind: 'unknown', why: 'gatewayFault' }),
  signature: (code) => ({ kind: 'rejected', why: 'signature', code }),
  config: (code) => ({ kind: 'rejected', why: 'config', code }),
  request: (code) => ({ kind: 'rejected', why: 'request', code }),
  unfamiliar: () => ({ kind: 'unknown', why: 'unfamiliar' }),
};

/** What an error means to a look, of an order or of a refund. */
export type LookProblem =
  | { readonly kind: 'absent'; readonly hint: boolean }
  | { readonly kind: 'unknown'; readonly why: UnknownKind }
  | { readonly kind: 'rejected'; readonly why: 'signature' | 'config' | 'request'; readonly code: string };

const faulty = (): LookProblem => ({ kind: 'unknown', why: 'gatewayFault' });
const unfamiliar = (): LookProblem => ({ kind: 'unknown', why: 'unfamiliar' });

export const LOOK_PROBLEMS: Readonly<Record<Problem, (code: string) => LookProblem>> = {
  absent: () => ({ kind: 'absent', hint: false }),
  // Signed, and our one non-empty id leaves nothing else to complain about; the quiet period and a second look follow.
  maybeAbsent: () => ({ kind: 'absent', hint: false }),
  state: unfamiliar,
  busy: faulty,
  expired: faulty,
  running: faulty,
  channel: unfamiliar,
  unsupported: unfamiliar,
  unclear: unfamiliar,
  fault: faulty,
  signature: (code) => ({ kind: 'rejected', why: 'signature', code }),
  config: (code) => ({ kind: 'rejected', why: 'config', code }),
  request: (code) => ({ kind: 'rejected', why: 'request', code }),
  unfamiliar,
};
