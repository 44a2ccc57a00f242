import type { Kysely } from 'kysely';
import { z } from 'zod';
import { FINAL_ACTIONS, type FinalAction, type Verdict } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import { actsOf } from './acts.ts';
import { jsonOf } from './json.ts';
import { columnsOf } from './order.ts';
import type { Tables } from './schema.ts';
import type { StoredAct } from './stored-act.ts';

export interface OpenCase {
  readonly order: OrderKey;
  readonly workflowId: string;
  readonly runId: string;
  /** The request as it was parsed; `amount` and `currency` are taken from it where it has them. */
  readonly request: unknown;
  /** Workflow time. */
  readonly now: number;
}

/** What the ledger remembers of the order, from every run of it. */
export interface Remembered {
  readonly acts: readonly StoredAct[];
  /** The last verdict that somebody was told. */
  readonly told?: Verdict;
  readonly sawPaid: boolean;
  /** As last recorded; `checking` where nothing has been. */
  readonly status: string;
  readonly finalAction?: FinalAction;
}

const money = z.object({ amount: z.int(), currency: z.string() }).partial();
const storedVerdict = z.enum([...FINAL_ACTIONS, 'not_paid']);
const storedFinalAction = z.enum(FINAL_ACTIONS);

/**
 * Opens the row of the order, or hands it over to this run, and returns what is known of the order. Repeating it
 * changes nothing and answers the same: what an earlier run recorded stays until this run records something.
 */
export async function openCase(db: Kysely<Tables>, input: OpenCase): Promise<Remembered> {
  const { provider, account, order_id } = columnsOf(input.order);
  const { amount, currency } = money.safeParse(input.request).data ?? {};
  const at = new Date(input.now);
  await db
    .insertInto('reversals')
    .values({
      provider,
      account,
      order_id,
      workflow_id: input.workflowId,
      run_id: input.runId,
      request: jsonOf(input.request),
      status: 'checking',
      amount: amount ?? null,
      currency: currency ?? null,
      opened_at: at,
      updated_at: at,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'account', 'order_id'])
        .doUpdateSet(({ ref }) => ({
          workflow_id: ref('excluded.workflow_id'),
          run_id: ref('excluded.run_id'),
          request: ref('excluded.request'),
          updated_at: ref('excluded.updated_at'),
        }))
        // A worker that comes back late must not take the row away from a newer run.
        .whereRef('reversals.updated_at', '<=', 'excluded.updated_at'),
    )
    .execute();

  const row = await db
    .selectFrom('reversals')
    .select(['status', 'final_action', 'told', 'saw_paid'])
    .where('provider', '=', provider)
    .where('account', '=', account)
    .where('order_id', '=', order_id)
    .executeTakeFirstOrThrow();
  return {
    acts: await actsOf(db, input.order),
    ...(row.told !== null && { told: storedVerdict.parse(row.told) }),
    sawPaid: row.saw_paid,
    status: row.status,
    ...(row.final_action !== null && { finalAction: storedFinalAction.parse(row.final_action) }),
  };
}
