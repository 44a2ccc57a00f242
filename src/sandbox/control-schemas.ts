import { z } from 'zod';
import type { Fault, NoticeWish, OrderEvent, OrderSeed } from './contract.ts';

const switches = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const operation = z.enum([
  'query',
  'cancel',
  'close',
  'revoke',
  'refund',
  'refundQuery',
  'sync',
  'checkin',
  'activate',
]);
const wire = z.enum([
  'refuse',
  'dropBefore',
  'resetBefore',
  'resetAfter',
  'silentAfter',
  'lateExecution',
  'delayAnswer',
  'stall',
  'dribble',
  'http502',
  'http502After',
  'html200',
  'empty200',
  'truncated',
  'gzip',
  'redirect',
]);
const milliseconds = z.int().nonnegative();

export const faultSchema: z.ZodType<Fault> = z
  .strictObject({
    operation: z.union([operation, z.literal('any')]),
    from: z.int().positive().exactOptional(),
    times: z.int().nonnegative().exactOptional(),
    wire: wire.exactOptional(),
    delayMs: milliseconds.exactOptional(),
    business: z
      .strictObject({
        name: z.string().min(1),
        execute: z.boolean().exactOptional(),
        with: switches.exactOptional(),
      })
      .exactOptional(),
  })
  .refine((fault) => fault.wire !== undefined || fault.business !== undefined, 'needs wire or business');

/** What `happen` takes: an event without its time. */
export const happeningSchema: z.ZodType<Pick<OrderEvent, 'name' | 'with'>> = z.strictObject({
  name: z.string().min(1),
  with: switches.exactOptional(),
});

const eventSchema: z.ZodType<OrderEvent> = z.strictObject({
  name: z.string().min(1),
  with: switches.exactOptional(),
  afterMs: milliseconds.exactOptional(),
  on: z
    .strictObject({
      operation,
      nth: z.int().positive(),
      when: z.enum(['before', 'after']),
      delayMs: milliseconds.exactOptional(),
    })
    .exactOptional(),
});

export const seedSchema: z.ZodType<OrderSeed> = z.strictObject({
  orderId: z.string().min(1),
  amount: z.int().positive(),
  currency: z.string().length(3).exactOptional(),
  state: z.string().min(1),
  createdMsAgo: milliseconds.exactOptional(),
  paidMsAgo: milliseconds.exactOptional(),
  flags: switches.exactOptional(),
  faults: z.array(faultSchema).exactOptional(),
  events: z.array(eventSchema).exactOptional(),
  notifyUrl: z.url({ protocol: /^http$/ }).exactOptional(),
});

export const noticeSchema: z.ZodType<NoticeWish> = z.strictObject({
  about: z.enum(['payment', 'refund', 'close']).exactOptional(),
  forged: z.enum(['key', 'content', 'unsigned']).exactOptional(),
  otherMerchant: z.boolean().exactOptional(),
  shape: z.enum(['zeroRefundFee', 'emptiesDropped', 'emptiesKept', 'gbk']).exactOptional(),
});

export const outageSchema = z.strictObject({ on: z.boolean() });
export const filterSchema = z.strictObject({ system: z.string().exactOptional(), orderId: z.string().exactOptional() });
