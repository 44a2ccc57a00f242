/** Asks a running reversal how it stands. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryNotRegisteredError, type WorkflowHandle } from '@temporalio/client';
import type { ReversalState } from './reversal/status.ts';
import { BETWEEN_TASKS } from './workflows/interceptors.ts';
import { NOT_OPEN, statusQuery } from './workflows/messages.ts';

const AGAIN_MS = 250;
/** The next task is handed to a worker that lives after five seconds (`src/worker.ts`). */
const AGAIN_FOR_MS = 15_000;

/**
 * A question that came before the case was opened, or between two workflow tasks, is asked again; other errors are the
 * query's own.
 */
export async function askStatus(handle: WorkflowHandle): Promise<ReversalState> {
  const giveUpAt = Date.now() + AGAIN_FOR_MS;
  for (;;) {
    try {
      return await handle.query(statusQuery);
    } catch (error) {
      // The client's name for every query that a worker failed.
      const early =
        error instanceof QueryNotRegisteredError &&
        [BETWEEN_TASKS, NOT_OPEN].some((told) => error.message.includes(told));
      if (!early || Date.now() > giveUpAt) throw error;
    }
    await sleep(AGAIN_MS);
  }
}
