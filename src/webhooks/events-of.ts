/** Which lines of the journal the outside is told of: each is one event, and its key is the event's. */
import { z } from 'zod';
import type { NewEvent } from '../ledger/index.ts';
import type { JournalEntry, RecordInput } from '../protocol/activities.ts';
import { type EventType, eventIdOf, verdict, type WebhookEvent } from './event.ts';

type Data = WebhookEvent['data'];

interface Cause {
  readonly key: string;
  readonly at: number;
  readonly type: EventType;
  readonly told?: Partial<Data>;
}

const told = z.object({ verdict });
const parked = z.object({ kind: z.literal('park'), rule: z.string().exactOptional() });
const ended = z.object({ kind: z.enum(['final', 'abandoned']), rule: z.string().exactOptional() });

/** One line each, and never for a line that only repeats what stands: a note on a stuck reversal asks nobody anew. */
const CAUSES: Partial<Record<JournalEntry['kind'], (body: unknown) => Pick<Cause, 'type' | 'told'> | undefined>> = {
  told: (body) => ({ type: 'reversal.verdict', told: told.parse(body) }),
  decision(body) {
    const { data } = parked.safeParse(body);
    if (data === undefined) return undefined;
    const { kind: _, ...told } = data;
    return { type: 'reversal.stuck', told };
  },
  final(body) {
    const { kind, ...told } = ended.parse(body);
    return { type: `reversal.${kind}`, told };
  },
};

/** The events of a record, in the order in which they happened. */
export function eventsOf(input: RecordInput): readonly NewEvent[] {
  const { order, workflowId, at, state, entries, amount, currency } = input;
  const { status, finalAction, stuckReason, told: verdict, latePayment, outcome } = state;
  const { by, resolution } = outcome?.kind === 'final' ? outcome : {};
  const data: Data = {
    ...order,
    amount,
    currency,
    status,
    ...(verdict !== undefined && { verdict }),
    ...(finalAction !== undefined && { finalAction }),
    ...(by !== undefined && { by }),
    ...(resolution !== undefined && { resolvedAs: resolution.finalAction }),
    ...(stuckReason !== undefined && { stuckReason }),
    latePayment,
    workflowId,
  };
  const causes: readonly Cause[] = [
    // Every record after it says so again: one key for the order, whichever run saw it.
    ...(latePayment ? [{ key: 'late-payment', at, type: 'reversal.late_payment' as const }] : []),
    ...entries.flatMap((entry) => {
      const cause = CAUSES[entry.kind]?.(entry.body);
      return cause === undefined ? [] : [{ key: entry.key, at: entry.at, ...cause }];
    }),
  ];
  return causes.map(({ key, at: happenedAt, type, told }) => {
    const timestamp = new Date(happenedAt).toISOString();
    const body: WebhookEvent = { id: eventIdOf(order, key), type, timestamp, data: { ...data, ...told } };
    return { key, at: happenedAt, type, body };
  });
}
