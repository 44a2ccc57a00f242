/** Whether a conclusion and the gateway's money say the same. */
import type { FinalAction } from '../reversal/outcome.ts';
import type { LogEntry, OrderTruth } from '../sandbox/index.ts';

type Truth = Pick<OrderTruth, 'amount' | 'taken' | 'returned' | 'payable'>;

const nothingTaken = ({ taken }: Truth) => taken === 0;
const allReturned = ({ taken, returned }: Truth) => taken === returned;

const CHECKS: Readonly<Record<Exclude<FinalAction, 'manual'>, (truth: Truth) => boolean>> = {
  kept: (truth) => truth.taken > 0 && truth.returned < truth.taken,
  closed: (truth) => nothingTaken(truth) && !truth.payable,
  refunded: (truth) => truth.taken > 0 && allReturned(truth),
  reversed: (truth) => allReturned(truth) && !truth.payable,
  // An order that was never created stays payable in theory; its watch has ended.
  nothing_to_reverse: allReturned,
};

/** Whether a final action agrees with the money; a `manual` one is a person's word. */
export function agrees(action: FinalAction, truth: Truth): boolean {
  return action === 'manual' || CHECKS[action](truth);
}

type Called = Pick<LogEntry, 'system' | 'orderId'> & { readonly operation: string };

const ACTS: ReadonlySet<string> = new Set(['cancel', 'close', 'revoke', 'refund']);

/**
 * Acts in a sandbox's log that were not preceded by a look at the same order with nothing between (a look that failed
 * on the wire counts: the tables say where an act may follow it).
 */
export function blindActs<Entry extends Called>(log: readonly Entry[]): readonly Entry[] {
  const last = new Map<string, Entry>();
  const blind: Entry[] = [];
  for (const entry of log) {
    // The gateway's own calls to the merchant come when they like.
    if (entry.orderId === undefined || entry.operation === 'notify') continue;
    const order = `${entry.system}/${entry.orderId}`;
    const before = last.get(order)?.operation;
    if (ACTS.has(entry.operation) && before !== 'query' && before !== 'refundQuery') blind.push(entry);
    last.set(order, entry);
  }
  return blind;
}
