/** The Temporal Schedules that the configured accounts need. */
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Accounts } from './activities/index.ts';
import { taskQueueOf } from './workflows/task-queue.ts';

/** The schedule that renews an account's keys. */
export function keyScheduleId(provider: string, account: string): string {
  return `unwind-keys/${provider}/${account}`;
}

/**
 * Creates a daily check-in for every account whose gateway wants one; existing schedules stay as they are, since
 * somebody may have changed or paused them.
 *
 * @returns the ids of the schedules that were created
 */
export async function ensureKeySchedules(temporal: Client, accounts: Accounts): Promise<readonly string[]> {
  const created: string[] = [];
  for (const { provider, name, rotateKeys } of accounts.list()) {
    if (rotateKeys === undefined) continue;
    const scheduleId = keyScheduleId(provider, name);
    try {
      await temporal.schedule.create({
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
      created.push(scheduleId);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
  return created;
}
