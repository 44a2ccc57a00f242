/** What operations people and gateways press while things break, beside what each order is sent: each its own course. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { inLanes } from '../../bench/fleet/lanes.ts';
import { workflowIdOf } from '../../src/client.ts';
import { pickFrom, type Rng } from '../../src/demo/random/rng.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import { behind } from '../../src/stand/accounts.ts';
import { resetTo } from '../../test/workflows/reset.ts';
import type { Buttons } from './buttons.ts';
import { type Started, voidWhileGivenUp } from './messages.ts';
import type { Site } from './site.ts';
import { inHands, type Traffic } from './traffic.ts';
import { playClosure } from './without-account.ts';

export interface Pressing {
  readonly site: Site;
  readonly traffic: Traffic;
  readonly rng: Rng;
  readonly buttons: Buttons;
}

type Press = (pressing: Pressing) => Promise<unknown>;

/** Runs that a list is looked through for. */
const SEEN = 60;
const IN_A_BATCH = 6;
const BATCH_RUNNING = 1;
const BATCH_WITHIN_MS = 20_000;
const TIMES = [1, 1, 2, 5, 20] as const;
const RESET_TYPE = { firstWorkflowTask: 1, lastWorkflowTask: 2 } as const;

/** A Reset of a run that another continued, or of the one that continued it, to any of its tasks; mostly to the first. */
export const resetContinued: Press = async ({ site, traffic, rng, buttons }) => {
  const runs = await listed(site, "WorkflowType = 'reversePayment' AND ExecutionStatus = 'ContinuedAsNew'");
  const free = runs.flatMap((run) => {
    const started = startedOf(traffic, run);
    return started === undefined || started.inHand ? [] : [{ run, started }];
  });
  if (free.length === 0) return;
  const { run, started } = pickFrom(rng, free);
  const current = rng.chance(50);
  await inHands(started, async () => {
    const { workflow } = site.temporal;
    const [newest, old] = [
      await workflow.getHandle(run.workflowId).describe(),
      await workflow.getHandle(run.workflowId, run.runId).describe(),
    ];
    // A run of another chain was ended by people, and somebody has started anew since: that is not sent back.
    if (firstOf(newest) !== firstOf(old)) return;
    const { runId } = newest;
    const at = (points: number) => (rng.chance(60) ? 0 : rng.between(0, Math.max(0, points - 1)));
    await resetTo(site.temporal, run.workflowId, at, current ? runId : run.runId);
    buttons.resetContinued += 1;
  });
};

/** Rows of the list that somebody has selected, open ones and ended ones, all sent back by one batch of the server's. */
export const batchReset: Press = async ({ site, traffic, rng, buttons }) => {
  const chosen = new Set<Started>();
  for (let left = IN_A_BATCH; left > 0; left -= 1) {
    const one = traffic.started.at(-rng.between(1, Math.min(40, traffic.started.length)));
    if (one !== undefined && !one.inHand) chosen.add(one);
  }
  for (const one of chosen) one.inHand = true;
  try {
    buttons.batchReset += await resetAll(site, [...chosen], rng.chance(70) ? 'firstWorkflowTask' : 'lastWorkflowTask');
  } finally {
    for (const one of chosen) one.inHand = false;
  }
};

/** @returns how many the server has sent back */
async function resetAll(site: Site, chosen: readonly Started[], task: keyof typeof RESET_TYPE): Promise<number> {
  const { workflow, workflowService, options } = site.temporal;
  const { namespace } = options;
  const jobId = randomUUID();
  const executions = chosen.map(async ({ request }) => {
    const workflowId = workflowIdOf(request);
    return { workflowId, runId: (await workflow.getHandle(workflowId).describe()).runId };
  });
  await workflowService.startBatchOperation({
    ...{ namespace, jobId, reason: 'Reset from the Web UI', executions: await Promise.all(executions) },
    resetOperation: { identity: 'chaos', options: { [task]: {} }, resetType: RESET_TYPE[task] },
  });
  for (const giveUpAt = Date.now() + BATCH_WITHIN_MS; Date.now() < giveUpAt; await sleep(200)) {
    const job = await workflowService.describeBatchOperation({ namespace, jobId });
    if (job.state > BATCH_RUNNING) return Number(job.completeOperationCount);
  }
  return 0;
}

/** A gateway says something about an order, whether it is new or not; or what it once said arrives again, many times. */
export const replayNotifications: Press = async ({ site, traffic, rng, buttons }) => {
  const { came } = site.door;
  if (rng.chance(40)) {
    const { incident, request } = pickFrom(rng, traffic.started);
    await site.sandbox.notify(behind(incident.gateway).system, request.orderId);
    return;
  }
  if (came.length === 0) return;
  const notified = pickFrom(rng, came);
  const times = rng.pick(TIMES);
  await Promise.all(Array.from({ length: times }, () => site.door.again(notified)));
  buttons.replayedNotifications += times;
};

/** Somebody voids the payment of a closure at the instant at which somebody else gives the closure up. */
export const voidGivenUpClosure: Press = async ({ site, traffic, rng, buttons }) => {
  const started = playClosure(pickFrom(rng, site.gateways), traffic, rng);
  await sleep(rng.between(300, 6000));
  await inHands(started, () => voidWhileGivenUp({ site, started, rng, buttons }));
};

const AFTER_THE_END = 5;
const TRIES = 25;

/** The same when everything has ended: a few of those whose runs were continued. */
export async function resetEnded(pressing: Pressing): Promise<void> {
  const { buttons } = pressing;
  const enough = buttons.resetContinued + AFTER_THE_END;
  for (let left = TRIES; left > 0 && buttons.resetContinued < enough; left -= 1) {
    await resetContinued(pressing).catch(() => {});
  }
}

/** Of a long run, so that it ends. */
const NEWEST = 150;

/** When everything has ended: what came last arrives once more, three times each. @returns how many did */
export async function replayAll({ door }: Site): Promise<number> {
  const last = door.came.slice(-NEWEST);
  await inLanes(last, 5, (notified) => Promise.all([1, 2, 3].map(() => door.again(notified))));
  return 3 * last.length;
}

/** Cashiers and lists that want to know how it stands, of any order: whatever they are told is judged. */
export const ask: Press = async ({ site, traffic, rng }) => {
  await site.reversals.status(pickFrom(rng, traffic.started.slice(-100)).request);
};

const firstOf = ({ raw }: WorkflowExecutionDescription) => raw.workflowExecutionInfo?.firstRunId;

const startedOf = ({ started }: Traffic, { typedSearchAttributes }: WorkflowExecutionInfo) => {
  const orderId = typedSearchAttributes.get(SEARCH_ATTRIBUTES.orderId);
  return started.find(({ request }) => request.orderId === orderId);
};

async function listed({ temporal }: Site, query: string): Promise<WorkflowExecutionInfo[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of temporal.workflow.list({ query, pageSize: SEEN })) {
    runs.push(run);
    if (runs.length >= SEEN) break;
  }
  return runs;
}
