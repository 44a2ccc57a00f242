/** What the workflow `deliverWebhooks` is told. */
import { defineSignal } from '@temporalio/workflow';

/** Events of its order were written to the ledger. */
export const eventsWrittenSignal = defineSignal('eventsWritten');
