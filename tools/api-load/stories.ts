/** What the clients of the load run do: one order each, with duplicates, joins and wrong amounts. */
import type { ReversalInput } from '../../src/client.ts';

export interface Story {
  readonly name: string;
  /** Of the order at the sandbox; absent: it was never created. */
  readonly state?: 'PAID' | 'WAITING' | 'FINISHED';
  /** Sent by different clients at about the same time. */
  readonly requests: readonly Partial<ReversalInput>[];
  /** And one of another amount: one of the two is refused, whichever comes second. */
  readonly wrongAmount?: true;
  /** Verdicts that a caller may be told on the way, each with the final actions that it agrees with. */
  readonly allowed: Readonly<Record<string, readonly string[]>>;
}

const same = (count: number, request: Partial<ReversalInput>) => Array.from({ length: count }, () => request);
const keep = { reason: 'ambiguous', ifPaid: 'keep' } as const;
const undo = { reason: 'void' } as const;
const undone = { refunded: ['refunded'], reversed: ['reversed'] };
const nothing = {
  nothing_to_reverse: ['nothing_to_reverse'],
  closed: ['closed'],
  not_paid: ['nothing_to_reverse', 'closed'],
};

/** Played one after another, all over again. */
export const STORIES: readonly Story[] = [
  { name: 'paid, kept', state: 'PAID', requests: [keep], allowed: { kept: ['kept'] } },
  { name: 'paid, undone', state: 'PAID', requests: [undo], allowed: undone },
  { name: 'unpaid', state: 'WAITING', requests: [undo], allowed: { closed: ['closed'], not_paid: ['closed'] } },
  { name: 'never created', requests: [keep], allowed: nothing },
  { name: 'paid, kept, sent four times', state: 'PAID', requests: same(4, keep), allowed: { kept: ['kept'] } },
  { name: 'paid, undone, sent four times', state: 'PAID', requests: same(4, undo), allowed: undone },
  {
    // Whoever asked to keep it may have been told so before the other came.
    name: 'paid, a void joins',
    state: 'PAID',
    requests: [keep, undo, keep],
    allowed: { ...undone, kept: ['refunded', 'reversed'] },
  },
  {
    name: 'stuck, another amount',
    state: 'FINISHED',
    requests: [{ reason: 'ambiguous', ifPaid: 'reverse' }],
    wrongAmount: true,
    allowed: {},
  },
];
