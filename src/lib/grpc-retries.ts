/** The Temporal client's own retries, under the deadline of the call. */
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = ReturnType<typeof makeGrpcRetryInterceptor>;

const usual = defaultGrpcRetryOptions();

/**
 * For `interceptors` of a `Connection`. The SDK's own retries do not look at the deadline: their timers run on after it,
 * and one that fires when the connection was closed meanwhile ends the process. With this, a call whose next try would
 * come too late ends with the error that it has.
 */
export const retriesWithinDeadline: Interceptor = (options, nextCall) => {
  const { deadline = Number.POSITIVE_INFINITY } = options;
  const pauses = new Map<number, number>();
  const retry = makeGrpcRetryInterceptor({
    retryableDecider(attempt, status) {
      const pause = usual.delayFunction(attempt, status);
      pauses.set(attempt, pause);
      return usual.retryableDecider(attempt, status) && Date.now() + pause < Number(deadline);
    },
    delayFunction: (attempt, status) => pauses.get(attempt) ?? usual.delayFunction(attempt, status),
  });
  return retry(options, nextCall);
};
