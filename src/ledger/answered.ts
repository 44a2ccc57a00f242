import { type Kysely, sql } from 'kysely';
import type { Answer } from '../reversal/answer.ts';
import type { OrderKey } from '../reversal/request.ts';
import { jsonOf } from './json.ts';
import { columnsOf } from './order.ts';
import type { Tables } from './schema.ts';

export interface Answered {
  readonly order: OrderKey;
  readonly seq: number;
  readonly answer: Answer;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Writes down what the gateway said to an act. The first answer stays: an act is sent once.
 *
 * @throws when there is no such act
 */
export async function answered(db: Kysely<Tables>, { order, seq, answer, now }: Answered): Promise<void> {
  const { provider, account, order_id } = columnsOf(order);
  const { numUpdatedRows } = await db
    .updateTable('acts')
    .set({
      answer: sql<string>`coalesce(answer, ${jsonOf(answer)}::jsonb)`,
      answered_at: sql<Date>`coalesce(answered_at, ${new Date(now)}::timestamptz)`,
    })
    .where('provider', '=', provider)
    .where('account', '=', account)
    .where('order_id', '=', order_id)
    .where('seq', '=', seq)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n)
    throw new Error(`The ledger has no act ${seq} of order ${provider}/${account}/${order_id}`);
}
