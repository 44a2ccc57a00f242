/** The workflow `sweepOverdueOrders`: what it takes and counts, and what a worker does for it. */
import { defineQuery } from '@temporalio/workflow';
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

/** What a sweep came to, page by page. Free of dependencies, so that workflow code can use it. */

/** What is wrong with some rows, and the first of them. */
export interface RowProblem {
  readonly problem: string;
  readonly count: number;
  /** `provider/account/number`. */
  readonly orders: readonly string[];
}

/** `read` is the sum of `started`, `running`, `concluded` and `rejected`. */
export interface Tally {
  readonly read: number;
  /** By this sweep. */
  readonly started: number;
  /** Their reversal ran already, and goes on as it was. */
  readonly running: number;
  /** Their reversal has ended, and the merchant's books do not know it yet. */
  readonly concluded: number;
  /** Of the concluded: paid, although the view says that they are not. */
  readonly kept: number;
  /** Nothing was started, and somebody has to see to it: `problems` says why. */
  readonly rejected: number;
  readonly problems: readonly RowProblem[];
}

export const NOTHING: Tally = { read: 0, started: 0, running: 0, concluded: 0, kept: 0, rejected: 0, problems: [] };

const MAX_ORDERS = 5;
const MAX_PROBLEMS = 30;
/** A number that is no order's can be of any length. */
const MAX_NAME = 120;

export function rejected(order: string, problems: readonly string[]): Tally {
  const orders = [order.slice(0, MAX_NAME)];
  return { ...NOTHING, read: 1, rejected: 1, problems: problems.map((problem) => ({ problem, count: 1, orders })) };
}

export function plus(a: Tally, b: Tally): Tally {
  return {
    read: a.read + b.read,
    started: a.started + b.started,
    running: a.running + b.running,
    concluded: a.concluded + b.concluded,
    kept: a.kept + b.kept,
    rejected: a.rejected + b.rejected,
    problems: b.problems.reduce(withProblem, a.problems),
  };
}

function withProblem(problems: readonly RowProblem[], more: RowProblem): readonly RowProblem[] {
  const same = problems.find(({ problem }) => problem === more.problem);
  if (same === undefined) {
    if (problems.length < MAX_PROBLEMS) return [...problems, more];
    return withProblem(problems.slice(0, -1), { ...merged(problems.at(-1) ?? more, more), problem: 'other problems' });
  }
  return problems.map((one) => (one === same ? merged(one, more) : one));
}

function merged(a: RowProblem, b: RowProblem): RowProblem {
  return { problem: a.problem, count: a.count + b.count, orders: [...a.orders, ...b.orders].slice(0, MAX_ORDERS) };
}

export interface SweepInput {
  /** Starts per second, never exceeded. As the worker's configuration has it when left out; 100 at most. */
  readonly ratePerSecond?: number;
}

export const sweepProgressQuery = defineQuery<Tally>('progress');
