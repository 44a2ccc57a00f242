/** Transport of OpenAPI v3 (specification 2.1 to 2.5). */
import { randomUUID } from 'node:crypto';
import { call, type HttpReply } from '../http.ts';
import { type CallTimes, dated, untimely } from '../signed-time.ts';
import type { Credentials } from './account.ts';
import { answered } from './classic.ts';
import { codeKey, SERVER_ERROR_CODES } from './codes.ts';
import { textOf, topLevelMembers } from './envelope.ts';
import {
  bodyText,
  encrypted,
  httpEvidence,
  memberEvidence,
  networkFailure,
  OPERATIONS,
  type Reply,
  rotated,
  type Transport,
  unanswered,
} from './reply.ts';
import { sign, v3StringToSign, v3StringToVerify, verify } from './sign.ts';

const CLASSIC_NUMBER = /^\d{5}$/;
const MILLISECONDS = /^\d{13}$/;
/** Statuses that mean "not let in" even when something before the gateway answered, without its error body (2.5). */
const NOT_LET_IN = new Set([401, 403, 404]);

/** @param now epoch milliseconds; Alipay refuses a timestamp more than ten minutes off */
export function v3Transport(credentials: Credentials, now: () => number): Transport {
  return async (operation, fields, { signedSince, ...options }) => {
    const target = OPERATIONS[operation].path;
    const body = JSON.stringify(fields);
    const sentAt = now();
    const reply = await call({
      url: `${credentials.url}${target}`,
      headers: v3Headers(credentials, target, body, sentAt),
      body,
      ...options,
    });
    if (reply.kind === 'failure') return networkFailure(reply);
    return readV3(reply, credentials, { sentAt, answeredAt: now(), signedSince });
  };
}

function v3Headers(credentials: Credentials, target: string, body: string, epochMs: number): Record<string, string> {
  const { appId, serials, appAuthToken, privateKey } = credentials;
  const authString = [
    `app_id=${appId}`,
    ...(serials === undefined ? [] : [`app_cert_sn=${serials.app}`]),
    `nonce=${randomUUID()}`,
    `timestamp=${epochMs}`,
  ].join(',');
  const signature = sign(v3StringToSign({ authString, method: 'POST', target, body, appAuthToken }), privateKey);
  return {
    authorization: `ALIPAY-SHA256withRSA ${authString},sign=${signature}`,
    'content-type': 'application/json',
    accept: 'application/json',
    'alipay-request-id': randomUUID().replaceAll('-', ''),
    ...(serials === undefined ? {} : { 'alipay-root-cert-sn': serials.root }),
    ...(appAuthToken === undefined ? {} : { 'alipay-app-auth-token': appAuthToken }),
  };
}

/**
 * Reads an HTTP reply. Exported for the recorded vectors, which come without a server.
 *
 * @param times of the call, for an answer's own to be compared with; without them any time is believed
 */
export function readV3(
  reply: HttpReply,
  credentials: Pick<Credentials, 'alipayKey' | 'serials'>,
  times?: CallTimes,
): Reply {
  const evidence = httpEvidence(reply);
  if (reply.status === 429) return unanswered('limited', evidence);
  if (reply.status !== 200 && reply.status < 400) return unanswered('http', evidence);
  const raw = bodyText(reply);
  const locked = encrypted(raw?.trim() ?? '', evidence);
  if (locked !== undefined) return locked;
  const signature = signatureOf(reply);
  let signedAt: number | undefined;
  if (raw !== undefined && signature !== undefined) {
    const serial = reply.headers['alipay-sn'];
    const ours = credentials.serials?.alipay;
    if (ours !== undefined && serial !== undefined && serial !== '' && serial !== ours) {
      return rotated(evidence);
    }
    const { 'alipay-timestamp': timestamp = '', 'alipay-nonce': nonce = '' } = reply.headers;
    if (!verify(v3StringToVerify(timestamp, nonce, raw), signature, credentials.alipayKey)) {
      return unanswered(reply.status >= 500 ? 'http' : 'forged', evidence);
    }
    if (!MILLISECONDS.test(timestamp)) return unanswered('unreadable', evidence);
    signedAt = Number(timestamp);
    const why = times && untimely(signedAt, times);
    if (why !== undefined) return unanswered('stale', { ...evidence, ...why });
  }
  const read = reply.status === 200 ? readSuccess : readError;
  const answer = read(raw, signature !== undefined, reply.status, evidence);
  return answer.kind === 'answered' ? dated(answer, signedAt) : answer;
}

/** Some answers carry the text `null` where a signature belongs (2.4). */
function signatureOf(reply: HttpReply): string | undefined {
  const signature = reply.headers['alipay-signature'];
  return signature === undefined || signature === '' || signature === 'null' ? undefined : signature;
}

/** A body with a `code` is the classic node that some of Alipay's own pages show for v3, and is read like one. */
function readSuccess(raw: string | undefined, signed: boolean, _status: number, http: Record<string, string>): Reply {
  const members = raw === undefined ? undefined : topLevelMembers(raw);
  if (members === undefined) return unanswered('unreadable', http);
  if (textOf(members, 'code') !== undefined) return answered(members, signed, http);
  const trust = signed ? 'signed' : 'none';
  return {
    kind: 'answered',
    ok: true,
    code: '',
    trust,
    members,
    evidence: { ...http, ...memberEvidence(members, trust) },
  };
}

/** HTTP 400 and up: the code decides rather than the status, which the documentation gives differently (2.5). */
function readError(raw: string | undefined, signed: boolean, status: number, http: Record<string, string>): Reply {
  const members = (raw === undefined ? undefined : topLevelMembers(raw)) ?? new Map<string, string>();
  const first = textOf(members, 'code');
  const sent = textOf(members, 'sub_code') ?? first;
  if (status >= 500 && !SERVER_ERROR_CODES.has(codeKey(sent ?? ''))) return unanswered('http', http);
  const code = sent ?? (NOT_LET_IN.has(status) ? `http-${status}` : undefined);
  if (code === undefined) return unanswered('unreadable', http);
  const trust = signed ? 'signed' : 'hint';
  const number = first !== undefined && CLASSIC_NUMBER.test(first) ? first : undefined;
  const evidence = { ...http, ...memberEvidence(members, trust) };
  return { kind: 'answered', ok: false, number, code, trust, members, evidence };
}
