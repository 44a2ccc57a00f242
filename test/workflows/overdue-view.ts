/** The merchant's side of a sweep: a table of orders in a real PostgreSQL, and the view over it. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { OrderKey } from '../../src/reversal/request.ts';

/** A row of the view. Times are as PostgreSQL reads them; `expiredAt` is a minute ago when left out. */
export interface Listed extends Partial<OrderKey> {
  readonly amount?: number | null;
  readonly currency?: string | null;
  readonly expiredAt?: string | null;
  readonly attemptedAt?: string | null;
  readonly method?: string | null;
}

export interface OverdueView {
  /** Lists an order; what is left out is right, a null is missing. */
  list(...rows: readonly Listed[]): Promise<void>;
  /** Runs a statement as the owner of the database. */
  run(text: string): Promise<void>;
  /** May be called more than once. */
  close(): Promise<void>;
}

export const VIEW = 'unwind_overdue_orders';

const SCHEMA = `
  create table orders (
    provider text, account text, order_id text, amount bigint, currency text,
    expired_at timestamptz, attempted_at timestamptz, method text
  );
  create view ${VIEW} as select * from orders;`;

const DEFAULTS = { provider: 'alipay', account: 'alipay-v3', amount: 1280, currency: 'CNY', method: null };

export async function createOverdueView(url: string): Promise<OverdueView> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(SCHEMA);
  let closing: Promise<void> | undefined;
  return {
    async list(...rows) {
      for (const row of rows) {
        const { provider, account, orderId, amount, currency, expiredAt, attemptedAt, method } = {
          ...DEFAULTS,
          orderId: `O${randomUUID().slice(0, 18)}`,
          expiredAt: new Date(Date.now() - 60_000).toISOString(),
          attemptedAt: null,
          ...row,
        };
        await client.query('insert into orders values ($1, $2, $3, $4, $5, $6, $7, $8)', [
          provider,
          account,
          orderId,
          amount,
          currency,
          expiredAt,
          attemptedAt,
          method,
        ]);
      }
    },
    async run(text) {
      await client.query(text);
    },
    close() {
      closing ??= client.end();
      return closing;
    },
  };
}
