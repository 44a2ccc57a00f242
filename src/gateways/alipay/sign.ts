/** RSA2 signatures of both protocols: which text is signed, and how (specification 1.3, 1.4, 2.3, 2.4). */

import { sign as cryptoSign, verify as cryptoVerify, type KeyObject } from 'node:crypto';

/** SHA256withRSA with PKCS#1 v1.5 padding. */
const RSA2 = 'RSA-SHA256';
/** What Alipay asks of both keys. */
export const RSA2_KEYS = { minBits: 2048 } as const;

/**
 * Joins parameters into the text that both classic requests and notifications sign: sorted by name, `name=value` with
 * `&` between, nothing URL-encoded.
 *
 * @param without names that take no part: `sign` in a request, `sign` and `sign_type` in a notification (7.4)
 * @param empties whether parameters without a value take part: in requests they never do
 */
export function classicStringToSign(
  parameters: Iterable<readonly [string, string]>,
  without: readonly string[] = ['sign'],
  empties: 'dropped' | 'kept' = 'dropped',
): string {
  return [...parameters]
    .filter(([name, value]) => (value !== '' || empties === 'kept') && !without.includes(name))
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export interface V3Request {
  /** Comma-joined `key=value`, exactly as in the `authorization` header. */
  readonly authString: string;
  readonly method: string;
  /** Path with query, exactly as sent, without the host. */
  readonly target: string;
  readonly body: string;
  /** Only when the `alipay-app-auth-token` header is sent. */
  readonly appAuthToken?: string | undefined;
}

/** The text that a v3 request signs. Every line ends with a line feed, the last too; an empty body keeps its own. */
export function v3StringToSign(request: V3Request): string {
  const lines = [request.authString, request.method, request.target, request.body];
  if (request.appAuthToken !== undefined) lines.push(request.appAuthToken);
  return `${lines.join('\n')}\n`;
}

/** The text that a v3 answer signs; `body` raw, before any parsing. */
export function v3StringToVerify(timestamp: string, nonce: string, body: string): string {
  return `${timestamp}\n${nonce}\n${body}\n`;
}

/** @returns base64; the same text and key always give the same signature */
export function sign(text: string, privateKey: KeyObject): string {
  return cryptoSign(RSA2, Buffer.from(text), privateKey).toString('base64');
}

/**
 * @param text bytes, or text that was signed in UTF-8
 * @param signature base64; anything else simply does not verify
 */
export function verify(text: string | Buffer, signature: string, publicKey: KeyObject): boolean {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return cryptoVerify(RSA2, bytes, publicKey, Buffer.from(signature, 'base64'));
}
