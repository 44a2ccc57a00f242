/** Whether another worker could go on with what was done: every history must be replayed as it was made. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { mapInLanes } from '../../bench/fleet/lanes.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import { installRuntime, workflowBundle } from '../../src/worker.ts';
import { failuresOf } from '../../test/workflows/golden.ts';

/** Of a long run: the newest, which have been through most. */
const AT_MOST = 1500;
const AT_ONCE = 100;
const LANES = 5;

/** @returns one line for each run that no other worker could go on with */
export async function unreplayable({ workflow }: Client): Promise<string[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of workflow.list({ query: "WorkflowType = 'reversePayment'" })) runs.push(run);
  const newest = runs.sort((a, b) => b.startTime.getTime() - a.startTime.getTime()).slice(0, AT_MOST);
  installRuntime('ERROR');
  const bundle = await workflowBundle();
  const found: string[] = [];
  for (let from = 0; from < newest.length; from += AT_ONCE) {
    const histories = await mapInLanes(newest.slice(from, from + AT_ONCE), LANES, async (run) => {
      const orderId = run.typedSearchAttributes.get(SEARCH_ATTRIBUTES.orderId) ?? run.workflowId;
      const history = await workflow.getHandle(run.workflowId, run.runId).fetchHistory();
      return [`${orderId}: run ${run.runId}`, historyToJSON(history)] as const;
    });
    for (const [run, { message }] of await failuresOf(new Map(histories), bundle)) found.push(`${run}: ${message}`);
  }
  return found;
}
