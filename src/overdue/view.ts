/** The merchant's overdue unpaid orders, read page by page from a view in a PostgreSQL of their own. */
import pg from 'pg';
import { z } from 'zod';
import { openPool } from '../lib/postgres-pool.ts';
import type { OrderKey } from '../reversal/request.ts';
import { COLUMNS, requireTypes, UnusableViewError } from './columns.ts';
import type { OverdueConfig } from './config.ts';

/** A row as it was read; whether a reversal can be asked for with it is another question. */
const overdueRow = z.object({
  provider: z.string(),
  account: z.string(),
  order_id: z.string(),
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  /** A Date; a number for PostgreSQL's `infinity`. */
  expired_at: z.unknown(),
  attempted_at: z.unknown(),
  method: z.string().nullable(),
  /** By the clock of the merchant's database, which wrote the time. Null when there is none. */
  expired: z.boolean().nullable(),
  /** How many rows the view has for this order. */
  copies: z.number(),
});
export type OverdueRow = z.infer<typeof overdueRow>;

export interface OverdueOrders {
  /**
   * At most `limit` orders after `after`, one row each, ordered by provider, account and number.
   *
   * @throws UnusableViewError when the view breaks its contract
   * @throws what the database says when it cannot be asked now
   */
  page(after: OrderKey | undefined, limit: number): Promise<readonly OverdueRow[]>;
  /** Rows that name no order, which no page can hold. */
  nameless(): Promise<number>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** For a server that is gone: a statement that is only slow is ended by the server before. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5000;

const KEY = 'provider, account, order_id';
const NAMED = 'provider is not null and account is not null and order_id is not null';

/** Connects when it is asked first: a merchant's database that is down holds up no worker. */
export function openOverdueOrders({ url, view }: Pick<OverdueConfig, 'url' | 'view'>): OverdueOrders {
  const pool = openPool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'unwind-sweep',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        // An amount that is too large for a number is refused with its row.
        if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
        return pg.types.getTypeParser(oid, format);
      },
    },
  });
  const from = view.split('.').map(pg.escapeIdentifier).join('.');

  const read = async (text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<unknown[]>> => {
    const client = await pool.connect();
    try {
      // Not as options of the connection, which a pooler in between may refuse.
      await client.query('begin read only');
      await client.query(`set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
      const result = await client.query(text, [...values]);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw unusable(view, error);
    }
  };

  return {
    async page(after, limit) {
      const { provider, account, orderId } = after ?? {};
      const beyond = after === undefined ? '' : `and (${KEY}) > ($2, $3, $4)`;
      const { rows, fields } = await read(
        `select distinct on (${KEY}) ${Object.keys(COLUMNS).join(', ')}, expired_at <= now() as expired,
           count(*) over (partition by ${KEY}) as copies
         from ${from} where ${NAMED} ${beyond} order by ${KEY} limit $1`,
        after === undefined ? [limit] : [limit, provider, account, orderId],
      );
      requireTypes(view, fields);
      return z.array(overdueRow).parse(rows);
    },
    async nameless() {
      const { rows } = await read(`select count(*) as count from ${from} where not (${NAMED})`);
      return z.tuple([z.object({ count: z.number() })]).parse(rows)[0].count;
    },
    close: () => pool.end(),
  };
}

/** By their SQLSTATE: a view that is not there or not ours (42), miscalculates (22) or writes (25006) stays so. */
function unusable(view: string, error: unknown): unknown {
  const lasting = error instanceof pg.DatabaseError && /^(22|42|25006)/.test(error.code ?? '');
  return lasting ? new UnusableViewError(view, error.message, error) : error;
}
