/** The typed way in: start reversals, ask for their state, send operators' messages. */
import {
  type Client,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Outcome } from './reversal/outcome.ts';
import { type OrderKey, parseRequest, type ReversalInput, type ReversalRequest } from './reversal/request.ts';
import type { ReversalState } from './reversal/status.ts';
import { workflowIdOf } from './reversal/workflow-id.ts';
import { type ReversalSummary, scheduledState, summaryOf } from './summary.ts';
import {
  cancelClosureUpdate,
  holdUpdate,
  noteUpdate,
  type OperatorMessage,
  paymentObservedUpdate,
  type RescheduleMessage,
  type ResolveMessage,
  releaseUpdate,
  rescheduleUpdate,
  resolveUpdate,
  resubmitUpdate,
  statusQuery,
  submitUpdate,
} from './workflows/messages.ts';
import type { reversePayment } from './workflows/reverse-payment.ts';
import { startOptions } from './workflows/start-options.ts';
import { taskQueueOf } from './workflows/task-queue.ts';
import { queryOf, type ReversalFilter } from './workflows/visibility.ts';

export { InvalidRequestError, type ReversalInput, requestJsonSchema } from './reversal/request.ts';
export type { ReversalState } from './reversal/status.ts';
export { workflowIdOf } from './reversal/workflow-id.ts';
export type { ReversalSummary } from './summary.ts';
export { taskQueueOf } from './workflows/task-queue.ts';

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

const describe = (outcome: Outcome) => (outcome.kind === 'final' ? outcome.action : 'abandoned');

/** An order that is to be closed later; its payment is kept when there is one. */
export type ClosureInput = Omit<ReversalInput, 'reason' | 'ifPaid' | 'expiresAt'>;

