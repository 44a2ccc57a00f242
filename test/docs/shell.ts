/** Runs the shell blocks of the documents as they stand. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';
import type { TemporalServer } from '../../src/dev/temporal-server.ts';
import { type Block, nameOf, ROOT } from './blocks.ts';

const run = promisify(execFile);

export interface Shell {
  readonly env: NodeJS.ProcessEnv;
  /** What the block prints on stdout. Throws, naming the block, when one of its commands fails. */
  run(block: Block): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A shell in which `temporal` is the command that the server was started with, and `unwind` this checkout.
 *
 * @param controlUrl the sandbox's control API, which the documents have at its usual port
 */
export async function openShell(
  { address, namespace }: TemporalServer,
  controlUrl: string,
  more: NodeJS.ProcessEnv = {},
): Promise<Shell> {
  const bin = await mkdtemp(join(tmpdir(), 'unwind-bin-'));
  await symlink(await findTemporalCli({ log: () => {} }), join(bin, 'temporal'));
  const main = fileURLToPath(new URL('src/cli/main.ts', ROOT));
  await writeFile(join(bin, 'unwind'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(join(bin, 'unwind'), 0o755);
  const path = `${bin}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, ...more };
  return {
    env,
    async run(block) {
      const script = block.code.replaceAll('http://127.0.0.1:8700', controlUrl);
      try {
        return (await run('/bin/sh', ['-e', '-c', script], { cwd: fileURLToPath(ROOT), env })).stdout;
      } catch (cause) {
        throw new Error(nameOf(block), { cause });
      }
    },
    stop: () => rm(bin, { recursive: true, force: true }),
  };
}
