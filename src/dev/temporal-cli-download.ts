/** Fetches the official build of the Temporal CLI, and uses no other one than that. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createOutbound, outboundFetch } from '../lib/outbound.ts';
import type { GetOptions } from './temporal-cli-build.ts';

const run = promisify(execFile);
/** A machine without access to the host must not wait long for the build to begin. */
const ANSWER_MS = 10_000;
const DOWNLOAD_MS = 5 * 60_000;
const RELEASES = 'https://github.com/temporalio/cli/releases/download';

/**
 * SHA-256 of the archives of `TEMPORAL_CLI_VERSION`, as `checksums.txt` of that release has them; compared with four
 * public projects that pin the same. Another version needs its own lines here.
 */
export const CHECKSUMS: Readonly<Record<string, string>> = {
  'temporal_cli_1.8.2_linux_amd64.tar.gz': 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  'temporal_cli_1.8.2_linux_arm64.tar.gz': '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  'temporal_cli_1.8.2_darwin_amd64.tar.gz': '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  'temporal_cli_1.8.2_darwin_arm64.tar.gz': 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
};
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const outbound = createOutbound({ connectTimeoutMs: ANSWER_MS });

/**
 * @param releases where the releases are; only a test names another place
 * @throws when the host does not answer within ten seconds, there is no build for this platform, or what came is not
 *   the archive whose checksum is known: then none of it is unpacked or run
 */
export async function downloadTemporalCli(
  { target, version, log }: GetOptions,
  releases: string = RELEASES,
): Promise<void> {
  const name = `temporal_cli_${version}_${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}.tar.gz`;
  const checksum = CHECKSUMS[name];
  if (checksum === undefined) throw new Error(`no checksum is known of ${name}, so it is not downloaded`);
  log(`Temporal CLI ${version}: downloading it, once`);
  const archive = await fetchArchive(`${releases}/v${version}/${name}`);

  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), 'download-'));
  try {
    const packed = join(folder, 'temporal.tar.gz');
    await pipeline(Readable.fromWeb(archive), createWriteStream(packed));
    const actual = createHash('sha256');
    await pipeline(createReadStream(packed), actual);
    const got = actual.digest('hex');
    if (got !== checksum) throw new Error(`${name} has the SHA-256 ${got}, and not ${checksum}: it is not used`);
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
    const response = await outboundFetch(outbound, url, control.signal);
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
