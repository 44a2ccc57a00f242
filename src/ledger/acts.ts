import type { Kysely } from 'kysely';
import type { OrderKey } from '../reversal/request.ts';
import { columnsOf } from './order.ts';
import { type PageOf, type PageQuery, pageOf } from './page.ts';
import type { Tables } from './schema.ts';
import { type StoredAct, storedActOf } from './stored-act.ts';

/** The acts on the order, of all runs, page by page, in the order in which they were sent. */
export function acts(db: Kysely<Tables>, order: OrderKey, query: PageQuery): Promise<PageOf<StoredAct>> {
  return pageOf(db, 'acts', order, query, storedActOf);
}

/** Every act on the order, of all runs, in the order in which they were sent. */
export async function actsOf(db: Kysely<Tables>, order: OrderKey): Promise<StoredAct[]> {
  const { provider, account, order_id } = columnsOf(order);
  const rows = await db
    .selectFrom('acts')
    .selectAll()
    .where('provider', '=', provider)
    .where('account', '=', account)
    .where('order_id', '=', order_id)
    .orderBy('seq')
    .execute();
  return rows.map(storedActOf);
}
