/** One task queue a gateway, for its workflows and activities: an outage of one holds up no other. */
export function taskQueueOf(provider: string): string {
  return `unwind-${provider}`;
}
