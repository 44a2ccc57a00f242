import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until it holds; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(20);
  }
}
