/** Spreads tasks over threads. The sum does not depend on how: every task has its own states and seeds. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Result, Task } from './task.ts';

async function work(next: () => Task | undefined, done: (result: Result) => void): Promise<void> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url));
  try {
    for (let task = next(); task !== undefined; task = next()) {
      worker.postMessage(task);
      // `once` rejects when the thread fails.
      const [result] = await once(worker, 'message');
      done(result);
    }
  } finally {
    await worker.terminate();
  }
}

export async function performAll(
  tasks: readonly Task[],
  threads: number,
  done: (result: Result) => void,
): Promise<void> {
  const queue = [...tasks];
  const next = () => queue.shift();
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, () => work(next, done)));
}
