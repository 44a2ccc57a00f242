/** How a reversal stands, from who knows it best. What nobody knows is not made up. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { failureOf, hasEndedBadly, lookFailureOf } from '../client/failure.ts';
import { askStatus } from '../client/status.ts';
import type { StoredReversal } from '../ledger/index.ts';
import { isUnanswered, within } from '../lib/within.ts';
import { SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';
import type { OrderKey } from '../reversal/request.ts';
import { STATUSES } from '../reversal/status.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import { isStuckReason, type Reversal } from './contract.ts';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { finalActionOf, pathOf, resourceOf, resourceOfRow } from './resource.ts';
import { described } from './temporal.ts';

/** Started, and the first task scheduled. */
const UNSEEN_EVENTS = 2;
const WORKER_ANSWERS_WITHIN_MS = 3000;

/**
 * The running one as a worker tells it, or as the server shows it while no worker answers; the ended one by its record.
 * Undefined: neither Temporal nor the ledger has ever heard of the order.
 *
 * @throws Problem when Temporal cannot be asked, or it knows nothing and the ledger cannot be asked
 */
export async function readReversal(deps: ApiDeps, order: OrderKey): Promise<Reversal | undefined> {
  const run = await described(deps.temporal, workflowIdOf(order));
  if (run === undefined) {
    const row = await deps.ledger.ask((ledger) => ledger.reversal(order));
    return row && resourceOfRow(row);
  }
  return run.status.name === 'RUNNING' ? readRunning(deps, order, run) : readEnded(deps, order, run);
}

async function readRunning(deps: ApiDeps, order: OrderKey, run: WorkflowExecutionDescription): Promise<Reversal> {
  // No worker has seen it yet: a query would wait for one.
  if (run.historyLength <= UNSEEN_EVENTS) return shownBy(run, order);
  const handle = deps.temporal.workflow.getHandle(run.workflowId);
  try {
    const state = await within(deps.temporal, WORKER_ANSWERS_WITHIN_MS, () => askStatus(handle));
    const lookFailure = lookFailureOf(run);
    return resourceOf(lookFailure === undefined ? state : { ...state, lookFailure });
  } catch (error) {
    if (isUnanswered(error)) return shownBy(run, order);
    throw error;
  }
}

async function readEnded(deps: ApiDeps, order: OrderKey, run: WorkflowExecutionDescription): Promise<Reversal> {
  const row = await deps.ledger
    .ask((ledger) => ledger.reversal(order))
    .catch((error: unknown): StoredReversal | undefined => {
      if (error instanceof Problem) return undefined; // the server knows the end, too, with fewer facts
      throw error;
    });
  if (row !== undefined && row.runId === run.runId && !row.open) return resourceOfRow(row);
  const shown = shownBy(run, order);
  return hasEndedBadly(run) ? { ...shown, failure: await failureOf(deps.temporal, run) } : shown;
}

type Shown = Pick<WorkflowExecutionDescription, 'status' | 'typedSearchAttributes'>;

/**
 * What the server itself has. A running workflow's attributes may lag behind it, so they tell no verdict; those of a
 * completed one are its end. One that was terminated, or failed, has concluded nothing, whatever it had told before.
 */
export function shownBy(run: Shown, { provider, account, orderId }: OrderKey): Reversal {
  const { status, finalAction, stuckReason } = SEARCH_ATTRIBUTES;
  const attributes = run.typedSearchAttributes;
  const key = { provider, account, orderId };
  const common = { ...key, self: pathOf(key), source: 'server' } as const;
  switch (run.status.name) {
    case 'RUNNING':
    case 'CONTINUED_AS_NEW': {
      const reason = attributes.get(stuckReason);
      const shown = STATUSES.find((one) => one === attributes.get(status)) ?? 'checking';
      return { ...common, status: shown, ...(isStuckReason(reason) && shown === 'stuck' && { stuckReason: reason }) };
    }
    case 'COMPLETED': {
      const action = finalActionOf(attributes.get(finalAction));
      if (attributes.get(status) === 'abandoned') return { ...common, status: 'abandoned' };
      return action === undefined
        ? { ...common, status: 'unattended' }
        : { ...common, status: 'final', verdict: action, finalAction: action };
    }
    case 'CANCELLED':
      return { ...common, status: 'abandoned' };
    default:
      return { ...common, status: 'unattended' };
  }
}
