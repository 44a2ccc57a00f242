/** Finds the `temporal` command, which holds the server and its Web UI; gets it once if there is none. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildTemporalCli } from './temporal-cli-build.ts';
import { downloadTemporalCli } from './temporal-cli-download.ts';

/** The version that is downloaded or built; `tools/temporal-cli/go.mod` names the same one. */
export const TEMPORAL_CLI_VERSION = '1.8.2';
/** Older servers lack what the workflows use: priorities, the pause buttons of activities, update-with-start fixes. */
const MIN_SERVER = [1, 31] as const;

const run = promisify(execFile);
const executable = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

export interface FindOptions {
  /** One line of progress. A build takes minutes, so show it. */
  readonly log: (line: string) => void;
}

/**
 * In this order: `TEMPORAL_CLI`, a suitable `temporal` on the PATH, the one that was fetched earlier, the official
 * download, a build with Go from `tools/temporal-cli`.
 *
 * @returns the path of the executable
 * @throws with everything that was tried and what to do
 */
export async function findTemporalCli({ log }: FindOptions): Promise<string> {
  const named = process.env.TEMPORAL_CLI;
  if (named) {
    const problem = await unsuitable(named);
    if (problem !== undefined) throw new Error(`TEMPORAL_CLI is ${named}, but ${problem}`);
    return named;
  }
  const onPath = await unsuitable('temporal');
  if (onPath === undefined) return 'temporal';

  const cached = cachedTemporalCli();
  if (await isExecutable(cached)) return cached;

  const tried = [`on the PATH: ${onPath}`];
  for (const [name, get] of [
    ['download', downloadTemporalCli],
    ['build', buildTemporalCli],
  ] as const) {
    try {
      await get({ target: cached, version: TEMPORAL_CLI_VERSION, log });
      return cached;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      tried.push(`${name}: ${problem}`);
      log(`Temporal CLI: ${name} failed: ${problem.split('\n')[0]}`);
    }
  }
  throw new Error(
    `There is no Temporal CLI with a server of ${MIN_SERVER.join('.')} or later.\n${tried.map((line) => `- ${line}`).join('\n')}
Install it (https://docs.temporal.io/cli) so that \`temporal --version\` works, or name one in TEMPORAL_CLI, or install
Go 1.26.4 or later (https://go.dev/dl) and try again.`,
  );
}

/** Where the fetched executable is kept, a name a version. */
export function cachedTemporalCli(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'unwind', `temporal-cli-${TEMPORAL_CLI_VERSION}`, executable);
}

/** @returns why this command cannot be used, undefined when it can */
async function unsuitable(command: string): Promise<string | undefined> {
  let version: string;
  try {
    version = (await run(command, ['--version'], { timeout: 10_000 })).stdout.trim();
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'not found' : 'it cannot be run';
  }
  const server = /Server (\d+)\.(\d+)/.exec(version);
  if (server === null) return `its version cannot be read: ${version}`;
  const [major, minor] = [Number(server[1]), Number(server[2])];
  const suits = major > MIN_SERVER[0] || (major === MIN_SERVER[0] && minor >= MIN_SERVER[1]);
  return suits ? undefined : `it is too old: ${version}`;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
