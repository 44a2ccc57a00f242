/** Builds the Temporal CLI with Go: its own `go install` refuses, since its module has a replace directive. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface GetOptions {
  /** Where the executable goes. It appears there complete or not at all, also with two processes at work. */
  readonly target: string;
  readonly version: string;
  readonly log: (line: string) => void;
}

/** The wrapper module: the same place from `src` and from `dist`. */
const MODULE = fileURLToPath(new URL('../../tools/temporal-cli/', import.meta.url));
const PROGRESS_MS = 5000;

/**
 * Takes about three minutes on two cores the first time, seconds with Go's caches warm.
 *
 * @throws when there is no Go, or the build fails, with what Go printed last
 */
export async function buildTemporalCli({ target, version, log }: GetOptions): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}.building`;
  const args = ['build', '-trimpath', '-o', partial];
  args.push('-ldflags', `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`);
  args.push('github.com/temporalio/cli/cmd/temporal');

  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  log(`Temporal CLI ${version}: building it with Go, once; the first time takes some minutes`);
  const go = spawn('go', args, {
    cwd: MODULE,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let packages = 0;
  go.stderr.on('data', (chunk: Buffer) => {
    packages += chunk.toString().split('go: downloading').length - 1;
    said = (said + chunk).slice(-2000);
  });
  const ticker = setInterval(() => {
    log(`Temporal CLI ${version}: building, ${elapsed()}${packages > 0 ? `, ${packages} modules fetched` : ''}`);
  }, PROGRESS_MS);
  try {
    const [code] = await once(go, 'close');
    if (code !== 0) throw new Error(`go build ended with ${code}:\n${said.trim()}`);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error('Go is not installed');
    throw error;
  } finally {
    clearInterval(ticker);
  }
  log(`Temporal CLI ${version}: built in ${elapsed()}`);
}
