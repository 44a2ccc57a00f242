/** Events that nobody delivers: their worker died after it wrote them, and their reversal was terminated since. */
import { proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities } from '../protocol/webhooks.ts';

const { resumeDeliveries } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 5 },
});

/** Run by a Schedule; it starts deliveries and waits for none. */
export async function sweepWebhooks(): Promise<{ readonly waiting: number }> {
  return resumeDeliveries();
}
