/** Who may call: keys with roles. Only their hashes are stored. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** None includes another: a key has a list of them. */
export const ROLES = [
  'start', // start reversals and closures, tell of observed payments
  'operate', // what people do with one: resubmit, resolve, hold, release, reschedule, note, cancel a closure
  'view', // states, lists, records
] as const;
export type Role = (typeof ROLES)[number];

export interface ApiKey {
  /** Stands in the log, and beside the operator's name in the journal. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** SHA-256 of the key. */
  readonly hash: Buffer;
}

/** A new key: 256 random bits. */
export function newKey(): string {
  return `unwind_${randomBytes(32).toString('base64url')}`;
}

/**
 * Plain SHA-256 is enough: a slow or salted hash protects passwords that can be guessed, and nobody guesses 256 random
 * bits. It costs microseconds a request.
 */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The key of an `Authorization: Bearer …` header; undefined when it is none of them. */
export function callerOf(keys: readonly ApiKey[], authorization: string | undefined): ApiKey | undefined {
  const [, key] = /^Bearer +([!-~]{1,256})$/i.exec(authorization ?? '') ?? [];
  if (key === undefined) return undefined;
  const hash = hashOf(key);
  let found: ApiKey | undefined;
  // All are compared, each in constant time: how long it takes tells nothing.
  for (const one of keys) if (timingSafeEqual(hash, one.hash)) found = one;
  return found;
}

/**
 * `open`: without a key, and within the rate of its address. `probe`: for load balancers, without a rate, too.
 * `notification`: the route itself counts, and only what does not verify. Behind a proxy everybody has one address, and
 * DaxPay sends a notification once: a stranger's requests must not turn it away.
 */
export type Access = Role | 'open' | 'probe' | 'notification';
