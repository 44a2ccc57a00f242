/** What a look at the order can show, in the same words for every gateway. */

/** Why a call gave no answer that can be trusted. `notSent` is certain; every other kind may have been executed. */
export const UNKNOWN_KINDS = [
  'notSent', // refused connection, DNS, TLS: the request cannot have reached the gateway
  'timeout', // our deadline passed
  'reset', // the connection broke before a whole answer was there
  'http', // a status without a contract (5xx, 3xx, 202)
  'unreadable', // not the envelope that the gateway documents
  'unsigned', // an answer that must be signed and is not
  'forged', // a signature that does not verify
  'otherOrder', // the answer names another order
  'limited', // the gateway limits our rate; nothing was executed
  'gatewayFault', // the gateway itself says that it does not know
  'unfamiliar', // a code or status that nobody has described
  'stale', // signed at another time than that of the call: it was replayed, or a clock is wrong
  'noStatus', // it is known there, and the answer does not say what became of it
] as const;
export type UnknownKind = (typeof UNKNOWN_KINDS)[number];

/** Raw facts kept as evidence of a look or an act: status, codes, trace id. Never a secret, never personal data. */
export type Evidence = Readonly<Record<string, string>>;

/** Facts that any view may carry. Amounts are minor units (fen), times are epoch milliseconds. */
export interface OrderFacts {
  readonly amount?: number;
  readonly currency?: string;
  /** The merchant's number as the gateway gave it back: `out_trade_no`, `client_sn`, `bizOrderNo`. */
  readonly orderId?: string;
  /** The gateway's own number: `trade_no`, `sn`, DaxPay's `orderNo`. */
  readonly gatewayId?: string;
  readonly createdAt?: number;
  /** Until when the gateway itself says that it can still be paid (DaxPay `expiredTime`). */
  readonly expiresAt?: number;
  /** It was paid once, whatever it shows now: an order that ended so is none that nobody paid. */
  readonly wasPaid?: true;
  /** Closed by the gateway's own clock, which does so whatever the payment channel holds (DaxPay Open 1.0, section 6). */
  readonly closedUnasked?: true;
  /** Payment channel and method where a table needs them (DaxPay 8.4). */
  readonly channel?: string;
  readonly method?: string;
  /** The money was already split among receivers (DaxPay `allocStatus`): never refunded automatically. */
  readonly allocated?: boolean;
  /** When the answer was signed, by the gateway's clock; only where the signature covers a time. */
  readonly signedAt?: number;
  readonly evidence?: Evidence;
}

export type OrderState =
  /** No such order now. `hint`: the answer was not authenticated, so it may choose the next call and prove nothing. */
  | { readonly kind: 'absent'; readonly hint?: boolean }
  | { readonly kind: 'unpaid' }
  /** Paid. `reversible: false`: the gateway says that it can no longer be refunded. */
  | { readonly kind: 'paid'; readonly paidAt?: number; readonly reversible?: boolean }
  | { readonly kind: 'partlyRefunded'; readonly remaining?: number }
  /** Ended, and nobody paid. */
  | { readonly kind: 'closed' }
  /** Ended, was paid, all of it went back. */
  | { readonly kind: 'refunded' }
  /** Ended, and the gateway does not say whether money moved. */
  | { readonly kind: 'gone' }
  /** The gateway is busy with it. */
  | { readonly kind: 'settling'; readonly what: 'payment' | 'cancel' | 'refund' }
  /** The gateway itself does not know. */
  | { readonly kind: 'faulty'; readonly in: 'payment' | 'cancel' | 'refund' | 'status' }
  | { readonly kind: 'unknown'; readonly why: UnknownKind }
  /** Refused before any business: wrong credentials, signature, parameters. Says nothing about the order. */
  | { readonly kind: 'rejected'; readonly why: 'signature' | 'config' | 'request'; readonly code: string };

/** One look at the order. */
export type OrderView = OrderState & OrderFacts;

export type RefundState =
  /** No refund under our number. */
  | { readonly kind: 'notFound' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly amount?: number }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'unknown'; readonly why: UnknownKind }
  | { readonly kind: 'rejected'; readonly why: 'signature' | 'config' | 'request'; readonly code: string };

/** One look at our refund, by its number. */
export type RefundView = RefundState & { readonly signedAt?: number; readonly evidence?: Evidence };

/** Why a look told nothing, for people: `unreadable (http=200)`, `config ILLEGAL_SIGN (…)`. Undefined when it told. */
export function whyNothing(view: OrderView | RefundView): string | undefined {
  if (view.kind !== 'unknown' && view.kind !== 'rejected') return undefined;
  const facts = Object.entries(view.evidence ?? {}).map(([name, value]) => `${name}=${value}`);
  const cause = view.kind === 'rejected' ? `${view.why} ${view.code}` : view.why;
  return facts.length === 0 ? cause : `${cause} (${facts.join(', ')})`;
}
