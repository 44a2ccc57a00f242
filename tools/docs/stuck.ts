/** What a person does about each stuck reason, in one line; docs/operations.md has the messages to paste. */
import type { StuckReason } from '../../src/reversal/outcome.ts';
import type { Move, Rules } from '../../src/reversal/rules.ts';

export const WHAT_TO_DO: Readonly<Record<StuckReason, string>> = {
  'window-over': "Refund by hand at the gateway's console, or let the account refund; then `resolve` or `resubmit`.",
  'not-allowed': 'Settle it with the gateway or the payer, then `resolve`.',
  'no-funds': 'Top up the balance. Nothing to send: it is tried again every few minutes.',
  frozen: 'Ask the gateway why; `resubmit` when it is released, `resolve` when it is settled elsewhere.',
  finished: 'Pay the money back another way, or keep it; then `resolve`.',
  'partly-refunded': 'Find out what went back and to whom, give back the rest by hand, then `resolve`.',
  mismatch: 'Compare the order at the gateway with your own; correct what is wrong, then `resubmit` or `resolve`.',
  configuration:
    'Mend keys, permissions or parameters (`unwind doctor`). It is tried again by itself; `resubmit` is faster.',
  contradiction: "Ask the gateway's support with the answers in the journal, then `resolve`.",
  'gateway-failed': 'Look at the payment channel itself; `resolve` with what it shows.',
  'gateway-busy': 'Wait, or ask the support; it looks again by itself, `resubmit` looks now.',
  'gateway-unsure': "Ask the gateway's support for the state of the order, then `resolve`.",
  unreachable: 'Check network and gateway; `resubmit` when it answers again.',
  'not-confirmed': 'Look in the console of the gateway whether the order exists; `resubmit`, or `resolve`.',
  refused: 'Read the codes in the journal, ask the support, then `resubmit` or `resolve`.',
  'refund-failed': 'Read the code of the refund; `resubmit` sends the same refund number again, `resolve` settles it.',
  'gave-up': 'Find out what keeps it from working; `resubmit` starts the tries anew.',
};

/** Asked by `decide` itself, whatever the tables say. */
const BY_GUARDS: readonly StuckReason[] = ['mismatch', 'contradiction', 'unreachable', 'gave-up', 'configuration'];

function reasonsOf(move: Move, found: Set<StuckReason>): void {
  if (move.do === 'ask') found.add(move.reason);
  if (move.do === 'look' && move.then !== undefined) reasonsOf(move.then, found);
  if (move.do === 'send') {
    if (move.else !== undefined) reasonsOf(move.else, found);
    else found.add('window-over').add('not-allowed');
  }
}

/** Every reason that a reversal at this gateway can be stuck for. */
export function stuckReasonsOf(rules: Rules): ReadonlySet<StuckReason> {
  const found = new Set(BY_GUARDS);
  const cells: readonly (Move | number)[] = [
    ...Object.values(rules.before).flatMap(({ keep, reverse }) => [keep, reverse]),
    ...[rules.afterUndo, rules.afterClose, rules.afterRefund].flatMap((table) =>
      Object.values(table).flatMap((row) => Object.values<Move | number>(row)),
    ),
  ];
  for (const cell of cells) if (typeof cell !== 'number') reasonsOf(cell, found);
  return found;
}
