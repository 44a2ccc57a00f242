/** What a payment or a refund that was notified means for an order whose reversal does not run. */
import type { About } from '../gateways/notification.ts';
import type { StoredReversal } from '../ledger/index.ts';
import type { Effect } from './counts.ts';

/** `start`: look again, in a new run that knows what was done and told. */
type Meaning = 'start' | Extract<Effect, 'nothingNew' | 'leftToPeople'>;

/** A payment contradicts these ends, or moved its money before them; a look tells which. */
const BY_END: Readonly<Record<string, Meaning>> = {
  closed: 'start',
  nothing_to_reverse: 'start',
  reversed: 'start',
  refunded: 'start',
  // Paid, and stays so. A new run would judge what a person may have judged already.
  kept: 'nothingNew',
  // Settled outside the gateway, say in cash: to reverse it now would give the money back twice.
  manual: 'leftToPeople',
};

/** Ends that say that nobody paid. A refund says that somebody did, and may have left the rest of it there. */
const NOBODY_PAID: ReadonlySet<string | undefined> = new Set(['closed', 'nothing_to_reverse']);

/** @param row of the order; no workflow of it runs */
export function meaningOf(row: Pick<StoredReversal, 'open' | 'status' | 'finalAction'>, about: About): Meaning {
  const { open, status, finalAction } = row;
  const tells = about === 'payment' || (about === 'refund' && NOBODY_PAID.has(finalAction));
  if (!tells) return 'nothingNew';
  if (status === 'abandoned' && !open) return 'leftToPeople';
  // No end was recorded: its workflow is gone, and the case is not.
  if (open || finalAction === undefined) return 'start';
  return Object.hasOwn(BY_END, finalAction) ? (BY_END[finalAction] ?? 'start') : 'start';
}
