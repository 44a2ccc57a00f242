/** The database behind the ledger: PGlite in a directory of this process, or PostgreSQL by its URL. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { lockDirectory } from './directory-lock.ts';
import { migrate } from './migrations.ts';
import type { Tables } from './schema.ts';

export interface Database {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** A dead database must become an error that is retried, not a promise that hangs. */
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 10_000;

/** @throws when another process owns the directory, or the files or the schema are not usable */
export async function openEmbedded(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true });
  const lock = lockDirectory(dataDir);
  try {
    const pglite = await PGlite.create(join(dataDir, 'ledger'), {
      parsers: { [types.INT8]: (text) => toNumber(text) },
    });
    return await opened(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @throws when the server cannot be reached, or the schema is not usable */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'unwind',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        if (oid === pg.types.builtins.INT8 && format !== 'binary') return toNumber;
        return pg.types.getTypeParser(oid, format);
      },
    },
  });
  // A connection that breaks while it idles is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return opened(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), () => {});
}

async function opened(db: Kysely<Tables>, release: () => void): Promise<Database> {
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    db,
    close() {
      closing ??= db.destroy().finally(release);
      return closing;
    },
  };
}

/** Amounts and ids stay far below 2^53; a column that does not is a fault to hear of, not to round. */
function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} in the ledger is not a safe integer`);
  return value;
}
