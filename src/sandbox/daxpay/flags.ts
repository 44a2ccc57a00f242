import { z } from 'zod';
import type { OrderSeed } from '../contract.ts';

export const CHANNEL_STATES = ['not_exist', 'unpaid', 'paid', 'closed', 'refunded'] as const;
const REFUND_STATUSES = ['no_refund', 'refunding', 'partial_refund', 'refunded'] as const;
const ms = z.number().nonnegative();

/** The flags of one order, with what the real server does as their defaults. Strict, so that a misspelling is seen. */
const schema = z.strictObject({
  channel: z.enum(['ali_pay', 'wechat_pay', 'union_pay', 'wallet_pay']).default('ali_pay'),
  method: z.enum(['barcode', 'qrcode']).default('barcode'),
  /** Split already: `allocStatus` is `allocation`. */
  allocated: z.boolean().default(false),
  /** Where the channel stands when that differs from what the local state implies. */
  channelState: z.enum(CHANNEL_STATES).exactOptional(),
  refundStatus: z.enum(REFUND_STATUSES).default('no_refund'),
  /** Minor units that went back before, with `refundStatus` `partial_refund`; half of the amount by default. */
  refundedAmount: z.int().positive().exactOptional(),
  /** An ended order that was paid once: the row keeps its time of payment (real 4.6). */
  paidBefore: z.boolean().default(false),
  title: z.string().default('probe'),
  description: z.string().exactOptional(),
  /** DaxPay's own number; made up by default. */
  orderNo: z.string().exactOptional(),
  /** The channel's number; made up by default. */
  outOrderNo: z.string().exactOptional(),

  /** `silent`: code 0, msg null, and the refund is `fail`. `text`: the same with the channel's text in msg. */
  refundFails: z.enum(['silent', 'text']).exactOptional(),
  refundFailTimes: z.int().positive().default(1),
  refundErrorText: z.string().default('系统错误'),
  /** The failing refund was paid by the channel all the same. */
  refundChannelPaid: z.boolean().default(false),
  /** The channel takes the refund and settles it later, by the event `settleRefund`. */
  refundPending: z.boolean().default(false),
  /** Between DaxPay's own questions to the channel about a refund that is `progress`; the profile's by default. */
  refundSyncMs: ms.exactOptional(),

  /** The payer pays inside the first channel call of that verb, before or after the channel decided. */
  payDuring: z.enum(['close', 'cancel']).exactOptional(),
  payDuringWhen: z.enum(['before', 'after']).default('before'),
  /** Whether the channel's callback about it reaches DaxPay inside the call too. */
  payDuringCallback: z.boolean().default(true),
  /** How long after the event `pay` the callback lands. */
  callbackMs: ms.default(0),
  /** A query answers with the order as it was so long ago. */
  lag: ms.default(0),

  lockLeaseMs: ms.exactOptional(),
  lockWaitMs: ms.exactOptional(),
  repairLockMs: ms.default(10_000),
  channelLatencyMs: ms.default(80),
  /** When DaxPay gives up on the channel, which goes on: 15 s for Alipay (real 4.2). */
  channelTimeoutMs: ms.default(15_000),
  /** Between reading an order for a refund and saving it: the window in which two refunds collide. */
  databaseMs: ms.default(3),
  /** From creation to `expiredTime`: half an hour as shipped. */
  validMs: ms.default(1_800_000),
});

export type Flags = z.infer<typeof schema>;

export function readFlags(seed: OrderSeed): Flags {
  const read = schema.safeParse(seed.flags ?? {});
  if (!read.success) throw new Error(`daxpay order ${seed.orderId}: ${z.prettifyError(read.error)}`);
  return read.data;
}
