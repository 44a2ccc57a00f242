/** Unwind's own commands, each in a process of its own, as a deployment runs them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../../src/dev/child-process.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const START_DEADLINE_MS = 60_000;
const STOP_GRACE_MS = 60_000;

export interface Command {
  readonly pid: number;
  /** The line that said that it is up. */
  readonly readyLine: string;
  /** Settles when the process is gone, with the reason in words. */
  readonly ended: Promise<string>;
  /** What it printed last, oldest first. */
  lastLines(): readonly string[];
  /** SIGKILL, by the process id: nothing is finished. */
  kill(): Promise<void>;
  /** SIGTERM: what runs is finished. */
  stop(): Promise<void>;
}

/**
 * Starts `unwind <args>`, of the sources or of the package that was built (`main`), and waits for a line that holds `ready`.
 *
 * @throws with what it printed last, when it ends or says nothing of the kind within a minute
 */
export async function startCommand(
  args: readonly string[],
  ready: string,
  env: Readonly<Record<string, string>> = {},
  main = MAIN,
): Promise<Command> {
  const child = await startChild(process.execPath, [main, ...args], { env });
  const { pid, ended, lastLines } = child;
  return { pid, ended, lastLines, readyLine: await readyLineOf(child, args, ready), ...endsOf(child) };
}

async function readyLineOf(child: Child, args: readonly string[], ready: string): Promise<string> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const line = child.lastLines().find((text) => text.includes(ready));
    if (line !== undefined) return line;
    if (!child.running() || Date.now() > deadline) {
      await child.stop(0);
      throw new Error(`unwind ${args.join(' ')} did not start:\n${child.lastLines().join('\n')}`);
    }
    await sleep(25);
  }
}

function endsOf(child: Child): Pick<Command, 'kill' | 'stop'> {
  return {
    async kill() {
      if (child.running()) process.kill(child.pid, 'SIGKILL');
      await child.ended;
    },
    stop: () => child.stop(STOP_GRACE_MS),
  };
}
