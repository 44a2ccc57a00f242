/** The messages of a reversal: what each takes and gives back. People send some of them from the Web UI as JSON. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Resolution } from '../reversal/outcome.ts';
import type { ReversalState } from '../reversal/status.ts';

/** Who acts, and why; both end up in the journal. */
export interface OperatorMessage {
  readonly operator: string;
  readonly reason: string;
}

export interface SubmitMessage {
  /** Joins the running reversal when it differs from the request that started it. */
  readonly request?: unknown;
  /** ISO 8601 instant or epoch milliseconds: answer with the state as it is then at the latest. */
  readonly answerBy?: string | number;
}

export interface RescheduleMessage extends OperatorMessage {
  readonly dueAt: string;
}

export interface ResolveMessage extends OperatorMessage {
  readonly action: Resolution['action'];
}

export const submitUpdate = defineUpdate<ReversalState, [SubmitMessage | undefined]>('submit');
export const paymentObservedUpdate = defineUpdate<ReversalState, [unknown]>('paymentObserved');
export const resubmitUpdate = defineUpdate<ReversalState, [OperatorMessage]>('resubmit');
export const holdUpdate = defineUpdate<ReversalState, [OperatorMessage]>('hold');
export const releaseUpdate = defineUpdate<ReversalState, [OperatorMessage]>('release');
export const rescheduleUpdate = defineUpdate<ReversalState, [RescheduleMessage]>('reschedule');
export const resolveUpdate = defineUpdate<ReversalState, [ResolveMessage]>('resolve');
export const noteUpdate = defineUpdate<ReversalState, [OperatorMessage]>('note');

/** Also a signal, since signals can be sent to many workflows in one batch. */
export const resubmitSignal = defineSignal<[Partial<OperatorMessage> | undefined]>('resubmit');

export const statusQuery = defineQuery<ReversalState>('status');
