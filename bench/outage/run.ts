/** The run: reversals in every phase, the outage, the return, and what all of it came to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../src/ledger/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import { type Counts, countOpen, lifetimes, openByStatus, stuckByReason } from '../fleet/census.ts';
import { conclude } from '../fleet/conclusions.ts';
import { type Fleet, withFleet } from '../fleet/fleet.ts';
import { inLanes } from '../fleet/lanes.ts';
import { rateOf } from '../fleet/rate.ts';
import { median, quantile, round } from '../statistics.ts';
import type { OutageOptions } from './options.ts';
import { type Planned, planOrders } from './orders.ts';
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

/** One gateway of the run. */
interface Site {
  readonly gateway: GatewayName;
  readonly system: string;
  readonly orders: readonly Planned[];
}

/** What was seen of a site from its going down to its return. */
interface Seen {
  readonly stuckAtMost: number;
  readonly refused: readonly number[];
  readonly statusAtReturn: Counts;
  readonly stuckAtReturn: Counts;
}

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
    await Promise.all(sites.map((site) => prepare(fleet, site, options, outageMs, log)));
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

/** Brings the reversals to where the outage will find them. */
async function prepare(fleet: Fleet, site: Site, options: OutageOptions, outageMs: number, log: Log): Promise<void> {
  const { gateway, system, orders } = site;
  await fleet.sandbox.seed(
    system,
    orders.map(({ order }) => order),
  );
  const watching = orders.filter(({ phase }) => phase === 'watching');
  // The codes expire somewhere in the outage, however long the start takes.
  const startMs = 60_000 + (10_000 * watching.length) / options.rateLimit;
  const expiresAt = new Date(Date.now() + startMs + outageMs / 2).toISOString();
  await start(fleet, watching, { expiresAt });
  await until(async () => ((await openByStatus(fleet.temporal, gateway)).watching ?? 0) === watching.length);
  const inFlight = orders.filter(({ phase }) => phase === 'inFlight');
  await start(fleet, inFlight);
  const numbers = new Set(inFlight.map(({ order }) => order.orderId));
  await until(async () => {
    const calls = await fleet.sandbox.log(system);
    const cancels = calls.filter(({ operation, orderId }) => operation === 'cancel' && numbers.has(orderId ?? ''));
    return cancels.length >= inFlight.length;
  });
  log(`${gateway}: ${watching.length} are watching, ${inFlight.length} cancels are with the gateway`);
}

/** Everything that happens while the gateway is down. */
async function during(fleet: Fleet, { gateway, system, orders }: Site, upAt: number, log: Log): Promise<Seen> {
  const watched = orders.filter(({ phase }) => phase === 'watching').map(({ order }) => order.orderId);
  const late = watched.filter((_, index) => index % PAID_LATE === 0);
  const starting = start(
    fleet,
    orders.filter(({ phase }) => phase === 'new'),
  );
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

interface Findings {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly site: Site;
  readonly seen: Seen;
  readonly lives: Awaited<ReturnType<typeof lifetimes>>;
  readonly downAt: number;
  readonly upAt: number;
}

async function resultOf({ fleet, ledger, site, seen, lives, downAt, upAt }: Findings): Promise<GatewayResult> {
  const { gateway, system, orders } = site;
  const { provider } = behind(gateway);
  const orderIds = orders.map(({ order }) => order.orderId);
  const calls = await fleet.sandbox.log(system);
  const truths = await fleet.sandbox.truths(system, orderIds);
  const acts = await Promise.all(orderIds.map((orderId) => ledger.acts({ provider, account: gateway, orderId })));
  const whileDown = acts.map((all) => all.filter(({ sentAt }) => sentAt >= downAt && sentAt < upAt).length);
  const ends = [...lives.values()].flatMap(({ endedAt }) => (endedAt === undefined || endedAt < upAt ? [] : [endedAt]));
  const events = [...lives.values()].map((life) => life.events);
  const asked = await askedPeople(ledger, gateway);
  const refused = seen.refused.at(-1) ?? 0;
  return {
    phases: Object.fromEntries(
      ['watching', 'inFlight', 'new'].map((name) => [name, orders.filter(({ phase }) => phase === name).length]),
    ),
    stuckAtMost: seen.stuckAtMost,
    stuckAtReturn: seen.stuckAtReturn,
    statusAtReturn: seen.statusAtReturn,
    peopleAsked: asked.length,
    peopleAskedWhileDown: asked.filter((at) => at >= downAt && at < upAt).length,
    callsWhileDown: refused,
    callsWhileDownEach: round(refused / orders.length, 1),
    callsWhileDownPerSecond: round(refused / ((upAt - downAt) / 1000), 1),
    actsWhileDown: whileDown.reduce((sum, count) => sum + count, 0),
    actsWhileDownAtMost: Math.max(...whileDown),
    drainSeconds: round((Math.max(upAt, ...ends) - upAt) / 1000, 1),
    drainMedianSeconds: round((median(ends) - upAt) / 1000, 1),
    callsInDrain: rateOf(calls.flatMap(({ at }) => (at >= upAt ? [at] : []))),
    events: { median: median(events), p95: round(quantile(events, 0.95), 0), max: Math.max(...events) },
    runs: [...lives.values()].reduce((sum, { runs }) => sum + runs, 0),
    ...(await conclude({ provider, account: gateway, orderIds, lifetimes: lives, truths, log: calls, ledger })),
  };
}

/** When a reversal turned to people: each is a message to the outside. */
async function askedPeople(ledger: Ledger, account: string): Promise<number[]> {
  const PAGE = 1000;
  const asked: number[] = [];
  for (let after = 0; ; ) {
    const page = await ledger.events(after, PAGE);
    for (const event of page) if (event.type === 'reversal.stuck' && event.account === account) asked.push(event.at);
    const last = page.at(-1);
    if (last === undefined) return asked;
    after = last.id;
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
