/** What the ledger has of one order, and the outbox. */
import type { Kysely, Selectable } from 'kysely';
import type { OrderKey } from '../reversal/request.ts';
import { columnsOf } from './order.ts';
import { type PageOf, type PageQuery, pageOf } from './page.ts';
import type { EventTable, ReversalTable, Tables } from './schema.ts';

/** A line of the journal as it was written. Times are epoch milliseconds. */
export interface JournalEntry {
  readonly id: number;
  readonly key: string;
  /** Workflow time. */
  readonly at: number;
  readonly kind: string;
  readonly body: unknown;
  /** The database's clock. */
  readonly recordedAt: number;
}

/** The row of an order. Times are epoch milliseconds, the amount minor units. */
export interface StoredReversal extends OrderKey {
  readonly workflowId: string;
  readonly runId: string;
  readonly request?: unknown;
  readonly status: string;
  /** Since when it has had this status, for the same reason if it is stuck. */
  readonly statusSince: number;
  /** No end is recorded, or a newer run took the order over and has not recorded anything yet. */
  readonly open: boolean;
  readonly finalAction?: string;
  readonly by?: string;
  readonly stuckReason?: string;
  readonly told?: string;
  readonly sawPaid: boolean;
  readonly latePayment: boolean;
  readonly amount?: number;
  readonly currency?: string;
  readonly openedAt: number;
  readonly updatedAt: number;
  /** When its last run ended, `abandoned` too: with a conclusion there is a `finalAction`. */
  readonly settledAt?: number;
  readonly detail?: unknown;
}

export interface StoredEvent extends OrderKey {
  readonly id: number;
  readonly at: number;
  readonly type: string;
  readonly body: unknown;
}

/** The journal of one order, page by page, in the order in which it was written. */
export function journal(db: Kysely<Tables>, order: OrderKey, query: PageQuery): Promise<PageOf<JournalEntry>> {
  return pageOf(db, 'journal', order, query, ({ id, key, at, kind, body, recorded_at }) => ({
    id,
    key,
    at: at.getTime(),
    kind,
    body,
    recordedAt: recorded_at.getTime(),
  }));
}

/** The row of one order, undefined when the ledger has never heard of it. */
export async function reversal(db: Kysely<Tables>, order: OrderKey): Promise<StoredReversal | undefined> {
  const { provider, account, order_id } = columnsOf(order);
  const row = await db
    .selectFrom('reversals')
    .selectAll()
    .where('provider', '=', provider)
    .where('account', '=', account)
    .where('order_id', '=', order_id)
    .executeTakeFirst();
  return row && reversalOf(row);
}

/** The outbox after the event `after` (0: from the beginning), oldest first. */
export async function events(db: Kysely<Tables>, after: number, limit: number): Promise<StoredEvent[]> {
  const rows = await db.selectFrom('events').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
  return rows.map(eventOf);
}

/** The event as it was written. */
export function eventOf({ id, provider, account, order_id, at, type, body }: Selectable<EventTable>): StoredEvent {
  return { id, provider, account, orderId: order_id, at: at.getTime(), type, body };
}

/** No end was recorded, nor a stop after it, or a newer run has taken the order over since. */
function isOpen({ settled_at, stopped_at, updated_at }: Selectable<ReversalTable>): boolean {
  if (settled_at === null) return true;
  return updated_at.getTime() > Math.max(settled_at.getTime(), stopped_at?.getTime() ?? 0);
}

/** The row as readers see it. */
export function reversalOf(row: Selectable<ReversalTable>): StoredReversal {
  return {
    provider: row.provider,
    account: row.account,
    orderId: row.order_id,
    workflowId: row.workflow_id,
    runId: row.run_id,
    ...(row.request !== null && { request: row.request }),
    status: row.status,
    statusSince: row.status_since.getTime(),
    open: isOpen(row),
    ...(row.final_action !== null && { finalAction: row.final_action }),
    ...(row.by !== null && { by: row.by }),
    ...(row.stuck_reason !== null && { stuckReason: row.stuck_reason }),
    ...(row.told !== null && { told: row.told }),
    sawPaid: row.saw_paid,
    latePayment: row.late_payment,
    ...(row.amount !== null && { amount: row.amount }),
    ...(row.currency !== null && { currency: row.currency }),
    openedAt: row.opened_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    ...(row.settled_at !== null && { settledAt: row.settled_at.getTime() }),
    ...(row.detail !== null && { detail: row.detail }),
  };
}
