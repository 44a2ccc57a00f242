/** Acts that arrived when the look before them was too old to decide anything by. */
import { z } from 'zod';
import type { JournalEntry } from '../../src/ledger/index.ts';
import { COMMON_TIMING } from '../../src/reversal/tables.ts';
import type { LogEntry } from '../../src/sandbox/index.ts';

/** Counted from where the look arrived, which is after it was asked: the age that the rules allow, and the way here. */
const TOO_OLD_MS = COMMON_TIMING.freshness + 1500;
const ACTS: ReadonlySet<string> = new Set(['cancel', 'close', 'revoke', 'refund']);
const LOOKS: ReadonlySet<string> = new Set(['query', 'refundQuery', 'sync']);

/** A look without an instant that the gateway signed: it told nothing, or an old answer cannot be told from a new one. */
const undated = z.object({ order: z.object({ signedAt: z.undefined().optional() }) });

export function staleActs(calls: readonly LogEntry[], journal: readonly JournalEntry[]): string[] {
  // Such a look may never have arrived, where the tables say "cancel anyway", or was answered by whoever replays.
  const elsewhere = journal.flatMap(({ kind, at, body }) =>
    kind === 'look' && undated.safeParse(body).success ? [at] : [],
  );
  return calls.flatMap(({ orderId, operation, at }, index) => {
    if (!ACTS.has(operation)) return [];
    const look = calls.slice(0, index).findLast((call) => LOOKS.has(call.operation));
    if (look === undefined) return [];
    const age = at - Math.max(look.at, ...elsewhere.filter((seen) => seen <= at));
    if (age <= TOO_OLD_MS) return [];
    return [`${orderId}: a ${operation} at ${new Date(at).toISOString()}, ${age} ms after its look`];
  });
}
