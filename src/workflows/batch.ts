/** What the workflow `resubmitStuckReversals` takes and reports. */
import { defineQuery } from '@temporalio/workflow';
import type { StuckCount } from '../activities/operations-contract.ts';
import type { StuckReason } from '../reversal/outcome.ts';

/** What the form takes. Without any filter: every stuck reversal. */
export interface ResubmitStuckInput {
  /** Of the server's visibility, such as `ReversalStuckSince < "2026-11-20T00:00:00Z"`; on top of the other filters. */
  readonly query?: string;
  readonly stuckReason?: StuckReason;
  readonly provider?: string;
  readonly account?: string;
  /** Who does it, and why: in the journal of each. */
  readonly operator: string;
  readonly reason: string;
  /** Never exceeded. 5 when left out, 100 at most. */
  readonly ratePerSecond?: number;
  /** Only counts. */
  readonly dryRun?: boolean;
}

export interface ResubmitStuckReport extends StuckCount {
  readonly resubmitted: number;
  /** Ended between the listing and their turn. */
  readonly endedSince: number;
  /** Of the resubmitted: ended since. */
  readonly concluded: number;
  /** Of the resubmitted: people are asked again. */
  readonly stuckAgain: number;
  /** Of the resubmitted: neither yet. They go on by themselves. */
  readonly underWay: number;
}

export const progressQuery = defineQuery<ResubmitStuckReport>('progress');
