/** The workflow `deliverWebhooks`: what it takes and is told, and what a worker does for it. */
import { defineSignal } from '@temporalio/workflow';
import type { OrderKey } from '../reversal/request.ts';

/** The input of the workflow `deliverWebhooks`. */
export interface DeliveryInput extends OrderKey {
  /** Tries once more what was given up. */
  readonly again?: boolean;
}

export interface DueEvent {
  /** Of the ledger. */
  readonly id: number;
  /** `reversal.final evt_…`, for people. */
  readonly name: string;
}

export interface DueEvents {
  /** In the order in which they were written. */
  readonly events: readonly DueEvent[];
  /** There are more. */
  readonly more: boolean;
  /** As this worker is configured; milliseconds. */
  readonly timeoutMs: number;
  readonly retryForMs: number;
  readonly backOff: { readonly firstMs: number; readonly maxMs: number };
}

export interface WebhookActivities {
  dueEvents(input: DeliveryInput): Promise<DueEvents>;
  /** One try. Fails, to be tried again after a while, unless the receiver answered with 2xx. */
  deliver(event: DueEvent): Promise<void>;
  /** Returns why the last try failed. */
  giveUp(event: DueEvent): Promise<string>;
  /** Starts the deliveries of events that have waited for long, where none runs. Returns how many orders wait. */
  resumeDeliveries(): Promise<{ readonly waiting: number }>;
}

/** Events of its order were written to the ledger. */
export const eventsWrittenSignal = defineSignal('eventsWritten');
