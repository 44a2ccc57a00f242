/** Whether what ran under load can be run again: every history of a server, replayed by the workflow code. */
import type { Client } from '@temporalio/client';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';

export interface Replayed {
  readonly histories: number;
  readonly replayed: number;
}

/** @param tell is told of each that does not replay, with why */
export async function replayed(
  { workflow }: Client,
  workflowBundle: WorkflowBundleOption,
  tell: (line: string) => void,
): Promise<Replayed> {
  const histories = workflow.list({ query: "WorkflowType = 'reversePayment'" }).intoHistories({ concurrency: 4 });
  let all = 0;
  let failed = 0;
  for await (const { workflowId, runId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    all += 1;
    if (error === undefined) continue;
    failed += 1;
    const why = /\[TMPRL\d+\][^"\\]*/.exec(error.message)?.[0] ?? error.message;
    tell(`not replayed: ${workflowId} ${runId}: ${why}`);
  }
  return { histories: all, replayed: all - failed };
}
