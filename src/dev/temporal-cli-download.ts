/** Fetches the official build of the Temporal CLI. */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { GetOptions } from './temporal-cli-build.ts';

const run = promisify(execFile);
/** A machine without access to the host must not wait long for the build to begin. */
const ANSWER_MS = 10_000;
const DOWNLOAD_MS = 5 * 60_000;
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** @throws when the host does not answer within ten seconds, or there is no build for this platform */
export async function downloadTemporalCli({ target, version, log }: GetOptions): Promise<void> {
  const platform = PLATFORMS[process.platform];
  const arch = ARCHITECTURES[process.arch];
  if (platform === undefined || arch === undefined) {
    throw new Error(`no download for ${process.platform} ${process.arch}`);
  }
  const url = `https://temporal.download/cli/archive/v${version}?platform=${platform}&arch=${arch}`;
  log(`Temporal CLI ${version}: downloading it, once`);
  const archive = await fetchArchive(url);

  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), 'download-'));
  try {
    const packed = join(folder, 'temporal.tar.gz');
    await pipeline(Readable.fromWeb(archive), createWriteStream(packed));
    await run('tar', ['-xzf', packed, '-C', folder, 'temporal']);
    const unpacked = join(folder, 'temporal');
    await chmod(unpacked, 0o755);
    await run(unpacked, ['--version']);
    await rename(unpacked, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  log(`Temporal CLI ${version}: downloaded`);
}

async function fetchArchive(url: string) {
  const control = new AbortController();
  const answer = setTimeout(() => control.abort(new Error('no answer')), ANSWER_MS);
  const whole = setTimeout(() => control.abort(new Error('too slow')), DOWNLOAD_MS);
  whole.unref();
  try {
    const response = await fetch(url, { signal: control.signal });
    if (!response.ok || response.body === null) throw new Error(`${new URL(url).host} answered ${response.status}`);
    return response.body;
  } catch (error) {
    clearTimeout(whole);
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new Error(`${error instanceof Error ? error.message : 'failed'}${cause}`);
  } finally {
    clearTimeout(answer);
  }
}
