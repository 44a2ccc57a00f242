/** Per-order flags. A name that is not here is a mistake in the seed and is refused. */
import { z } from 'zod';
import { policyShape } from './policy.ts';

/** What the channel does with a cancel; `cancel.ts` says how each is answered and how it ends. */
export const CANCEL_WAYS = [
  'ok',
  'slow',
  'slow-then-error',
  'slow-then-refused',
  'refused',
  'unknown',
  'unknown-then-ok',
  'unknown-then-refused',
] as const;
export type CancelWay = (typeof CANCEL_WAYS)[number];

/** What the channel does with a refund; `refund.ts` says how each is answered and how it ends. */
export const REFUND_WAYS = [
  'ok',
  'in-progress-then-ok',
  'in-progress-then-refused',
  'error-then-ok',
  'error-then-refused',
  'fail',
] as const;
export type RefundWay = (typeof REFUND_WAYS)[number];

const ms = z.number().nonnegative();
const times = z.number().int().nonnegative();

const flagsSchema = z.strictObject({
  oneCancelPerOrder: z.boolean().default(true),
  cancelFails: z.enum(CANCEL_WAYS).default('ok'),
  abortFails: z.enum(CANCEL_WAYS).optional(),
  cancelFailTimes: times.default(0),
  cancelSettlesAfterMs: ms.optional(),
  canceledAs: z.enum(['CANCELED', 'PAY_CANCELED']).default('CANCELED'),
  payCanceledIsNoop: z.boolean().default(true),
  campaign: z.union([z.enum(['FAIL', 'CANCEL_ERROR']), z.boolean()]).default(false),
  campaignBlocksRefund: z.boolean().default(false),
  balanceShort: z
    .union([z.enum(['SELLER_BALANCE_NOT_ENOUGH', 'ACCOUNT_BALANCE_NOT_ENOUGH']), z.boolean()])
    .default(false),
  refund: z.enum(REFUND_WAYS).default('ok'),
  refundFailTimes: times.default(0),
  refundSettlesAfterMs: ms.optional(),
  refundedAmount: z.number().int().positive().optional(),
  unknownRefund: z.enum(['order', 'notExists']).default('order'),
  otherDay: z.boolean().optional(),
  otherDayCode: z.string().default('UPAY_CANCEL_INVALID_ORDER_STATE'),
  charged: z.boolean().optional(),
  lag: ms.default(0),
  payErrorAfterMs: ms.optional(),
  payCanceledAfterMs: ms.optional(),
  invisibleUntilScan: z.boolean().default(false),
  visibleAfterMs: ms.default(0),
  foreignMerchant: z.boolean().default(false),
  payway: z.enum(['1', '2', '3', '4', '5', '6', '17', '18']).default('3'),
  subPayway: z.enum(['1', '2', '3', '4', '5', '6']).default('1'),
  ...z.strictObject(policyShape).partial().shape,
});
export type Flags = z.infer<typeof flagsSchema>;

/** Throws with every problem when a flag is unknown or has a value that it cannot have. */
export function readFlags(flags: unknown): Flags {
  return flagsSchema.parse(flags ?? {});
}
