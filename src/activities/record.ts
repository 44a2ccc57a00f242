/** Writes the order's row and its journal, after the history holds the look that proves them. */
import { Context } from '@temporalio/activity';
import type { RowState } from '../ledger/index.ts';
import { eventsOf } from '../webhooks/events-of.ts';
import type { RecordedState, RecordInput } from './contract.ts';
import { type ActivityDeps, runId } from './deps.ts';
import { signalDelivery } from './start-delivery.ts';

function rowOf(state: RecordedState, workflowId: string, at: number): RowState {
  const { outcome, acts: _, ...columns } = state;
  const by = outcome?.kind === 'final' ? outcome.by : undefined;
  return {
    ...columns,
    workflowId,
    runId: runId(),
    at,
    ...(by !== undefined && { by }),
    ...(outcome !== undefined && { settledAt: at, detail: outcome }),
  };
}

export function createRecord(deps: ActivityDeps) {
  const deliver = deps.webhooks === true;
  return async function record(input: RecordInput): Promise<void> {
    const { order, workflowId, at, state, entries } = input;
    const events = eventsOf(input);
    await deps.ledger.record({ order, row: rowOf(state, workflowId, at), entries, events, deliver, acts: state.acts });
    // Also when the events were written by an earlier try, whose worker died before it came to this.
    if (deliver && events.length > 0) await signalDelivery(Context.current().client, order);
  };
}
