/** Writes the order's row and its journal, after the history holds the look that proves them. */
import type { RowState } from '../ledger/index.ts';
import type { RecordedState, RecordInput } from './contract.ts';
import { type ActivityDeps, runId } from './deps.ts';

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
  return async function record({ order, workflowId, at, state, entries }: RecordInput): Promise<void> {
    // An end that is written down again, with one more note in its journal, is told once.
    const since = state.outcome?.kind === 'final' ? state.outcome.proof.askedAt : at;
    const events =
      state.status === 'stuck' || state.outcome !== undefined
        ? [{ key: `${since}-${state.status}`, at, type: `reversal.${state.status}`, body: { ...order, ...state } }]
        : [];
    await deps.ledger.record({ order, row: rowOf(state, workflowId, at), entries, events, acts: state.acts });
  };
}
