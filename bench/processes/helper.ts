/** A Node process of the benchmark, asked over IPC: its CPU time is its own, and it ends with this process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const replySchema = z.object({ id: z.number(), value: z.unknown(), error: z.string().optional() });
const questionSchema = z.object({ id: z.number(), value: z.unknown() });

export interface Helper {
  readonly pid: number;
  /** Sends a message and waits for its answer. @throws with the helper's error, or when it has ended */
  ask(value: unknown): Promise<unknown>;
  /** Ends it by its own handle, and waits until it is gone. */
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 15_000;

/** @param setup the first message; the helper has answered it when this resolves */
export async function startHelper(file: string, setup: unknown): Promise<{ helper: Helper; ready: unknown }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    execArgv: ['--expose-gc'],
    // stdout is the benchmark's own.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  await once(child, 'spawn');
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  child.on('message', (message) => {
    const { id, value, error } = replySchema.parse(message);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(`${file}: ${error}`));
  });
  const ended = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended`));
  });
  let asked = 0;
  const ask = (value: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      if (!child.connected) return reject(new Error(`${file} has ended`));
      asked += 1;
      waiting.set(asked, { resolve, reject });
      child.send({ id: asked, value });
    });
  const helper: Helper = {
    pid: child.pid ?? 0,
    ask,
    async stop() {
      if (child.connected) child.disconnect();
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await ended;
      clearTimeout(killer);
    },
  };
  try {
    return { helper, ready: await ask(setup) };
  } catch (error) {
    await helper.stop();
    throw error;
  }
}

export interface Served {
  /** What the first message is answered with. */
  readonly ready: unknown;
  answer(question: unknown): unknown;
  stop(): Promise<void>;
}

/** The other side: starts with the first message, answers every further one, ends when the parent does. */
export function serveParent(start: (setup: unknown) => Promise<Served>): void {
  let served: Promise<Served> | undefined;
  process.on('message', async (message) => {
    const { id, value } = questionSchema.parse(message);
    try {
      const first = served === undefined;
      served ??= start(value);
      const { ready, answer } = await served;
      process.send?.({ id, value: first ? ready : await answer(value) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  process.once('disconnect', async () => {
    await served?.then(({ stop }) => stop()).catch(() => {});
    process.exit(0);
  });
  // Ctrl-C reaches the whole group: the parent ends us in its own order.
  process.on('SIGINT', () => {});
}
