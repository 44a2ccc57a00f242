/** What a worker does for a sweep of overdue orders: types only, so that workflow code can import them. */
import type { Tally } from '../overdue/tally.ts';
import type { OrderKey } from '../reversal/request.ts';

export interface SweepPageInput {
  /** Which sweep it is: in the memo of what it starts. */
  readonly sweep: string;
  /** Starts per second; the worker's own when left out. */
  readonly ratePerSecond?: number;
  /** `next` of the page before. */
  readonly after?: OrderKey;
}

export interface SweptPage {
  readonly tally: Tally;
  /** Gives the next page as `after`. Absent: this was the last one. */
  readonly next?: OrderKey;
}

export interface SweepActivities {
  /** Heartbeats how far it is, and goes on from there when it is tried again. */
  sweepPage(input: SweepPageInput): Promise<SweptPage>;
}
