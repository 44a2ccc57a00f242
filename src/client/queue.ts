/** Who serves the queue of a gateway, as the server has it. */
import type { Client } from '@temporalio/client';
import { PROVIDERS } from '../gateways/providers.ts';
import { within } from '../lib/within.ts';
import { taskQueueOf } from '../protocol/start.ts';

/** Of the API of the server. */
const WORKFLOW_TASKS = 1;
const ANSWERS_WITHIN_MS = 2000;

/**
 * When a worker last asked for work of a gateway, as far as the server remembers: about five minutes. Undefined: none.
 *
 * @throws NoAnswer, ServiceError when the server does not answer
 */
export async function lastPollOf(temporal: Client, provider: string): Promise<number | undefined> {
  const { pollers } = await within(temporal, ANSWERS_WITHIN_MS, () =>
    temporal.workflowService.describeTaskQueue({
      namespace: temporal.options.namespace,
      taskQueue: { name: taskQueueOf(provider) },
      taskQueueType: WORKFLOW_TASKS,
    }),
  );
  const times = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * Why nobody would ever begin a reversal at this provider: it is no gateway of ours, and no worker serves a gateway of
 * that name. The server remembers a worker that is away for about five minutes.
 *
 * @returns undefined for a gateway that there is
 * @throws NoAnswer, ServiceError when the server does not answer
 */
export async function unknownProvider(temporal: Client, provider: string): Promise<string | undefined> {
  if (PROVIDERS.some((one) => one === provider)) return undefined;
  if ((await lastPollOf(temporal, provider)) !== undefined) return undefined;
  return (
    `provider: ${provider} is not one of ${PROVIDERS.join(', ')}, and no worker serves a gateway of that name ` +
    `(queue ${taskQueueOf(provider)})`
  );
}
