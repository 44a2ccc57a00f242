/** What the server's lists say of all reversals of a run. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import { STATUSES } from '../../src/reversal/status.ts';

export type Counts = Readonly<Record<string, number>>;

const ALL = "WorkflowType = 'reversePayment'";
const RUNNING = `${ALL} AND ExecutionStatus = 'Running'`;
const of = (account: string) => `ReversalAccount = '${account}'`;

/** How many are open, by status; those of none are left out. */
export async function openByStatus({ workflow }: Client, account: string): Promise<Counts> {
  const counted = await Promise.all(
    STATUSES.map(async (status) => {
      const { count } = await workflow.count(`${RUNNING} AND ${of(account)} AND ReversalStatus = '${status}'`);
      return [status, count] as const;
    }),
  );
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}

/** How many are open, whatever their status. */
export async function countOpen({ workflow }: Client): Promise<number> {
  return (await workflow.count(RUNNING)).count;
}

/** The open ones that wait for people, by reason. */
export async function stuckByReason({ workflow }: Client, account: string): Promise<Counts> {
  const counts = new Map<string, number>();
  for await (const info of workflow.list({ query: `${RUNNING} AND ${of(account)} AND ReversalStatus = 'stuck'` })) {
    const reason = info.typedSearchAttributes.get(SEARCH_ATTRIBUTES.stuckReason) ?? 'none';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

export interface Lifetime {
  /** Of all runs together. */
  events: number;
  /** Epoch milliseconds; undefined while it is open. */
  endedAt: number | undefined;
  /** Of the last run: COMPLETED, CANCELLED, FAILED, … */
  status: WorkflowExecutionInfo['status']['name'];
  /** Of the runs before it, the newest last. */
  earlier: readonly WorkflowExecutionInfo['status']['name'][];
  finalAction: string | undefined;
}

/** Every reversal of the account by its order; those that are open count the events of their ended runs only. */
export async function lifetimes({ workflow }: Client, account: string): Promise<ReadonlyMap<string, Lifetime>> {
  const found = new Map<string, Lifetime>();
  const infos: WorkflowExecutionInfo[] = [];
  for await (const info of workflow.list({ query: `${ALL} AND ${of(account)}` })) infos.push(info);
  infos.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  for (const { typedSearchAttributes, historyLength, closeTime, status } of infos) {
    const orderId = typedSearchAttributes.get(SEARCH_ATTRIBUTES.orderId) ?? '';
    const before = found.get(orderId);
    found.set(orderId, {
      events: (before?.events ?? 0) + historyLength,
      endedAt: closeTime?.getTime(),
      status: status.name,
      earlier: before === undefined ? [] : [...before.earlier, before.status],
      finalAction: typedSearchAttributes.get(SEARCH_ATTRIBUTES.finalAction),
    });
  }
  return found;
}
