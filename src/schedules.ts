/** The Temporal Schedules that the configuration needs. Existing ones stay as they are: somebody may have changed them. */
import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Accounts } from './activities/index.ts';
import { taskQueueOf, WEBHOOKS_QUEUE } from './workflows/task-queue.ts';

/** The schedule that renews an account's keys. */
export function keyScheduleId(provider: string, account: string): string {
  return `unwind-keys/${provider}/${account}`;
}

/** The schedule that finds events which nobody delivers. */
export const WEBHOOK_SCHEDULE_ID = 'unwind-webhooks';

/**
 * Creates a daily check-in for every account whose gateway wants one.
 *
 * @returns the ids of the schedules that were created
 */
export async function ensureKeySchedules(temporal: Client, accounts: Accounts): Promise<readonly string[]> {
  const created: string[] = [];
  for (const { provider, name, rotateKeys } of accounts.list()) {
    if (rotateKeys === undefined) continue;
    const scheduleId = keyScheduleId(provider, name);
    const isNew = await create(temporal, {
      scheduleId,
      // Before the shops open, and not for every terminal at once.
      spec: {
        calendars: [{ hour: 4, minute: 0, comment: 'daily check-in' }],
        timezone: 'Asia/Shanghai',
        jitter: '30 minutes',
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12 hours' },
      action: {
        type: 'startWorkflow',
        workflowType: 'rotateTerminalKeys',
        workflowId: scheduleId,
        args: [{ provider, account: name }],
        taskQueue: taskQueueOf(provider),
      },
    });
    if (isNew) created.push(scheduleId);
  }
  return created;
}

/**
 * Creates the sweep of undelivered events, every quarter of an hour.
 *
 * @returns its id when it was created
 */
export async function ensureWebhookSchedule(temporal: Client): Promise<readonly string[]> {
  const isNew = await create(temporal, {
    scheduleId: WEBHOOK_SCHEDULE_ID,
    spec: { intervals: [{ every: '15 minutes' }], jitter: '1 minute' },
    // What was missed is found by the next one.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: 'sweepWebhooks',
      workflowId: WEBHOOK_SCHEDULE_ID,
      taskQueue: WEBHOOKS_QUEUE,
      // Without a worker that has webhooks, it must not wait for ever.
      workflowExecutionTimeout: '1 hour',
    },
  });
  return isNew ? [WEBHOOK_SCHEDULE_ID] : [];
}

async function create(temporal: Client, options: ScheduleOptions): Promise<boolean> {
  try {
    await temporal.schedule.create(options);
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    return false;
  }
}
