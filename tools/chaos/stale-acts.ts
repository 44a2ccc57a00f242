/** Acts that arrived when the look before them was too old to decide anything by. */
import { z } from 'zod';
import type { JournalEntry } from '../../src/ledger/index.ts';
import type { LogEntry } from '../../src/sandbox/index.ts';

/** The gap that the rules of a run allow between a look and its act, a look's own time, and a machine that is busy. */
const TOO_OLD_MS = 5000 + 1500 + 1500;
const ACTS: ReadonlySet<string> = new Set(['cancel', 'close', 'revoke', 'refund']);
const LOOKS: ReadonlySet<string> = new Set(['query', 'refundQuery', 'sync']);

const silent = z.object({ order: z.object({ kind: z.literal('unknown') }) });

export function staleActs(calls: readonly LogEntry[], journal: readonly JournalEntry[]): string[] {
  // Where the tables say "cancel anyway", the look before the act may never have arrived.
  const silences = journal.flatMap(({ kind, at, body }) =>
    kind === 'look' && silent.safeParse(body).success ? [at] : [],
  );
  return calls.flatMap(({ orderId, operation, at }, index) => {
    if (!ACTS.has(operation)) return [];
    const look = calls.slice(0, index).findLast((call) => LOOKS.has(call.operation));
    if (look === undefined || at - look.at <= TOO_OLD_MS) return [];
    if (silences.some((silence) => silence > look.at && silence <= at)) return [];
    return [`${orderId}: a ${operation} at ${new Date(at).toISOString()}, ${at - look.at} ms after its look`];
  });
}
