/** Pending closures: found in the server's index, since no worker has seen them; cancelled on an operator's word. */
import { WorkflowFailedError } from '@temporalio/client';
import { z } from 'zod';
import type { OrderKey } from '../reversal/request.ts';
import { orderOfWorkflowId, workflowIdOf } from '../reversal/workflow-id.ts';
import type { OperatorMessage } from '../workflows/messages.ts';
import { queryOf } from '../workflows/visibility.ts';
import type { Reversal } from './contract.ts';
import type { ApiDeps } from './deps.ts';
import { endedProblem, operate } from './operate.ts';
import { Problem } from './problems.ts';
import { readReversal } from './read.ts';
import { pathOf } from './resource.ts';
import {
  isServerFailure,
  NoAnswer,
  SERVER_ANSWERS_WITHIN_MS,
  temporalUnavailable,
  whoIsAway,
  within,
} from './temporal.ts';

export interface ClosuresFilter {
  readonly provider?: string | undefined;
  readonly account?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface ClosuresPage {
  readonly closures: Reversal[];
  readonly next?: string;
}

/** The server's own token, in a wrapping of ours: it does not say which tokens are none. */
const cursor = z.tuple([z.literal('closures'), z.base64()]);
const cursorOf = (token: Uint8Array) =>
  Buffer.from(JSON.stringify(['closures', Buffer.from(token).toString('base64')])).toString('base64url');

function tokenOf(after: string): Uint8Array {
  try {
    const [, token] = cursor.parse(JSON.parse(Buffer.from(after, 'base64url').toString()));
    return Buffer.from(token, 'base64');
  } catch {
    throw new RangeError('`after` is not the `next` of a page of closures');
  }
}

/**
 * Those that run as `scheduled`. The index follows with a delay of about a second.
 *
 * @throws RangeError when the cursor cannot be used
 */
export async function listClosures({ temporal }: ApiDeps, filter: ClosuresFilter): Promise<ClosuresPage> {
  const { provider, account, limit, after } = filter;
  const query = queryOf({
    status: 'scheduled',
    ...(provider !== undefined && { provider }),
    ...(account !== undefined && { account }),
  });
  const asked = within(temporal, SERVER_ANSWERS_WITHIN_MS, () =>
    temporal.workflowService.listWorkflowExecutions({
      namespace: temporal.options.namespace,
      query: `${query} AND ExecutionStatus = 'Running'`,
      pageSize: limit,
      ...(after !== undefined && { nextPageToken: tokenOf(after) }),
    }),
  );
  const { executions, nextPageToken } = await asked.catch((error: unknown) => {
    throw error instanceof NoAnswer || isServerFailure(error) ? temporalUnavailable(error) : error;
  });
  const closures = executions.flatMap(({ execution }): Reversal[] => {
    const order = orderOfWorkflowId(execution?.workflowId ?? '');
    return order === undefined ? [] : [{ ...order, self: pathOf(order), status: 'scheduled', source: 'server' }];
  });
  return { closures, ...(nextPageToken.length > 0 && { next: cursorOf(nextPageToken) }) };
}

const STOPS_WITHIN_MS = 10_000;

/**
 * Cancels a closure that is not due: it is held, which journals who and why and lets nothing be sent any more, and when
 * nothing was sent, its workflow is asked to stop. It looks once more and ends as `abandoned`. A failure in between
 * leaves it held, where people see it.
 */
export async function cancelClosure(deps: ApiDeps, order: OrderKey, { operator, reason }: OperatorMessage) {
  const before = await readReversal(deps, order);
  if (before?.status !== 'scheduled') {
    if (before === undefined || ENDED.has(before.status)) throw await endedProblem(deps, order);
    const detail = `Only a closure that is not due can be cancelled; this reversal is ${before.status}. Nothing was changed.`;
    throw new Problem('refused', detail, { reversal: before });
  }
  const held = await operate(deps, order, () =>
    deps.reversals.hold(order, { operator, reason: `cancel the closure: ${reason}` }),
  );
  if (held.status !== 'held' || held.acts !== 0) {
    const detail = 'It became due meanwhile and is not cancelled. It is held now: look at it, and release it.';
    throw new Problem('refused', detail, { reversal: held });
  }
  const { temporal } = deps;
  const handle = temporal.workflow.getHandle(workflowIdOf(order));
  try {
    await within(temporal, SERVER_ANSWERS_WITHIN_MS, () => handle.cancel());
    await within(temporal, STOPS_WITHIN_MS, () => handle.result());
  } catch (error) {
    // Ending as cancelled is what was asked for.
    if (error instanceof NoAnswer) throw await whoIsAway(deps, error);
    if (!(error instanceof WorkflowFailedError)) throw isServerFailure(error) ? temporalUnavailable(error) : error;
  }
  return (await readReversal(deps, order)) ?? held;
}

const ENDED: ReadonlySet<Reversal['status']> = new Set(['final', 'abandoned', 'unattended']);
