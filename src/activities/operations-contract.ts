/** What a worker does for workflows about many reversals: types only, so that workflow code can import them. */

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
