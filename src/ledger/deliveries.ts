/** What becomes of the outbox where somebody is to be told of it. */
import type { Kysely, Selectable } from 'kysely';
import type { OrderKey } from '../reversal/request.ts';
import { columnsOf } from './order.ts';
import { type PageOf, type PageQuery, pageOf } from './page.ts';
import { eventOf, type StoredEvent } from './read.ts';
import type { Delivery, EventTable, Tables } from './schema.ts';

/** Times are epoch milliseconds. */
export interface DeliveredEvent extends StoredEvent {
  /** Absent: nobody was to be told when it was written. */
  readonly delivery?: Delivery;
  /** When it was delivered or given up. */
  readonly settledAt?: number;
  /** How often it was tried. */
  readonly attempts?: number;
  /** Why the last try failed; absent once it was delivered. */
  readonly problem?: string;
}

/** One try. */
export interface TriedEvent {
  readonly id: number;
  readonly at: number;
  /** This one counted. */
  readonly attempts: number;
  /** Why it failed. Absent: it was delivered. */
  readonly problem?: string;
}

/** What is still to be delivered of the order, oldest first. */
export async function dueEvents(db: Kysely<Tables>, order: OrderKey, limit: number): Promise<StoredEvent[]> {
  const { provider, account, order_id } = columnsOf(order);
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('provider', '=', provider)
    .where('account', '=', account)
    .where('order_id', '=', order_id)
    .where('delivery', '=', 'due')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

/** Undefined when it is not due any more. */
export async function dueEvent(db: Kysely<Tables>, id: number): Promise<StoredEvent | undefined> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .where('delivery', '=', 'due')
    .executeTakeFirst();
  return row && eventOf(row);
}

/** Due since before `before`, after the event `after` (0: from the beginning), oldest first. */
export async function lateEvents(
  db: Kysely<Tables>,
  before: number,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('delivery', '=', 'due')
    .where('at', '<', new Date(before))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

/** Only what is due: a try that comes back late changes nothing. */
export async function triedEvent(db: Kysely<Tables>, { id, at, attempts, problem }: TriedEvent): Promise<void> {
  await db
    .updateTable('events')
    .set(
      problem === undefined
        ? { attempts, problem: null, delivery: 'delivered', settled_at: new Date(at) }
        : { attempts, problem },
    )
    .where('id', '=', id)
    .where('delivery', '=', 'due')
    .execute();
}

/** @returns why the last try failed, where one has told */
export async function giveUpEvent(db: Kysely<Tables>, id: number, at: number): Promise<string | undefined> {
  await db
    .updateTable('events')
    .set({ delivery: 'given-up', settled_at: new Date(at) })
    .where('id', '=', id)
    .where('delivery', '=', 'due')
    .execute();
  const row = await db.selectFrom('events').select('problem').where('id', '=', id).executeTakeFirstOrThrow();
  return row.problem ?? undefined;
}

/** What was given up of the order is due once more. */
export async function dueAgain(db: Kysely<Tables>, order: OrderKey): Promise<void> {
  const { provider, account, order_id } = columnsOf(order);
  await db
    .updateTable('events')
    .set({ delivery: 'due', settled_at: null, attempts: null, problem: null })
    .where('provider', '=', provider)
    .where('account', '=', account)
    .where('order_id', '=', order_id)
    .where('delivery', '=', 'given-up')
    .execute();
}

/** The events of the order with what became of each, page by page, in the order in which they were written. */
export function deliveries(db: Kysely<Tables>, order: OrderKey, query: PageQuery): Promise<PageOf<DeliveredEvent>> {
  return pageOf(db, 'events', order, query, deliveredOf);
}

function deliveredOf(row: Selectable<EventTable>): DeliveredEvent {
  return {
    ...eventOf(row),
    ...(row.delivery !== null && { delivery: row.delivery }),
    ...(row.settled_at !== null && { settledAt: row.settled_at.getTime() }),
    ...(row.attempts !== null && { attempts: row.attempts }),
    ...(row.problem !== null && { problem: row.problem }),
  };
}
