/** One owner process for a directory. A second PGlite on the same files destroys them without a word. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DirectoryLock {
  release(): void;
}

/** SQLITE_BUSY: another connection, of this or another process, holds the lock. */
const BUSY = 5;

/**
 * Takes the lock, or throws at once. It is the operating system's lock on a file, by way of SQLite, since Node has none
 * of its own: it ends with the process however that ends, so that nobody ever has to delete a stale one, and it holds
 * between containers that share the directory on one machine.
 *
 * @throws with the owner's process id when another process, or this one, already owns the directory
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'ledger.lock');
  // A file of its own: closing any handle of a locked file would release the lock.
  const ownerFile = join(directory, 'ledger.owner');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === BUSY)) throw error;
    throw new Error(
      `The ledger in ${directory} is in use by ${owner(ownerFile)}. An embedded ledger has one owner process: stop that ` +
        'one, name another ledger.dataDir, or use PostgreSQL (ledger.url) for more than one worker.',
    );
  }
  writeFileSync(ownerFile, `process ${process.pid}, since ${new Date().toISOString()}`);
  return {
    release() {
      if (!lock.isOpen) return;
      rmSync(ownerFile, { force: true });
      lock.close();
    },
  };
}

function owner(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return 'another process';
  }
}
