/** What workflows about many reversals do: find the stuck ones, resubmit them, count what became of them. */
import { Context, heartbeat } from '@temporalio/activity';
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { STUCK_REASONS } from '../reversal/outcome.ts';
import { resubmitSignal } from '../workflows/messages.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { quoted } from '../workflows/visibility.ts';
import type { OperationsActivities, ResubmitEach, Resubmitted } from './operations-contract.ts';

const PAGE = 200;
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

async function sleepUntil(instant: number): Promise<void> {
  const left = instant - performance.now();
  if (left > 0) await Context.current().sleep(left);
}

/** Signals one after the other, never faster than the rate: time that was lost is not made up for. */
async function resubmitEach({
  workflowIds,
  operator,
  reason,
  batch,
  ratePerSecond,
}: ResubmitEach): Promise<Resubmitted> {
  const { client, info } = Context.current();
  const done = progress.safeParse(info.heartbeatDetails).data ?? { next: 0, resubmitted: 0, endedSince: 0 };
  for (const workflowId of workflowIds.slice(done.next)) {
    const started = performance.now();
    try {
      await client.workflow.getHandle(workflowId).signal(resubmitSignal, { operator, reason, batch });
      done.resubmitted += 1;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      done.endedSince += 1;
    }
    done.next += 1;
    heartbeat({ ...done });
    await sleepUntil(started + 1000 / ratePerSecond);
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
