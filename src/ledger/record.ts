import { type Kysely, sql } from 'kysely';
import type { OrderKey } from '../reversal/request.ts';
import type { Act } from '../reversal/reversal.ts';
import { jsonOf } from './json.ts';
import { columnsOf } from './order.ts';
import type { Tables } from './schema.ts';

/** What a line of the journal tells of. */
export type JournalKind = 'opened' | 'look' | 'act' | 'answer' | 'decision' | 'operator' | 'told' | 'record' | 'final';

/** One line of the journal. */
export interface NewEntry {
  /** Unique for the order and stable over repeats, so that writing twice writes once. */
  readonly key: string;
  /** Workflow time. */
  readonly at: number;
  readonly kind: JournalKind;
  readonly body: unknown;
}

/** Something to tell the outside; same rule for the key. */
export interface NewEvent {
  readonly key: string;
  readonly at: number;
  readonly type: string;
  readonly body: unknown;
}

/** The row of the order as it stands at `at`. What is left out is empty, where not said otherwise. */
export interface RowState {
  readonly workflowId: string;
  readonly runId: string;
  /** Workflow time. */
  readonly at: number;
  readonly status: string;
  /** Kept as it was, with `by`, when the status is `abandoned`: the end of an earlier run stays true. */
  readonly finalAction?: string;
  readonly by?: string;
  readonly stuckReason?: string;
  readonly settledAt?: number;
  /** Kept as it was when left out, as a verdict cannot be taken back. */
  readonly told?: string;
  /** Stays true once it was. */
  readonly sawPaid?: boolean;
  /** Stays true once it was. */
  readonly latePayment?: boolean;
  /** Kept as it was when left out. */
  readonly detail?: unknown;
}

export interface Recording {
  readonly order: OrderKey;
  readonly row: RowState;
  readonly entries: readonly NewEntry[];
  readonly events?: readonly NewEvent[];
  /** The events are to be delivered. */
  readonly deliver?: boolean;
  /** Answers that the ledger may have missed while it was down; none is overwritten, and no act is added. */
  readonly acts?: readonly Act[];
}

/**
 * Writes journal, events, missed answers and the row of the order, all or nothing. Repeating it writes nothing twice.
 *
 * @returns false when the row stayed as it was, since a later state of the order, of this run or of a newer one, had
 *   been written already; the journal is written all the same
 */
export async function record(db: Kysely<Tables>, recording: Recording): Promise<boolean> {
  const { order, row, entries, events, deliver, acts } = recording;
  const { provider, account, order_id } = columnsOf(order);
  const answers = (acts ?? [])
    .filter((act) => act.answer !== undefined)
    .map(({ seq, verb, sentAt, answer, answeredAt }) => ({
      seq,
      verb,
      sent_at: new Date(sentAt),
      answer,
      answered_at: new Date(answeredAt ?? row.at),
    }));
  const dated = (lines: readonly { readonly at: number }[]) =>
    lines.map((line) => ({ ...line, at: new Date(line.at) }));

  // One statement, so one round trip and one transaction, however many lines there are.
  const written = await sql`
    with lines as (
      insert into journal (provider, account, order_id, key, at, kind, body)
      select ${provider}, ${account}, ${order_id}, line.key, line.at, line.kind, coalesce(line.body, 'null')
      from jsonb_to_recordset(${jsonOf(dated(entries))}::jsonb)
        as line (key text, at timestamptz, kind text, body jsonb)
      on conflict (provider, account, order_id, key) do nothing
    ), told as (
      insert into events (provider, account, order_id, key, at, type, body, delivery)
      select ${provider}, ${account}, ${order_id}, event.key, event.at, event.type, coalesce(event.body, 'null'),
        ${deliver ? 'due' : null}::text
      from jsonb_to_recordset(${jsonOf(dated(events ?? []))}::jsonb)
        as event (key text, at timestamptz, type text, body jsonb)
      on conflict (provider, account, order_id, key) do nothing
    ), answers as (
      update acts set answer = said.answer, answered_at = said.answered_at
      from jsonb_to_recordset(${jsonOf(answers)}::jsonb)
        as said (seq integer, verb text, sent_at timestamptz, answer jsonb, answered_at timestamptz)
      where acts.provider = ${provider} and acts.account = ${account} and acts.order_id = ${order_id}
        and acts.seq = said.seq and acts.verb = said.verb and acts.sent_at = said.sent_at and acts.answer is null
    )
    insert into reversals as old (
      provider, account, order_id, workflow_id, run_id, status, status_since, final_action, by, stuck_reason,
      told, saw_paid, late_payment, opened_at, updated_at, settled_at, detail
    ) values (
      ${provider}, ${account}, ${order_id}, ${row.workflowId}, ${row.runId}, ${row.status}, ${new Date(row.at)},
      ${row.finalAction ?? null}, ${row.by ?? null}, ${row.stuckReason ?? null},
      ${row.told ?? null}, ${row.sawPaid ?? false}, ${row.latePayment ?? false}, ${new Date(row.at)}, ${new Date(row.at)},
      ${row.settledAt === undefined ? null : new Date(row.settledAt)},
      ${row.detail === undefined ? null : jsonOf(row.detail)}
    )
    on conflict (provider, account, order_id) do update set
      workflow_id = excluded.workflow_id, run_id = excluded.run_id, status = excluded.status,
      status_since = case
        when old.status = excluded.status and old.stuck_reason is not distinct from excluded.stuck_reason
          and excluded.settled_at is null then old.status_since
        else excluded.updated_at end,
      -- Who stops a new run of an order that has ended does not undo that end.
      final_action = case when excluded.status = 'abandoned' then old.final_action else excluded.final_action end,
      by = case when excluded.status = 'abandoned' then old.by else excluded.by end, stuck_reason = excluded.stuck_reason,
      told = coalesce(excluded.told, old.told), saw_paid = old.saw_paid or excluded.saw_paid,
      late_payment = old.late_payment or excluded.late_payment, updated_at = excluded.updated_at,
      settled_at = excluded.settled_at, detail = coalesce(excluded.detail, old.detail)
    where old.updated_at <= excluded.updated_at
    returning 1`.execute(db);
  return written.rows.length === 1;
}
