/** Refuses what no workflow task has brought, sets aside what nobody can decode, and keeps messages in one order. */
import type { ActivateInput, WorkflowInterceptors } from '@temporalio/workflow';
import { BETWEEN_TASKS } from '../protocol/messages.ts';
import { setAside } from './unreadable.ts';

/**
 * A worker that is asked for a workflow which it does not have in its cache gets all of its history, also what came after
 * the last workflow task: while a worker that died with it in its cache is still waited for, a timer that fired. The SDK
 * (1.24) hands that to the workflow with the time of the task before, and keeps what the workflow made of it: what it then
 * does is what no replay does again, and the reversal stands still for good. So a question can break a workflow.
 *
 * Such events are told by what only the start of a task changes: time and size of the history. Refusing them fails the
 * question and drops the workflow from this worker's cache; the task, when it comes, starts from the history. A question
 * about a history whose last events mean nothing to the workflow brings nothing, and is answered.
 */
type Jobs = NonNullable<ActivateInput['activation']['jobs']>;

/**
 * Signals before updates. What a Reset brings again comes as it came the first time, and at every replay the SDK (1.24)
 * has the updates last: a workflow that does anything at once would do it in another order, and stand still for good.
 */
function signalsFirst(jobs: Jobs): Jobs {
  const updates = jobs.filter(({ doUpdate }) => doUpdate != null);
  if (updates.length === 0) return jobs;
  const others = jobs.filter(({ doUpdate }) => doUpdate == null);
  const lastSignal = others.findLastIndex(({ signalWorkflow }) => signalWorkflow != null);
  const at = Math.max(
    lastSignal + 1,
    jobs.findIndex(({ doUpdate }) => doUpdate != null),
  );
  return others.toSpliced(at, 0, ...updates);
}

export function interceptors(): WorkflowInterceptors {
  let length = 0;
  let task = '';
  return {
    internals: [
      {
        activate(input, next) {
          const { historyLength, historySizeBytes, timestamp, jobs } = input.activation;
          const brings = jobs?.some(({ queryWorkflow }) => queryWorkflow == null);
          if (brings && timestamp != null && historyLength != null) {
            const current = `${timestamp.seconds} ${timestamp.nanos} ${historySizeBytes}`;
            if (current === task && historyLength > length) throw new Error(BETWEEN_TASKS);
            task = current;
            length = historyLength;
          }
          for (const job of jobs ?? []) setAside(job);
          if (jobs != null) input.activation.jobs = signalsFirst(jobs);
          next(input);
        },
      },
    ],
  };
}
