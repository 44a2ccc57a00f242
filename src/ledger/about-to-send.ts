import type { Kysely } from 'kysely';
import type { Verb } from '../reversal/answer.ts';
import type { OrderKey } from '../reversal/request.ts';
import { rememberedActs } from './acts.ts';
import { columnsOf } from './order.ts';
import type { Tables } from './schema.ts';
import type { StoredAct } from './stored-act.ts';

export interface AboutToSend {
  readonly order: OrderKey;
  /** One more than the number of acts that the caller knows of. */
  readonly seq: number;
  readonly verb: Verb;
  readonly workflowId: string;
  readonly runId: string;
  /** Workflow time at which the act was decided. */
  readonly now: number;
  readonly refundNo?: string;
  /** Minor units, of a refund. */
  readonly amount?: number;
}

/** `ok: false`: nothing may be sent; `acts` is what the ledger remembers, for the next decision. */
export type MaySend = { readonly ok: true } | { readonly ok: false; readonly acts: readonly StoredAct[] };

/**
 * Writes down an act before it is sent. The number `seq` is taken once and for ever: when it is taken already, by
 * another run or by an earlier try of the very same act, that act may have reached the gateway, and the caller has to
 * look again. Once this returned `ok`, the act counts as sent even if the process dies before it is.
 */
export async function aboutToSend(db: Kysely<Tables>, act: AboutToSend): Promise<MaySend> {
  const inserted = await db
    .insertInto('acts')
    .values({
      ...columnsOf(act.order),
      seq: act.seq,
      verb: act.verb,
      workflow_id: act.workflowId,
      run_id: act.runId,
      sent_at: new Date(act.now),
      refund_no: act.refundNo ?? null,
      amount: act.amount ?? null,
    })
    .onConflict((conflict) => conflict.columns(['provider', 'account', 'order_id', 'seq']).doNothing())
    .returning('seq')
    .execute();
  return inserted.length === 1 ? { ok: true } : { ok: false, acts: await rememberedActs(db, act.order) };
}
