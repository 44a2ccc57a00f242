/** One clock over everything that a call does: connecting, retries, the pauses between them, and what follows a failure. */

export interface Deadline {
  /** Whole milliseconds, 0 when over. */
  left(): number;
  /** The promise's value, or undefined when the time is over or the caller gave up first. The promise goes on. */
  within<T>(promise: Promise<T>): Promise<T | undefined>;
}

/** Starts a clock. Monotonic: a corrected wall clock does not move it. */
export function deadlineIn(ms: number, signal?: AbortSignal): Deadline {
  const end = performance.now() + ms;
  const left = () => Math.max(0, Math.floor(end - performance.now()));
  return {
    left,
    within: (promise) =>
      new Promise((resolve, reject) => {
        const giveUp = () => resolve(undefined);
        const timer = setTimeout(giveUp, left());
        signal?.addEventListener('abort', giveUp, { once: true });
        if (signal?.aborted) giveUp();
        promise.then(resolve, reject).finally(() => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
        });
      }),
  };
}

/** @throws Error when the promise has not settled after so many milliseconds */
export async function inTime<T>(asked: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), Math.max(0, ms));
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
