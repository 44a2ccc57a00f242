/** What the server itself knows of what went wrong, without asking any worker. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { SERVER_ANSWERS_WITHIN_MS, within } from '../lib/within.ts';

interface Failure {
  readonly message?: string | null;
  readonly cause?: Failure | null;
}

/** The innermost message: the others say only that there is one. */
function reasonOf({ message, cause }: Failure): string | undefined {
  return (cause && reasonOf(cause)) || message || undefined;
}

const NOTHING_MORE = 'Nothing will be done by itself: correct the cause, then start the reversal again.';

/** Ends that conclude nothing. A workflow that was cancelled has recorded `abandoned`. */
const ENDED_BADLY: ReadonlySet<string> = new Set(['FAILED', 'TERMINATED', 'TIMED_OUT']);
export const hasEndedBadly = ({ status }: Pick<WorkflowExecutionDescription, 'status'>) => ENDED_BADLY.has(status.name);

/**
 * Why a workflow ended as FAILED, TERMINATED or TIMED_OUT, from its last event, and what that means.
 *
 * @throws NoAnswer, ServiceError when the server does not answer
 */
export async function failureOf(
  temporal: Client,
  { workflowId, runId, status }: Pick<WorkflowExecutionDescription, 'workflowId' | 'runId' | 'status'>,
): Promise<string> {
  const { history } = await within(temporal, SERVER_ANSWERS_WITHIN_MS, () =>
    temporal.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: temporal.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const [last] = history?.events ?? [];
  const { failure } = last?.workflowExecutionFailedEventAttributes ?? {};
  const why = failure ? reasonOf(failure) : last?.workflowExecutionTerminatedEventAttributes?.reason;
  const how = `Its workflow ended as ${status.name}${why ? `: ${why.replace(/[.\s]+$/, '')}` : ''}.`;
  return `${how} ${NOTHING_MORE}`;
}

/** Activities that look at an order. */
const LOOKS: ReadonlySet<string> = new Set(['lookAtOrder', 'lookAtRefund']);

/** Asks for a worker that knows the account. */
const OPENINGS: ReadonlySet<string> = new Set(['openCaseWhereServed']);

type Running = Pick<WorkflowExecutionDescription, 'raw'>;

/** Why the look that the server repeats failed the last time: no workflow has heard of that yet. */
export const lookFailureOf = (run: Running) => lastFailureOf(run, LOOKS);

/** What no worker that was asked has, while nothing is looked at or sent. */
export const waitingFor = (run: Running) => lastFailureOf(run, OPENINGS);

function lastFailureOf({ raw }: Running, names: ReadonlySet<string>): string | undefined {
  const failed = (raw.pendingActivities ?? []).find(
    ({ activityType, lastFailure }) => names.has(activityType?.name ?? '') && lastFailure,
  );
  return failed?.lastFailure ? reasonOf(failed.lastFailure) : undefined;
}
