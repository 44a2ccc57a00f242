/** When each reversal was resubmitted, from its own history: what the server has, not what the batch says. */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { inLanes } from '../fleet/lanes.ts';

const IN_FLIGHT = 10;

/** @returns epoch milliseconds by workflow; a reversal that was never resubmitted has an empty list */
export async function resubmissionsOf(
  { workflow }: Client,
  workflowIds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  await inLanes(workflowIds, IN_FLIGHT, async (workflowId) => {
    const { events } = await workflow.getHandle(workflowId).fetchHistory();
    found.set(workflowId, (events ?? []).filter(isResubmission).map(instantOf));
  });
  return found;
}

type Event = temporal.api.history.v1.IHistoryEvent;

function isResubmission(event: Event): boolean {
  const signal = event.workflowExecutionSignaledEventAttributes?.signalName;
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name;
  return signal === 'resubmit' || update === 'resubmit';
}

function instantOf({ eventTime }: Event): number {
  return Number(eventTime?.seconds ?? 0) * 1000 + Number(eventTime?.nanos ?? 0) / 1_000_000;
}
