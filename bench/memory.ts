/** What an open reversal costs while it waits: the growth of resident memory over many that are parked. */
import { createReversalClient } from '../src/client.ts';
import type { Lab } from './lab.ts';
import { inputOf } from './sides.ts';
import { round } from './statistics.ts';

export interface MemoryResult {
  readonly reversals: number;
  /** KiB for each open reversal. The server's grows with garbage too: it is not ours to collect. */
  readonly serverKib: number;
  readonly workerKib: number;
}

const IN_FLIGHT = 25;
/** Fills pools and caches that are there once, however many reversals follow. */
const WARM_UP = 100;

/** Parks reversals on another amount than the order's: they ask people, and look by themselves only hours later. */
export async function measureMemory(lab: Lab, reversals: number): Promise<MemoryResult> {
  await park(lab, WARM_UP);
  const before = await lab.memory();
  await park(lab, reversals);
  const after = await lab.memory();
  return {
    reversals,
    serverKib: round((after.server - before.server) / reversals, 0),
    workerKib: round((after.worker - before.worker) / reversals, 0),
  };
}

async function park(lab: Lab, count: number): Promise<void> {
  const client = createReversalClient(lab.temporal);
  const queue = (await lab.orders('prompt', count)).values();
  const lane = async () => {
    for (const orderId of queue) {
      const input = inputOf('prompt', orderId);
      const { status } = await client.reverse({ ...input, amount: input.amount + 1 }, { answerWithinMs: 60_000 });
      if (status !== 'stuck') throw new Error(`a reversal of another amount is ${status}, not stuck`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}
