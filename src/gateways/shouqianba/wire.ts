/** One signed call: the bytes that are signed are the bytes that are sent. */
import type { CallOptions } from '../gateway.ts';
import { call } from '../http.ts';
import { nothing, type Reading, read } from './envelope.ts';
import { authorization, type Principal } from './sign.ts';

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
