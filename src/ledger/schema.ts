/** The tables, as Kysely sees them. Amounts are minor units. */
import type { ColumnType, Generated } from 'kysely';

/** Written as JSON text, read as whatever it was. */
type Json = ColumnType<unknown, string, string>;
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>;
/** PostgreSQL's own parsers give a Date; written as one too. */
type Time = ColumnType<Date, Date, Date>;
type TimeOrNull = ColumnType<Date | null, Date | null | undefined, Date | null>;
type OrNull<T> = ColumnType<T | null, T | null | undefined, T | null>;

interface OrderColumns {
  provider: string;
  account: string;
  order_id: string;
}

export interface ReversalTable extends OrderColumns {
  workflow_id: string;
  run_id: string;
  request: JsonOrNull;
  status: string;
  status_since: ColumnType<Date, Date | undefined, Date>;
  final_action: OrNull<string>;
  by: OrNull<string>;
  stuck_reason: OrNull<string>;
  told: OrNull<string>;
  saw_paid: Generated<boolean>;
  amount: OrNull<number>;
  currency: OrNull<string>;
  opened_at: Time;
  updated_at: Time;
  settled_at: TimeOrNull;
  late_payment: Generated<boolean>;
  detail: JsonOrNull;
  /** What people and callers asked of a case that is open; and what the run that continues it takes over. */
  carried: JsonOrNull;
  /** When the end was recorded that `detail` tells of. */
  ended_at: TimeOrNull;
  /** When a later run of an order that has ended was stopped; `settled_at` is the end's. */
  stopped_at: TimeOrNull;
}

export interface JournalTable extends OrderColumns {
  id: Generated<number>;
  key: string;
  at: Time;
  kind: string;
  body: Json;
  recorded_at: ColumnType<Date, never, never>;
}

export interface ActTable extends OrderColumns {
  seq: number;
  verb: string;
  workflow_id: string;
  run_id: string;
  sent_at: Time;
  answer: JsonOrNull;
  answered_at: TimeOrNull;
  refund_no: OrNull<string>;
  amount: OrNull<number>;
}

export interface TerminalKeyTable {
  terminal_sn: string;
  current: string;
  previous: OrNull<string>;
  rotated_at: Time;
}

/** Of an event that somebody is to be told of. */
export type Delivery = 'due' | 'delivered' | 'given-up';

export interface EventTable extends OrderColumns {
  id: Generated<number>;
  key: string;
  at: Time;
  type: string;
  body: Json;
  /** Null: nobody was to be told when it was written, and nobody will be. */
  delivery: OrNull<Delivery>;
  settled_at: TimeOrNull;
  attempts: OrNull<number>;
  problem: OrNull<string>;
}

export interface Tables {
  reversals: ReversalTable;
  journal: JournalTable;
  acts: ActTable;
  terminal_keys: TerminalKeyTable;
  events: EventTable;
}
