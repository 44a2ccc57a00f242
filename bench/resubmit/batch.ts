/** The batch as the Web UI's form starts it, and what it says in the end. */
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { ResubmitStuckReport } from '../../src/protocol/resubmit.ts';
import { OPERATIONS_QUEUE } from '../../src/protocol/start.ts';

const result: z.ZodType<ResubmitStuckReport> = z.object({
  matched: z.number(),
  byReason: z.record(z.string(), z.number()),
  resubmitted: z.number(),
  endedSince: z.number(),
  stuckAgain: z.number(),
  concluded: z.number(),
  underWay: z.number(),
});

export interface Batch {
  /** @throws when the batch failed or was not done in time */
  result(): Promise<ResubmitStuckReport>;
}

const MARGIN_MS = 15 * 60_000;

/** @param count how many it will find, for its deadline */
export async function startBatch({ workflow }: Client, count: number, ratePerSecond: number): Promise<Batch> {
  const handle = await workflow.start('resubmitStuckReversals', {
    taskQueue: OPERATIONS_QUEUE,
    workflowId: 'resubmit/bench',
    args: [{ stuckReason: 'no-funds', provider: 'alipay', operator: 'bench', reason: 'topped up', ratePerSecond }],
    workflowExecutionTimeout: (1000 * count) / ratePerSecond + MARGIN_MS,
  });
  return { result: async () => result.parse(await handle.result()) };
}
