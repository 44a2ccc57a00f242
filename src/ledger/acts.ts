/** The acts on one order, of all runs. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { WHOLE } from '../reversal/acts.ts';
import type { OrderKey } from '../reversal/request.ts';
import { columnsOf } from './order.ts';
import { type PageOf, type PageQuery, pageOf } from './page.ts';
import type { ActTable, Tables } from './schema.ts';
import { type StoredAct, storedActOf } from './stored-act.ts';

/** Page by page, in the order in which they were sent. */
export function acts(db: Kysely<Tables>, order: OrderKey, query: PageQuery): Promise<PageOf<StoredAct>> {
  return pageOf(db, 'acts', order, query, storedActOf);
}

/**
 * What decisions ask about, in the order in which it was sent: the newest acts, and of the older ones the last of each
 * kind. It is at least what `condensed` keeps of all of them: kinds are told apart here as finely as there, or more.
 * Opening a case has two seconds for the ledger, and nothing is sent without it: thousands of acts, read whole, would
 * be the end of a reversal.
 */
export async function rememberedActs(db: Kysely<Tables>, order: OrderKey): Promise<StoredAct[]> {
  const { provider, account, order_id } = columnsOf(order);
  const found = await sql<Selectable<ActTable>>`
    with every as (
      select *, answer->>'kind' as kind, answer->>'effect' as effect, answer->>'why' as why, answer->>'hint' as hint,
        answer->'afterMs' is not null as was_busy
      from acts where provider = ${provider} and account = ${account} and order_id = ${order_id}
    ), newest as (
      select * from every order by seq desc limit ${WHOLE}
    ), last_of_kind as (
      select distinct on (verb, kind, effect, why, hint, was_busy) *
      from every where seq < (select min(seq) from newest)
      order by verb, kind, effect, why, hint, was_busy, seq desc
    )
    select * from last_of_kind union all select * from newest order by seq`.execute(db);
  return found.rows.map(storedActOf);
}
