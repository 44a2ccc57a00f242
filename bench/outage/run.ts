/** The run: reversals in every phase, the outage, the return, and what all of it came to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { behind } from '../../src/stand/accounts.ts';
import { countOpen, lifetimes, openByStatus, stuckByReason } from '../fleet/census.ts';
import { type Fleet, withFleet } from '../fleet/fleet.ts';
import { inLanes } from '../fleet/lanes.ts';
import { round } from '../statistics.ts';
import { resultOf, type Seen, type Site } from './findings.ts';
import type { OutageOptions } from './options.ts';
import { type Phase, type Planned, planOrders } from './orders.ts';
import type { GatewayResult, OutageResult } from './result.ts';
import { compressedRules } from './rules.ts';

const IN_FLIGHT = 25;
const SAMPLE_MS = 2000;
/** Every tenth of the orders that are watched is paid while the gateway is down. */
const PAID_LATE = 10;
const HOUR_MS = 3_600_000;
/** The hourly look of a stuck reversal comes once in this time at the slowest speed that is of use. */
const DRAIN_DEADLINE_MS = 15 * 60_000;

type Log = (line: string) => void;

export async function runOutage(options: OutageOptions, log: Log): Promise<OutageResult> {
  const { gateways, count, speed, rateLimit, hours } = options;
  const outageMs = (hours * HOUR_MS) / speed;
  const settings = (account: string) => ({ rules: compressedRules(account, speed), rateLimit });
  const sites = gateways.map((gateway) => ({
    gateway,
    system: behind(gateway).system,
    orders: planOrders(gateway, count),
  }));
  return withFleet({ gateways, settings, log }, async (fleet) => {
    const worker = await fleet.startWorker();
    await Promise.all(sites.map((site) => watch(fleet, site, options, outageMs, log)));
    await Promise.all(sites.map((site) => send(fleet, site, log)));
    const downAt = Date.now();
    await Promise.all(sites.map(({ system }) => fleet.sandbox.outage(system, true)));
    log(`the gateway is down for ${round(outageMs / 60_000, 1)} minutes, ${hours} hours at ${speed} times the speed`);
    const seen = await Promise.all(sites.map((site) => during(fleet, site, downAt + outageMs, log)));
    const upAt = Date.now();
    await Promise.all(sites.map(({ system }) => fleet.sandbox.outage(system, false)));
    log('the gateway is back');
    await drained(fleet, log);
    const ended = await Promise.all(sites.map(({ gateway }) => lifetimes(fleet.temporal, gateway)));
    await worker.stop();
    const ledger = await fleet.openLedger();
    const results: Record<string, GatewayResult> = {};
    for (const [index, site] of sites.entries()) {
      const [what, lives] = [seen[index], ended[index]];
      if (what === undefined || lives === undefined) throw new Error(`${site.gateway} was not seen`);
      results[site.gateway] = await resultOf({ fleet, ledger, site, seen: what, lives, downAt, upAt });
    }
    return { count, speed, hours, outageSeconds: round((upAt - downAt) / 1000, 1), rateLimit, gateways: results };
  });
}

/** Seeds all orders, and starts those whose code can still be scanned. */
async function watch(fleet: Fleet, site: Site, options: OutageOptions, outageMs: number, log: Log): Promise<void> {
  const { gateway, system, orders } = site;
  await fleet.sandbox.seed(
    system,
    orders.map(({ order }) => order),
  );
  const watching = phaseOf(site, 'watching');
  // The codes expire somewhere in the outage, however long the start takes.
  const startMs = 60_000 + (10_000 * watching.length) / options.rateLimit;
  const expiresAt = new Date(Date.now() + startMs + outageMs / 2).toISOString();
  await start(fleet, watching, { expiresAt });
  await until(async () => ((await openByStatus(fleet.temporal, gateway)).watching ?? 0) === watching.length);
  log(`${gateway}: ${watching.length} are watching`);
}

/** Starts those whose cancel the outage will break off: last of all, as the sandbox holds a call for so long only. */
async function send(fleet: Fleet, site: Site, log: Log): Promise<void> {
  const inFlight = phaseOf(site, 'inFlight');
  await start(fleet, inFlight);
  const numbers = new Set(inFlight.map(({ order }) => order.orderId));
  await until(async () => {
    const calls = await fleet.sandbox.log(site.system);
    const cancels = calls.filter(({ operation, orderId }) => operation === 'cancel' && numbers.has(orderId ?? ''));
    return cancels.length >= inFlight.length;
  });
  log(`${site.gateway}: ${inFlight.length} cancels are with the gateway`);
}

function phaseOf({ orders }: Site, phase: Phase): readonly Planned[] {
  return orders.filter((planned) => planned.phase === phase);
}

/** Everything that happens while the gateway is down. */
async function during(fleet: Fleet, site: Site, upAt: number, log: Log): Promise<Seen> {
  const { gateway, system } = site;
  const watched = phaseOf(site, 'watching').map(({ order }) => order.orderId);
  const late = watched.filter((_, index) => index % PAID_LATE === 0);
  const starting = start(fleet, phaseOf(site, 'new'));
  const paying = fleet.sandbox.happen(system, late, 'createAndPay');
  const refused: number[] = [];
  let stuckAtMost = 0;
  let told = Date.now();
  while (Date.now() < upAt) {
    await sleep(Math.min(SAMPLE_MS, upAt - Date.now()));
    refused.push(await fleet.sandbox.refused(system));
    const open = await openByStatus(fleet.temporal, gateway);
    stuckAtMost = Math.max(stuckAtMost, open.stuck ?? 0);
    if (Date.now() - told < 30_000) continue;
    told = Date.now();
    log(`${gateway}: ${JSON.stringify(open)}, ${refused.at(-1)} calls, ${Math.round((upAt - told) / 1000)} s left`);
  }
  await Promise.all([starting, paying]);
  const [statusAtReturn, stuckAtReturn] = await Promise.all([
    openByStatus(fleet.temporal, gateway),
    stuckByReason(fleet.temporal, gateway),
  ]);
  return { stuckAtMost, refused, statusAtReturn, stuckAtReturn };
}

async function drained(fleet: Fleet, log: Log): Promise<void> {
  const deadline = Date.now() + DRAIN_DEADLINE_MS;
  let told = 0;
  for (;;) {
    const open = await countOpen(fleet.temporal);
    if (open === 0) return;
    if (Date.now() > deadline) return log(`${open} are still open: giving up`);
    if (Date.now() - told > 15_000) log(`${open} are open`);
    if (Date.now() - told > 15_000) told = Date.now();
    await sleep(500);
  }
}

function start({ reversals }: Fleet, orders: readonly Planned[], more: { expiresAt?: string } = {}): Promise<void> {
  return inLanes(orders, IN_FLIGHT, ({ request }) =>
    reversals.start({ ...request, ...more, attemptedAt: new Date().toISOString() }),
  );
}

const PREPARE_DEADLINE_MS = 10 * 60_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PREPARE_DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('the reversals did not get to where the outage should find them');
    await sleep(250);
  }
}
