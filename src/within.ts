/** Calls to Temporal with a deadline, and what it means when one fails. */
import {
  type Client,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

/** For what the server answers by itself. */
export const SERVER_ANSWERS_WITHIN_MS = 5000;

/** Nobody answered in time: the server or a worker. What was sent may still be done. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** @throws NoAnswer after that time */
export async function within<T>(temporal: Client, ms: number, call: () => Promise<T>): Promise<T> {
  try {
    return await temporal.withDeadline(Date.now() + ms, call);
  } catch (error) {
    const isLate =
      error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
      isGrpcDeadlineError(error) ||
      isGrpcCancelledError(error);
    throw isLate ? new NoAnswer(`No answer within ${ms} ms`, { cause: error }) : error;
  }
}

const GRPC_INVALID_ARGUMENT = 3;

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
