import { z } from 'zod';
import type { Flags } from './flags.ts';

export const tradeStateSchema = z.enum(['ABSENT', 'WAITING', 'PAID', 'FINISHED', 'CLOSED_UNPAID', 'CLOSED_REFUNDED']);
export type TradeState = z.infer<typeof tradeStateSchema>;

export interface Refund {
  /** `out_request_no`; of a refund by cancel the order's own number. */
  readonly requestNo: string;
  readonly amount: number;
  readonly by: 'refund' | 'cancel' | 'elsewhere';
}

/** What is true of a trade at one moment. Replaced as a whole, so that a lagging look can keep the former one. */
export interface Trade {
  readonly state: TradeState;
  readonly createdAt: number;
  readonly paidAt: number | undefined;
  readonly refunds: readonly Refund[];
  /** What the cancel that closed it did. */
  readonly cancelAction: 'close' | 'refund' | undefined;
}

export interface Order {
  readonly outTradeNo: string;
  readonly tradeNo: string;
  readonly amount: number;
  readonly flags: Flags;
  trade: Trade;
  /** The trade as looks still show it, and until when. */
  stale: { readonly trade: Trade; readonly until: number } | undefined;
  /** No trade can come into being under this number any more. */
  blocked: boolean;
}

export function refunded(trade: Trade): number {
  return trade.refunds.reduce((sum, refund) => sum + refund.amount, 0);
}

/** The trade as a look shows it now. */
export function shownTrade(order: Order, now: number): Trade {
  return order.stale !== undefined && now < order.stale.until ? order.stale.trade : order.trade;
}
