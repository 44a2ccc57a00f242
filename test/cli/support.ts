/** The real command as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the output so far when it contains the text; rejects when the command ends before. */
  says(text: string): Promise<string>;
  /** What it has written to stderr so far. */
  errors(): string;
  readonly ended: Promise<Ended>;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Ended>;
}

export type Env = Readonly<Record<string, string>>;

export function start(args: readonly string[], env: Env = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A colour or a profile of whoever runs the tests must not change what is tested.
    env: { ...process.env, FORCE_COLOR: '0', TEMPORAL_CONFIG_FILE: '/nonexistent', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code, stdout, stderr }));
  return {
    child,
    ended,
    errors: () => stderr,
    async says(text) {
      for (;;) {
        if (`${stdout}${stderr}`.includes(text)) return stdout;
        const over = await Promise.race([ended, sleep(50)]);
        if (over !== undefined) throw new Error(`ended with ${over.code} before it said "${text}": ${over.stderr}`);
      }
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs a command to its end. */
export function unwind(args: readonly string[], env: Env = {}, input = ''): Promise<Ended> {
  const running = start(args, env);
  running.child.stdin?.end(input);
  return running.ended;
}

/** The objects of lines of JSON. */
export const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
