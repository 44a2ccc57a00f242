import { z } from 'zod';
import { shapeSchema } from './shape.ts';

const DAY_MS = 24 * 3_600_000;
const milliseconds = z.int().nonnegative();

/**
 * The flags of an order: what is the matter with it, the switches where the documentation leaves the gateway's
 * behaviour open, and the shapes of its answers.
 */
export const flagsSchema = shapeSchema.extend({
  /** Refunded in part before: the minor units, or `true` for half. Cancel is refused from then on. */
  partiallyRefunded: z.union([z.boolean(), z.int().positive()]).default(false),
  frozen: z.boolean().default(false),
  /** The seller's balance does not do for a refund: so many times, or `true` until the event `fund`. */
  sellerShort: z.union([z.boolean(), z.int().nonnegative()]).default(false),
  cancelNotAllowed: z.boolean().default(false),
  /** An unpaid trade expires so long after it was created. */
  expiresInMs: milliseconds.exactOptional(),

  cancelWindowMs: milliseconds.default(DAY_MS),
  cancelWindowFrom: z.enum(['created', 'paid']).default('created'),
  /** `ACQ.TRADE_CANCEL_TIME_OUT` whatever the clock says, for an unpaid trade too. */
  cancelTimeOut: z.boolean().default(false),
  /** What a cancel of a closed trade answers: success without or with its action, or this error. */
  repeatedCancel: z
    .union([z.enum(['noAction', 'sameAction']), z.stringFormat('ACQ code', /^ACQ\.[A-Z_]+$/)])
    .default('noAction'),
  closeOnClosed: z.stringFormat('ACQ code', /^ACQ\.[A-Z_]+$/).default('ACQ.TRADE_STATUS_ERROR'),
  /** A cancel that found nothing blocks the number, so that a late payment is refused. Off: the dangerous case. */
  tombstone: z.boolean().default(false),
  /** The refund query shows a refund made by cancel, under the order's own number. */
  cancelRefundVisible: z.boolean().default(false),
  /** Looks come from a replica: they show the old state for so many milliseconds after an act. */
  lag: milliseconds.default(0),
});

export type Flags = z.infer<typeof flagsSchema>;

/** Also takes the specification's spelling, `seller_short`. Throws with every problem that it finds. */
export function parseFlags(flags: Readonly<Record<string, unknown>> = {}): Flags {
  const camel = Object.entries(flags).map(([name, value]): [string, unknown] => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return flagsSchema.parse(Object.fromEntries(camel));
}
