/** What grows with every try of an order (its acts, its journal, its events), page by page. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { OrderKey } from '../reversal/request.ts';
import { columnsOf } from './order.ts';
import type { Tables } from './schema.ts';

/** An embedded ledger answers one question at a time, and its writers wait meanwhile. */
export const MAX_PAGE = 1000;

/** @throws RangeError when a page cannot have so many */
export function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return;
  throw new RangeError(`A page of the ledger has 1 to ${MAX_PAGE} rows, not ${limit}`);
}

export interface PageQuery {
  /** From the newest back, or from the oldest on. */
  readonly from: 'newest' | 'oldest';
  /** At most so many in this page: 1 to `MAX_PAGE`. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: number;
}

export interface PageOf<Item> {
  /** In the order that was asked for. */
  readonly items: readonly Item[];
  /** How many there are of the order in all. */
  readonly total: number;
  /** Gives the next page as `after`. Absent: this was the last one. */
  readonly next?: number;
}

/** @throws RangeError when the limit cannot be used */
export type Paged<Item> = (order: OrderKey, query: PageQuery) => Promise<PageOf<Item>>;

/** What is numbered upwards as it is written, and by which column. */
const NUMBERED = { acts: 'seq', journal: 'id', events: 'id' } as const;
type Numbered = keyof typeof NUMBERED;

const WAYS = {
  newest: { beyond: sql.raw('<'), direction: sql.raw('desc') },
  oldest: { beyond: sql.raw('>'), direction: sql.raw('asc') },
} as const;

export async function pageOf<Table extends Numbered, Item>(
  db: Kysely<Tables>,
  table: Table,
  order: OrderKey,
  { from, limit, after }: PageQuery,
  itemOf: (row: Selectable<Tables[Table]>) => Item,
): Promise<PageOf<Item>> {
  requireLimit(limit);
  const { provider, account, order_id } = columnsOf(order);
  const { beyond, direction } = WAYS[from];
  const [rows, number] = [sql.table(table), sql.ref(NUMBERED[table])];
  const ofOrder = sql`provider = ${provider} and account = ${account} and order_id = ${order_id}`;
  const onwards = after === undefined ? sql`true` : sql`${number} ${beyond} ${after}`;
  const found = await sql<Selectable<Tables[Table]> & { readonly number: number }>`
    select *, ${number} as number from ${rows} where ${ofOrder} and ${onwards}
    order by ${number} ${direction} limit ${limit + 1}`.execute(db); // one more tells whether there are more
  const counted = await sql<{ total: number }>`select count(*) as total from ${rows} where ${ofOrder}`.execute(db);
  const shown = found.rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(itemOf),
    total: counted.rows[0]?.total ?? 0,
    ...(found.rows.length > limit && last !== undefined && { next: last.number }),
  };
}

/** All of it from the oldest on, with what is written meanwhile, a page at a time. */
export async function* pagesOf<Item>(paged: Paged<Item>, order: OrderKey): AsyncGenerator<readonly Item[]> {
  let after: number | undefined;
  do {
    const page = await paged(order, { from: 'oldest', limit: MAX_PAGE, ...(after !== undefined && { after }) });
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}

/** All of it at once, oldest first: for whoever has to judge the whole and has the room. */
export async function readAll<Item>(paged: Paged<Item>, order: OrderKey): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of pagesOf(paged, order)) all.push(...items);
  return all;
}
