/** What the workflow `sweepOverdueOrders` takes, and the query for how far it is. */
import { defineQuery } from '@temporalio/workflow';
import type { Tally } from '../overdue/tally.ts';

export interface SweepInput {
  /** Starts per second, never exceeded. As the worker's configuration has it when left out; 100 at most. */
  readonly ratePerSecond?: number;
}

export const sweepProgressQuery = defineQuery<Tally>('progress');
