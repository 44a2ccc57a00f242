import { type Kysely, type Selectable, sql, type UpdateType } from 'kysely';
import { z } from 'zod';
import { FINAL_ACTIONS, type FinalAction, type Verdict } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import type { Carried } from '../reversal/state.ts';
import { rememberedActs } from './acts.ts';
import { type Handover, type StoredCarried, storedCarried } from './carried.ts';
import { jsonOf } from './json.ts';
import { columnsOf } from './order.ts';
import type { ReversalTable, Tables } from './schema.ts';
import type { StoredAct } from './stored-act.ts';

export interface OpenCase {
  readonly order: OrderKey;
  readonly workflowId: string;
  readonly runId: string;
  /** The run that this one continues, as the server says. */
  readonly continues?: string;
  /** The request as it was parsed; `amount` and `currency` are taken from it where it has them. */
  readonly request: unknown;
  /** Workflow time. */
  readonly now: number;
}

/** What the ledger remembers of the order, from every run of it. */
export interface Remembered {
  /** The newest, and of the older ones the last of each kind. */
  readonly acts: readonly StoredAct[];
  /** The last verdict that somebody was told. */
  readonly told?: Verdict;
  readonly sawPaid: boolean;
  readonly latePayment: boolean;
  /** What was asked of a case that is open. */
  readonly carried?: Carried;
  /** What the run left that this one continues, as long as nothing was recorded since. */
  readonly handover?: Handover;
  /** As last recorded; `checking` where nothing has been. */
  readonly status: string;
  readonly finalAction?: FinalAction;
}

const money = z.object({ amount: z.int(), currency: z.string() }).partial();
const storedVerdict = z.enum([...FINAL_ACTIONS, 'not_paid']);
const storedFinalAction = z.enum(FINAL_ACTIONS);

/**
 * Opens the row of the order and returns what is known of the order. Repeating it changes nothing and answers the same:
 * what an earlier run recorded stays, and the row is its own, until this run records something.
 */
export async function openCase(db: Kysely<Tables>, input: OpenCase): Promise<Remembered> {
  const { amount, currency } = money.safeParse(input.request).data ?? {};
  const at = new Date(input.now);
  const row = await db
    .insertInto('reversals')
    .values({
      ...columnsOf(input.order),
      workflow_id: input.workflowId,
      run_id: input.runId,
      request: jsonOf(input.request),
      status: 'checking',
      status_since: at,
      amount: amount ?? null,
      currency: currency ?? null,
      opened_at: at,
      updated_at: at,
    })
    .onConflict((conflict) =>
      conflict.columns(['provider', 'account', 'order_id']).doUpdateSet({
        workflow_id: unlessOlder('workflow_id'),
        request: unlessOlder('request'),
        amount: unlessOlder('amount'),
        currency: unlessOlder('currency'),
        updated_at: unlessOlder('updated_at'),
      }),
    )
    .returning(['status', 'final_action', 'told', 'saw_paid', 'late_payment', 'carried', 'settled_at'])
    .executeTakeFirstOrThrow();
  const stored = carriedOf(row);
  return {
    // After the row: an act that a concurrent run wrote meanwhile is seen.
    acts: await rememberedActs(db, input.order),
    ...(row.told !== null && { told: storedVerdict.parse(row.told) }),
    sawPaid: row.saw_paid,
    latePayment: row.late_payment,
    ...(stored !== undefined && takenOver(stored, input.continues)),
    status: row.status,
    ...(row.final_action !== null && { finalAction: storedFinalAction.parse(row.final_action) }),
  };
}

function takenOver({ handover, ...carried }: StoredCarried, continues: string | undefined) {
  return { carried, ...(handover !== undefined && handover.runId === continues && { handover }) };
}

type Row = Pick<Selectable<ReversalTable>, 'carried' | 'status' | 'settled_at'>;

/** Nothing once the case has ended. A worker of the version before left no more than the status of one that is held. */
function carriedOf({ carried, status, settled_at }: Row): StoredCarried | undefined {
  if (settled_at !== null) return undefined;
  if (carried !== null) return storedCarried.parse(carried);
  return status === 'held' ? { held: true } : undefined;
}

/** The new value, except when a worker comes back late. */
function unlessOlder<Column extends 'workflow_id' | 'request' | 'amount' | 'currency' | 'updated_at'>(column: Column) {
  const [mine, stored] = [sql.ref(`excluded.${column}`), sql.ref(`reversals.${column}`)];
  return sql<UpdateType<Tables['reversals'][Column]>>`
    case when excluded.updated_at >= reversals.updated_at then ${mine} else ${stored} end`;
}
