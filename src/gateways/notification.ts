/**
 * What a gateway's folder does with the notifications that its gateway sends over HTTP: reads one, says whether it is
 * authentic, and what the gateway wants to hear. Pure: a notification proves nothing and only ever wakes a look.
 */
import { isAscii } from 'node:buffer';
import { longestOrderNumberOf, orderNumberPattern } from '../reversal/order-number.ts';
import type { Evidence } from '../reversal/order-view.ts';

/** One HTTP POST as it came. Names of headers in lower case, as Node gives them. */
export interface HttpNotification {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes on the wire: some signatures are over them. */
  readonly body: Buffer;
}

export interface HttpAnswer {
  /** As the API's document declares them. */
  readonly status: 200 | 400 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** What the order is said to have gone through. */
export type About = 'payment' | 'refund' | 'close' | 'other';

/** Why a notification was refused, and what an operator does about it. */
export const REFUSALS = {
  signature:
    "its signature does not verify. Compare the gateway's public key (or shared secret) in the account's configuration " +
    'with the one that the gateway shows in its console. If they agree, a stranger sent it.',
  unreadable:
    'its body is not a notification of this gateway in UTF-8. Check that the notify address names the right account, ' +
    'and that no proxy changes the body.',
  otherMerchant:
    'it names another merchant or application than this account. Check that the notify address that the shop gives the ' +
    'gateway names the right account.',
} as const;
export type Refusal = keyof typeof REFUSALS;

/** `irrelevant`: authentic, and about no order that Unwind could know. Evidence is short and holds nothing personal. */
export type Notification =
  | {
      readonly kind: 'authentic';
      readonly orderId: string;
      readonly gatewayId?: string;
      readonly about: About;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'irrelevant' }
  | { readonly kind: 'refused'; readonly why: Refusal };

/** The notifications of one account. */
export interface Notifications {
  /** Never throws, whatever came. */
  read(http: HttpNotification): Notification;
  /** `accepted`: it need not come again. Both others make the gateway send it again, as long as it does that. */
  readonly answers: Readonly<Record<'accepted' | 'refused' | 'again', HttpAnswer>>;
}

/** Gateways look at the body alone; the status is for people and proxies. */
export function plainAnswers(accepted: string, otherwise: string): Notifications['answers'] {
  const answer = (status: HttpAnswer['status'], body: string): HttpAnswer => ({
    status,
    contentType: 'text/plain',
    body,
  });
  return { accepted: answer(200, accepted), refused: answer(400, otherwise), again: answer(503, otherwise) };
}

/** Several times the largest notification that any of the gateways documents. */
const MAX_BYTES = 64 * 1024;

/** The body's bytes; undefined when it is too long or compressed. */
export function bytesOfBody({ headers, body }: HttpNotification): Buffer | undefined {
  const encoding = headers['content-encoding'];
  return body.length > MAX_BYTES || (encoding !== undefined && encoding !== 'identity') ? undefined : body;
}

/** The character set that the content type declares; gateways repeat the parameter, and write it as they like. */
export function charsetOf({ headers }: HttpNotification): string | undefined {
  return /charset\s*=\s*"?([\w-]+)/i.exec(String(headers['content-type'] ?? ''))?.[1];
}

/**
 * Text from bytes in a declared character set, UTF-8 without one; undefined when they are not text in that set. ASCII is
 * the same in every set that a gateway declares, one without a decoder here included.
 */
export function decoded(bytes: Buffer, charset = 'utf-8'): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The body as text in the character set that it declares; undefined when it cannot be read. */
export function textOfBody(http: HttpNotification): string | undefined {
  const bytes = bytesOfBody(http);
  return bytes && decoded(bytes, charsetOf(http));
}

const MAX_FACT = 64;

interface Told {
  readonly provider: string;
  readonly orderId: string | undefined;
  readonly gatewayId: string | undefined;
  readonly about: About;
  readonly facts: Readonly<Record<string, string | undefined>>;
}

/** An authentic notification, its facts cut short; irrelevant when it names no order that a request could name. */
export function authentic({ provider, orderId, gatewayId, about, facts }: Told): Notification {
  const nameable = orderNumberPattern(longestOrderNumberOf(provider));
  if (orderId === undefined || !nameable.test(orderId)) return { kind: 'irrelevant' };
  const evidence = Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact ? [[name, fact.slice(0, MAX_FACT)]] : [])),
  );
  return { kind: 'authentic', orderId, ...(gatewayId && { gatewayId: gatewayId.slice(0, MAX_FACT) }), about, evidence };
}

export const refused = (why: Refusal): Notification => ({ kind: 'refused', why });
