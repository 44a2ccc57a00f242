/** One owner process for a directory. A second PGlite on the same files destroys them without a word. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DirectoryLock {
  release(): void;
}

/** What the lock is taken for. Who only reads is done in a moment, and then the next one may have it. */
export type LockUse = 'own' | 'read';

/** Another process, or this one, has the directory. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
  readonly use: LockUse;
  constructor(directory: string, owner: string) {
    super(
      `The ledger in ${directory} is in use by ${owner}. An embedded ledger has one owner process: stop that ` +
        'one, name another ledger.dataDir, or use PostgreSQL (ledger.url) for more than one worker.',
    );
    this.use = owner.includes(READS) ? 'read' : 'own';
  }
}

const READS = 'which only reads it';
/** SQLITE_BUSY: another connection, of this or another process, holds the lock. */
const BUSY = 5;

/**
 * Takes the lock, or throws at once. It is the operating system's lock on a file, by way of SQLite, since Node has none
 * of its own: it ends with the process however that ends, so that nobody ever has to delete a stale one, and it holds
 * between containers that share the directory on one machine.
 *
 * @throws DirectoryInUseError with the owner's process id when another process, or this one, has the directory
 */
export function lockDirectory(directory: string, use: LockUse): DirectoryLock {
  const file = join(directory, 'ledger.lock');
  // A file of its own: closing any handle of a locked file would release the lock.
  const ownerFile = join(directory, 'ledger.owner');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === BUSY)) throw error;
    throw new DirectoryInUseError(directory, owner(ownerFile));
  }
  const what = use === 'read' ? `, ${READS}` : '';
  writeFileSync(ownerFile, `process ${process.pid}${what}, since ${new Date().toISOString()}`);
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
