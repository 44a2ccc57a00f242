/**
 * What a gateway's folder does with the notifications that its gateway sends over HTTP: reads one, says whether it is
 * authentic, and what the gateway wants to hear. Pure: a notification proves nothing and only ever wakes a look.
 */
import type { Evidence } from '../reversal/order-view.ts';

/** One HTTP POST as it came. Names of headers in lower case, as Node gives them. */
export interface HttpNotification {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes on the wire: some signatures are over them. */
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What the order is said to have gone through. */
export type About = 'payment' | 'refund' | 'close' | 'other';

export type Refusal = 'signature' | 'unreadable' | 'otherMerchant';

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
  const answer = (status: number, body: string): HttpAnswer => ({ status, contentType: 'text/plain', body });
  return { accepted: answer(200, accepted), refused: answer(400, otherwise), again: answer(503, otherwise) };
}

/** Several times the largest notification that any of the gateways documents. */
const MAX_BYTES = 64 * 1024;

/** The body as text; undefined when it is too long, compressed, or not UTF-8. */
export function textOfBody({ headers, body }: HttpNotification): string | undefined {
  const encoding = headers['content-encoding'];
  if (body.length > MAX_BYTES || (encoding !== undefined && encoding !== 'identity')) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

const ORDER_ID = /^[!-~]{1,64}$/;
const MAX_FACT = 64;

interface Told {
  readonly orderId: string | undefined;
  readonly gatewayId: string | undefined;
  readonly about: About;
  readonly facts: Readonly<Record<string, string | undefined>>;
}

/** An authentic notification, its facts cut short; irrelevant when it names no order that a request could name. */
export function authentic({ orderId, gatewayId, about, facts }: Told): Notification {
  if (orderId === undefined || !ORDER_ID.test(orderId)) return { kind: 'irrelevant' };
  const evidence = Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) => (fact ? [[name, fact.slice(0, MAX_FACT)]] : [])),
  );
  return { kind: 'authentic', orderId, ...(gatewayId && { gatewayId: gatewayId.slice(0, MAX_FACT) }), about, evidence };
}

export const refused = (why: Refusal): Notification => ({ kind: 'refused', why });
