/** The typed way in: start reversals, ask for their state, send operators' messages. */
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure, ValueError } from '@temporalio/common';
import { UndecryptablePayloadError } from '../encryption/codec.ts';
import { type Deadline, deadlineIn } from '../lib/deadline.ts';
import { grpcCodeOf, isUnanswered, NoAnswer, within } from '../lib/within.ts';
import {
  cancelClosureUpdate,
  holdUpdate,
  noteUpdate,
  paymentObservedSignal,
  paymentObservedUpdate,
  releaseUpdate,
  rescheduleUpdate,
  resolveUpdate,
  resubmitUpdate,
  submitUpdate,
} from '../protocol/messages.ts';
import {
  type FindOrder,
  type ReversePayment,
  startOptions,
  startOptionsAtOnce,
  taskQueueOf,
} from '../protocol/start.ts';
import { queryOf } from '../protocol/visibility.ts';
import type { Outcome } from '../reversal/outcome.ts';
import {
  InvalidRequestError,
  type OrderKey,
  parseRequest,
  type ReversalInput,
  type ReversalRequest,
} from '../reversal/request.ts';
import type { ReversalState } from '../reversal/status.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import { OrderNotFoundError, type ReversalClient, ReversalEndedError } from './contract.ts';
import { failureOf, hasEndedBadly, lookFailureOf } from './failure.ts';
import { unknownProvider } from './queue.ts';
import { askStatus, scheduledState, summaryOf } from './status.ts';
import { leave, NotAnsweredError, stopping } from './submit.ts';

const DEFAULT_ANSWER_WITHIN_MS = 2000;
const DEFAULT_GRACE_MS = 10_000;
/** Of the grace, what leaving a message with the server takes when no worker has answered: three short calls. */
const LEAVING_MS = 1000;
const GRPC_DEADLINE_EXCEEDED = 4;
const GRPC_FAILED_PRECONDITION = 9;
const TASKS_FAIL =
  'This reversal cannot be asked now: its last workflow tasks failed, or were cut off with their workers. The server ' +
  'gives it to a worker again within minutes. If it stays so, the event WorkflowTaskFailed in its history says why.';

/** @throws what the workflow refuses of its input, as a request that cannot be used; nobody answers; or the error itself */
function notFound(error: unknown): never {
  if (error instanceof NoAnswer) {
    throw new OrderNotFoundError('unanswered', 'No worker has answered in time: does one run for this gateway?');
  }
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && cause.type === 'InvalidRequest') {
    throw new InvalidRequestError([cause.message]);
  }
  throw error;
}

/**
 * The typed client over a connected Temporal client; it holds nothing and need not be closed. Give the connection
 * `interceptors: [retriesWithinDeadline]`, so that it may be closed right after a call that nobody has answered.
 */
