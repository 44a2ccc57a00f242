/** The run: many closures are scheduled, some fall due within seconds, and what became of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { lifetimes } from '../fleet/census.ts';
import { conclude } from '../fleet/conclusions.ts';
import { type Fleet, withFleet } from '../fleet/fleet.ts';
import { inLanes } from '../fleet/lanes.ts';
import { rateOf } from '../fleet/rate.ts';
import type { LoggedCall } from '../fleet/sandbox.ts';
import { quantile, round } from '../statistics.ts';
import type { ClosuresOptions } from './options.ts';
import { type ClosuresResult, kibEach } from './result.ts';

const GATEWAY = { account: 'alipay-v3', provider: 'alipay', system: 'alipay' } as const;
const AMOUNT = 1280;
const IN_FLIGHT = 100;
const FAR_MS = 24 * 3_600_000;
const DUE_WITHIN_MS = 10_000;
const DEADLINE_MS = 20 * 60_000;
/** Clocks of three processes on one machine, and the grain of the server's timers. */
const EARLY_MS = 50;

type Log = (line: string) => void;

export async function runClosures(options: ClosuresOptions, log: Log): Promise<ClosuresResult> {
  const { count, due, rateLimit, workerDown } = options;
  const settings = () => ({ rules: {}, rateLimit });
  return withFleet({ gateways: [GATEWAY.account], settings, log, durable: true }, async (fleet) => {
    const first = workerDown === 0 ? await fleet.startWorker() : undefined;
    const before = await fleet.server.size();
    const far = new Date(Date.now() + FAR_MS);
    const began = Date.now();
    let started = 0;
    const telling = setInterval(() => log(`${started} of ${count} scheduled`), 15_000);
    await inLanes(Array(count - due).keys(), IN_FLIGHT, async (index) => {
      await schedule(fleet, `P${index}`, far);
      started += 1;
    });
    const startsPerSecond = round((1000 * (count - due)) / (Date.now() - began), 0);
    const after = await fleet.server.size();

    const orderIds = Array.from({ length: due }, (_, index) => `D${index}`);
    const seeds = orderIds.map((orderId) => ({ orderId, amount: AMOUNT, state: 'WAITING', createdMsAgo: 60_000 }));
    await fleet.sandbox.seed(GATEWAY.system, seeds);
    // All of them are scheduled before the first is due.
    const dueFrom = Date.now() + 15_000 + (1500 * due) / Math.max(1, startsPerSecond || due);
    const dueAt = new Map(orderIds.map((orderId, index) => [orderId, dueFrom + (index * DUE_WITHIN_MS) / due]));
    await inLanes(dueAt, IN_FLIGHT, async ([orderId, at]) => {
      await schedule(fleet, orderId, new Date(at));
      started += 1;
    });
    clearInterval(telling);
    if (Date.now() > dueFrom) throw new Error('the machine is too busy: some were due before all were scheduled');
    log(`${count} are scheduled; ${due} fall due in ${Math.round((dueFrom - Date.now()) / 1000)} s`);
    await sleep(dueFrom - Date.now() + 1000 * workerDown);
    const worker = first ?? (await fleet.startWorker());
    await ended(fleet, orderIds, log);

    const lives = await lifetimes(fleet.temporal, GATEWAY.account);
    const calls = await fleet.sandbox.log(GATEWAY.system);
    const truths = await fleet.sandbox.truths(GATEWAY.system, orderIds);
    const pending = [...lives.values()].filter(({ status }) => status === 'RUNNING').length;
    await worker.stop();
    const ledger = await fleet.openLedger();
    const delays = delaysOf(calls, dueAt);
    const of = (q: number) => round(quantile(delays, q) / 1000, 1);
    const ends = orderIds.map((orderId) => lives.get(orderId)?.endedAt ?? 0);
    return {
      count,
      due,
      rateLimit,
      workerDownSeconds: workerDown,
      startsPerSecond,
      serverMemoryKib: kibEach(after.memory - before.memory, count - due),
      serverDiskKib: kibEach(after.disk - before.disk, count - due),
      delaySeconds: { p50: of(0.5), p95: of(0.95), p99: of(0.99), max: of(1) },
      early: delays.filter((delay) => delay < -EARLY_MS).length,
      calls: rateOf(calls.map(({ at }) => at)),
      callsEach: round(calls.length / due, 2),
      endedAfterSeconds: round((Math.max(...ends) - dueFrom) / 1000, 1),
      pending,
      ...(await conclude({ ...GATEWAY, orderIds, lifetimes: lives, truths, log: calls, ledger })),
    };
  });
}

function schedule({ reversals }: Fleet, orderId: string, at: Date): Promise<unknown> {
  const { provider, account } = GATEWAY;
  const attemptedAt = new Date(Date.now() - 60_000).toISOString();
  return reversals.scheduleClosure(
    { provider, account, orderId, amount: AMOUNT, currency: 'CNY', method: 'qr', attemptedAt },
    { at },
  );
}

/** From the due time of each to its first call, milliseconds; one that was never called counts as never ended. */
function delaysOf(calls: readonly LoggedCall[], dueAt: ReadonlyMap<string, number>): number[] {
  const first = new Map<string, number>();
  for (const { orderId, at } of calls) {
    if (orderId !== undefined) first.set(orderId, Math.min(at, first.get(orderId) ?? at));
  }
  return [...first].map(([orderId, at]) => at - (dueAt.get(orderId) ?? at));
}

/** Waits for those that fell due; gives up aloud. */
async function ended({ temporal }: Fleet, orderIds: readonly string[], log: Log): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  const query = `ReversalAccount = '${GATEWAY.account}' AND ExecutionStatus = 'Completed'`;
  for (let told = 0; ; ) {
    const { count } = await temporal.workflow.count(query);
    if (count >= orderIds.length) return;
    if (Date.now() > deadline) return log(`${orderIds.length - count} have not ended: giving up`);
    if (Date.now() - told > 15_000) {
      log(`${count} of ${orderIds.length} have ended`);
      told = Date.now();
    }
    await sleep(1000);
  }
}
