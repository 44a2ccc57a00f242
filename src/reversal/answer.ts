/** What a gateway can say to cancel, close, revoke, refund and sync, in the same words for every gateway. */
import type { Evidence, UnknownKind } from './order-view.ts';

/**
 * The acts. `sync` makes DaxPay ask the payment channel about the order, `syncRefund` about our refund: neither a look
 * nor harmless.
 */
export const VERBS = ['cancel', 'close', 'revoke', 'refund', 'sync', 'syncRefund'] as const;
export type Verb = (typeof VERBS)[number];

/** A verb that makes the gateway ask and undoes nothing of its own. */
export const isAsking = (verb: Verb): verb is 'sync' | 'syncRefund' => verb === 'sync' || verb === 'syncRefund';

export type RefusedWhy =
  | 'tooLate' // the window for this verb is over
  | 'state' // the order is not in a state for this verb; also "already done"
  | 'notAllowed' // this product, channel or campaign does not support the verb
  | 'noFunds' // the seller's balance is too low to give the money back
  | 'frozen' // the trade is frozen
  | 'finished' // finished trades give nothing back
  | 'partlyRefunded' // part of it was refunded already
  | 'absent' // no such order
  | 'unclear'; // a business refusal that nobody has described

export type AnswerBody =
  /**
   * The call succeeded. `nothingFound`: there was nothing to cancel at that moment, which is not the same as closed.
   * `channel` is what a sync saw at the payment channel; it is no proof of the gateway's own state.
   */
  | {
      readonly kind: 'done';
      readonly effect: 'closed' | 'refunded' | 'nothingFound' | 'unspecified';
      readonly channel?: 'paid' | 'unpaid' | 'closed' | 'refunded' | 'absent';
    }
  /**
   * Repeat the same call after a durable wait. With `afterMs` the gateway was busy with another call and did not
   * execute this one (a lock); without it the call may have been executed in part (`retry_flag=Y`).
   */
  | { readonly kind: 'again'; readonly afterMs?: number }
  /** In progress: look, do not repeat. */
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly why: RefusedWhy; readonly code: string }
  /** Never left us, or certainly never reached the gateway. */
  | { readonly kind: 'notSent'; readonly why: string }
  /** May have been executed, now or later. */
  | { readonly kind: 'unknown'; readonly why: Exclude<UnknownKind, 'notSent'> }
  /** Refused before any business: not executed. */
  | { readonly kind: 'rejected'; readonly why: 'signature' | 'config' | 'request'; readonly code: string };

/** `hint`: the answer was not authenticated; it may choose the next call and proves nothing. */
export type Answer = AnswerBody & {
  readonly hint?: boolean;
  /**
   * The gateway asks not to make this call again (`retry_flag=N` beside an error). It says nothing of what became of the
   * call: that may still be executed, and only a look shows it.
   */
  readonly noRepeat?: true;
  /** The gateway's number as this answer names it. For people: nothing is asked by it. */
  readonly gatewayId?: string;
  /** As `OrderFacts.signedAt`. */
  readonly signedAt?: number;
  readonly evidence?: Evidence;
};
