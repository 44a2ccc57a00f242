/**
 * Whether an answer that tells when it was signed can be one to the call that was made. A signature says who spoke, and
 * the time that it covers says when: without it an answer of yesterday would pass for one of today.
 */
import type { Evidence } from '../reversal/order-view.ts';

/**
 * How far the gateway's clock and ours may differ. Machines that keep their time are within a fraction of a second;
 * less than the shortest time between two looks that prove an end together would refuse answers for nothing.
 */
export const CLOCK_TOLERANCE_MS = 10_000;

/** What an answer's time is compared with. Epoch milliseconds. */
export interface CallTimes {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** By the gateway's clock: when the newest answer about this order was signed that was believed. */
  readonly signedSince?: number | undefined;
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/**
 * Why an answer that was signed then is not believed, in words for people; undefined when it is. An answer that was
 * replayed and one from a gateway whose clock is wrong look alike, so both are named.
 */
export function untimely(signedAt: number, { sentAt, answeredAt, signedSince }: CallTimes): Evidence | undefined {
  const evidence = (clock: string) => ({ signedAt: new Date(signedAt).toISOString(), clock });
  if (signedAt < sentAt - CLOCK_TOLERANCE_MS) {
    return evidence(`signed ${seconds(sentAt - signedAt)} before the call: a clock is wrong, or it was replayed`);
  }
  if (signedAt > answeredAt + CLOCK_TOLERANCE_MS) {
    return evidence(`signed ${seconds(signedAt - answeredAt)} after it came: a clock is wrong`);
  }
  if (signedSince !== undefined && signedAt < signedSince) {
    return evidence(`signed ${seconds(signedSince - signedAt)} before an answer that was believed: replayed`);
  }
  return undefined;
}

/** What was read, with the time of its signature where there is one. What tells nothing teaches no time either. */
export function dated<Said extends { readonly kind: string }>(
  said: Said,
  signedAt: number | undefined,
): Said & { readonly signedAt?: number } {
  return signedAt === undefined || said.kind === 'unknown' ? said : { ...said, signedAt };
}
