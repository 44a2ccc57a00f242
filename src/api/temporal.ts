/** What it means for a caller when a call to Temporal fails. */
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { isUnanswered, SERVER_ANSWERS_WITHIN_MS, within } from '../lib/within.ts';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';

const RETRY_AFTER_SECONDS = 5;

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
 * A run of a workflow, the latest when none is named, as the server has it; undefined when it knows none.
 *
 * @throws Problem `temporal-unavailable`
 */
export async function described(
  temporal: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    const handle = temporal.workflow.getHandle(workflowId, runId);
    return await within(temporal, SERVER_ANSWERS_WITHIN_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (isUnanswered(error)) throw temporalUnavailable(error);
    throw error;
  }
}
