/** Makes sure that somebody delivers the events of an order. */
import type { Client } from '@temporalio/client';
import { WEBHOOKS_QUEUE } from '../protocol/start.ts';
import { type DeliveryInput, eventsWrittenSignal } from '../protocol/webhooks.ts';
import type { OrderKey } from '../reversal/request.ts';

const WORKFLOW = 'deliverWebhooks';

/** `webhooks/{provider}/{account}/{orderId}`, each part percent-encoded: one delivery an order, so that order is kept. */
export function deliveryIdOf({ provider, account, orderId }: OrderKey): string {
  return ['webhooks', ...[provider, account, orderId].map(encodeURIComponent)].join('/');
}

function startOf({ provider, account, orderId }: OrderKey) {
  const input: DeliveryInput = { provider, account, orderId };
  return { workflowId: deliveryIdOf(input), taskQueue: WEBHOOKS_QUEUE, args: [input] };
}

/** After events were written: a delivery that is about to end reads the ledger once more. */
export async function signalDelivery({ workflow }: Client, order: OrderKey): Promise<void> {
  await workflow.signalWithStart(WORKFLOW, { ...startOf(order), signal: eventsWrittenSignal });
}

/** Leaves a running one alone. */
export async function startDelivery({ workflow }: Client, order: OrderKey): Promise<void> {
  await workflow.start(WORKFLOW, { ...startOf(order), workflowIdConflictPolicy: 'USE_EXISTING' });
}
