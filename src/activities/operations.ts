/** What workflows about many reversals do: find the stuck ones, resubmit them, count what became of them. */
import { Context, heartbeat } from '@temporalio/activity';
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { type ResubmitMessage, resubmitSignal } from '../protocol/messages.ts';
import type { OperationsActivities, ResubmitEach, Resubmitted } from '../protocol/resubmit.ts';
import { quoted, SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';
import { STUCK_REASONS } from '../reversal/outcome.ts';
import { pacer } from './pacer.ts';

const PAGE = 200;
/** What a signal may take without the rate being missed. */
const ROUND_TRIP_SECONDS = 0.1;
const GRPC_INVALID_ARGUMENT = 3;

/** What a killed attempt had done: the next one goes on from there. */
const progress = z.object({ next: z.int(), resubmitted: z.int(), endedSince: z.int() });

/** A query that the server cannot read will not become readable. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    if (isGrpcServiceError(cause) && cause.code === GRPC_INVALID_ARGUMENT) {
      throw ApplicationFailure.nonRetryable(`The query cannot be used: ${cause.details}`, 'InvalidRequest');
    }
    throw error;
  }
}

async function count(query: string): Promise<number> {
  const { workflow } = Context.current().client;
  return (await asked(() => workflow.count(query))).count;
}

const handleOf = (workflowId: string) => Context.current().client.workflow.getHandle(workflowId);

/** Undefined when there is no such workflow, or none that runs. */
async function ifFound<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Whether it was sent on: by this attempt, or by one that died before it could tell. Else it ended before its turn. */
async function resubmit(workflowId: string, message: ResubmitMessage): Promise<boolean> {
  const signalled = await ifFound(async () => {
    await handleOf(workflowId).signal(resubmitSignal, message);
    return true;
  });
  if (signalled) return true;
  const ended = await ifFound(() => handleOf(workflowId).describe());
  return ended?.typedSearchAttributes.get(SEARCH_ATTRIBUTES.batch) === message.batch;
}

/** Signals, never faster than the rate; a few at a time where one after the other would be slower than that. */
async function resubmitEach({ workflowIds, ratePerSecond, ...message }: ResubmitEach): Promise<Resubmitted> {
  const context = Context.current();
  const done = progress.safeParse(context.info.heartbeatDetails).data ?? { next: 0, resubmitted: 0, endedSince: 0 };
  const pace = pacer(ratePerSecond, (ms) => context.sleep(ms));
  const atATime = Math.ceil(ratePerSecond * ROUND_TRIP_SECONDS);
  while (done.next < workflowIds.length) {
    const few = workflowIds.slice(done.next, done.next + atATime);
    const sent = await Promise.all(
      few.map(async (workflowId) => {
        await pace.turn();
        const wasSent = await resubmit(workflowId, message);
        pace.answered();
        return wasSent;
      }),
    );
    done.next += few.length;
    for (const wasSent of sent) done[wasSent ? 'resubmitted' : 'endedSince'] += 1;
    heartbeat({ ...done });
  }
  return { resubmitted: done.resubmitted, endedSince: done.endedSince };
}

export function createOperations(): OperationsActivities {
  return {
    async countStuck(query) {
      const reasons = Object.keys(STUCK_REASONS);
      const counts = await Promise.all(
        reasons.map((reason) => count(`(${query}) AND ${SEARCH_ATTRIBUTES.stuckReason.name} = ${quoted(reason)}`)),
      );
      const byReason = Object.fromEntries(
        reasons.flatMap((reason, index) => (counts[index] ? [[reason, counts[index]]] : [])),
      );
      return { matched: await count(query), byReason };
    },
    async stuckPage({ query, after }) {
      const { client } = Context.current();
      const { executions, nextPageToken } = await asked(() =>
        client.workflowService.listWorkflowExecutions({
          namespace: client.options.namespace,
          query,
          pageSize: PAGE,
          ...(after !== undefined && { nextPageToken: Buffer.from(after, 'base64') }),
        }),
      );
      const workflowIds = (executions ?? []).flatMap(({ execution }) => execution?.workflowId ?? []);
      return {
        workflowIds,
        ...(nextPageToken?.length && { next: Buffer.from(nextPageToken).toString('base64') }),
      };
    },
    resubmitEach,
    async countBatch(batch) {
      const ofBatch = `${SEARCH_ATTRIBUTES.batch.name} = ${quoted(batch)}`;
      const [stuckAgain, concluded] = await Promise.all([
        count(`${ofBatch} AND ExecutionStatus = 'Running' AND ${SEARCH_ATTRIBUTES.status.name} = 'stuck'`),
        count(`${ofBatch} AND ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'`),
      ]);
      return { stuckAgain, concluded };
    },
  };
}
