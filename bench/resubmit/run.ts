/** The run: many stuck reversals, one batch, and a worker that is killed in the middle of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReversalInput } from '../../src/client.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import { countOpen, lifetimes, openByStatus } from '../fleet/census.ts';
import { conclude } from '../fleet/conclusions.ts';
import { type Fleet, withFleet } from '../fleet/fleet.ts';
import { inLanes } from '../fleet/lanes.ts';
import { rateOf } from '../fleet/rate.ts';
import { waitFor } from '../fleet/wait-for.ts';
import { round } from '../statistics.ts';
import { startBatch } from './batch.ts';
import type { ResubmitOptions } from './options.ts';
import { resubmissionsOf } from './resubmissions.ts';
import type { ResubmitResult } from './result.ts';

const GATEWAY = { account: 'alipay-v3', provider: 'alipay', system: 'alipay' } as const;
const AMOUNT = 1280;
const MINUTE = 60_000;
const IN_FLIGHT = 40;
/** An empty balance is tried again by itself; here only the batch does. */
const RULES = { lookTimeout: '5s', selfCheck: '1d', backOff: { slowEvery: '1d', giveUpAfter: '10d' } };

type Log = (line: string) => void;

export async function runResubmit({ count, rate }: ResubmitOptions, log: Log): Promise<ResubmitResult> {
  const orderIds = Array.from({ length: count }, (_, index) => `S${index}`);
  return withFleet({ gateways: ['alipay-v3'], settings: () => ({ rules: RULES }), log }, async (fleet) => {
    const first = await fleet.startWorker();
    const began = Date.now();
    await makeStuck(fleet, orderIds, log);
    const stuckAfterSeconds = secondsSince(began);
    await fleet.sandbox.happen(GATEWAY.system, orderIds, 'fund');
    log(`topped up; ${rate} a second are to be resubmitted`);

    const startedAt = Date.now();
    const batch = await startBatch(fleet.temporal, count, rate);
    await sleep((1000 * count) / rate / 2);
    const killedAt = Date.now();
    await first.kill();
    const second = await fleet.startWorker();
    const withoutWorkerSeconds = secondsSince(killedAt);
    log(`the worker was killed; another one serves after ${withoutWorkerSeconds} s`);
    const said = await batch.result();
    const batchSeconds = secondsSince(startedAt);
    log(`the batch: ${JSON.stringify(said)}`);
    await ended(fleet, log);

    const lives = await lifetimes(fleet.temporal, GATEWAY.account);
    const ids = orderIds.map((orderId) => workflowIdOf({ ...GATEWAY, orderId }));
    const resubmissions = [...(await resubmissionsOf(fleet.temporal, ids)).values()];
    const calls = await fleet.sandbox.log(GATEWAY.system);
    const truths = await fleet.sandbox.truths(GATEWAY.system, orderIds);
    await second.stop();
    const ledger = await fleet.openLedger();
    const instants = resubmissions.flat();
    const ends = [...lives.values()].map(({ endedAt = 0 }) => endedAt);
    return {
      count,
      rate,
      stuckAfterSeconds,
      batch: said,
      batchSeconds,
      resubmissions: rateOf(instants),
      resubmittedBeforeKill: instants.filter((at) => at < killedAt).length,
      neverResubmitted: resubmissions.filter(({ length }) => length === 0).length,
      resubmittedTwice: resubmissions.filter(({ length }) => length > 1).length,
      withoutWorkerSeconds,
      firstLooks: rateOf(firstLooks(calls, startedAt)),
      endedAfterSeconds: round((Math.max(startedAt, ...ends) - startedAt) / 1000, 1),
      ...(await conclude({ ...GATEWAY, orderIds, lifetimes: lives, truths, log: calls, ledger })),
    };
  });
}

/** Paid orders whose seller has nothing to give back from. */
async function makeStuck(fleet: Fleet, orderIds: readonly string[], log: Log): Promise<void> {
  const seeds = orderIds.map((orderId) => {
    const made = { createdMsAgo: 2 * MINUTE, paidMsAgo: MINUTE };
    return { orderId, amount: AMOUNT, state: 'PAID', flags: { sellerShort: true }, ...made };
  });
  await fleet.sandbox.seed(GATEWAY.system, seeds);
  await inLanes(orderIds, IN_FLIGHT, (orderId) => fleet.reversals.start(requestFor(orderId)));
  await waitFor(log, async () => {
    const { stuck = 0, ...others } = await openByStatus(fleet.temporal, GATEWAY.account);
    return stuck === orderIds.length
      ? undefined
      : `${stuck} of ${orderIds.length} are stuck, ${JSON.stringify(others)}`;
  });
}

function requestFor(orderId: string): ReversalInput {
  const { provider, account } = GATEWAY;
  const asked = { amount: AMOUNT, currency: 'CNY', reason: 'ambiguous', ifPaid: 'reverse', method: 'barcode' } as const;
  return { provider, account, orderId, ...asked, attemptedAt: new Date(Date.now() - MINUTE).toISOString() };
}

async function ended(fleet: Fleet, log: Log): Promise<void> {
  await waitFor(log, async () => {
    const open = await countOpen(fleet.temporal);
    return open === 0 ? undefined : `${open} are open`;
  });
}

function firstLooks(calls: Awaited<ReturnType<Fleet['sandbox']['log']>>, since: number): number[] {
  const first = new Map<string, number>();
  for (const { at, operation, orderId = '' } of calls) {
    if (at >= since && operation === 'query' && !first.has(orderId)) first.set(orderId, at);
  }
  return [...first.values()];
}

const secondsSince = (instant: number) => round((Date.now() - instant) / 1000, 1);
