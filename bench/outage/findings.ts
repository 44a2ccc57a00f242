/** What one gateway's outage came to, from the server's lists, the gateway's log and the ledger. */
import { type Ledger, readAll } from '../../src/ledger/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import type { Counts, lifetimes } from '../fleet/census.ts';
import { conclude } from '../fleet/conclusions.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { rateOf } from '../fleet/rate.ts';
import { median, quantile, round } from '../statistics.ts';
import { PHASES, type Planned } from './orders.ts';
import type { GatewayResult } from './result.ts';

/** One gateway of the run. */
export interface Site {
  readonly gateway: GatewayName;
  readonly system: string;
  readonly orders: readonly Planned[];
}

/** What was seen of a site from its going down to its return. */
export interface Seen {
  readonly stuckAtMost: number;
  readonly refused: readonly number[];
  readonly statusAtReturn: Counts;
  readonly stuckAtReturn: Counts;
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

export async function resultOf({ fleet, ledger, site, seen, lives, downAt, upAt }: Findings): Promise<GatewayResult> {
  const { gateway, system, orders } = site;
  const { provider } = behind(gateway);
  const orderIds = orders.map(({ order }) => order.orderId);
  const calls = await fleet.sandbox.log(system);
  const truths = await fleet.sandbox.truths(system, orderIds);
  const acts = await Promise.all(
    orderIds.map((orderId) => readAll(ledger.acts, { provider, account: gateway, orderId })),
  );
  const whileDown = acts.map((all) => all.filter(({ sentAt }) => sentAt >= downAt && sentAt < upAt).length);
  const allEnds = [...lives.values()].flatMap(({ endedAt }) => (endedAt === undefined ? [] : [endedAt]));
  const ends = allEnds.filter((at) => at >= upAt);
  const events = [...lives.values()].map((life) => life.events);
  const asked = await askedPeople(ledger, gateway);
  const refused = seen.refused.at(-1) ?? 0;
  return {
    phases: Object.fromEntries(PHASES.map((name) => [name, orders.filter(({ phase }) => phase === name).length])),
    endedBefore: allEnds.filter((at) => at < downAt).length,
    endedWhileDown: allEnds.filter((at) => at >= downAt && at < upAt).length,
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
    runs: [...lives.values()].reduce((sum, { earlier }) => sum + earlier.length + 1, 0),
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
