/** What a receiver is sent: small, documented in docs/webhooks.md, and the same for every try. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FINAL_ACTIONS, STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import { STATUSES } from '../reversal/status.ts';

/** When each is sent. */
export const EVENT_TYPES = {
  'reversal.verdict': 'What may be told to the payer or the cashier is known for the first time, or has changed.',
  'reversal.late_payment': 'The payment showed up after nothing had been found. Once an order.',
  'reversal.stuck': 'People are asked; the reversal stays open.',
  'reversal.final': 'Concluded, and confirmed by a look at the order.',
  'reversal.abandoned': 'Stopped on request, without a conclusion.',
} as const;
export type EventType = keyof typeof EVENT_TYPES;

const eventType = z.custom<EventType>((value) => typeof value === 'string' && Object.hasOwn(EVENT_TYPES, value));
const stuckReason = z.custom<StuckReason>((value) => typeof value === 'string' && Object.hasOwn(STUCK_REASONS, value));
export const verdict = z.enum([...FINAL_ACTIONS, 'not_paid']);

/** The body. The order as it was when the event happened; nothing personal, and no secret. */
export const webhookEvent = z.strictObject({
  /** Also the header `webhook-id`: the same for every try, so that a receiver acts once. */
  id: z.string().regex(/^evt_[\w-]{32}$/),
  type: eventType,
  /** When it happened, ISO 8601. */
  timestamp: z.iso.datetime(),
  data: z.strictObject({
    provider: z.string(),
    account: z.string(),
    orderId: z.string(),
    /** Minor units. */
    amount: z.int(),
    currency: z.string(),
    status: z.enum(STATUSES),
    /** What may be told now. Absent: nothing yet, which is never "not paid". */
    verdict: verdict.exactOptional(),
    finalAction: z.enum(FINAL_ACTIONS).exactOptional(),
    by: z.enum(['us', 'gateway', 'payer', 'operator']).exactOptional(),
    /** What an operator settled, with `finalAction: manual`. */
    resolvedAs: z.enum(['kept', 'closed', 'refunded', 'nothing_to_reverse']).exactOptional(),
    stuckReason: stuckReason.exactOptional(),
    /** The rule that asked people or led to the end: page and anchor in `docs/decisions`. */
    rule: z.string().exactOptional(),
    latePayment: z.boolean(),
    workflowId: z.string(),
  }),
});
export type WebhookEvent = z.infer<typeof webhookEvent>;

/** @param key unique for the order, and stable over repeats of what caused the event */
export function eventIdOf({ provider, account, orderId }: OrderKey, key: string): string {
  const cause = JSON.stringify([provider, account, orderId, key]);
  return `evt_${createHash('sha256').update(cause).digest('base64url').slice(0, 32)}`;
}