export interface ReverseOptions {
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
   * @throws InvalidRequestError before anything is sent, with every problem of the request
   * @throws WorkflowUpdateFailedError when a reversal of another amount runs for that order
   */
  reverse(input: ReversalInput, options?: ReverseOptions): Promise<ReversalState>;
  /** Starts (or joins) without waiting. A `timeout` with a later `expiresAt` sleeps on the server until then. */
  start(input: ReversalInput): Promise<{ readonly workflowId: string; readonly joined: boolean }>;
  /**
   * Closes the order at an instant when nobody has paid it by then: one event on the server until it is due. A payment
   * that shows up is kept. Scheduling it again joins; `reschedule` moves it.
   *
   * @throws InvalidRequestError before anything is sent, with every problem of the request
   */
  scheduleClosure(order: ClosureInput, due: { readonly at: Date | string }): ReturnType<ReversalClient['start']>;
  /** The state now; for an ended reversal how it ended, as long as the server keeps it. Undefined: never heard of. */
  status(order: OrderKey): Promise<ReversalState | undefined>;
  /** Waits for the end, through runs that continue one another. A stuck reversal has not ended. */
  result(order: OrderKey): Promise<Outcome>;
  /** A payment was notified: look at once, in the running reversal or a new one. The notification proves nothing. */
  paymentObserved(input: ReversalInput): Promise<ReversalState>;
  /**
   * Something was heard of an order, from its gateway or elsewhere: its running reversal looks at once. Resolves when
   * the server has the message in the history, without waiting for the look.
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

const DEFAULT_ANSWER_WITHIN_MS = 2000;
const GRPC_DEADLINE_EXCEEDED = 4;

/** The typed client over a connected Temporal client; it holds nothing and need not be closed. */
export function createReversalClient(temporal: Client): ReversalClient {
  const { workflow } = temporal;

  const withStart = (input: ReversalInput, request: ReversalRequest) => {
    // An update would not wait for a start delay: whoever asks for an answer wants it now.
    const { startDelay: _, ...options } = startOptions(input, request);
    return new WithStartWorkflowOperation<typeof reversePayment>('reversePayment', {
      ...options,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  };

  const outcomeOf = async (workflowId: string): Promise<Outcome | undefined> => {
    try {
      return await workflow.getHandle<typeof reversePayment>(workflowId).result();
    } catch {
      return undefined; // failed, cancelled, terminated or forgotten: no outcome
    }
  };

  const toOperated = async <Message>(
    update: typeof resubmitUpdate | typeof resolveUpdate | typeof rescheduleUpdate,
    order: OrderKey,
    message: Message,
  ): Promise<ReversalState> => {
    const workflowId = workflowIdOf(order);
    try {
      return await workflow.getHandle(workflowId).executeUpdate<ReversalState, [Message]>(update.name, {
        args: [message],
      });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) {
        throw new ReversalEndedError(workflowId, await outcomeOf(workflowId));
      }
      throw error;
    }
  };

  const start: ReversalClient['start'] = async (input) => {
    const request = parseRequest(input);
    const workflowId = workflowIdOf(request);
    try {
      await workflow.start<typeof reversePayment>('reversePayment', startOptions(input, request));
      return { workflowId, joined: false };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    // It runs: the request joins it, and this returns as soon as that is done.
    await workflow.executeUpdateWithStart(submitUpdate, {
      args: [{ request: input, answerBy: Date.now() }],
      startWorkflowOperation: withStart(input, request),
    });
    return { workflowId, joined: true };
  };

  return {
    async reverse(input, options = {}) {
      const request = parseRequest(input);
      const answerBy = Date.now() + (options.answerWithinMs ?? DEFAULT_ANSWER_WITHIN_MS);
      return workflow.executeUpdateWithStart(submitUpdate, {
        args: [{ request: input, answerBy }],
        startWorkflowOperation: withStart(input, request),
      });
    },

    start,

    scheduleClosure: (order, { at }) =>
      start({ ...order, reason: 'timeout', expiresAt: typeof at === 'string' ? at : at.toISOString() }),

    async status(order) {
      const handle = workflow.getHandle(workflowIdOf(order));
      try {
        const described = await handle.describe();
        // No worker has seen a delayed start yet: a query would hang until its own deadline.
        if (described.status.name === 'RUNNING' && described.historyLength <= 2)
          return scheduledState(order, described);
        const state = await handle.query(statusQuery);
        // Nobody attends to it any more, so what it would have told is not true any more either.
        const { verdict: _, ...unattended } = state;
        return described.status.name === 'TERMINATED' ? unattended : state;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        if (isGrpcServiceError(error) && error.code === GRPC_DEADLINE_EXCEEDED) {
          throw new Error(`No worker answers for ${taskQueueOf(order.provider)}: is one running?`, { cause: error });
        }
        throw error;
      }
    },

    result: (order) => workflow.getHandle<typeof reversePayment>(workflowIdOf(order)).result(),

    async paymentObserved(input) {
      const request = parseRequest(input);
      return workflow.executeUpdateWithStart(paymentObservedUpdate, {
        args: [{}],
        startWorkflowOperation: withStart(input, request),
      });
    },

    async wake(order, heard, by) {
      const handle = workflow.getHandle(workflowIdOf(order));
      try {
        await temporal.withDeadline(by, () =>
          handle.startUpdate(paymentObservedUpdate, { args: [heard], waitForStage: 'ACCEPTED' }),
        );
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },

    async wakeOrStart(input, heard, by) {
      const request = parseRequest(input);
      await temporal.withDeadline(by, () =>
        workflow.startUpdateWithStart(paymentObservedUpdate, {
          args: [heard],
          waitForStage: 'ACCEPTED',
          startWorkflowOperation: withStart(input, request),
        }),
      );
    },

    resubmit: (order, message) => toOperated(resubmitUpdate, order, message),
    resolve: (order, message) => toOperated(resolveUpdate, order, message),
    hold: (order, message) => toOperated(holdUpdate, order, message),
    release: (order, message) => toOperated(releaseUpdate, order, message),
    reschedule: (order, message) => toOperated(rescheduleUpdate, order, message),
    cancelClosure: (order, message) => toOperated(cancelClosureUpdate, order, message),
    note: (order, message) => toOperated(noteUpdate, order, message),

    async *list(filter = {}) {
      let left = filter.limit ?? Number.POSITIVE_INFINITY;
      for await (const info of workflow.list({ query: queryOf(filter) })) {
        if (left-- <= 0) return;
        yield summaryOf(info);
      }
    },
  };
}
