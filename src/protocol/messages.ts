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

/** People press a button before they type: a resubmission may come without any input. */
export interface ResubmitMessage extends Partial<OperatorMessage> {
  /** The batch that it belongs to. */
  readonly batch?: string;
}

export type ResolveMessage = Resolution;

export const submitUpdate = defineUpdate<ReversalState, [SubmitMessage | undefined]>('submit');
export const paymentObservedUpdate = defineUpdate<ReversalState, [unknown]>('paymentObserved');
export const resubmitUpdate = defineUpdate<ReversalState, [ResubmitMessage | undefined]>('resubmit');
export const holdUpdate = defineUpdate<ReversalState, [OperatorMessage]>('hold');
export const releaseUpdate = defineUpdate<ReversalState, [OperatorMessage]>('release');
export const rescheduleUpdate = defineUpdate<ReversalState, [RescheduleMessage]>('reschedule');
/** For a closure that has sent nothing yet. */
export const cancelClosureUpdate = defineUpdate<ReversalState, [OperatorMessage]>('cancelClosure');
export const resolveUpdate = defineUpdate<ReversalState, [ResolveMessage]>('resolve');
export const noteUpdate = defineUpdate<ReversalState, [OperatorMessage]>('note');

/**
 * Join and observe without an answer. An update is nothing until a worker accepts it; a signal is in the history as soon
 * as the server has it.
 */
export const joinSignal = defineSignal<[unknown]>('join');
export const paymentObservedSignal = defineSignal<[unknown]>('paymentObserved');

/** Also a signal, since signals can be sent to many workflows in one batch. */
export const resubmitSignal = defineSignal<[ResubmitMessage | undefined]>('resubmit');

export const statusQuery = defineQuery<ReversalState>('status');

/** What a query is told before the first workflow task has opened the case. */
export const NOT_OPEN = 'the case is not open yet';

/** What whoever asked before a workflow task that is still to come is told; asked again, it is answered. */
export const BETWEEN_TASKS = 'Asked while a workflow task is still to come: ask again';
