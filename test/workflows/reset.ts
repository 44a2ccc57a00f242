/** What the Web UI's Reset does, as UI 2.50.1 sends it (read in the bundle that the server carries). */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const WORKFLOW_TASK_COMPLETED = 7;
const REAPPLY_ALL_ELIGIBLE = 3;
const EXCLUDE_NOTHING = 0;

/** Where a Reset can go back to: the completed workflow tasks of a run, of the latest when none is named. */
export async function resetPointsOf({ workflow }: Client, workflowId: string, runId?: string): Promise<HistoryEvent[]> {
  const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).filter(({ eventType }) => Number(eventType) === WORKFLOW_TASK_COMPLETED);
}

/**
 * Sends a workflow back to one of its workflow tasks, which is then executed anew in another run.
 *
 * @param at counts from 0, a negative one from the end; a function chooses it, and is given how many there are
 */
export async function resetTo(
  client: Client,
  workflowId: string,
  at: number | ((points: number) => number),
  runId?: string,
): Promise<void> {
  const run = runId ?? (await client.workflow.getHandle(workflowId).describe()).runId;
  const points = await resetPointsOf(client, workflowId, run);
  const point = points.at(typeof at === 'number' ? at : at(points.length));
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId: run },
    reason: 'Reset from the Web UI',
    workflowTaskFinishEventId: point?.eventId ?? null,
    requestId: randomUUID(),
    resetReapplyExcludeTypes: [EXCLUDE_NOTHING],
    resetReapplyType: REAPPLY_ALL_ELIGIBLE,
  });
}
