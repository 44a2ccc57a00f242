/** Tells a receiver what happened to one order: event after event, each for days if need be. */
import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type DeliveryInput,
  type DueEvent,
  type DueEvents,
  eventsWrittenSignal,
  type WebhookActivities,
} from '../protocol/webhooks.ts';

/** What a run hands to the next one when its history has grown long. */
interface Delivered {
  readonly delivered: number;
  /** What was given up, and why. */
  readonly givenUp: readonly string[];
}

/** Around the call: the ledger is read before and written after it. */
const MARGIN_MS = 15_000;

const { dueEvents, giveUp } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** @returns why the event was given up, undefined when it was delivered */
async function delivered(event: DueEvent, { timeoutMs, retryForMs, backOff }: DueEvents): Promise<string | undefined> {
  const { deliver } = proxyActivities<WebhookActivities>({
    startToCloseTimeout: timeoutMs + MARGIN_MS,
    scheduleToCloseTimeout: retryForMs,
    // For tries that could not say when the next one is due: their worker died.
    retry: { initialInterval: backOff.firstMs, backoffCoefficient: 2, maximumInterval: backOff.maxMs },
    summary: event.name,
  });
  try {
    await deliver(event);
    return undefined;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return giveUp(event);
  }
}

/**
 * Delivers what the ledger holds for the order, in the order in which it was written, and ends when nothing is left. An
 * event that was given up makes it fail in the end, so that people see it; the ones after it are delivered all the same.
 *
 * @param soFar only from a run of this workflow to its next
 */
export async function deliverWebhooks(input: DeliveryInput, soFar?: Delivered): Promise<Delivered> {
  let written = false;
  setHandler(eventsWrittenSignal, () => {
    written = true;
  });
  let sum: Delivered = soFar ?? { delivered: 0, givenUp: [] };
  const { again, ...order } = input;
  for (let due: DueEvents | undefined; due === undefined || due.more || written; ) {
    written = false;
    due = await dueEvents(due === undefined && again === true ? { ...order, again } : order);
    for (const event of due.events) {
      const why = await delivered(event, due);
      sum =
        why === undefined
          ? { ...sum, delivered: sum.delivered + 1 }
          : { ...sum, givenUp: [...sum.givenUp, `${event.name}: ${why}`] };
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliverWebhooks>(order, sum);
  }
  if (sum.givenUp.length === 0) return sum;
  throw ApplicationFailure.nonRetryable(`Given up, and still in the ledger: ${sum.givenUp.join('; ')}`, 'GivenUp', sum);
}
