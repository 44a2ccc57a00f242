/** What every gateway gives to the activities: looks and acts, each one call under one deadline. */
import type { Answer, Verb } from '../reversal/answer.ts';
import type { OrderView, RefundView } from '../reversal/order-view.ts';

/** The order to look at or act on. Amounts in minor units. */
export interface OrderRef {
  /** The merchant's own number. */
  readonly orderId: string;
  /** The gateway's number, once a look has shown it. */
  readonly gatewayId?: string;
  /** By the gateway's clock: an answer that was signed earlier is older than one that was believed, and is refused. */
  readonly signedSince?: number;
  /** The address of whoever asked for the reversal, for gateways that take one; else the account's own is told. */
  readonly clientIp?: string;
  readonly amount: number;
  readonly currency: string;
}

/** What an answer must be about: one number, or both. */
export type Named = Partial<Pick<OrderRef, 'orderId' | 'gatewayId'>>;

export interface CallOptions {
  /** Overall deadline of the call in milliseconds: connect, send, wait and read together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Asked right before the first byte leaves, when a connection is there: on false nothing is sent. */
  readonly mayLeave?: () => boolean;
}

export interface RefundRef {
  /** Stable per order, never changed on a retry. */
  readonly refundNo: string;
  /** Minor units: what is to be given back. */
  readonly amount: number;
  /** Plain text that the payer may see. */
  readonly reason: string;
}

/**
 * One merchant account at one gateway. No method throws for anything that the gateway or the network does: what
 * happened is the returned value. None repeats a call, follows a redirect, or lets a secret into what it returns.
 */
export interface Gateway {
  look(order: OrderRef, options: CallOptions): Promise<OrderView>;
  /**
   * A look at the order that the gateway has under its own number. What it shows names that number, and the merchant's.
   * Absent where the gateway cannot be asked by it.
   */
  find?(gatewayId: string, options: CallOptions): Promise<OrderView>;
  lookAtRefund(order: OrderRef, refund: RefundRef, options: CallOptions): Promise<RefundView>;
  act(verb: Exclude<Verb, 'refund'>, order: OrderRef, options: CallOptions): Promise<Answer>;
  refund(order: OrderRef, refund: RefundRef, options: CallOptions): Promise<Answer>;
  /** The stable number of the one refund that Unwind may make for an order, in this gateway's format. */
  refundNo(orderId: string): string;
}
