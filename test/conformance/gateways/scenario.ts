/** One reversal on the real server: an order, what happens to it, what is asked, how it must end. */
import type { FinalAction, StuckReason } from '../../../src/reversal/outcome.ts';
import type { ReversalInput } from '../../../src/reversal/request.ts';
import type { OrderSeed } from '../../../src/sandbox/contract.ts';

export interface Scenario {
  readonly name: string;
  readonly order: Omit<OrderSeed, 'orderId' | 'amount'>;
  readonly request: Pick<ReversalInput, 'reason' | 'ifPaid' | 'method'> & {
    /** Milliseconds before the start. */
    readonly attemptedAgo?: number;
    /** Milliseconds after the start. */
    readonly expiresIn?: number;
    /** Minor units more than the order has: the money guard. */
    readonly amountOff?: number;
  };
  /** Any of these. */
  readonly ends: readonly (FinalAction | `stuck ${StuckReason}`)[];
  /** Messages and events that come when the reversal has got stuck for this reason; then `ends` counts. */
  readonly onStuck?: { readonly reason: StuckReason; readonly event?: string; readonly resubmit?: true };
  readonly latePayment?: true;
  /** Operations that must have been executed so often: `{ cancel: 0 }`. */
  readonly executed?: Readonly<Record<string, number>>;
}
