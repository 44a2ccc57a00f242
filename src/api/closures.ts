/** Pending closures, found in the server's index, since no worker has seen them. */
import { z } from 'zod';
import { isUnanswered, SERVER_ANSWERS_WITHIN_MS, within } from '../lib/within.ts';
import { queryOf } from '../protocol/visibility.ts';
import { orderOfWorkflowId } from '../reversal/workflow-id.ts';
import type { Reversal } from './contract.ts';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { pathOf } from './resource.ts';
import { temporalUnavailable } from './temporal.ts';

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

const noCursor = () => new Problem('invalid-request', '`after` is not the `next` of a page of closures.');

function tokenOf(after: string): Uint8Array {
  try {
    const [, token] = cursor.parse(JSON.parse(Buffer.from(after, 'base64url').toString()));
    return Buffer.from(token, 'base64');
  } catch {
    throw noCursor();
  }
}

/**
 * Those that run as `scheduled`. The index follows with a delay of about a second.
 *
 * @throws Problem `invalid-request` when the cursor cannot be used
 */
export async function listClosures({ temporal }: ApiDeps, filter: ClosuresFilter): Promise<ClosuresPage> {
  const { provider, account, limit, after } = filter;
  const token = after === undefined ? undefined : tokenOf(after);
  const query = queryOf({
    status: 'scheduled',
    ...(provider !== undefined && { provider }),
    ...(account !== undefined && { account }),
  });
  const page = (pageSize: number, nextPageToken?: Uint8Array) =>
    within(temporal, SERVER_ANSWERS_WITHIN_MS, () =>
      temporal.workflowService.listWorkflowExecutions({
        namespace: temporal.options.namespace,
        query: `${query} AND ExecutionStatus = 'Running'`,
        pageSize,
        ...(nextPageToken !== undefined && { nextPageToken }),
      }),
    );
  const { executions, nextPageToken } = await page(limit, token).catch(async (error: unknown) => {
    if (!isUnanswered(error)) throw error;
    // The server has no word of its own for a token that is none: it answers without one, then.
    const isUp =
      token !== undefined &&
      (await page(1).then(
        () => true,
        () => false,
      ));
    throw isUp ? noCursor() : temporalUnavailable(error);
  });
  const closures = executions.flatMap(({ execution }): Reversal[] => {
    const order = orderOfWorkflowId(execution?.workflowId ?? '');
    return order === undefined ? [] : [{ ...order, self: pathOf(order), status: 'scheduled', source: 'server' }];
  });
  return { closures, ...(nextPageToken.length > 0 && { next: cursorOf(nextPageToken) }) };
}
