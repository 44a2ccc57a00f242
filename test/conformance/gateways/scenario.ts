/** One reversal on the real server: an order, what happens to it, what is asked, how it must end. */
import type { FinalAction, StuckReason } from '../../../src/reversal/outcome.ts';
import type { ReversalInput } from '../../../src/reversal/request.ts';
import type { Operation, OrderSeed } from '../../../src/sandbox/contract.ts';

export interface Scenario {
  readonly name: string;
  readonly order: Omit<OrderSeed, 'orderId' | 'amount'>;
  readonly asked: Pick<ReversalInput, 'reason' | 'ifPaid'> & {
    /** Milliseconds before the start; a moment ago when left out. */
    readonly attemptedAgo?: number;
    /** Milliseconds after the start. */
    readonly expiresIn?: number;
    /** The request's amount differs by this from the order's: the money guard. */
    readonly amountOff?: number;
  };
  /** Any of these; more than one where the gateway does not say which. */
  readonly ends: readonly (FinalAction | `stuck ${StuckReason}`)[];
  /** What helps when the reversal has got stuck; then `ends` counts. */
  readonly onStuck?: { readonly reason: StuckReason; readonly event: string };
  readonly latePayment?: true;
  /** How often the gateway has executed these: `{ cancel: 0 }`. */
  readonly executed?: { readonly [O in Operation]?: number };
}

export const keep = { reason: 'ambiguous' } as const;
export const reverse = { reason: 'ambiguous', ifPaid: 'reverse' } as const;
export const undo = { reason: 'void' } as const;
