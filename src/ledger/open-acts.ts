import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

export interface OpenActs {
  readonly provider: string;
  readonly account: string;
  /** Epoch milliseconds: acts before this are of no interest. */
  readonly since: number;
}

/** Whether an act of that account was sent since then whose order has not been settled by a look after it. */
export async function hasOpenActs(db: Kysely<Tables>, { provider, account, since }: OpenActs): Promise<boolean> {
  const found = await sql<{ open: boolean }>`
    select exists (
      select 1 from acts
      join reversals using (provider, account, order_id)
      where acts.provider = ${provider} and acts.account = ${account} and acts.sent_at >= ${new Date(since)}
        and (reversals.settled_at is null or reversals.settled_at < acts.sent_at)
    ) as open`.execute(db);
  return found.rows[0]?.open === true;
}
