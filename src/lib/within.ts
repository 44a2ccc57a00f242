/** Calls to Temporal with a deadline, and what it means when one fails. */
import {
  type Client,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { deadlineIn } from './deadline.ts';

/** For what the server answers by itself: with it the promise of `wait` and three seconds holds while it is away. */
export const SERVER_ANSWERS_WITHIN_MS = 2500;

/** Nobody answered in time: the server or a worker. What was sent may still be done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Runs a call, retries of the SDK and the pauses between them included: those do not look at the deadline that the SDK
 * gives to each try, and take up to twenty seconds while every try is refused at once. What is still under way after that
 * time is not tried again.
 *
 * @throws NoAnswer after that time
 */
export async function within<T>(temporal: Client, ms: number, call: () => Promise<T>): Promise<T> {
  try {
    const answered = temporal.withDeadline(Date.now() + ms, async () => ({ answer: await call() }));
    const told = await deadlineIn(ms).within(answered);
    if (told === undefined) throw new NoAnswer(`No answer within ${ms} ms`);
    return told.answer;
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    const isLate =
      error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
      isGrpcDeadlineError(error) ||
      isGrpcCancelledError(error);
    throw isLate ? new NoAnswer(`No answer within ${ms} ms`, { cause: error }) : error;
  }
}

const GRPC_INVALID_ARGUMENT = 3;

/** Whoever waits for a worker asks once more which of the two it is, so this is less than what the server gets. */
const AWAY_AFTER_MS = 1800;

/**
 * Runs a call that waits long for a worker, once the server itself has answered.
 *
 * @throws NoAnswer, or the server's own error, when the server is away: then nothing was sent
 */
export async function onceServerAnswers<T>(temporal: Client, call: () => Promise<T>): Promise<T> {
  await within(temporal, AWAY_AFTER_MS, () => temporal.workflowService.getSystemInfo({}));
  return call();
}

/** Whether an error says nothing about what was sent: nobody answered, or a call to the server failed. */
export function isUnanswered(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return error instanceof NoAnswer || (code !== undefined && code !== GRPC_INVALID_ARGUMENT);
}

/** What the server finds wrong with what was sent: it has answered, and will not take the same again. */
export function refusedByServer(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause)
    if (isGrpcServiceError(at) && at.code === GRPC_INVALID_ARGUMENT) return at.details;
  return undefined;
}

/** The status code of a call to the server that failed, which the SDK wraps; undefined for any other error. */
export function grpcCodeOf(error: unknown): number | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (isGrpcServiceError(at)) return at.code;
  return undefined;
}
