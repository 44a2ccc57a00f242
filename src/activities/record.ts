/** Writes the order's row and its journal, after the history holds the look that proves them. */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { RowState } from '../ledger/index.ts';
import type { RecordedState, RecordInput } from '../protocol/activities.ts';
import { eventsOf } from '../webhooks/events-of.ts';
import { type ActivityDeps, runId } from './deps.ts';
import { notOfItsReversal } from './forbids.ts';
import { signalDelivery } from './start-delivery.ts';

function rowOf(state: RecordedState, workflowId: string, at: number): RowState {
  const { outcome, acts: _, carried, handover, ...columns } = state;
  const by = outcome?.kind === 'final' ? outcome.by : undefined;
  return {
    ...columns,
    workflowId,
    runId: runId(),
    at,
    ...(by !== undefined && { by }),
    ...(outcome !== undefined && { settledAt: at, detail: outcome }),
    ...(carried !== undefined && {
      carried: { ...carried, ...(handover && { handover: { ...handover, runId: runId() } }) },
    }),
  };
}

/** Whether the server has the run of this activity as open: an order has one open run at most. */
async function isOpenRun({ workflow }: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await workflow.getHandle(workflowId, runId()).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

export function createRecord(deps: ActivityDeps) {
  const deliver = deps.webhooks === true;
  return async function record(input: RecordInput): Promise<void> {
    const { order, workflowId, state, entries } = input;
    const stranger = notOfItsReversal(order);
    if (stranger !== undefined) throw ApplicationFailure.nonRetryable(stranger, 'NotOfItsReversal');
    // Scheduled before a Reset and made after it: the journal is written, and what only grows, as of a record that is late.
    const isOfAnotherRun = input.runId !== undefined && input.runId !== runId();
    const at = isOfAnotherRun ? 0 : input.at;
    const events = isOfAnotherRun ? [] : eventsOf(input);
    const row = rowOf(state, workflowId, at);
    const isOpen = async () => !isOfAnotherRun && (await isOpenRun(Context.current().client, workflowId));
    await deps.ledger.record({ order, row, entries, events, deliver, acts: state.acts, isOpen });
    // Also when the events were written by an earlier try, whose worker died before it came to this.
    if (deliver && events.length > 0) await signalDelivery(Context.current().client, order);
  };
}
