/** From an HTTP answer to a code with verified data, or to why there is none (spec/daxpay.md 1.5, 2.1, 2.2). */
import { isLosslessNumber } from 'lossless-json';
import type { Evidence, UnknownKind } from '../../reversal/order-view.ts';
import type { HttpFailure, HttpReply } from '../http.ts';
import { type CallTimes, untimely } from '../signed-time.ts';
import type { Call } from './codes.ts';
import { isObject, type Json, type JsonObject, parseObject } from './json.ts';
import { isPlain } from './plain.ts';
import type { Envelope, Profile } from './profiles.ts';
import type { Signer } from './sign.ts';

/** `code` is the plain code; profile C's `data.code` 1 is `data.1`. */
export interface Answered {
  readonly kind: 'answered';
  readonly code: string;
  /** Empty when there is none. */
  readonly msg: string;
  readonly data: JsonObject | undefined;
  /** Whether a valid signature covers code, message and data. Never false when the code is 0. */
  readonly signed: boolean;
  /** When it was signed (`resTime`), by DaxPay's clock: the errors of 3.0.0 do not tell (2.2). */
  readonly signedAt?: number | undefined;
  readonly evidence: Evidence;
}

export interface Unanswered {
  readonly kind: 'unanswered';
  readonly why: UnknownKind;
  readonly evidence: Evidence;
}

export type Reply = Answered | Unanswered;

const MAX_MESSAGE = 120;

/** A string or number member as text; undefined when it is missing, null, empty, blank or something else. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  return isLosslessNumber(value) ? value.value : undefined;
}

/** The first two lines of a message, short: system errors carry SQL and stack texts (real server 2, 15). */
function shortened(msg: string): string {
  return msg
    .trim()
    .split('\n')
    .slice(0, 2)
    .map((line) => line.trim())
    .join(' ')
    .slice(0, MAX_MESSAGE);
}

/** Evidence without the entries that are missing or empty. */
export function evidenceOf(facts: Readonly<Record<string, string | undefined>>): Evidence {
  const evidence: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts)) if (value !== undefined && value !== '') evidence[name] = value;
  return evidence;
}

interface Signed {
  readonly code: string;
  readonly msg: Json | undefined;
  readonly data: Json | undefined;
  readonly signature: string | undefined;
  /** The fields that the signature may be over, likeliest first. */
  readonly candidates: readonly JsonObject[];
  /** Beside what is signed with it. */
  readonly resTime: Json | undefined;
}

type Reader = (message: JsonObject, declared: readonly string[] | undefined) => Signed | undefined;

const SIGNED_BY_E = ['code', 'msg', 'data', 'resTime', 'traceId'];

function reordered(data: JsonObject, declared: readonly string[]): JsonObject {
  const names = [...declared.filter((name) => Object.hasOwn(data, name)), ...Object.keys(data)];
  return Object.fromEntries([...new Set(names)].map((name) => [name, data[name] ?? null]));
}

/** C: the business part with its own code and signature is `data`; an outer code other than 0 comes without it. */
const inner: Reader = (message) => {
  const outer = textOf(message.code);
  if (outer === undefined) return undefined;
  const { data } = message;
  if (outer !== '0' || !isObject(data)) {
    const nothing = { data: undefined, signature: undefined, candidates: [], resTime: undefined };
    return { code: outer, msg: message.msg, ...nothing };
  }
  const code = textOf(data.code);
  if (code === undefined) return undefined;
  return {
    code: code === '1' ? 'data.1' : code,
    msg: data.msg,
    data,
    signature: textOf(data.sign),
    candidates: [data],
    resTime: data.resTime,
  };
};

/** E: one level, signed as a whole, with `data` in the order of the wire or, failing that, of the server's class. */
const whole: Reader = (message, declared) => {
  const code = textOf(message.code);
  if (code === undefined) return undefined;
  const known = Object.fromEntries(SIGNED_BY_E.map((name) => [name, message[name] ?? null]));
  const { data } = known;
  const candidates = [known];
  if (declared !== undefined && isObject(data)) candidates.push({ ...known, data: reordered(data, declared) });
  return { code, msg: message.msg, data, signature: textOf(message.sign), candidates, resTime: known.resTime };
};

