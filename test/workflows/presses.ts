/** The Web UI's buttons, as UI 2.50.1 sends them (read in the bundle that the server carries). */
import { randomUUID } from 'node:crypto';
import type { temporal } from '@temporalio/proto';
import { taskQueueOf } from '../../src/workflows/task-queue.ts';
import { type Case, handleOf, historyOf, type World } from './support.ts';
import { until } from './until.ts';

type Running = Pick<World, 'stand'>;
export type Task = 'first' | 'last';

const WORKFLOW_TASK_COMPLETED = 7;
const RESET_TYPE = { first: 1, last: 2 } as const;
const REAPPLY_ALL_ELIGIBLE = 3;
const EXCLUDE_NOTHING = 0;
const BATCH_RUNNING = 1;

export async function runIdOf(world: Running, the: Case): Promise<string> {
  return (await handleOf(world, the).describe()).runId;
}

/** The same type, task queue, workflow id and first input. */
export async function startLikeThisOne({ stand }: Running, { input, workflowId, order }: Case): Promise<void> {
  const taskQueue = taskQueueOf(order.provider);
  await stand.temporal.workflow.start('reversePayment', { workflowId, taskQueue, args: [input] });
}

/** The completed workflow tasks of a run, the current one when left out: where a Reset can go back to. */
export async function workflowTasksOf(
  world: Running,
  the: Case,
  runId?: string,
): Promise<temporal.api.history.v1.IHistoryEvent[]> {
  const handle = world.stand.temporal.workflow.getHandle(the.workflowId, runId);
  return (await historyOf(handle)).filter(({ eventType }) => Number(eventType) === WORKFLOW_TASK_COMPLETED);
}

/** @param task which workflow task of that run to go back to; a number counts from 0 */
export async function resetTo(world: Running, the: Case, task: Task | number, runId?: string): Promise<void> {
  const { workflowService, options } = world.stand.temporal;
  const run = runId ?? (await runIdOf(world, the));
  const tasks = await workflowTasksOf(world, the, run);
  const event = tasks.at(task === 'first' ? 0 : task === 'last' ? -1 : task);
  await workflowService.resetWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId: the.workflowId, runId: run },
    reason: 'Reset from the Web UI',
    workflowTaskFinishEventId: event?.eventId ?? null,
    requestId: randomUUID(),
    resetReapplyExcludeTypes: [EXCLUDE_NOTHING],
    resetReapplyType: REAPPLY_ALL_ELIGIBLE,
  });
}

/** Rows of the list that somebody has selected; resolves when the server has reset them all. */
export async function resetBatch(world: Running, cases: readonly Case[], task: Task): Promise<void> {
  const { workflowService, options } = world.stand.temporal;
  const { namespace } = options;
  const jobId = randomUUID();
  const executions = cases.map(async (the) => ({ workflowId: the.workflowId, runId: await runIdOf(world, the) }));
  await workflowService.startBatchOperation({
    namespace,
    jobId,
    reason: 'Reset from the Web UI',
    executions: await Promise.all(executions),
    resetOperation: {
      identity: 'webui',
      options: task === 'first' ? { firstWorkflowTask: {} } : { lastWorkflowTask: {} },
      resetType: RESET_TYPE[task],
    },
  });
  const job = await until(async () => {
    const found = await workflowService.describeBatchOperation({ namespace, jobId });
    return found.state > BATCH_RUNNING && found;
  });
  const done = { completed: Number(job.completeOperationCount), failed: Number(job.failureOperationCount) };
  if (done.completed !== cases.length || done.failed > 0) throw new Error(`the batch did ${JSON.stringify(done)}`);
}
