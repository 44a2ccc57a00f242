import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The key of an embedded ledger that was given none, made on first use. Only for the owner of the directory. */
export async function keyFromFile(dataDir: string): Promise<string> {
  const file = join(dataDir, 'ledger.key');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = randomBytes(32).toString('base64');
  await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return key;
}
