import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type NativeConnection, Worker } from '@temporalio/worker';
import { BARE_QUEUE } from '../processes/contract.ts';
import type { BareActivities } from './activities.ts';

/** A worker with the SDK's own settings, as the reversal's has them. */
export async function createBareWorker(
  connection: NativeConnection,
  namespace: string,
  activities: BareActivities,
): Promise<Worker> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.error, error: console.error },
  });
  return Worker.create({
    connection,
    namespace,
    taskQueue: BARE_QUEUE,
    workflowBundle,
    activities: { ...activities },
  });
}
