/** What an operation is asked, and what it does. */
import type { OrderBook } from './book.ts';
import type { Order, Trade } from './order.ts';
import type { Reply } from './reply.ts';

/** A business request for an order that exists, though its trade may not. */
export interface Ask {
  readonly order: Order;
  /** The trade as this operation sees it: acts see the truth, looks what the replica shows. */
  readonly trade: Trade;
  readonly params: Readonly<Record<string, unknown>>;
  readonly book: OrderBook;
  readonly now: number;
}

/** What to answer, and what it does; a fault may send the answer without the effect, or the reverse. */
export interface Result {
  readonly reply: Reply;
  readonly effect?: () => void;
}

export type Run = (ask: Ask) => Result;
