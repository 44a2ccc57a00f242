/** What a batch came to. */
import type { ResubmitStuckReport } from '../../src/protocol/resubmit.ts';
import type { Conclusions } from '../fleet/conclusions.ts';
import type { Rate } from '../fleet/rate.ts';

export interface ResubmitResult extends Conclusions {
  readonly count: number;
  readonly rate: number;
  /** How long it took until all of them were stuck. */
  readonly stuckAfterSeconds: number;
  /** What the batch itself says. */
  readonly batch: ResubmitStuckReport;
  /** From its start to its end, the killed worker included. */
  readonly batchSeconds: number;
  /** By the histories of the reversals. */
  readonly resubmissions: Rate;
  readonly resubmittedBeforeKill: number;
  readonly neverResubmitted: number;
  readonly resubmittedTwice: number;
  /** From the SIGKILL until another worker served. */
  readonly withoutWorkerSeconds: number;
  /** The gateway's side: the first look at each order after the top-up. */
  readonly firstLooks: Rate;
  /** From the start of the batch until the last reversal had ended. */
  readonly endedAfterSeconds: number;
}
