/** Writes the order's row and its journal, after the history holds the look that proves them. */
import type { RecordInput } from './contract.ts';
import { type ActivityDeps, runId } from './deps.ts';

export function createRecord(deps: ActivityDeps) {
  return async function record(input: RecordInput): Promise<void> {
    await deps.ledger.record({ ...input, runId: runId() });
  };
}
