/** A long-running child that never outlives this process, whatever ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Enough to show why a server did not start. */
const LAST_LINES = 20;

export interface Child {
  readonly pid: number;
  /** Settles when the process has ended, with the reason in words. */
  readonly ended: Promise<string>;
  running(): boolean;
  /** The last lines that it printed, oldest first. */
  lastLines(): string[];
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when the process is gone; harmless when it already is. */
  stop(graceMs: number): Promise<void>;
}

export interface ChildOptions {
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs it as this user; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Starts `command` in a process group of its own, so that a Ctrl-C in the terminal reaches us and not the child: we stop
 * it in our own order.
 *
 * @throws when the command cannot be executed
 */
export async function startChild(
  command: string,
  args: readonly string[],
  { env, user }: ChildOptions = {},
): Promise<Child> {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...user,
  });
  // Rejects with the 'error' event when the command cannot be executed.
  await once(child, 'spawn');
  child.on('error', () => {});
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} did not start`);

  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
    });
  }
  const watchdog = guard(pid);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      watchdog?.kill('SIGKILL');
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  const running = () => child.exitCode === null && child.signalCode === null;

  return {
    pid,
    ended,
    running,
    lastLines: () => [...lines],
    async stop(graceMs) {
      if (!running()) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

/**
 * A tiny process that holds the other end of a pipe: however we end, `kill -9` included, the pipe closes and it ends
 * the child. An exit handler would not run then.
 */
function guard(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watchdog = spawn(
    '/bin/sh',
    ['-c', 'read _; kill -TERM "$1"; sleep 5; kill -KILL "$1"', 'unwind-guard', `${pid}`],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  // Without it the child still ends with an orderly stop; that is no reason to fail.
  watchdog.on('error', () => {});
  watchdog.stdin?.on('error', () => {});
  watchdog.unref();
  return watchdog;
}
