/** The request that the ledger keeps of an order, as a caller would write it. */
import { z } from 'zod';
import type { ReversalInput } from '../reversal/request.ts';

const instant = z
  .int()
  .transform((ms) => new Date(ms).toISOString())
  .exactOptional();

const stored: z.ZodType<ReversalInput> = z.object({
  provider: z.string(),
  account: z.string(),
  orderId: z.string(),
  amount: z.int(),
  currency: z.string(),
  reason: z.enum(['ambiguous', 'timeout', 'void']),
  ifPaid: z.enum(['keep', 'reverse']),
  attemptedAt: instant,
  expiresAt: instant,
  method: z.enum(['barcode', 'qr']).exactOptional(),
  clientIp: z.string().exactOptional(),
});

/** Undefined when it is none: a row of another program. */
export function inputOf(request: unknown): ReversalInput | undefined {
  return stored.safeParse(request).data;
}
