/** Keeps a command running, as systemd or Kubernetes would: whatever ends it, it is started again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '../../bench/fleet/command.ts';

export interface Supervised {
  /** SIGKILL. False when it was not up: nothing was killed. From its next start on it has these variables, too. */
  kill(next: Readonly<Record<string, string>>): Promise<boolean>;
  /** Resolves when it is up. */
  up(): Promise<void>;
  /** How often it ended by itself, with what it said. */
  readonly ends: readonly string[];
  /** Starts that failed, since what it needs was down. */
  readonly failedStarts: number;
  stop(): Promise<void>;
}

const PAUSE_MS = 300;

/** @param start with further variables for its environment; rejects when it does not come up */
export function supervise(start: (env: Readonly<Record<string, string>>) => Promise<Command>): Supervised {
  const ends: string[] = [];
  let env: Readonly<Record<string, string>> = {};
  let command: Command | undefined;
  let stopping = false;
  let killed = false;
  let failedStarts = 0;

  const running = (async () => {
    while (!stopping) {
      const started = await start(env).catch(() => undefined);
      if (started === undefined) {
        failedStarts += 1;
      } else {
        killed = false;
        command = started;
        // It was still starting when everything was told to stop.
        if (stopping) await started.stop();
        const how = await started.ended;
        command = undefined;
        if (!killed && !stopping) ends.push(`${how}: ${started.lastLines().slice(-8).join(' | ')}`);
      }
      await sleep(PAUSE_MS);
    }
  })();

  return {
    ends,
    get failedStarts() {
      return failedStarts;
    },
    async kill(next) {
      env = { ...env, ...next };
      const victim = command;
      if (victim === undefined) return false;
      // From now on it is not up: whoever waits for it waits for the next.
      command = undefined;
      killed = true;
      await victim.kill();
      return true;
    },
    async up() {
      while (command === undefined) await sleep(100);
    },
    async stop() {
      stopping = true;
      await command?.stop();
      await running;
    },
  };
}
