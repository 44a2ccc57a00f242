/** Whether a request that nobody has answered is in a history all the same, so that it goes on without whoever asked. */
import { isDeepStrictEqual } from 'node:util';
import { parseRequest, type ReversalInput, type ReversalRequest } from '../reversal/request.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { described, inputOfRun, isServerFailure, NoAnswer, temporalUnavailable } from './temporal.ts';

/**
 * Compares it with the request that started what runs. False: it asks for more, and no worker has taken it yet.
 *
 * @param sentAt the end of a run before it is no answer to it
 * @throws Problem `another-amount`, since the amount of a run never changes; `temporal-unavailable`
 */
export async function isTaken(deps: ApiDeps, input: ReversalInput, sentAt: number, cause: unknown): Promise<boolean> {
  const workflowId = workflowIdOf(input);
  const run = await described(deps.temporal, workflowId);
  const isOfNow = run !== undefined && (run.status.name === 'RUNNING' || run.startTime.getTime() >= sentAt);
  if (!isOfNow) throw temporalUnavailable(cause);
  const startedWith = await inputOfRun(deps.temporal, workflowId, run.runId).catch((error: unknown) => {
    throw error instanceof NoAnswer || isServerFailure(error) ? temporalUnavailable(error) : error;
  });
  const running = requestOf(startedWith);
  const request = parseRequest(input);
  if (running === undefined) return false;
  if (running.amount !== request.amount || running.currency !== request.currency) {
    const detail =
      `A reversal of this order is running for ${running.amount} ${running.currency} (minor units), not for ` +
      `${request.amount} ${request.currency}. Check the amount; nothing was changed.`;
    throw new Problem('another-amount', detail);
  }
  return asksNothingMore(request, running);
}

function requestOf(startedWith: unknown): ReversalRequest | undefined {
  try {
    return parseRequest(startedWith);
  } catch {
    return undefined; // started from elsewhere, with what is no request
  }
}

/** The same request, or a weaker one of the same times: joining would change nothing. */
function asksNothingMore(request: ReversalRequest, running: ReversalRequest): boolean {
  const isWeaker = request.ifPaid === 'keep' && request.reason === 'ambiguous' && running.reason !== 'timeout';
  const { ifPaid, reason } = isWeaker ? running : request;
  return isDeepStrictEqual({ ...request, ifPaid, reason }, running);
}
