import type { OrderKey } from '../reversal/request.ts';

/** The columns that name an order in every table. */
export function columnsOf({ provider, account, orderId }: OrderKey) {
  return { provider, account, order_id: orderId };
}
