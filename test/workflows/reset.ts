/** What the Web UI's Reset does. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

const WORKFLOW_TASK_COMPLETED = 7;

/** Sends a workflow back to its nth workflow task, which is then executed anew in another run. */
export async function resetTo({ workflow, workflowService, options }: Client, workflowId: string, nth: number) {
  const { events } = await workflow.getHandle(workflowId).fetchHistory();
  const tasks = events?.filter(({ eventType }) => Number(eventType) === WORKFLOW_TASK_COMPLETED);
  await workflowService.resetWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId },
    reason: 'test',
    workflowTaskFinishEventId: tasks?.[nth - 1]?.eventId ?? null,
    requestId: randomUUID(),
  });
}
