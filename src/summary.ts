/** What the server's index shows of a reversal, without asking any worker. */
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { OrderKey } from './reversal/request.ts';
import { type ReversalState, STATUSES, type Status } from './reversal/status.ts';
import { SEARCH_ATTRIBUTES } from './workflows/search-attributes.ts';

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