export function createReversalClient(temporal: Client): ReversalClient {
  const { workflow } = temporal;

  /** A reversal that nobody would ever begin is refused: it would look like one that runs. */
  const requireGateway = async ({ provider }: Pick<OrderKey, 'provider'>): Promise<void> => {
    const problem = await unknownProvider(temporal, provider);
    if (problem !== undefined) throw new InvalidRequestError([problem]);
  };

  const withStart = (input: ReversalInput, request: ReversalRequest) =>
    new WithStartWorkflowOperation<ReversePayment>('reversePayment', {
      ...startOptionsAtOnce(input, request),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });

  /** What nobody answers is left with the server, and the caller told so: all of it within one time. */
  const orLeft = async <T>(
    workflowId: string,
    ms: number,
    ask: () => Promise<T>,
    toLeave: (deadline: Deadline) => Promise<string>,
  ): Promise<T> => {
    const deadline = deadlineIn(Math.max(ms, LEAVING_MS + 300));
    try {
      return await within(temporal, deadline.left() - LEAVING_MS, ask);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      throw new NotAnsweredError(workflowId, await toLeave(deadline), { cause: error });
    }
  };

  const submit = async (input: ReversalInput, answerWithinMs: number, graceMs: number): Promise<ReversalState> => {
    const sentAt = Date.now();
    const request = parseRequest(input, sentAt);
    await requireGateway(request);
    const update = () =>
      workflow.executeUpdateWithStart(submitUpdate, {
        args: [{ request: input, answerBy: sentAt + answerWithinMs }],
        startWorkflowOperation: withStart(input, request),
      });
    return orLeft(workflowIdOf(request), answerWithinMs + graceMs, update, (deadline) =>
      leave(temporal, input, sentAt, deadline),
    );
  };

  const leaveObserved = async (input: ReversalInput, heard: unknown): Promise<string> => {
    const { signaledRunId } = await workflow.signalWithStart<ReversePayment, [unknown]>('reversePayment', {
      ...startOptionsAtOnce(input, parseRequest(input)),
      signal: paymentObservedSignal,
      signalArgs: [heard],
    });
    return signaledRunId;
  };

  const outcomeOf = async (workflowId: string): Promise<Outcome | undefined> => {
    try {
      return await workflow.getHandle<ReversePayment>(workflowId).result();
    } catch (error) {
      // There is an outcome, and this client lacks its key.
      if (error instanceof UndecryptablePayloadError || error instanceof ValueError) throw error;
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

  const start: ReversalClient['start'] = async (input, { graceMs = DEFAULT_GRACE_MS } = {}) => {
    const sentAt = Date.now();
    const request = parseRequest(input, sentAt);
    await requireGateway(request);
    const workflowId = workflowIdOf(request);
    const begin = async () => {
      await workflow.start<ReversePayment>('reversePayment', startOptions(input, request));
    };
    try {
      await orLeft(workflowId, graceMs, begin, (deadline) => leave(temporal, input, sentAt, deadline));
      return { workflowId, joined: false };
    } catch (error) {
      // Whether what runs was started by this very request cannot be told after an answer that was lost.
      if (error instanceof NotAnsweredError) return { workflowId, joined: true };
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      const { status } = await submit(input, 0, Math.max(0, graceMs - (Date.now() - sentAt)));
      // It was asked to stop after this request, and does nothing about it.
      if (status === 'abandoned') throw stopping();
    } catch (error) {
      if (!(error instanceof NotAnsweredError)) throw error;
    }
    return { workflowId, joined: true };
  };

  return {
    reverse: async (input, { answerWithinMs = DEFAULT_ANSWER_WITHIN_MS, graceMs = DEFAULT_GRACE_MS } = {}) =>
      submit(input, answerWithinMs, graceMs),

    start,

    scheduleClosure: (order, { at }) =>
      start({ ...order, reason: 'timeout', expiresAt: typeof at === 'string' ? at : at.toISOString() }),

    async find(asked, { graceMs = DEFAULT_GRACE_MS } = {}) {
      await requireGateway(asked);
      const ask = () =>
        workflow.execute<FindOrder>('findOrder', {
          workflowId: ['find', asked.provider, asked.account, asked.gatewayId].map(encodeURIComponent).join('/'),
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowExecutionTimeout: '1 minute',
          taskQueue: taskQueueOf(asked.provider),
          args: [asked],
        });
      const answer = await within(temporal, graceMs, ask).catch(notFound);
      if (answer.kind === 'refused') throw new OrderNotFoundError(answer.why, answer.message);
      return answer.order;
    },

    async status(order) {
      const handle = workflow.getHandle(workflowIdOf(order));
      try {
        const described = await handle.describe();
        if (hasEndedBadly(described)) {
          return {
            ...scheduledState(order, described),
            status: 'unattended',
            failure: await failureOf(temporal, described),
          };
        }
        // No worker has seen a delayed start yet: a query would hang until its own deadline.
        if (described.status.name === 'RUNNING' && described.historyLength <= 2)
          return scheduledState(order, described);
        const state = await askStatus(handle);
        const lookFailure = lookFailureOf(described);
        return lookFailure === undefined ? state : { ...state, lookFailure };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        const code = grpcCodeOf(error);
        if (code === GRPC_DEADLINE_EXCEEDED) {
          throw new Error(`No worker answers for ${taskQueueOf(order.provider)}: is one running?`, { cause: error });
        }
        if (code === GRPC_FAILED_PRECONDITION) throw new Error(TASKS_FAIL, { cause: error });
        throw error;
      }
    },

    result: (order) => workflow.getHandle<ReversePayment>(workflowIdOf(order)).result(),

    async paymentObserved(input, { graceMs = DEFAULT_GRACE_MS } = {}) {
      const request = parseRequest(input, Date.now());
      await requireGateway(request);
      const update = () =>
        workflow.executeUpdateWithStart(paymentObservedUpdate, {
          args: [{}],
          startWorkflowOperation: withStart(input, request),
        });
      return orLeft(workflowIdOf(request), graceMs, update, (deadline) =>
        within(temporal, deadline.left(), () => leaveObserved(input, {})),
      );
    },

    async wake(order, heard, by) {
      const workflowId = workflowIdOf(order);
      try {
        return await within(temporal, by - Date.now(), async () => {
          const { status } = await workflow.getHandle(workflowId).describe();
          if (status.name !== 'RUNNING') return false;
          // A plain signal would not wake a closure that is not due. Nothing is ever started by this: an order whose
          // reversal has ended meanwhile has a workflow already.
          await workflow.signalWithStart<ReversePayment, [unknown]>('reversePayment', {
            workflowId,
            taskQueue: taskQueueOf(order.provider),
            args: [order],
            signal: paymentObservedSignal,
            signalArgs: [heard],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          });
          return true;
        });
      } catch (error) {
        if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError)
          return false;
        throw error;
      }
    },

    async wakeOrStart(input, heard, by) {
      await within(temporal, by - Date.now(), () => leaveObserved(input, heard));
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
