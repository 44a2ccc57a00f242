/** Transport of the classic gateway, `gateway.do` (specification 1.1 to 1.6). */
import type { KeyObject } from 'node:crypto';
import { call, type HttpReply } from '../http.ts';
import type { Credentials } from './account.ts';
import { type Members, textOf, topLevelMembers } from './envelope.ts';
import {
  bodyText,
  encrypted,
  httpEvidence,
  memberEvidence,
  networkFailure,
  OPERATIONS,
  type Operation,
  type Reply,
  rotated,
  type Transport,
  unanswered,
} from './reply.ts';
import { classicStringToSign, sign, verify } from './sign.ts';
import { beijingTime } from './values.ts';

const SUCCESS = '10000';

/**
 * No answer of this gateway tells when it was signed: how old one is cannot be known.
 *
 * @param now epoch milliseconds; Alipay refuses a timestamp that is far off
 */
export function classicTransport(credentials: Credentials, now: () => number): Transport {
  return async (operation, fields, { signedSince: _, ...options }) => {
    const { common, bizContent } = signedParameters(credentials, operation, JSON.stringify(fields), now());
    const reply = await call({
      url: `${credentials.url}?${new URLSearchParams(common)}`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
      },
      body: new URLSearchParams({ biz_content: bizContent }).toString(),
      ...options,
    });
    return reply.kind === 'failure' ? networkFailure(reply) : readClassic(reply, operation, credentials);
  };
}

/** Common parameters go into the query string (`charset` must), `biz_content` into the body; all of them are signed. */
function signedParameters(credentials: Credentials, operation: Operation, bizContent: string, epochMs: number) {
  const common: Record<string, string> = {
    app_id: credentials.appId,
    method: OPERATIONS[operation].method,
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: beijingTime(epochMs),
    version: '1.0',
  };
  if (credentials.serials !== undefined) {
    common.app_cert_sn = credentials.serials.app;
    common.alipay_root_cert_sn = credentials.serials.root;
  }
  if (credentials.appAuthToken !== undefined) common.app_auth_token = credentials.appAuthToken;
  const text = classicStringToSign(Object.entries({ ...common, biz_content: bizContent }));
  return { common: { ...common, sign: sign(text, credentials.privateKey) }, bizContent };
}

/** Reads an HTTP reply. Exported for the recorded vectors, which come without a server. */
export function readClassic(
  reply: HttpReply,
  operation: Operation,
  credentials: Pick<Credentials, 'alipayKey' | 'serials'>,
): Reply {
  const evidence = httpEvidence(reply);
  if (reply.status === 429) return unanswered('limited', evidence);
  if (reply.status !== 200) return unanswered('http', evidence);
  const raw = bodyText(reply);
  const envelope = raw === undefined ? undefined : topLevelMembers(raw);
  const name = envelope?.has(nodeName(operation)) ? nodeName(operation) : 'error_response';
  const node = envelope?.get(name);
  const members = node === undefined ? undefined : topLevelMembers(node);
  if (envelope === undefined || node === undefined) return unanswered('unreadable', evidence);
  if (members === undefined) {
    return encrypted(textOf(envelope, name) ?? '', evidence) ?? unanswered('unreadable', evidence);
  }

  const signature = textOf(envelope, 'sign');
  if (signature !== undefined) {
    const serial = textOf(envelope, 'alipay_cert_sn');
    const ours = credentials.serials?.alipay;
    if (ours !== undefined && serial !== undefined && serial !== ours) {
      return rotated(evidence);
    }
    if (!verifiesNode(node, signature, credentials.alipayKey)) return unanswered('forged', evidence);
  }
  return answered(members, signature !== undefined, evidence);
}

function nodeName(operation: Operation): string {
  return `${OPERATIONS[operation].method.replaceAll('.', '_')}_response`;
}

/** The exact substring; the official PHP client's second attempt, for slashes escaped after signing, comes last. */
function verifiesNode(node: string, signature: string, key: KeyObject): boolean {
  if (verify(node, signature, key)) return true;
  return node.includes('\\/') && verify(node.replaceAll('\\/', '/'), signature, key);
}

/** A node with classic members, wherever it stood. Only a signed one may say anything about money (1.5). */
export function answered(members: Members, signed: boolean, http: Record<string, string>): Reply {
  const number = textOf(members, 'code');
  const trust = signed ? 'signed' : 'none';
  if (number === undefined) return unanswered('unreadable', http);
  const evidence = { ...http, ...memberEvidence(members, trust) };
  const code = textOf(members, 'sub_code') ?? number;
  return { kind: 'answered', ok: number === SUCCESS, number, code, trust, members, evidence };
}
