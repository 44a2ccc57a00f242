/** The database behind the ledger: PGlite in a directory of this process, or PostgreSQL by its URL. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { openPool } from '../lib/postgres-pool.ts';
import { DirectoryInUseError, type DirectoryLock, type LockUse, lockDirectory } from './directory-lock.ts';
import { migrate, requireSchema } from './migrations.ts';
import type { Tables } from './schema.ts';

export interface Database {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** A dead database must become an error that is retried, not a promise that hangs. */
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** Longer than any reader has the directory, on a machine that is busy. */
const READER_LEAVES_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** Who owns it brings the schema up to date; who reads changes nothing. */
const PREPARE: Readonly<Record<LockUse, (db: Kysely<Tables>) => Promise<void>>> = { own: migrate, read: requireSchema };

/**
 * Waits for a process that only reads to be done.
 *
 * @throws DirectoryInUseError when another process owns the directory
 * @throws when the files or the schema are not usable
 */
export async function openEmbedded(dataDir: string, use: LockUse): Promise<Database> {
  if (use === 'own') await mkdir(dataDir, { recursive: true });
  const lock = await lockOnceRead(dataDir, use);
  try {
    const pglite = await PGlite.create(filesOf(dataDir), {
      parsers: { [types.INT8]: (text) => toNumber(text) },
    });
    return await opened(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }), use, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Where PGlite keeps its files. */
export const filesOf = (dataDir: string) => join(dataDir, 'ledger');

async function lockOnceRead(dataDir: string, use: LockUse): Promise<DirectoryLock> {
  const giveUpAt = Date.now() + READER_LEAVES_WITHIN_MS;
  for (;;) {
    try {
      return lockDirectory(dataDir, use);
    } catch (error) {
      if (!(error instanceof DirectoryInUseError) || error.use === 'own' || Date.now() > giveUpAt) throw error;
    }
    await sleep(POLL_MS);
  }
}

/** @throws when the server cannot be reached, or the schema is not usable */
export async function openPostgres(url: string, use: LockUse): Promise<Database> {
  const pool = openPool({
    connectionString: url,
    max: use === 'own' ? 10 : 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: use === 'own' ? 'unwind' : 'unwind-reader',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        if (oid === pg.types.builtins.INT8 && format !== 'binary') return toNumber;
        return pg.types.getTypeParser(oid, format);
      },
    },
  });
  return opened(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), use, () => {});
}

async function opened(db: Kysely<Tables>, use: LockUse, release: () => void): Promise<Database> {
  try {
    await PREPARE[use](db);
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
