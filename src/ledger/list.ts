/** Many orders, page by page. */
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { FinalAction, StuckReason } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import type { Status } from '../reversal/status.ts';
import { requireLimit } from './page.ts';
import { reversalOf, type StoredReversal } from './read.ts';
import type { ReversalTable, Tables } from './schema.ts';

/** Only rows that meet all that is given. Times are epoch milliseconds. */
export interface ListFilter {
  readonly status?: Status;
  readonly stuckReason?: StuckReason;
  readonly finalAction?: FinalAction;
  readonly provider?: string;
  readonly account?: string;
  /** See `StoredReversal.open`. */
  readonly open?: boolean;
  readonly updatedSince?: number;
  readonly settledSince?: number;
  /** At most so many in this page: 1 to `MAX_PAGE`. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface Page {
  readonly reversals: readonly StoredReversal[];
  /** Gives the next page as `after`. Absent: this was the last one. */
  readonly next?: string;
}

/**
 * Orders by their opening, newest first. That never changes, so whoever pages sees every order that meets the filter
 * all the while exactly once, however often its row is written meanwhile.
 *
 * @throws RangeError when the limit or the cursor cannot be used
 */
export async function list(db: Kysely<Tables>, filter: ListFilter): Promise<Page> {
  const { limit, after } = filter;
  requireLimit(limit);
  const rows = await narrowed(db.selectFrom('reversals'), filter)
    .$if(after !== undefined, (query) => query.where(beyond(placeOf(after ?? ''))))
    .selectAll()
    .orderBy('opened_at', 'desc')
    .orderBy('provider', 'desc')
    .orderBy('account', 'desc')
    .orderBy('order_id', 'desc')
    // One more tells whether there are more.
    .limit(limit + 1)
    .execute();
  const reversals = rows.slice(0, limit).map(reversalOf);
  const last = reversals.at(-1);
  return { reversals, ...(rows.length > limit && last !== undefined && { next: cursorOf(last) }) };
}

type Query = SelectQueryBuilder<Tables, 'reversals', Record<never, never>>;

function narrowed(query: Query, filter: ListFilter): Query {
  const { status, stuckReason, finalAction, provider, account, open, updatedSince, settledSince } = filter;
  const equal: readonly (readonly [keyof ReversalTable, string | undefined])[] = [
    ['status', status],
    // Says the same twice, for the index: only what is stuck has a reason.
    ['status', stuckReason && 'stuck'],
    ['stuck_reason', stuckReason],
    ['final_action', finalAction],
    ['provider', provider],
    ['account', account],
  ];
  let found = query;
  for (const [column, value] of equal) if (value !== undefined) found = found.where(column, '=', value);
  if (open === true) found = found.where(IS_OPEN);
  if (open === false) found = found.where(sql<boolean>`not (${IS_OPEN})`);
  if (updatedSince !== undefined) found = found.where('updated_at', '>=', new Date(updatedSince));
  if (settledSince !== undefined) found = found.where('settled_at', '>=', new Date(settledSince));
  return found;
}

/** As the partial index has it. */
const IS_OPEN = sql<boolean>`(settled_at is null or updated_at > greatest(settled_at, stopped_at))`;

type Place = OrderKey & Pick<StoredReversal, 'openedAt'>;

function beyond({ openedAt, provider, account, orderId }: Place) {
  return sql<boolean>`
    (opened_at, provider, account, order_id) < (${new Date(openedAt)}::timestamptz, ${provider}, ${account}, ${orderId})`;
}

/** What the database can hold: no NUL, no broken surrogates, no instant beyond its own. */
const text = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u);
const place = z.tuple([z.int().min(0).max(Date.UTC(9999, 0)), text, text, text]);

function cursorOf({ openedAt, provider, account, orderId }: Place): string {
  return Buffer.from(JSON.stringify([openedAt, provider, account, orderId])).toString('base64url');
}

function placeOf(cursor: string): Place {
  try {
    const [openedAt, provider, account, orderId] = place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { openedAt, provider, account, orderId };
  } catch {
    throw new RangeError('`after` is not the `next` of a page of the ledger');
  }
}