/** F: one level, everything on the wire is signed. Early errors of old builds have `message` instead of `msg`. */
const flat: Reader = (message) => {
  const code = textOf(message.code);
  if (code === undefined) return undefined;
  const { data, msg = message.message } = message;
  return { code, msg, data, signature: textOf(message.sign), candidates: [message], resTime: message.resTime };
};

const READERS: Readonly<Record<Envelope, Reader>> = { inner, whole, flat };

/** Whose answers and notices these are to be; C's name nobody, and F's account may leave the application out. */
export interface Merchant {
  readonly mchNo?: string | undefined;
  readonly appId?: string | undefined;
}

/** Whether a verified message names another merchant or application, on either level. Most name none. */
export function namesAnother(message: JsonObject, { mchNo, appId }: Merchant): boolean {
  const places = isObject(message.data) ? [message, message.data] : [message];
  return Object.entries({ mchNo, appId }).some(([name, ours]) =>
    places.some((place) => {
      const told = textOf(place[name]);
      return ours !== undefined && told !== undefined && told !== ours;
    }),
  );
}

export interface ReadContext {
  readonly profile: Profile;
  readonly merchant?: Merchant;
  readonly signer: Signer;
  readonly call: Call;
  /** The `reqId` that was sent (F): an answer that echoes another one belongs to another request. */
  readonly reqId?: string | undefined;
  /** The zone of the server's wall clock. */
  readonly utcOffsetHours?: number;
  /** When the call was made and answered; without them, as for recorded answers, any time is believed. */
  readonly times?: CallTimes;
}

/** HTTP statuses that carry an answer: 200, and E's 404 with code 10404 (2.1); no other one has a contract. */
function hasContract(status: number, code: string | undefined): boolean {
  return status === 200 || (status === 404 && code === '10404');
}

/**
 * Reads one answer. A success without a valid signature, and anything with a wrong one, is no answer; an error without
 * a signature is an answer that proves nothing (`signed: false`).
 */
export function readReply(reply: HttpReply | HttpFailure, context: ReadContext): Reply {
  const none = (why: UnknownKind, facts: Readonly<Record<string, string | undefined>> = {}): Unanswered => ({
    kind: 'unanswered',
    why,
    evidence: evidenceOf(facts),
  });
  if (reply.kind === 'failure') return none(reply.why, { detail: reply.detail });
  const http = reply.status === 200 ? undefined : String(reply.status);
  if (reply.status === 429) return none('limited', { http });
  const message = parseObject(reply.body.toString('utf8'));
  const { call, merchant = {}, profile, reqId, signer, times } = context;
  const signed = message && READERS[profile.envelope](message, profile.calls[call].declared);
  if (!hasContract(reply.status, signed?.code)) return none('http', { http });
  if (message === undefined || signed === undefined) return none('unreadable', { http });

  const { code, candidates, signature } = signed;
  const traceId = textOf(message.traceId) ?? reply.headers['x-trace-id'];
  const msg = textOf(signed.msg) ?? '';
  const data = isObject(signed.data) ? signed.data : undefined;
  const facts = { http, code, msg: code === '0' && msg === 'success' ? undefined : shortened(msg), traceId };
  if (signature === undefined || signature === '') {
    if (code === '0') return none('unsigned', facts);
    return { kind: 'answered', code, msg, data, signed: false, evidence: evidenceOf(facts) };
  }
  const verified = candidates.find((fields) => signer.verifies(fields, signature));
  if (verified === undefined) return none('forged', facts);
  if (!isPlain(verified)) return none('unreadable', facts);
  const echoed = textOf(message.reqId);
  if (reqId !== undefined && echoed !== undefined && echoed !== reqId) return none('otherOrder', facts);
  if (namesAnother(verified, merchant)) return none('otherOrder', { ...facts, merchant: 'another' });
  const signedAt = profile.time.read(textOf(signed.resTime) ?? '', context.utcOffsetHours ?? 0);
  // What repeats our random number can be no older than the call, whatever its clock says.
  const isOurs = reqId !== undefined && echoed === reqId;
  const why = isOurs || signedAt === undefined || times === undefined ? undefined : untimely(signedAt, times);
  if (why !== undefined) return none('stale', { ...facts, ...why });
  return { kind: 'answered', code, msg, data, signed: true, signedAt, evidence: evidenceOf(facts) };
}
