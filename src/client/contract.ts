/** What the typed client offers. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FindInput, FindRefusal, FoundOrder } from '../protocol/activities.ts';
import type { OperatorMessage, RescheduleMessage, ResolveMessage } from '../protocol/messages.ts';
import type { ReversalFilter } from '../protocol/visibility.ts';
import type { Outcome } from '../reversal/outcome.ts';
import type { OrderKey, ReversalInput } from '../reversal/request.ts';
import type { ReversalState } from '../reversal/status.ts';
import type { ReversalSummary } from './status.ts';

/** A message was sent to a reversal that has ended. `state` is how it ended, when that is still known. */
export class ReversalEndedError extends Error {
  readonly workflowId: string;
  readonly outcome: Outcome | undefined;
  constructor(workflowId: string, outcome: Outcome | undefined) {
    const how = outcome === undefined ? 'and its result is not kept any more' : `as ${describe(outcome)}`;
    super(`The reversal ${workflowId} is not running: it has ended ${how}, or was never started.`);
    this.name = 'ReversalEndedError';
    this.workflowId = workflowId;
    this.outcome = outcome;
  }
}

/** The gateway's own number leads to no order that a reversal could be asked for. Nothing was started. */
export class OrderNotFoundError extends Error {
  readonly why: FindRefusal;
  constructor(why: FindRefusal, message: string) {
    super(message);
    this.name = 'OrderNotFoundError';
    this.why = why;
  }
}

/** Whether the reversal had ended before the message, or ended before it could answer. */
export function hasEnded(error: unknown): boolean {
  if (error instanceof ReversalEndedError) return true;
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow';
}

const describe = (outcome: Outcome) => (outcome.kind === 'final' ? outcome.action : 'abandoned');

/** An order that is to be closed later; its payment is kept when there is one. */
export type ClosureInput = Omit<ReversalInput, 'reason' | 'ifPaid' | 'expiresAt'>;

export interface AnswerOptions {
  /** How long a worker that is busy may take beyond what it was asked for. Default 10 seconds. */
  readonly graceMs?: number;
}

export interface ReverseOptions extends AnswerOptions {
  /** Answer with the state as it is then, when no verdict has come. Default 2 seconds. */
  readonly answerWithinMs?: number;
}

export interface ListFilter extends ReversalFilter {
  readonly limit?: number;
}

export interface ReversalClient {
  /**
   * Starts a reversal, or joins the one that runs, and waits for the first verdict or for `answerWithinMs`.
   *
   * @throws InvalidRequestError before anything is sent, with every problem of the request; also for a provider that is
   *   no gateway of Unwind's while no worker serves one of that name
   * @throws WorkflowUpdateFailedError when what runs for that order is of another amount, was started with no request, or
   *   was asked to stop before a worker had the request
   * @throws NotAnsweredError when no worker answers: the request is in the history, and goes on when one runs
   */
  reverse(input: ReversalInput, options?: ReverseOptions): Promise<ReversalState>;
  /**
   * Starts (or joins) without waiting for a verdict. A `timeout` with a later `expiresAt` sleeps on the server until then.
   * What joins is in the history when this resolves, whether a worker has taken it yet or not.
   *
   * @throws InvalidRequestError, WorkflowUpdateFailedError as `reverse` does
   */
  start(
    input: ReversalInput,
    options?: AnswerOptions,
  ): Promise<{ readonly workflowId: string; readonly joined: boolean }>;
  /**
   * Closes the order at an instant when nobody has paid it by then: one event on the server until it is due. A payment
   * that shows up is kept. Scheduling it again joins; `reschedule` moves it.
   *
   * @throws InvalidRequestError before anything is sent, with every problem of the request
   */
  scheduleClosure(order: ClosureInput, due: { readonly at: Date | string }): ReturnType<ReversalClient['start']>;
  /**
   * Finds the order that the gateway has under its own number (`trade_no`, `sn`, DaxPay's `orderNo`), for who has lost
   * the merchant's: one look by a worker, which starts nothing. Start the reversal with what it tells.
   *
   * @throws OrderNotFoundError when the gateway names no such order, or does not answer
   * @throws InvalidRequestError as `reverse` does
   */
  find(asked: FindInput, options?: AnswerOptions): Promise<FoundOrder>;
  /** The state now; for an ended reversal how it ended, as long as the server keeps it. Undefined: never heard of. */
  status(order: OrderKey): Promise<ReversalState | undefined>;
  /** Waits for the end, through runs that continue one another. A stuck reversal has not ended. */
  result(order: OrderKey): Promise<Outcome>;
  /**
   * A payment was notified: look at once, in the running reversal or a new one. The notification proves nothing.
   *
   * @throws NotAnsweredError when no worker answers: the message is in the history, and it looks when one runs
   */
  paymentObserved(input: ReversalInput, options?: AnswerOptions): Promise<ReversalState>;
  /**
   * Something was heard of an order, from its gateway or elsewhere: its running reversal looks at once, a closure that
   * is not due too. Resolves when the server has the message in the history: that needs no worker, and is no look yet.
   *
   * @param heard for people who read the history: short, nothing personal; it proves nothing
   * @param by epoch milliseconds; rejects when the server has not taken the message by then, and it may still do so
   * @returns false when no reversal of the order runs
   */
  wake(order: OrderKey, heard: unknown, by: number): Promise<boolean>;
  /** The same, and starts a reversal when none runs. */
  wakeOrStart(input: ReversalInput, heard: unknown, by: number): Promise<void>;
  resubmit(order: OrderKey, message: OperatorMessage): Promise<ReversalState>;
  resolve(order: OrderKey, message: ResolveMessage): Promise<ReversalState>;
  hold(order: OrderKey, message: OperatorMessage): Promise<ReversalState>;
  release(order: OrderKey, message: OperatorMessage): Promise<ReversalState>;
  reschedule(order: OrderKey, message: RescheduleMessage): Promise<ReversalState>;
  /** Gives up a closure that has sent nothing yet; the order stays as it is. */
  cancelClosure(order: OrderKey, message: OperatorMessage): Promise<ReversalState>;
  note(order: OrderKey, message: OperatorMessage): Promise<ReversalState>;
  list(filter?: ListFilter): AsyncIterable<ReversalSummary>;
}
