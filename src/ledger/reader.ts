/** The questions that the ledger answers, and a way to ask them that changes nothing. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acts } from './acts.ts';
import { askOwner } from './ask-owner.ts';
import { DEFAULT_DATA_DIR, type LedgerConfig } from './config.ts';
import { type Database, filesOf, openEmbedded, openPostgres } from './database.ts';
import { deliveries } from './deliveries.ts';
import { DirectoryInUseError } from './directory-lock.ts';
import { list } from './list.ts';
import type { LedgerReader } from './questions.ts';
import { journal, reversal } from './read.ts';

export function readerOver({ db, close }: Database): LedgerReader {
  return {
    reversal: (order) => reversal(db, order),
    acts: (order, query) => acts(db, order, query),
    journal: (order, query) => journal(db, order, query),
    deliveries: (order, query) => deliveries(db, order, query),
    list: (filter) => list(db, filter),
    close,
  };
}

/** A worker that starts has the directory some seconds before it can answer. */
const OWNER_ANSWERS_WITHIN_MS = 20_000;
const POLL_MS = 200;

/**
 * Opens the ledger for reading: PostgreSQL by a connection of its own, the embedded one through the process that owns
 * it, or, when none does, by opening it here. Nothing is created and no schema changed.
 *
 * @throws when there is no ledger, it cannot be reached, or its schema is not the one of this program
 */
export async function openLedgerReader(config: LedgerConfig = {}): Promise<LedgerReader> {
  if (config.url !== undefined) return readerOver(await openPostgres(config.url, 'read'));
  const dataDir = resolve(config.dataDir ?? DEFAULT_DATA_DIR);
  if (!existsSync(join(filesOf(dataDir), 'PG_VERSION'))) {
    throw new Error(`There is no ledger in ${dataDir}: the first worker makes it, on the machine where it runs.`);
  }
  const giveUpAt = Date.now() + OWNER_ANSWERS_WITHIN_MS;
  for (;;) {
    try {
      return readerOver(await openEmbedded(dataDir, 'read'));
    } catch (error) {
      if (!(error instanceof DirectoryInUseError)) throw error;
      const owner = await askOwner(dataDir);
      if (owner !== undefined) return owner;
      if (Date.now() > giveUpAt) throw new Error(`${error.message} It does not answer questions.`, { cause: error });
    }
    await sleep(POLL_MS);
  }
}
