import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import type { OrderKey } from '../reversal/request.ts';
import type { Act } from '../reversal/state.ts';
import { jsonOf } from './json.ts';
import { columnsOf } from './order.ts';
import type { ReversalTable, Tables } from './schema.ts';

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
  /** As it was recorded last, with `by`, `settledAt` and `detail`, when the status is `abandoned`: that end stays true. */
  readonly finalAction?: string;
  readonly by?: string;
  readonly stuckReason?: string;
  readonly settledAt?: number;
  /** Kept as it was when left out. What was told cannot be taken back: "kept" replaces it only as a person's word. */
  readonly told?: string;
  /** Stays true once it was. */
  readonly sawPaid?: boolean;
  /** Stays true once it was. */
  readonly latePayment?: boolean;
  /** Kept as it was when left out. */
  readonly detail?: unknown;
  /** What an open case hands to the run that takes it up; nothing when left out. */
  readonly carried?: unknown;
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
  /**
   * Whether the run is the order's open one; asked only where the row is another run's, which then is this one's whatever
   * their clocks say, and else stays. The worker of a run that was reset or terminated goes on with its workflow task for
   * seconds, so that its clock may be ahead of the end that the next run has come to. Left out: the later record wins.
   */
  readonly isOpen?: () => Promise<boolean>;
}

/** What an end says; another rule that leads to it is no news. */
function endIn(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('data' in body)) return undefined;
  return typeof body.data === 'object' ? { ...body.data, rule: undefined } : body.data;
}

/** Every record of a late payment says so again, under one key: it stands between no two ends. */
const isLatePayment = ({ type }: Pick<NewEvent, 'type'>) => type === 'reversal.late_payment';

/** An end that follows itself, because it could not be recorded at once, is told once. */
function news<E extends Pick<NewEvent, 'type' | 'body'>>(events: readonly E[]): readonly (E & { isFirst: boolean })[] {
  return events
    .filter(({ type, body }, nth) => {
      const before = events.slice(0, nth).findLast((event) => !isLatePayment(event));
      return type !== 'reversal.final' || type !== before?.type || !isDeepStrictEqual(endIn(body), endIn(before.body));
    })
    .map((event, nth, all) => ({ ...event, isFirst: all.slice(0, nth).every(isLatePayment) }));
}

/** Who looked again, sent nothing and came to the end that the outside heard last has no news, whoever decided it. */
const IS_NEWS = sql`
  (event.type <> 'reversal.final' or not event."isFirst" or not exists (
    select from (
      select at, type, body from events
      where events.provider = written.provider and events.account = written.account and events.order_id = written.order_id
      order by id desc limit 1
    ) as heard
    where heard.type = event.type and (heard.body->'data') - 'rule' is not distinct from (event.body->'data') - 'rule'
      and not exists (
        select from acts left join said on said.seq = acts.seq and said.sent_at = acts.sent_at
        where acts.provider = written.provider and acts.account = written.account and acts.order_id = written.order_id
          and acts.sent_at > heard.at and acts.verb not in ('sync', 'syncRefund')
          and coalesce(acts.answer, said.answer)->>'kind' is distinct from 'notSent')))`;

const jsonOrNull = (value: unknown) => (value === undefined ? null : jsonOf(value));

/**
 * Writes journal, events, missed answers and the row of the order, all or nothing. Repeating it writes nothing twice.
 *
 * @returns false when a later state of the order, of this run or of a newer one, had been written already: then the
 *   journal is written and what only grows is merged, and the rest of the row stays, so that nobody is told of it
 */
export async function record(db: Kysely<Tables>, recording: Recording): Promise<boolean> {
  const { isOpen } = recording;
  const written = await write(db, recording, isOpen === undefined ? 'by time' : 'never');
  if (written !== 'of another run' || isOpen === undefined || !(await isOpen())) return written === 'taken';
  return (await write(db, recording, 'always')) === 'taken';
}

type Written = 'taken' | 'late' | 'of another run';

