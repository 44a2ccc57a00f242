/** One signed call: the bytes that are signed are the bytes that are sent. */
import type { CallOptions } from '../gateway.ts';
import { call } from '../http.ts';
import { nothing, type Reading, read } from './envelope.ts';
import { authorization, type Principal } from './sign.ts';

/** What is left of a caller's time, for a method that makes more than one call. */
export interface Deadline {
  /** Whole milliseconds, 0 when over. */
  left(): number;
  /** The promise's value, or undefined when the time is over or the caller gave up first. The promise goes on. */
  within<T>(promise: Promise<T>): Promise<T | undefined>;
}

/** Starts the clock of one method call. Monotonic: a corrected wall clock does not move it. */
export function deadlineOf(options: CallOptions): Deadline {
  const end = performance.now() + options.timeoutMs;
  const left = () => Math.max(0, Math.floor(end - performance.now()));
  return {
    left,
    within: (promise) =>
      new Promise((resolve, reject) => {
        const giveUp = () => resolve(undefined);
        const timer = setTimeout(giveUp, left());
        options.signal?.addEventListener('abort', giveUp, { once: true });
        if (options.signal?.aborted) giveUp();
        promise.then(resolve, reject).finally(() => {
          clearTimeout(timer);
          options.signal?.removeEventListener('abort', giveUp);
        });
      }),
  };
}

/**
 * Posts `fields` as JSON in the order given, signed by `principal`. One try.
 *
 * @returns layers 1 and 2, or why there is no answer; never throws for network or gateway
 */
export async function post(
  url: string,
  principal: Principal,
  fields: Readonly<Record<string, string>>,
  options: CallOptions,
): Promise<Reading> {
  const timeoutMs = Math.floor(options.timeoutMs);
  if (timeoutMs < 1 || options.signal?.aborted) return nothing('notSent', 'DEADLINE');
  const body = Buffer.from(JSON.stringify(fields), 'utf8');
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    authorization: authorization(principal, body),
  };
  return read(await call({ ...options, url, headers, body, timeoutMs }));
}
