/** After the attacks: everything works again, and every reversal gets to its end or to the people it needs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { inLanes } from '../../bench/fleet/lanes.ts';
import { workflowIdOf } from '../../src/client.ts';
import { resubmitSignal } from '../../src/protocol/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Started } from './messages.ts';
import type { Site } from './site.ts';
import type { Traffic } from './traffic.ts';

/** Workers with a right clock and every account, and all of them up. */
export async function mend(site: Site): Promise<void> {
  await Promise.all(
    site.workers.map(async (worker) => {
      // One that is still starting has the clock that it was last given.
      await worker.up();
      await worker.kill({ CHAOS_CLOCK_SKEW_MS: '0', ...site.configs.whole });
      await worker.up();
    }),
  );
}

const LOOK_EVERY_MS = 3000;
const IN_FLIGHT = 20;
const NAMED = 3;
/** Longer than the longest watch at this speed: when nothing has moved for so long, nothing will. */
const PATIENCE_MS = 3 * 60_000;
/** Whatever still moves then: a run stops by itself, on a machine that is far too slow, too. */
const AT_LONGEST_MS = 10 * 60_000;
/** What the attacks left stuck ends after one; what stays so after these waits for what no gateway tells. */
const RESUBMISSIONS = 3;
/** After its first call since: people see what a resubmission came to before they send another. */
const RESUBMIT_AFTER_MS = 10_000;
/** After the first call since the last resubmission: a refund that goes on is waited for. */
const LEAVE_AFTER_MS = 60_000;

/**
 * Waits until nothing is under way. Operators send on what is stuck for a reason that its incident does not explain.
 *
 * @returns what is left when nothing moves any more
 */
export async function settle(site: Site, traffic: Traffic, log: (line: string) => void): Promise<Settled> {
  const giveUpAt = Date.now() + AT_LONGEST_MS;
  let deadline = Date.now() + PATIENCE_MS;
  let before = '';
  let starting = true;
  void traffic.finished().then(() => {
    starting = false;
  });
  const resubmitted = new Map<string, Resubmitted>();
  for (;;) {
    const { open, stuck } = await underWay(site);
    const byOrder = new Map(traffic.started.map((started) => [started.request.orderId, started]));
    const wrongly = [...stuck].flatMap(([orderId, reason]) => {
      const started = byOrder.get(orderId);
      return started === undefined || explains(started, reason) ? [] : [started];
    });
    const nexts = wrongly.map((started) => ({ started, next: nextOf(site, started, resubmitted) }));
    await releaseHeld(site, traffic, [
      ...[...open].filter((orderId) => !stuck.has(orderId)),
      ...wrongly.map(({ request }) => request.orderId),
    ]);
    const due = nexts.flatMap(({ started, next }) => (next === 'resubmit' ? [started] : []));
    const now = JSON.stringify([open.size, stuck.size, wrongly.length]);
    if (now !== before) deadline = Date.now() + PATIENCE_MS;
    before = now;
    if (!starting && open.size === stuck.size && nexts.every(({ next }) => next === 'leave'))
      return { stuck, unfinished: new Set() };
    if (Date.now() > Math.min(deadline, giveUpAt)) {
      log(`giving up: ${open.size} open, ${stuck.size} of them stuck${starting ? ', and some are not started' : ''}`);
      const moving = Date.now() > giveUpAt ? [...open].filter((orderId) => !stuck.has(orderId)) : [];
      return { stuck, unfinished: new Set(moving) };
    }
    const without = wrongly.slice(0, NAMED).map(({ request: { orderId } }) => `${orderId} ${stuck.get(orderId)}`);
    log(
      `${open.size} open, ${stuck.size} of them stuck, ${wrongly.length} without a reason (${without.join(', ')}), ` +
        `${due.length} to be sent on`,
    );
    await inLanes(due, IN_FLIGHT, async ({ request }) => {
      const times = (resubmitted.get(request.orderId)?.times ?? 0) + 1;
      resubmitted.set(request.orderId, { times, at: Date.now() });
      await sendOn(site, request);
    });
    await sleep(LOOK_EVERY_MS);
  }
}

