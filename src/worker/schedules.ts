/** The Temporal Schedules that the configuration needs. Existing ones stay as they are: somebody may have changed them. */
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleClient,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Accounts } from '../gateways/accounts.ts';
import type { OverdueConfig } from '../overdue/index.ts';
import { OPERATIONS_QUEUE, taskQueueOf, WEBHOOKS_QUEUE } from '../protocol/start.ts';

/** The schedule that renews an account's keys. */
export function keyScheduleId(provider: string, account: string): string {
  return `unwind-keys/${provider}/${account}`;
}

/** The schedule that finds events which nobody delivers. */
export const WEBHOOK_SCHEDULE_ID = 'unwind-webhooks';

/**
 * Creates a daily check-in for every account whose gateway wants one. What it starts is written plain, whatever codec the
 * client has: it outlives every encryption key, and tells no more than its id does.
 *
 * @returns the ids of the schedules that were created
 */
export async function ensureKeySchedules(temporal: Client, accounts: Accounts): Promise<readonly string[]> {
  const { connection, options } = temporal;
  const schedules = new ScheduleClient({ connection, namespace: options.namespace });
  const created: string[] = [];
  for (const { provider, name, rotateKeys } of accounts.list()) {
    if (rotateKeys === undefined) continue;
    const scheduleId = keyScheduleId(provider, name);
    const isNew = await create(schedules, {
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
  const isNew = await create(temporal.schedule, {
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

async function create(schedules: ScheduleClient, options: ScheduleOptions): Promise<boolean> {
  try {
    await schedules.create(options);
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    return false;
  }
}

export const SWEEP_SCHEDULE = 'sweep-overdue-orders';

/** By this note a pause of our own is told from one of a person. */
export const NO_SOURCE = 'no source configured: `overdue` in unwind.config.yaml, see docs/overdue-orders.md';
const SOURCE = 'a source is configured';

type Every = Pick<OverdueConfig, 'every'>;
const WITHOUT_SOURCE: Every = { every: 300_000 };
const MIN_CATCHUP_MS = 60_000;

/** Sweeps that were missed are one sweep: only the last of them is made up for. */
const timesOf = ({ every }: Every) =>
  ({
    spec: { intervals: [{ every }], jitter: every / 10 },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: Math.max(every, MIN_CATCHUP_MS) },
  }) satisfies Partial<ScheduleOptions>;

/**
 * Creates the schedule, paused as long as there is no source, and ends that pause when there is one. What a person has
 * paused or changed stays as it is.
 *
 * @returns what people should hear of it
 */
export async function ensureSweepSchedule(temporal: Client, overdue: Every | undefined): Promise<string | undefined> {
  const times = timesOf(overdue ?? WITHOUT_SOURCE);
  try {
    await temporal.schedule.create({
      scheduleId: SWEEP_SCHEDULE,
      ...times,
      state: overdue === undefined ? { paused: true, note: NO_SOURCE } : { note: SOURCE },
      action: {
        type: 'startWorkflow',
        workflowType: 'sweepOverdueOrders',
        workflowId: SWEEP_SCHEDULE,
        taskQueue: OPERATIONS_QUEUE,
      },
    });
    return overdue === undefined ? `created, paused: ${NO_SOURCE}` : `created, every ${seconds(overdue.every)}`;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }

  const schedule = temporal.schedule.getHandle(SWEEP_SCHEDULE);
  const { state, spec } = await schedule.describe();
  const pausedByUs = state.paused && state.note === NO_SOURCE;
  if (overdue === undefined) return state.paused ? undefined : 'runs, and this worker has no source for it';
  if (pausedByUs) {
    await schedule.update((before) => ({
      ...before,
      ...times,
      state: { ...before.state, paused: false, note: SOURCE },
    }));
    return `goes on, every ${seconds(overdue.every)}: ${SOURCE}`;
  }
  if (state.paused) return `stays paused${state.note ? `: ${state.note}` : ''}`;
  const interval = spec.intervals?.[0]?.every;
  if (interval === overdue.every) return undefined;
  const now = interval === undefined ? 'has times of its own' : `runs every ${seconds(interval)}`;
  return `${now}, not every ${seconds(overdue.every)}: delete it to have it made anew`;
}

const seconds = (ms: number) => `${ms / 1000} s`;
