/** The workflow `resubmitStuckReversals`: what it takes and reports, and what a worker does for it. */
import { defineQuery } from '@temporalio/workflow';
import type { StuckReason } from '../reversal/outcome.ts';

/** Matching reversals, in all and by stuck reason. */
export interface StuckCount {
  readonly matched: number;
  readonly byReason: Readonly<Record<string, number>>;
}

export interface StuckPageInput {
  /** Of the server's visibility. */
  readonly query: string;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface StuckPage {
  readonly workflowIds: readonly string[];
  readonly next?: string;
}

export interface ResubmitEach {
  readonly workflowIds: readonly string[];
  readonly operator: string;
  readonly reason: string;
  readonly batch: string;
  readonly ratePerSecond: number;
}

export interface Resubmitted {
  readonly resubmitted: number;
  /** They had ended before the signal came. */
  readonly endedSince: number;
}

/** Of the reversals that a batch resubmitted, as far as they have shown it. */
export interface BatchCount {
  readonly stuckAgain: number;
  readonly concluded: number;
}

export interface OperationsActivities {
  countStuck(query: string): Promise<StuckCount>;
  stuckPage(input: StuckPageInput): Promise<StuckPage>;
  /** Heartbeats after each, and goes on from there when it is tried again. */
  resubmitEach(input: ResubmitEach): Promise<Resubmitted>;
  countBatch(batch: string): Promise<BatchCount>;
}

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