export interface Settled {
  /** What waits for people, by order number, with the reasons. */
  readonly stuck: ReadonlyMap<string, string>;
  /** What still moved when there was no time left for it. */
  readonly unfinished: ReadonlySet<string>;
}

interface Resubmitted {
  readonly times: number;
  readonly at: number;
}

/** It reacts with calls; with many to be replayed at once that takes a minute. */
function nextOf(
  { sandbox }: Site,
  { incident, request: { orderId } }: Started,
  resubmitted: ReadonlyMap<string, Resubmitted>,
): 'resubmit' | 'wait' | 'leave' {
  const sent = resubmitted.get(orderId);
  if (sent === undefined) return 'resubmit';
  const reaction = sandbox.log({ system: behind(incident.gateway).system, orderId }).find(({ at }) => at > sent.at);
  const reactedFor = reaction === undefined ? 0 : Date.now() - reaction.at;
  if (sent.times < RESUBMISSIONS) return reactedFor > RESUBMIT_AFTER_MS ? 'resubmit' : 'wait';
  return reactedFor > LEAVE_AFTER_MS ? 'leave' : 'wait';
}

const FEW = 20;

/** What is held still, by somebody whose release went to a run that had ended, is released once little else moves. */
async function releaseHeld({ reversals }: Site, traffic: Traffic, moving: readonly string[]): Promise<void> {
  if (moving.length > FEW) return;
  const orders = traffic.started.filter(({ request }) => moving.includes(request.orderId));
  await inLanes(orders, IN_FLIGHT, async ({ request }) => {
    const state = await reversals.status(request).catch(() => undefined);
    if (state?.status !== 'held') return;
    await reversals.release(request, { operator: 'chaos', reason: 'everything works again' }).catch(() => undefined);
  });
}

/** The signal, as a batch sends it: it needs no worker at this moment. */
async function sendOn({ temporal }: Site, order: OrderKey): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowIdOf(order));
  try {
    await handle.signal(resubmitSignal, { operator: 'chaos', reason: 'everything works again' });
  } catch (error) {
    // It looked by itself meanwhile, and has ended.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Whether an incident of this kind may wait for people for that reason. */
export function explains({ incident }: Started, reason: string): boolean {
  // What nobody mends may be given up before its tries are used up.
  const givesUp = reason === 'gave-up' && incident.sticks.length > 0;
  return givesUp || incident.sticks.some((known) => known === reason);
}

interface UnderWay {
  readonly open: Set<string>;
  readonly stuck: Map<string, string>;
}

/** Between two lists, so that one which is just continued in another run is in one of them. */
const CONTINUED_WITHIN_MS = 1000;

async function underWay(site: Site): Promise<UnderWay> {
  const first = await listed(site);
  await sleep(CONTINUED_WITHIN_MS);
  const second = await listed(site);
  return { open: new Set([...first.open, ...second.open]), stuck: new Map([...first.stuck, ...second.stuck]) };
}

async function listed({ temporal }: Site): Promise<UnderWay> {
  const stuck = new Map<string, string>();
  const open = new Set<string>();
  const query = "WorkflowType = 'reversePayment' AND ExecutionStatus = 'Running'";
  for await (const { workflowId, typedSearchAttributes: attributes } of temporal.workflow.list({ query })) {
    const orderId = attributes.get(SEARCH_ATTRIBUTES.orderId) ?? workflowId;
    open.add(orderId);
    if (attributes.get(SEARCH_ATTRIBUTES.status) !== 'stuck') continue;
    stuck.set(orderId, attributes.get(SEARCH_ATTRIBUTES.stuckReason) ?? 'none');
  }
  return { open, stuck };
}
