/** The run: many reversals are open on one worker, what that takes, and whether all of them still end. */
import type { ReversalInput } from '../../src/client.ts';
import { residentKib } from '../cpu.ts';
import { countOpen, lifetimes, openByStatus } from '../fleet/census.ts';
import type { Command } from '../fleet/command.ts';
import { conclude } from '../fleet/conclusions.ts';
import { type Fleet, withFleet } from '../fleet/fleet.ts';
import { inLanes } from '../fleet/lanes.ts';
import { waitFor } from '../fleet/wait-for.ts';
import { startBatch } from '../resubmit/batch.ts';
import { round } from '../statistics.ts';
import type { OpenOptions } from './options.ts';
import type { OpenResult, Stage } from './result.ts';

const GATEWAY = { account: 'alipay-v3', provider: 'alipay', system: 'alipay' } as const;
const AMOUNT = 1280;
const MINUTE = 60_000;
const IN_FLIGHT = 40;
/** Nothing moves by itself while it is measured. */
const RULES = {
  lookTimeout: '5s',
  watch: ['1d'],
  selfCheck: '1d',
  backOff: { slowEvery: '1d', giveUpAfter: '10d' },
};

type Log = (line: string) => void;

export async function runOpen({ count, rate }: OpenOptions, log: Log): Promise<OpenResult> {
  const orderIds = Array.from({ length: count }, (_, index) => `O${index}`);
  const stuck = orderIds.filter((_, index) => index % 2 === 0);
  const watching = orderIds.filter((_, index) => index % 2 === 1);
  const settings = () => ({ rules: RULES });
  return withFleet({ gateways: [GATEWAY.account], settings, log, durable: true }, async (fleet) => {
    const worker = await fleet.startWorker();
    const stages = [await stageOf(fleet, worker, 0)];
    const tenth = Math.ceil(count / 10);
    const began = Date.now();
    for (const some of [orderIds.slice(0, tenth), orderIds.slice(tenth)]) {
      await open(fleet, some, log);
      stages.push(await stageOf(fleet, worker, await countOpen(fleet.temporal)));
      log(JSON.stringify(stages.at(-1)));
    }
    const openedPerSecond = round((1000 * count) / (Date.now() - began), 1);

    const startedAt = Date.now();
    await fleet.sandbox.happen(GATEWAY.system, stuck, 'fund');
    const batch = await startBatch(fleet.temporal, stuck.length, rate);
    log(`the batch: ${JSON.stringify(await batch.result())}`);
    await fleet.sandbox.happen(GATEWAY.system, watching, 'createAndPay');
    await inLanes(watching, IN_FLIGHT, (orderId) => fleet.reversals.paymentObserved(requestFor(orderId)));
    await waitFor(log, async () => {
      const left = await countOpen(fleet.temporal);
      return left === 0 ? undefined : `${left} are open`;
    });
    const endedAfterSeconds = round((Date.now() - startedAt) / 1000, 1);
    const after = await stageOf(fleet, worker, await countOpen(fleet.temporal));

    const lives = await lifetimes(fleet.temporal, GATEWAY.account);
    const calls = await fleet.sandbox.log(GATEWAY.system);
    const truths = await fleet.sandbox.truths(GATEWAY.system, orderIds);
    await worker.stop();
    const ledger = await fleet.openLedger();
    const ends = await conclude({ ...GATEWAY, orderIds, lifetimes: lives, truths, log: calls, ledger });
    return { count, stages, openedPerSecond, endedAfterSeconds, after, ...ends };
  });
}

/** Every other one is paid and cannot be given back for want of money; of the others the gateway has never heard. */
async function open(fleet: Fleet, orderIds: readonly string[], log: Log): Promise<void> {
  const isStuck = (orderId: string) => Number(orderId.slice(1)) % 2 === 0;
  const paid = { state: 'PAID', createdMsAgo: 2 * MINUTE, paidMsAgo: MINUTE, flags: { sellerShort: true } };
  const seeds = orderIds.map((orderId) => {
    return { orderId, amount: AMOUNT, ...(isStuck(orderId) ? paid : { state: 'absent' }) };
  });
  await fleet.sandbox.seed(GATEWAY.system, seeds);
  const before = await openByStatus(fleet.temporal, GATEWAY.account);
  const wanted = Object.values(before).reduce((sum, some) => sum + some, 0) + orderIds.length;
  await inLanes(orderIds, IN_FLIGHT, (orderId) => fleet.reversals.start(requestFor(orderId)));
  await waitFor(log, async () => {
    const { stuck = 0, watching = 0, ...others } = await openByStatus(fleet.temporal, GATEWAY.account);
    if (stuck + watching === wanted) return undefined;
    return `${stuck} are stuck and ${watching} are watching of ${wanted}, ${JSON.stringify(others)}`;
  });
}

function requestFor(orderId: string): ReversalInput {
  const { provider, account } = GATEWAY;
  const asked = { amount: AMOUNT, currency: 'CNY', reason: 'ambiguous', ifPaid: 'reverse', method: 'barcode' } as const;
  return { provider, account, orderId, ...asked, attemptedAt: new Date(Date.now() - MINUTE).toISOString() };
}

async function stageOf(fleet: Fleet, worker: Command, open: number): Promise<Stage> {
  const { memory, disk } = await fleet.server.size();
  return {
    open,
    serverMib: round(memory / 1024 / 1024, 0),
    serverDiskMib: round(disk / 1024 / 1024, 0),
    workerMib: round(residentKib(worker.pid) / 1024, 0),
  };
}
