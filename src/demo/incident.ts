/** One incident of the demo: what went wrong, what is asked, and how it must end. */
import type { OrderSeed } from '../sandbox/index.ts';
import type { GatewayName } from '../stand/accounts.ts';

export interface Incident {
  /** In the words of the person who reports it. */
  readonly name: string;
  readonly gateway: GatewayName;
  /** The order at the gateway; `absent` when it never got there. */
  readonly order: Omit<OrderSeed, 'orderId' | 'amount'> & { readonly amount?: number };
  readonly request: {
    readonly reason?: 'ambiguous' | 'timeout' | 'void';
    readonly ifPaid?: 'keep' | 'reverse';
    readonly method?: 'barcode' | 'qr';
    readonly attemptedMsAgo?: number;
  };
  /** Waits or watches for long at the gateway's pace: started first, so that the others run meanwhile. */
  readonly long?: boolean;
  /** A stuck one is expected to wait for people; after `mend` has happened it is resubmitted. */
  readonly stuck?: boolean;
  readonly mend?: { readonly event: string };
}

/** Minor units: every order of the demo. */
export const AMOUNT = 1280;
