/** Ends that the outside was told again as if they were news. */
import type { WebhookEvent } from '../../src/webhooks/event.ts';

/**
 * @param events of one order, as they were received
 * @param moved when money moved, or a call of ours that may move some arrived: what comes to the same end is news then
 */
export function toldTwice(
  orderId: string,
  events: readonly WebhookEvent[],
  moved: readonly { readonly at: number }[],
): string[] {
  let before: WebhookEvent | undefined;
  return events.flatMap((event) => {
    if (event.type !== 'reversal.final') {
      // Something else was told meanwhile: whatever comes next ends that.
      before = undefined;
      return [];
    }
    const last = before;
    before = event;
    if (last === undefined || last.id === event.id || meaningOf(last) !== meaningOf(event)) return [];
    const [from, to] = [Date.parse(last.timestamp), Date.parse(event.timestamp)];
    if (moved.some(({ at }) => at > from && at <= to)) return [];
    return [`${orderId}: ${meaningOf(event)} at ${last.timestamp} and again at ${event.timestamp}`];
  });
}

const meaningOf = ({ data: { finalAction, resolvedAs } }: WebhookEvent) =>
  resolvedAs === undefined ? `${finalAction}` : `${finalAction}, ${resolvedAs}`;
