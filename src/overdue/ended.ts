/** What a sweep makes of an overdue order whose end the ledger knows. */
import type { StoredReversal } from '../ledger/index.ts';
import { NOTHING, rejected, type Tally } from '../protocol/sweep.ts';

const STOPPED = 'its reversal was stopped by a person: start it by hand, or settle it in the books';

/**
 * @param expiresAt of the order, epoch milliseconds
 * @returns undefined when a reversal is to be started, unless one runs
 */
export function tallyOfEnd(order: string, row: StoredReversal | undefined, expiresAt: number): Tally | undefined {
  if (row === undefined || row.open) return undefined;
  // What was sent before the stop is remembered, and a new run would go on with it against that person's word.
  if (row.status === 'abandoned') return rejected(order, [STOPPED]);
  const { finalAction, settledAt } = row;
  if (finalAction === undefined || settledAt === undefined) return undefined;
  // Nothing was found while it could still be paid: it may be there by now. Every other end stands.
  if (finalAction === 'nothing_to_reverse' && settledAt < expiresAt) return undefined;
  return { ...NOTHING, read: 1, concluded: 1, kept: finalAction === 'kept' ? 1 : 0 };
}
