/** What is asked and answered on the owner's socket. Both sides check what they get: they may differ in version. */
import { z } from 'zod';
import { FINAL_ACTIONS, STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import { STATUSES } from '../reversal/status.ts';
import type { DeliveredEvent } from './deliveries.ts';
import type { ListFilter, Page } from './list.ts';
import { MAX_PAGE, type Paged, type PageOf, type PageQuery } from './page.ts';
import type { JournalEntry, StoredReversal } from './read.ts';
import { type StoredAct, storedAct } from './stored-act.ts';

/** Every method throws when the ledger cannot be asked, which says nothing about the order. */
export interface LedgerReader {
  /** The row of the order; undefined when the ledger has never heard of it. */
  reversal(order: OrderKey): Promise<StoredReversal | undefined>;
  /** The acts on the order, of all runs, by the order in which they were sent. `readAll` reads every page. */
  readonly acts: Paged<StoredAct>;
  /** The journal of the order, by the order in which it was written. */
  readonly journal: Paged<JournalEntry>;
  /** The events of the order, and what became of the delivery of each, by the order in which they were written. */
  readonly deliveries: Paged<DeliveredEvent>;
  /** @throws RangeError when the limit or the cursor cannot be used */
  list(filter: ListFilter): Promise<Page>;
  /** May be called more than once. */
  close(): Promise<void>;
}

/** Asked first. Another number: the two sides do not speak the same language. */
export const GREETING = { ledger: 'unwind', version: 3 } as const;
export const greeting = z.object({ ledger: z.literal(GREETING.ledger), version: z.int() });

const orderKey = { provider: z.string(), account: z.string(), orderId: z.string() };
export const orderQuery = z.strictObject(orderKey);

/** A query string has texts only. */
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);
const limit = wholeNumber.pipe(z.int().min(1).max(MAX_PAGE));
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const stuckReason = z.custom<StuckReason>(
  (value) => typeof value === 'string' && Object.hasOwn(STUCK_REASONS, value),
  'must be a stuck reason',
);

export const listQuery: z.ZodType<ListFilter> = z.strictObject({
  status: z.enum(STATUSES).exactOptional(),
  stuckReason: stuckReason.exactOptional(),
  finalAction: z.enum(FINAL_ACTIONS).exactOptional(),
  provider: z.string().exactOptional(),
  account: z.string().exactOptional(),
  open: flag.exactOptional(),
  updatedSince: wholeNumber.exactOptional(),
  settledSince: wholeNumber.exactOptional(),
  limit,
  after: z.string().exactOptional(),
});

/** A page of what one order has. */
export const pageQuery: z.ZodType<OrderKey & PageQuery> = z.strictObject({
  ...orderKey,
  from: z.enum(['newest', 'oldest']),
  limit,
  after: wholeNumber.exactOptional(),
});

/** What can be asked; the greeting asks nothing. */
export type Question = OrderKey | (OrderKey & PageQuery) | ListFilter | Readonly<Record<string, never>>;

/** As a query string that the schemas above read. */
export function queryOf(asked: Question): Record<string, string> {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

const storedReversal: z.ZodType<StoredReversal> = z.object({
  provider: z.string(),
  account: z.string(),
  orderId: z.string(),
  workflowId: z.string(),
  runId: z.string(),
  request: z.unknown().exactOptional(),
  status: z.string(),
  statusSince: z.int(),
  open: z.boolean(),
  finalAction: z.string().exactOptional(),
  by: z.string().exactOptional(),
  stuckReason: z.string().exactOptional(),
  told: z.string().exactOptional(),
  sawPaid: z.boolean(),
  latePayment: z.boolean(),
  amount: z.int().exactOptional(),
  currency: z.string().exactOptional(),
  openedAt: z.int(),
  updatedAt: z.int(),
  settledAt: z.int().exactOptional(),
  detail: z.unknown().exactOptional(),
});

const journalEntry: z.ZodType<JournalEntry> = z.object({
  id: z.int(),
  key: z.string(),
  at: z.int(),
  kind: z.string(),
  body: z.unknown(),
  recordedAt: z.int(),
});

const deliveredEvent: z.ZodType<DeliveredEvent> = z.object({
  id: z.int(),
  provider: z.string(),
  account: z.string(),
  orderId: z.string(),
  at: z.int(),
  type: z.string(),
  body: z.unknown(),
  delivery: z.enum(['due', 'delivered', 'given-up']).exactOptional(),
  settledAt: z.int().exactOptional(),
  attempts: z.int().exactOptional(),
  problem: z.string().exactOptional(),
});

function pageOf<Item>(item: z.ZodType<Item>): z.ZodType<PageOf<Item>> {
  return z.object({ items: z.array(item), total: z.int(), next: z.int().exactOptional() });
}

/** What comes back, by the question. */
export const ANSWERS = {
  reversal: z.object({ reversal: storedReversal.nullable() }),
  acts: pageOf(storedAct),
  journal: pageOf(journalEntry),
  deliveries: pageOf(deliveredEvent),
  list: z.object({ reversals: z.array(storedReversal), next: z.string().exactOptional() }),
} as const;

/** The answer to a query that cannot be used (400), or that could not be answered (500). */
export const refusal = z.object({ problems: z.array(z.string()) });
