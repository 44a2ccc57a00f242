/** What an outage came to. Times are real seconds; the outage and the rules are compressed, the rate limit is not. */
import type { Counts } from '../fleet/census.ts';
import type { Conclusions } from '../fleet/conclusions.ts';
import type { Rate } from '../fleet/rate.ts';

export interface OutageResult {
  /** Reversals of each gateway. */
  readonly count: number;
  readonly speed: number;
  readonly hours: number;
  readonly outageSeconds: number;
  readonly rateLimit: number;
  readonly gateways: Readonly<Record<string, GatewayResult>>;
}

export interface GatewayResult extends Conclusions {
  /** As planned; a machine that is too slow lets some end before the gateway goes down. */
  readonly phases: Counts;
  readonly endedBefore: number;
  readonly endedWhileDown: number;
  /** Open reversals that waited for people, at the worst sample. */
  readonly stuckAtMost: number;
  readonly stuckAtReturn: Counts;
  readonly statusAtReturn: Counts;
  /** Messages to the outside that a reversal is stuck, over the whole run and while the gateway was down. */
  readonly peopleAsked: number;
  readonly peopleAskedWhileDown: number;
  /** Connections that the gateway reset. */
  readonly callsWhileDown: number;
  readonly callsWhileDownEach: number;
  readonly callsWhileDownPerSecond: number;
  /** Cancels, revokes and refunds, all told and of the order with the most. */
  readonly actsWhileDown: number;
  readonly actsWhileDownAtMost: number;
  /** From the return until the last has ended, and until half of them had. */
  readonly drainSeconds: number;
  readonly drainMedianSeconds: number;
  readonly callsInDrain: Rate;
  /** History events a reversal, all of its runs together. */
  readonly events: { readonly median: number; readonly p95: number; readonly max: number };
  readonly runs: number;
}
