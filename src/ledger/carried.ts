/** What an open case hands on, as the ledger keeps it, checked when it is read: another version may have written it. */
import { z } from 'zod';
import { STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import { VIEW_KEYS } from '../reversal/rules.ts';
import type { Carried, Pace } from '../reversal/state.ts';

/** What a run writes down for the next one before it continues as new. */
export interface Handover {
  /** Of the run that wrote it: only the run that continues this one takes it over. */
  readonly runId: string;
  /** How many journal lines were made. */
  readonly entries: number;
  readonly pace: Pace;
}

/** The column: what was asked of an open case, and the handover where its last run continued as new. */
export interface StoredCarried extends Carried {
  readonly handover?: Handover;
}

const isStuckReason = (value: string): value is StuckReason => Object.hasOwn(STUCK_REASONS, value);

const pace: z.ZodType<Pace> = z.object({
  openedAt: z.int(),
  epoch: z.int(),
  strangers: z.int(),
  known: z.object({ key: z.enum(VIEW_KEYS), since: z.int() }).exactOptional(),
  silentSince: z.int().exactOptional(),
  stuck: z
    .object({
      reason: z.string().refine(isStuckReason),
      since: z.int(),
      checkAt: z.int(),
      view: z.enum([...VIEW_KEYS, 'none']),
      cell: z.string().exactOptional(),
    })
    .exactOptional(),
  mismatch: z.enum(['amount', 'currency', 'id']).exactOptional(),
  gatewayId: z.string().exactOptional(),
  batch: z.string().exactOptional(),
});

export const storedCarried: z.ZodType<StoredCarried> = z.object({
  asked: z
    .object({
      reason: z.enum(['ambiguous', 'timeout', 'void']),
      ifPaid: z.enum(['keep', 'reverse']),
      attemptedAt: z.int().exactOptional(),
      expiresAt: z.int().exactOptional(),
      method: z.enum(['barcode', 'qr']).exactOptional(),
      clientIp: z.string().exactOptional(),
    })
    .exactOptional(),
  dueAt: z.int().exactOptional(),
  seenMethod: z.string().exactOptional(),
  seenExpiresAt: z.int().exactOptional(),
  held: z.boolean(),
  holdChangedAt: z.int().exactOptional(),
  interventions: z
    .array(z.object({ at: z.int(), message: z.string(), operator: z.string(), reason: z.string() }))
    .exactOptional(),
  handover: z.object({ runId: z.string(), entries: z.int(), pace }).exactOptional(),
});
