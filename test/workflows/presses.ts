/** The Web UI's buttons, as UI 2.50.1 sends them (read in the bundle that the server carries). */
import { randomUUID } from 'node:crypto';
import { taskQueueOf } from '../../src/protocol/start.ts';
import { resetTo as reset, resetPointsOf } from './reset.ts';
import { type Case, handleOf, type World } from './support.ts';
import { until } from './until.ts';

type Running = Pick<World, 'stand'>;
export type Task = 'first' | 'last';

const RESET_TYPE = { first: 1, last: 2 } as const;
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
export const workflowTasksOf = ({ stand }: Running, { workflowId }: Case, runId?: string) =>
  resetPointsOf(stand.temporal, workflowId, runId);

/** @param task which workflow task of that run to go back to; a number counts from 0 */
export const resetTo = ({ stand }: Running, { workflowId }: Case, task: Task | number, runId?: string) =>
  reset(stand.temporal, workflowId, task === 'first' ? 0 : task === 'last' ? -1 : task, runId);

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
