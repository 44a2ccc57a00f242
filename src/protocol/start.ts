/** How a reversal is started, by whoever starts it. */
import type { WorkflowStartOptions } from '@temporalio/client';
import { moneyOf } from '../reversal/money.ts';
import type { Outcome } from '../reversal/outcome.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import type { FindAnswer, FindInput } from './activities.ts';
import { SEARCH_ATTRIBUTES } from './visibility.ts';

/** The workflow `reversePayment`, for those who start it and have not its code. */
export type ReversePayment = (input: unknown) => Promise<Outcome>;
/** The workflow `findOrder`. */
export type FindOrder = (input: FindInput) => Promise<FindAnswer>;

/** Passed scheduled closures by, urgent first: 1 is the most urgent. */
const PRIORITY = { ambiguous: 1, void: 2, timeout: 4 } as const;

/** @param input the request as it was given, @param request the same checked */
export function startOptions(input: unknown, request: ReversalRequest): WorkflowStartOptions<ReversePayment> {
  const delay = request.reason === 'timeout' ? (request.expiresAt ?? 0) - Date.now() : 0;
  return {
    args: [input],
    workflowId: workflowIdOf(request),
    taskQueue: taskQueueOf(request.provider),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    ...(delay > 0 && { startDelay: delay }),
    priority: { priorityKey: PRIORITY[request.reason], fairnessKey: request.account.slice(0, 64) },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.status, value: delay > 0 ? 'scheduled' : 'checking' },
      { key: SEARCH_ATTRIBUTES.provider, value: request.provider },
      { key: SEARCH_ATTRIBUTES.account, value: request.account },
      { key: SEARCH_ATTRIBUTES.orderId, value: request.orderId },
      { key: SEARCH_ATTRIBUTES.reason, value: request.reason },
    ],
    staticSummary:
      `${request.orderId}: ${request.reason}, ${moneyOf(request.amount, request.currency)}, ` +
      `${request.provider} ${request.account}`,
  };
}

/** A message that comes with the start does not wait for its delay. */
export function startOptionsAtOnce(input: unknown, request: ReversalRequest) {
  const { startDelay: _, ...options } = startOptions(input, request);
  return options;
}

/** One task queue a gateway, for its workflows and activities: an outage of one holds up no other. */
export function taskQueueOf(provider: string): string {
  return `unwind-${provider}`;
}

/** For workflows that are about many reversals, of whatever gateway. Every worker process serves it. */
export const OPERATIONS_QUEUE = 'unwind-operations';

/** For telling receivers: one that is dead must hold up no reversal. Served where webhooks are configured. */
export const WEBHOOKS_QUEUE = 'unwind-webhooks';