/** @param takesOver whether the row is taken over from another run */
async function write(
  db: Kysely<Tables>,
  recording: Recording,
  takesOver: 'always' | 'by time' | 'never',
): Promise<Written> {
  const isLater = sql`old.updated_at <= excluded.updated_at`;
  const fromAnother = { always: sql`true`, 'by time': isLater, never: sql`false` }[takesOver];
  const isNewer = sql`(case when old.run_id = excluded.run_id then ${isLater} else ${fromAnother} end)`;
  /** The new value of a column, except when the record comes late. */
  const newer = (column: keyof ReversalTable) =>
    sql`case when ${isNewer} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`old.${column}`)} end`;
  // Somebody stopped a run of an order whose end was recorded before, and which has sent nothing since.
  const isStop = sql`
    (${isNewer} and excluded.status = 'abandoned' and coalesce(old.detail->>'kind', '') = 'final' and not exists (
      select from acts
      where acts.provider = old.provider and acts.account = old.account and acts.order_id = old.order_id
        and acts.sent_at > coalesce(old.ended_at, old.settled_at)))`;
  const { order, row, entries, events, deliver, acts } = recording;
  const { provider, account, order_id } = columnsOf(order);
  const at = new Date(row.at);
  const settledAt = row.settledAt === undefined ? null : new Date(row.settledAt);
  const answers = (acts ?? [])
    .filter((act) => act.answer !== undefined)
    .map(({ seq, verb, sentAt, answer, answeredAt }) => ({
      seq,
      verb,
      sent_at: new Date(sentAt),
      answer,
      answered_at: new Date(answeredAt ?? row.at),
    }));
  const dated = <Line extends { readonly at: number }>(lines: readonly Line[]) =>
    lines.map((line) => ({ ...line, at: new Date(line.at) }));

  // One statement, so one round trip and one transaction, however many lines there are.
  const { rows } = await sql<{ taken: boolean; isOfAnotherRun: boolean }>`
    with lines as (
      insert into journal (provider, account, order_id, key, at, kind, body)
      select ${provider}, ${account}, ${order_id}, line.key, line.at, line.kind, coalesce(line.body, 'null')
      from jsonb_to_recordset(${jsonOf(dated(entries))}::jsonb)
        as line (key text, at timestamptz, kind text, body jsonb)
      on conflict (provider, account, order_id, key) do nothing
    ), said as (
      select * from jsonb_to_recordset(${jsonOf(answers)}::jsonb)
        as said (seq integer, verb text, sent_at timestamptz, answer jsonb, answered_at timestamptz)
    ), answers as (
      update acts set answer = said.answer, answered_at = said.answered_at
      from said
      where acts.provider = ${provider} and acts.account = ${account} and acts.order_id = ${order_id}
        and acts.seq = said.seq and acts.verb = said.verb and acts.sent_at = said.sent_at and acts.answer is null
    ), written as (
      insert into reversals as old (
        provider, account, order_id, workflow_id, run_id, status, status_since, final_action, by, stuck_reason,
        told, saw_paid, late_payment, opened_at, updated_at, settled_at, ended_at, detail, carried
      ) values (
        ${provider}, ${account}, ${order_id}, ${row.workflowId}, ${row.runId}, ${row.status}, ${at},
        ${row.finalAction ?? null}, ${row.by ?? null}, ${row.stuckReason ?? null},
        ${row.told ?? null}, ${row.sawPaid ?? false}, ${row.latePayment ?? false}, ${at}, ${at}, ${settledAt},
        ${row.finalAction === undefined ? null : settledAt}, ${jsonOrNull(row.detail)}, ${jsonOrNull(row.carried)}
      )
      on conflict (provider, account, order_id) do update set
        -- What only grows is taken over from a record of any age; a person's word is the only way back to "kept".
        told = case
          when excluded.told is null then old.told
          when ${isNewer} and (excluded.told <> 'kept' or excluded.final_action = 'manual') then excluded.told
          when old.told is null then excluded.told
          when old.told = 'kept' and old.final_action is distinct from 'manual' then excluded.told
          else old.told end,
        saw_paid = old.saw_paid or excluded.saw_paid, late_payment = old.late_payment or excluded.late_payment,
        workflow_id = ${newer('workflow_id')}, run_id = ${newer('run_id')}, status = ${newer('status')},
        status_since = case
          when not ${isNewer} or (old.status = excluded.status
            and old.stuck_reason is not distinct from excluded.stuck_reason and excluded.settled_at is null)
          then old.status_since else excluded.updated_at end,
        stuck_reason = ${newer('stuck_reason')}, updated_at = ${newer('updated_at')},
        -- Gone with the end of the case, and else what was asked stays: a run that could not read it says nothing of it.
        carried = case
          when ${isNewer} and excluded.settled_at is null then coalesce(excluded.carried, old.carried)
          else ${newer('carried')} end,
        -- Who stops a new run of an order that has ended does not undo that end.
        final_action = case when ${isStop} then old.detail->>'action' else ${newer('final_action')} end,
        by = case when ${isStop} then old.detail->>'by' else ${newer('by')} end,
        settled_at = case
          when ${isStop} then coalesce(old.ended_at, old.settled_at, excluded.settled_at)
          else ${newer('settled_at')} end,
        ended_at = case when ${isNewer} then coalesce(excluded.ended_at, old.ended_at) else old.ended_at end,
        stopped_at = case when ${isStop} then excluded.settled_at else ${newer('stopped_at')} end,
        detail = case
          when ${isStop} or not ${isNewer} then old.detail
          else coalesce(excluded.detail, old.detail) end
      returning provider, account, order_id, updated_at = ${at} and run_id = ${row.runId} as taken,
        run_id <> ${row.runId} as "isOfAnotherRun"
    ), told as (
      insert into events (provider, account, order_id, key, at, type, body, delivery)
      select ${provider}, ${account}, ${order_id}, event.key, event.at, event.type, coalesce(event.body, 'null'),
        ${deliver ? 'due' : null}::text
      from jsonb_to_recordset(${jsonOf(news(dated(events ?? [])))}::jsonb)
        as event (key text, at timestamptz, type text, body jsonb, "isFirst" boolean), written
      where written.taken and ${IS_NEWS}
      on conflict (provider, account, order_id, key) do nothing
    )
    select taken, "isOfAnotherRun" from written`.execute(db);
  if (rows[0]?.taken === true) return 'taken';
  return rows[0]?.isOfAnotherRun === true ? 'of another run' : 'late';
}
