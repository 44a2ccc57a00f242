/** The ledger's schema, step by step. A step that was released is never changed: add another one. */
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Tables } from './schema.ts';

const STEPS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': {
    async up(db) {
      await sql`
        create table reversals (
          provider text not null, account text not null, order_id text not null,
          workflow_id text not null, run_id text not null, request jsonb,
          status text not null, final_action text, by text, stuck_reason text,
          told text, saw_paid boolean not null default false,
          amount bigint, currency text,
          opened_at timestamptz not null, updated_at timestamptz not null, settled_at timestamptz,
          late_payment boolean not null default false, detail jsonb,
          primary key (provider, account, order_id)
        )`.execute(db);
      await sql`create index reversals_by_status on reversals (status, updated_at desc)`.execute(db);
      await sql`
        create table journal (
          id bigint generated always as identity primary key,
          provider text not null, account text not null, order_id text not null, key text not null,
          at timestamptz not null, kind text not null, body jsonb not null,
          recorded_at timestamptz not null default now(),
          unique (provider, account, order_id, key)
        )`.execute(db);
      await sql`
        create table acts (
          provider text not null, account text not null, order_id text not null, seq integer not null,
          verb text not null, workflow_id text not null, run_id text not null, sent_at timestamptz not null,
          answer jsonb, answered_at timestamptz, refund_no text, amount bigint,
          primary key (provider, account, order_id, seq)
        )`.execute(db);
      await sql`
        create table terminal_keys (
          terminal_sn text primary key, current text not null, previous text, rotated_at timestamptz not null
        )`.execute(db);
      await sql`
        create table events (
          id bigint generated always as identity primary key,
          provider text not null, account text not null, order_id text not null, key text not null,
          at timestamptz not null, type text not null, body jsonb not null,
          unique (provider, account, order_id, key)
        )`.execute(db);
    },
  },
  '0002-questions': {
    async up(db) {
      // The default is for workers of the version before, which may still write while this one starts.
      await sql`alter table reversals add column status_since timestamptz not null default now()`.execute(db);
      await sql`update reversals set status_since = updated_at`.execute(db);
      // Lists go by the opening, which never changes: a row keeps its place while somebody pages.
      await sql`drop index reversals_by_status`.execute(db);
      await sql`
        create index reversals_by_opening
          on reversals (opened_at desc, provider desc, account desc, order_id desc)`.execute(db);
      await sql`create index reversals_by_status on reversals (status, opened_at desc)`.execute(db);
      await sql`
        create index reversals_open on reversals (opened_at desc)
          where settled_at is null or updated_at > settled_at`.execute(db);
      await sql`create index reversals_by_settlement on reversals (settled_at)`.execute(db);
      await sql`create index reversals_by_change on reversals (updated_at)`.execute(db);
    },
  },
  '0003-webhooks': {
    async up(db) {
      // Events that are there already were to be told to nobody.
      await sql`
        alter table events
          add column delivery text, add column settled_at timestamptz, add column attempts integer,
          add column problem text`.execute(db);
      await sql`create index events_due on events (id) where delivery = 'due'`.execute(db);
    },
  },
  '0004-pages': {
    async up(db) {
      // Without them a page of one order is found by walking all orders by number, or by sorting all of that one.
      // Whoever has too many lines for the ten seconds of a statement makes them beforehand (docs/operations.md).
      await sql`create index if not exists journal_of_order on journal (provider, account, order_id, id)`.execute(db);
      await sql`create index if not exists events_of_order on events (provider, account, order_id, id)`.execute(db);
    },
  },
  '0005-memory': {
    async up(db) {
      // What an open case hands to the run that takes it up; and the end that a later stop must not overwrite.
      await sql`
        alter table reversals
          add column carried jsonb, add column ended_at timestamptz, add column stopped_at timestamptz`.execute(db);
      await sql`update reversals set ended_at = settled_at where final_action is not null`.execute(db);
      await sql`drop index reversals_open`.execute(db);
      await sql`
        create index reversals_open on reversals (opened_at desc)
          where settled_at is null or updated_at > greatest(settled_at, stopped_at)`.execute(db);
    },
  },
};

const TABLE = 'unwind_migration';

/**
 * Brings the schema up to date. Processes that start at once wait for each other: Kysely takes an advisory lock on
 * PostgreSQL, and PGlite has one owner.
 *
 * @throws when a step fails (it is rolled back), or the database is newer than this program
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...STEPS }) },
    migrationTableName: TABLE,
    migrationLockTableName: 'unwind_migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error(`The ledger's schema could not be brought up to date: ${error}`);
}

/**
 * For readers, which change nothing: the schema has to be the one of this program.
 *
 * @throws when it is not there, is older, or is newer
 */
export async function requireSchema(db: Kysely<Tables>): Promise<void> {
  const table = await sql<{ there: boolean }>`select to_regclass(${TABLE}) is not null as there`.execute(db);
  if (table.rows[0]?.there !== true) {
    throw new Error('The database holds no ledger: the first worker that starts with it makes the tables.');
  }
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)}`.execute(db);
  const done = new Set(rows.map(({ name }) => name));
  const missing = Object.keys(STEPS).filter((name) => !done.has(name));
  if (missing.length > 0) {
    throw new Error(
      `The ledger's schema is older than this program (it lacks ${missing.join(', ')}): the first worker of this ` +
        'version brings it up to date. Reading changes nothing.',
    );
  }
  if (done.size > Object.keys(STEPS).length) throw new Error("The ledger's schema is newer than this program.");
}
