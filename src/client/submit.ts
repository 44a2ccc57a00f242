/**
 * What no worker has answered in time. An update is nothing until a worker accepts it, so the message is sent once more
 * as a signal, with a start: then the server has it in a history, and a closure that is not due is woken.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Deadline } from '../lib/deadline.ts';
import { within } from '../lib/within.ts';
import { joinSignal } from '../protocol/messages.ts';
import { type ReversePayment, startOptionsAtOnce } from '../protocol/start.ts';
import { unfit } from '../reversal/asked.ts';
import { InvalidRequestError, parseRequest, type ReversalInput, type ReversalRequest } from '../reversal/request.ts';

/** The events of a run that no worker has taken: its start, and its first task. */
const UNATTENDED_LENGTH = 2;

/** No worker has answered in time. The message is in the history of that run, and is heard when one runs. */
export class NotAnsweredError extends Error {
  readonly workflowId: string;
  readonly runId: string;
  constructor(workflowId: string, runId: string, options?: ErrorOptions) {
    super(`No worker has answered yet. ${workflowId} has the message, and goes on by itself when one runs.`, options);
    this.name = 'NotAnsweredError';
    this.workflowId = workflowId;
    this.runId = runId;
  }
}

/**
 * Leaves a request with the server. Nothing is sent when what runs was started with all that it asks for.
 *
 * @param sentAt the end of a run before it is no answer to it; epoch milliseconds
 * @param deadline of everything together
 * @returns the run that has it
 * @throws WorkflowUpdateFailedError when that run cannot take it: it is of another amount, or of no request at all, or
 *   was asked to stop
 * @throws NoAnswer, ServiceError: the server does not answer either, and nothing is known
 */
export async function leave(
  temporal: Client,
  input: ReversalInput,
  sentAt: number,
  deadline: Deadline,
): Promise<string> {
  const request = parseRequest(input);
  const options = startOptionsAtOnce(input, request);
  const running = await runOfNow(temporal, options.workflowId, sentAt, deadline);
  if (running !== undefined) {
    const startedWith = await fitting(temporal, options.workflowId, running.runId, request, deadline);
    // A closure that a worker has seen may have been given up since: then the same request wants it again.
    const mayBeGivenUp = startedWith.reason === 'timeout' && running.isAttended;
    if (asksNothingMore(request, startedWith) && !mayBeGivenUp) return running.runId;
  }
  const runId = await within(temporal, deadline.left(), async () => {
    const { signaledRunId } = await temporal.workflow.signalWithStart<ReversePayment, [unknown]>('reversePayment', {
      ...options,
      signal: joinSignal,
      signalArgs: [input],
    });
    return signaledRunId;
  });
  // The one that was looked at has ended meanwhile; another caller may have started this one.
  if (runId !== running?.runId) await fitting(temporal, options.workflowId, runId, request, deadline);
  return runId;
}

interface RunOfNow {
  readonly runId: string;
  /** A worker has been at it. */
  readonly isAttended: boolean;
}

async function runOfNow(
  temporal: Client,
  workflowId: string,
  sentAt: number,
  deadline: Deadline,
): Promise<RunOfNow | undefined> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    const described = await within(temporal, deadline.left(), () => handle.describe());
    const { status, startTime, runId, raw, historyLength } = described;
    const isRunning = status.name === 'RUNNING';
    // Without a worker it cannot be asked whether this request would still be heard before it ends.
    if (isRunning && raw.workflowExtendedInfo?.cancelRequested === true) {
      throw stopping();
    }
    if (!isRunning && startTime.getTime() < sentAt) return undefined;
    return { runId, isAttended: historyLength > UNATTENDED_LENGTH };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function fitting(
  temporal: Client,
  workflowId: string,
  runId: string,
  request: ReversalRequest,
  deadline: Deadline,
): Promise<ReversalRequest> {
  const startedWith = requestOf(await inputOf(temporal, workflowId, runId, deadline));
  const why = unfit(startedWith, request);
  if (why !== undefined) throw refused(why.type, why.message);
  return startedWith;
}

/** The first argument of its first event. */
async function inputOf(temporal: Client, workflowId: string, runId: string, deadline: Deadline): Promise<unknown> {
  const { history } = await within(temporal, deadline.left(), () =>
    temporal.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  try {
    const [input] = await decodeArrayFromPayloads(temporal.options.loadedDataConverter, started?.input?.payloads);
    return input;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw refused('InvalidRequest', `What runs for this order was started with what cannot be read here: ${problem}.`);
  }
}

/** @throws WorkflowUpdateFailedError for what is no request: its run ends at once, and with it what was left there */
function requestOf(startedWith: unknown): ReversalRequest {
  try {
    return parseRequest(startedWith);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    throw refused('InvalidRequest', `What runs for this order was started wrongly, and will end. ${error.message}`);
  }
}

/** What runs was asked to stop, and ends without a conclusion. */
export function stopping(): WorkflowUpdateFailedError {
  return refused('Stopping', 'This reversal was asked to stop. Send the request again when it has ended.');
}

function refused(type: string, message: string): WorkflowUpdateFailedError {
  return new WorkflowUpdateFailedError(message, ApplicationFailure.nonRetryable(message, type));
}

/** The same request, or a weaker one of the same times: joining would change nothing. */
function asksNothingMore(request: ReversalRequest, running: ReversalRequest): boolean {
  const isWeaker = request.ifPaid === 'keep' && request.reason === 'ambiguous' && running.reason !== 'timeout';
  const { ifPaid, reason } = isWeaker ? running : request;
  return isDeepStrictEqual({ ...request, ifPaid, reason }, running);
}
