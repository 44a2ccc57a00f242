/** The probes behind `unwind doctor`: does the server refuse a wrong signature, and is it one that is served? */
import { randomBytes } from 'node:crypto';
import type { CallOptions } from '../gateway.ts';
import type { HttpReply } from '../http.ts';
import { type DaxpayConnection, fieldsOf, post, send } from './client.ts';
import { type Meaning, meaningOf } from './codes.ts';
import { textOf } from './envelope.ts';
import { isObject, parseObject } from './json.ts';

export type SignatureCheck = 'refused' | 'accepted' | 'unknown';

/** Meanings that only a server can reach which looked for the order, and so let the signature pass. */
const PASSED: ReadonlySet<Meaning> = new Set<Meaning>(['ok', 'absent', 'maybeAbsent']);

/** What an order was called below 2.0.8; no profile has them. */
const FORMER_NAMES = ['paymentId', 'businessNo', 'bizTradeNo'];
/** Of Spring's own error page. */
const NO_PATH: ReadonlySet<number> = new Set([404, 500]);

/** What in the answer to a query shows a server below 2.0.8 (spec/daxpay.md 0.1, 0.3, 2.3); undefined: nothing does. */
export function olderBy(reply: HttpReply, path: string): string | undefined {
  const message = parseObject(reply.body.toString('utf8'));
  if (message === undefined) return undefined;
  const code = textOf(message.code);
  if (code === undefined) {
    const isMissing = NO_PATH.has(reply.status) && textOf(message.path)?.endsWith(path) === true;
    return isMissing ? `it has no ${path}, as 2.0.6 and earlier` : undefined;
  }
  if (code === '20000') return 'it refuses the call with 20000, as 2.0.7 and earlier do for signatures';
  const places = isObject(message.data) ? [message, message.data] : [message];
  const former = FORMER_NAMES.find((name) => places.some((place) => Object.hasOwn(place, name)));
  if (former !== undefined) return `its answer has ${former}`;
  const isUnsigned = Object.hasOwn(message, 'sign') && textOf(message.sign) === undefined;
  return isUnsigned ? 'its answer has an empty signature, as 2.0.5 and earlier' : undefined;
}

/**
 * Sends one query for a number that cannot exist, rightly signed. Changes nothing.
 *
 * @returns what shows that the server is older than 2.0.8; undefined when nothing does
 */
export async function olderThanServed(connection: DaxpayConnection, options: CallOptions): Promise<string | undefined> {
  const { orderId = 'bizOrderNo', path } = connection.profile.calls.query;
  const fields = fieldsOf(connection, 'query', { [orderId]: `unwind-probe-${randomBytes(8).toString('hex')}` });
  const reply = await post(connection, 'query', { ...fields, sign: connection.signer.sign(fields) }, options);
  return reply.kind === 'failure' ? undefined : olderBy(reply, path);
}

/** Sends one query for a number that cannot exist, signed over other fields than it carries. Changes nothing. */
export async function refusesWrongSignature(
  connection: DaxpayConnection,
  options: CallOptions,
): Promise<SignatureCheck> {
  const { profile, signer } = connection;
  const { orderId = 'bizOrderNo' } = profile.calls.query;
  const fields = fieldsOf(connection, 'query', { [orderId]: `unwind-probe-${randomBytes(8).toString('hex')}` });
  // Well-formed, so that it is refused for what it is: a true signature over another order's number.
  const sign = signer.sign({ ...fields, [orderId]: 'unwind-probe' });
  const reply = await send(connection, 'query', { ...fields, sign }, options);
  if (reply.kind === 'unanswered') return 'unknown';
  const meaning = meaningOf(profile.codes, 'query', reply);
  if (meaning === 'signature') return 'refused';
  return reply.signed && PASSED.has(meaning) ? 'accepted' : 'unknown';
}
