/** How a reversal stands: what the server's index shows without asking any worker, and what a worker answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryNotRegisteredError, type WorkflowExecutionInfo, type WorkflowHandle } from '@temporalio/client';
import { BETWEEN_TASKS, NOT_OPEN, statusQuery } from '../protocol/messages.ts';
import { SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';
import type { OrderKey } from '../reversal/request.ts';
import { type ReversalState, STATUSES, type Status } from '../reversal/status.ts';

export interface ReversalSummary extends OrderKey {
  readonly workflowId: string;
  readonly status: Status | 'unknown';
  readonly stuckReason?: string;
  readonly finalAction?: string;
  readonly latePayment?: boolean;
  readonly startedAt: string;
  readonly running: boolean;
}

function statusNamed(name: string | undefined): Status | undefined {
  return STATUSES.find((status) => status === name);
}

export function summaryOf(info: WorkflowExecutionInfo): ReversalSummary {
  const attributes = info.typedSearchAttributes;
  const stuckReason = attributes.get(SEARCH_ATTRIBUTES.stuckReason);
  const finalAction = attributes.get(SEARCH_ATTRIBUTES.finalAction);
  const latePayment = attributes.get(SEARCH_ATTRIBUTES.latePayment);
  return {
    workflowId: info.workflowId,
    provider: attributes.get(SEARCH_ATTRIBUTES.provider) ?? '',
    account: attributes.get(SEARCH_ATTRIBUTES.account) ?? '',
    orderId: attributes.get(SEARCH_ATTRIBUTES.orderId) ?? '',
    status: statusNamed(attributes.get(SEARCH_ATTRIBUTES.status)) ?? 'unknown',
    ...(stuckReason !== undefined && { stuckReason }),
    ...(finalAction !== undefined && { finalAction }),
    ...(latePayment !== undefined && { latePayment }),
    startedAt: info.startTime.toISOString(),
    running: info.status.name === 'RUNNING',
  };
}

/** Of a closure that no worker has seen yet: a query would hang. */
export function scheduledState(
  order: OrderKey,
  info: Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>,
): ReversalState {
  return {
    ...order,
    status: statusNamed(info.typedSearchAttributes.get(SEARCH_ATTRIBUTES.status)) ?? 'checking',
    acts: 0,
  };
}

const AGAIN_MS = 250;
/** The next task is handed to a worker that lives after five seconds (`src/worker/worker.ts`). */
const AGAIN_FOR_MS = 15_000;

/**
 * A question that came before the case was opened, or between two workflow tasks, is asked again; other errors are the
 * query's own.
 */
export async function askStatus(handle: WorkflowHandle): Promise<ReversalState> {
  const giveUpAt = Date.now() + AGAIN_FOR_MS;
  for (;;) {
    try {
      return await handle.query(statusQuery);
    } catch (error) {
      // The client's name for every query that a worker failed.
      const early =
        error instanceof QueryNotRegisteredError &&
        [BETWEEN_TASKS, NOT_OPEN].some((told) => error.message.includes(told));
      if (!early || Date.now() > giveUpAt) throw error;
    }
    await sleep(AGAIN_MS);
  }
}
