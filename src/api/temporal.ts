/** Calls to Temporal with a deadline, and what it means when one fails. */
import {
  type Client,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';

/** For what the server answers by itself. */
export const SERVER_ANSWERS_WITHIN_MS = 5000;
const RETRY_AFTER_SECONDS = 5;

/** Nobody answered in time: the server or a worker. What was sent may still be done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** @throws NoAnswer after that time */
export async function within<T>(temporal: Client, ms: number, call: () => Promise<T>): Promise<T> {
  try {
    return await temporal.withDeadline(Date.now() + ms, call);
  } catch (error) {
    const isLate =
      error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
      isGrpcDeadlineError(error) ||
      isGrpcCancelledError(error);
    throw isLate ? new NoAnswer(`No answer within ${ms} ms`, { cause: error }) : error;
  }
}

/** Whether an error, or what it was caused by, is a failed call to the server. */
export function isServerFailure(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (isGrpcServiceError(at)) return true;
  return false;
}

export function temporalUnavailable(cause: unknown): Problem {
  const detail =
    'Temporal does not answer. What was sent may still be done, or not: send it again, nothing happens twice.';
  return new Problem('temporal-unavailable', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }, { cause });
}

export function noWorker(cause: unknown): Problem {
  const detail =
    'No worker has answered in time. What was sent may still be done when one does: look at the reversal, or send it ' +
    'again, nothing happens twice.';
  return new Problem('no-worker', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }, { cause });
}

/** What nobody answered: is it the server that is away, or the workers? */
export async function whoIsAway({ temporal }: Pick<ApiDeps, 'temporal'>, cause: unknown): Promise<Problem> {
  const isUp = await within(temporal, 1000, () => temporal.workflowService.getSystemInfo({})).then(
    () => true,
    () => false,
  );
  return isUp ? noWorker(cause) : temporalUnavailable(cause);
}

/**
 * The latest run of a workflow as the server has it; undefined when it knows none.
 *
 * @throws Problem `temporal-unavailable`
 */
export async function described(
  temporal: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    return await within(temporal, SERVER_ANSWERS_WITHIN_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (error instanceof NoAnswer || isServerFailure(error)) throw temporalUnavailable(error);
    throw error;
  }
}

/** What a run was started with: the first argument of its first event. */
export async function inputOfRun(temporal: Client, workflowId: string, runId: string): Promise<unknown> {
  const { history } = await within(temporal, SERVER_ANSWERS_WITHIN_MS, () =>
    temporal.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const [input] = await decodeArrayFromPayloads(temporal.options.loadedDataConverter, started?.input?.payloads);
  return input;
}
