/** Which stuck reasons a gateway's reversals can have. */
import { STUCK_REASONS, type StuckReason } from '../../src/reversal/outcome.ts';
import type { Move, Rules } from '../../src/reversal/rules.ts';

/** Asked by `decide` itself, whatever the tables say. */
const BY_GUARDS: readonly StuckReason[] = [
  ...(['mismatch', 'contradiction', 'unreachable', 'gave-up', 'configuration'] as const),
  // Nothing found without a signature; a refund of ours of another amount.
  ...(['not-confirmed', 'partly-refunded'] as const),
];

function reasonsOf(move: Move, found: Set<StuckReason>): void {
  if (move.do === 'ask') found.add(move.reason);
  if (move.do === 'look' && move.next !== undefined) reasonsOf(move.next, found);
  if (move.do === 'send') {
    if (move.else !== undefined) reasonsOf(move.else, found);
    else found.add('window-over').add('not-allowed');
  }
}

const ALL = Object.keys(STUCK_REASONS) as readonly StuckReason[];

/** Every reason that a reversal at this gateway can be stuck for, in the order of their list. */
export function stuckReasonsOf(rules: Rules): readonly StuckReason[] {
  const found = new Set(BY_GUARDS);
  // A watch that only the channel can end, and the channel does not answer.
  if (rules.sync?.inWatch === true) found.add('gateway-unsure');
  if (rules.refundSync !== undefined) found.add('refund-unknown-at-channel');
  const cells: readonly (Move | number)[] = [
    ...Object.values(rules.before).flatMap(({ keep, reverse }) => [keep, reverse]),
    ...[rules.afterUndo, rules.afterClose, rules.afterRefund].flatMap((table) =>
      Object.values(table).flatMap((row) => Object.values<Move | number>(row)),
    ),
  ];
  for (const cell of cells) if (typeof cell !== 'number') reasonsOf(cell, found);
  return ALL.filter((reason) => found.has(reason));
}
