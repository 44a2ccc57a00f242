/** One task queue a gateway, for its workflows and activities: an outage of one holds up no other. */
export function taskQueueOf(provider: string): string {
  return `unwind-${provider}`;
}

/** For workflows that are about many reversals, of whatever gateway. Every worker process serves it. */
export const OPERATIONS_QUEUE = 'unwind-operations';

/** For telling receivers: one that is dead must hold up no reversal. Served where webhooks are configured. */
export const WEBHOOKS_QUEUE = 'unwind-webhooks';
