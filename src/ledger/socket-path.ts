/** Where the owner of an embedded ledger answers questions: the same place for whoever knows its directory. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** macOS takes 104 bytes with the final NUL, Linux 108. */
const LONGEST = 103;

/** In the directory itself; where that path is too long for a socket, in a folder of the temporary ones. */
export function socketPathOf(dataDir: string): string {
  const real = realpathSync(dataDir);
  const path = join(real, 'ledger.sock');
  if (Buffer.byteLength(path) <= LONGEST) return path;
  const name = createHash('sha256').update(real).digest('hex').slice(0, 32);
  return join(tmpdir(), `unwind-${statSync(real).uid}`, `${name}.sock`);
}

/** @throws when the socket's folder, which is not the data directory then, is somebody else's */
export function makeFolderOf(socket: string, dataDir: string): void {
  if (dirname(socket) === realpathSync(dataDir)) return;
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
  checkFolderOf(socket, dataDir);
}

/**
 * Everybody may make folders among the temporary ones, and then answer in the owner's name.
 *
 * @throws unless the folder belongs to root, to us or to whom the data belongs, and nobody else can write there
 */
export function checkFolderOf(socket: string, dataDir: string): void {
  const folder = dirname(socket);
  if (folder === realpathSync(dataDir)) return;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  const users = [0, process.getuid?.(), statSync(dataDir).uid];
  if (found.isDirectory() && users.includes(found.uid) && (found.mode & 0o022) === 0) return;
  throw new Error(`${folder} was made by somebody else, or others can write there: nothing in it can be trusted`);
}
