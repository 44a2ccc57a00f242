/** Every conclusion, row, act and webhook against the sandbox's money and its log of requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Lifetime } from '../../bench/fleet/census.ts';
import { type Conclusions, conclude } from '../../bench/fleet/conclusions.ts';
import { mapInLanes } from '../../bench/fleet/lanes.ts';
import type { ReversalInput } from '../../src/client.ts';
import { CODE_LIFE_MS } from '../../src/demo/random/rules.ts';
import { type JournalEntry, type Ledger, readAll } from '../../src/ledger/index.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import { verdict, webhookEvent } from '../../src/webhooks/event.ts';
import type { Receiver } from '../../test/webhooks/receiver.ts';
import type { Heard } from './hearing.ts';
import type { Started } from './messages.ts';
import { explains } from './settle.ts';
import { staleActs } from './stale-acts.ts';
import { type ToldAmiss, type ToldOrder, toldAmiss } from './told.ts';
import { toldTwice } from './told-twice.ts';

/** What must not be, each by name with enough to look it up. */
export interface Findings {
  /** Concluded otherwise than the money says, or kept what was to be reversed, or another row in the ledger. */
  readonly wrong: readonly string[];
  /** A verdict that somebody was told and that was not so, or that was made untrue afterwards. */
  readonly wrongTold: readonly string[];
  /** Kept after a verdict that said otherwise. */
  readonly forgotten: readonly string[];
  /** Acts without a look right before them, or with one that was too old when they arrived. */
  readonly blindActs: readonly string[];
  /** Money went back more than once. */
  readonly doubleRefunds: readonly string[];
  /** Started, and neither ended with a final action nor open. */
  readonly lost: readonly string[];
  /** A run that failed, whatever came after it: what is unknown is never failed. */
  readonly failedRuns: readonly string[];
  /** Runs that no other worker could go on with: what they did is not what a replay of their history does. */
  readonly unreplayable: readonly string[];
  /** Neither ended nor waiting for people when all was over; or people could not end it with what is so. */
  readonly undecided: readonly string[];
  /** Waiting for people, for a reason that the incident does not explain, also after they sent it on. */
  readonly needlesslyStuck: readonly string[];
  /** Requests to change an order that the ledger does not know. */
  readonly unwrittenActs: readonly string[];
  /** One fact that the ledger has twice. */
  readonly writtenTwice: readonly string[];
  /** Events that the receiver did not get, or not in their order. */
  readonly webhooks: readonly string[];
  /** The same end in an event with a new id: no money moved, no act of ours and nothing else told in between. */
  readonly toldTwice: readonly string[];
}

export interface Verdict {
  readonly findings: Findings;
  readonly finalActions: Readonly<Record<string, number>>;
  /** Acts after a look that never reached the gateway, where its table says "cancel anyway". */
  readonly actsAfterUnreachable: number;
  readonly webhookEvents: number;
  /** Answers that held a verdict; each is judged. */
  readonly verdictsHeard: number;
  /** Ended otherwise than the money, on a person's word that no look could refute, and recorded as such. */
  readonly onWordAlone: number;
  /** Runs that were continued as new. */
  readonly continuedRuns: number;
}

/** Fewer than the ledger's pool has connections: each waits five seconds for one at most. */
const LANES = 5;
/** The receiver's back-off is two seconds at most. */
export const DELIVERED_WITHIN_MS = 90_000;
const FAILED = /FAILED|TIMED_OUT/;
const ACTS: ReadonlySet<string> = new Set(['cancel', 'close', 'revoke', 'refund']);

/** What a run left behind. */
export interface Evidence {
  readonly gateways: readonly GatewayName[];
  readonly started: readonly Started[];
  /** What waited for people when nothing else was open, by order number, with the reasons. */
  readonly stuck: ReadonlyMap<string, string>;
  /** Of them, what people did not end, with why they could not; undefined where somebody can still pay. */
  readonly left: ReadonlyMap<string, string | undefined>;
  /** What still moved when there was no time left for it: nothing is said about those. */
  readonly unfinished: ReadonlySet<string>;
  readonly sandbox: Pick<Sandbox, 'truth' | 'log' | 'money'>;
  readonly ledger: Ledger;
  readonly receiver: Pick<Receiver, 'events'>;
  readonly heard: readonly Heard[];
  /** Of a gateway's account: what the server has of its orders. */
  readonly lifetimes: (gateway: GatewayName) => Promise<ReadonlyMap<string, Lifetime>>;
  readonly unreplayable: readonly string[];
  /** For how long the newest events of an order are waited for. */
  readonly waitMs: number;
}

export async function judgeAll(evidence: Evidence): Promise<Verdict> {
  const { gateways, started, stuck, left, unfinished, ledger } = evidence;
  const orders = started.map(({ request }) => request);
  const due = await stillDue(orders, ledger);
  const conclusions = await Promise.all(gateways.map((gateway) => conclusionsOf(evidence, gateway)));
  const open = await unexplained(
    evidence,
    conclusions.flatMap(({ open }) => open),
  );
  const webhooks = await mapInLanes(orders, LANES, (order) => webhooksOf(evidence, order));
  const told = await mapInLanes(started, LANES, (one) => toldOf(evidence, one));
  const stale = await mapInLanes(started, LANES, (one) => staleOf(evidence, one));
  const lost = conclusions.flatMap(({ lost }) => lost);
  return {
    findings: {
      wrong: [
        ...conclusions.flatMap(({ wrong, ledgerDiffers }) => [...wrong, ...ledgerDiffers]),
        ...(await keptAgainstTheWish(started, ledger)),
      ],
      wrongTold: told.flatMap(({ wrongTold }) => wrongTold),
      forgotten: told.flatMap(({ forgotten }) => forgotten),
      blindActs: [...conclusions.flatMap(({ blindActs }) => blindActs), ...stale.flat()],
      doubleRefunds: started.flatMap((one) => returnedTwice(evidence, one)),
      lost: lost.filter((line) => !FAILED.test(line)),
      failedRuns: lost.filter((line) => FAILED.test(line)),
      unreplayable: evidence.unreplayable,
      undecided: [
        ...open.flatMap((orderId) =>
          left.has(orderId) || unfinished.has(orderId) ? [] : [`${orderId}: neither ended nor waiting for people`],
        ),
        ...[...left].flatMap(([orderId, why]) => (why === undefined ? [] : [`${orderId}: ${why}`])),
      ],
      needlesslyStuck: started.flatMap((one) => needless(one, stuck)),
      unwrittenActs: (await mapInLanes(started, LANES, (one) => unwritten(evidence, one))).flat(),
      writtenTwice: (await mapInLanes(orders, LANES, (order) => writtenTwice(order, ledger))).flat(),
      webhooks: [...(due > 0 ? [`${due} were never delivered`] : []), ...webhooks.flatMap(({ amiss }) => amiss)],
      toldTwice: started.flatMap((one) => toldTwiceOf(evidence, one)),
    },
    finalActions: totals(conclusions.map(({ finalActions }) => finalActions)),
    actsAfterUnreachable: conclusions.reduce((sum, { actsAfterUnreachable }) => sum + actsAfterUnreachable, 0),
    webhookEvents: webhooks.reduce((sum, { count }) => sum + count, 0),
    verdictsHeard: evidence.heard.length,
    onWordAlone: conclusions.reduce((sum, { onWordAlone }) => sum + onWordAlone.length, 0),
    continuedRuns: conclusions.reduce((sum, { continued }) => sum + continued, 0),
  };
}

async function conclusionsOf(
  evidence: Evidence,
  gateway: GatewayName,
): Promise<Conclusions & { readonly open: readonly string[]; readonly continued: number }> {
  const { sandbox, ledger, started } = evidence;
  const { provider, system } = behind(gateway);
  const orderIds = started.flatMap(({ incident, request }) => (incident.gateway === gateway ? [request.orderId] : []));
  const truths = new Map(
    orderIds.flatMap((orderId) => {
      const truth = sandbox.truth(system, orderId);
      return truth === undefined ? [] : [[orderId, truth] as const];
    }),
  );
  const log = sandbox.log({ system });
  const lifetimes = await evidence.lifetimes(gateway);
  const concluded = await conclude({ provider, account: gateway, orderIds, truths, log, ledger, lifetimes });
  const runs = [...lifetimes.values()].flatMap(({ earlier }) => earlier);
  const continued = runs.filter((status) => status === 'CONTINUED_AS_NEW').length;
  return { ...concluded, continued, open: orderIds.filter((orderId) => lifetimes.get(orderId)?.status === 'RUNNING') };
}

/** Of those that are open, what does not wait for the end of an order that can still be paid, as the ledger says. */
async function unexplained({ started, ledger }: Evidence, open: readonly string[]): Promise<string[]> {
  const found = await mapInLanes(open, LANES, async (orderId) => {
    const request = started.find((one) => one.request.orderId === orderId)?.request;
    const row = request && (await ledger.reversal(request));
    return row?.status === 'watching' ? [] : [orderId];
  });
  return found.flat();
}

/** Until nothing is due any more; a receiver that is well gets everything within the longest pause between tries. */
async function stillDue(orders: readonly OrderKey[], ledger: Ledger): Promise<number> {
  let giveUpAt = Date.now() + DELIVERED_WITHIN_MS;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const events = (await mapInLanes(orders, LANES, (order) => readAll(ledger.deliveries, order))).flat();
    const due = events.filter(({ delivery }) => delivery === 'due').length;
    if (due === 0 || Date.now() > giveUpAt) return due;
    // Of thousands, as long as they get fewer.
    if (due < before) giveUpAt = Date.now() + DELIVERED_WITHIN_MS;
    before = due;
    await sleep(2000);
  }
}

async function keptAgainstTheWish(started: readonly Started[], ledger: Ledger): Promise<string[]> {
  const found = await mapInLanes(started, LANES, async ({ request, toBeReversed }) => {
    const row = await ledger.reversal(request);
    return toBeReversed && row?.finalAction === 'kept' ? [`${request.orderId}: kept, and it was to be reversed`] : [];
  });
  return found.flat();
}

function needless(started: Started, stuck: ReadonlyMap<string, string>): string[] {
  const { orderId } = started.request;
  const reason = stuck.get(orderId);
  return reason === undefined || explains(started, reason) ? [] : [`${orderId}: ${reason}`];
}

const ofOrder = ({ incident, request }: Started) => ({
  system: behind(incident.gateway).system,
  orderId: request.orderId,
});

async function toldOf(evidence: Evidence, one: Started): Promise<ToldAmiss> {
  const { sandbox, ledger, heard } = evidence;
  const { incident, request, askedToReverse } = one;
  const { orderId } = request;
  const journal = await readAll(ledger.journal, request);
  const row = await ledger.reversal(request);
  return toldAmiss({
    orderId,
    heard: [...heard.filter((by) => by.orderId === orderId), ...toldInJournal(journal)],
    money: sandbox.money(ofOrder(one)),
    calls: sandbox.log(ofOrder(one)),
    keep: !askedToReverse,
    payableUntil: payableUntil(request),
    meddledWith: incident.order.events?.some(({ name }) => MEDDLES.test(name)) ?? false,
    end: row?.open === false ? row.finalAction : undefined,
  });
}

/** Gives money back that is not ours to give. */
const MEDDLES = /elsewhere|partialRefund/i;

/** As long as the request says, or as the rules of a run suppose of a code that was shown. */
function payableUntil({ method, expiresAt, attemptedAt }: ReversalInput): number | undefined {
  if (expiresAt !== undefined) return Date.parse(String(expiresAt));
  if (method !== 'qr' || attemptedAt === undefined) return undefined;
  return Date.parse(String(attemptedAt)) + CODE_LIFE_MS;
}

/**
 * What was told stands beside the look before it. Workflow time may lie far behind the clock, after a Reset for example:
 * somebody may have read it at any instant from then until it was written down.
 */
function toldInJournal(journal: readonly JournalEntry[]): ToldOrder['heard'] {
  let lookedAt: number | undefined;
  return journal.flatMap(({ kind, at: askedAt, recordedAt: at, body }) => {
    if (kind === 'look') lookedAt = askedAt;
    const verdict = kind === 'told' ? toldEntry.safeParse(body).data?.verdict : undefined;
    return verdict === undefined ? [] : [{ verdict, askedAt, at, ...(lookedAt !== undefined && { lookedAt }) }];
  });
}

const toldEntry = z.object({ verdict });

async function staleOf({ sandbox, ledger }: Evidence, one: Started): Promise<string[]> {
  return staleActs(sandbox.log(ofOrder(one)), await readAll(ledger.journal, one.request));
}

function toldTwiceOf({ receiver, sandbox }: Evidence, one: Started): string[] {
  const { orderId } = one.request;
  const events = receiver.events.flatMap((event) => {
    const read = webhookEvent.safeParse(event);
    return read.success && read.data.data.orderId === orderId ? [read.data] : [];
  });
  const acts = sandbox.log(ofOrder(one)).filter(({ operation }) => ACTS.has(operation));
  return toldTwice(orderId, events, [...sandbox.money(ofOrder(one)), ...acts]);
}

function returnedTwice({ sandbox }: Evidence, { incident, request: { orderId } }: Started): string[] {
  const { system } = behind(incident.gateway);
  const entries = sandbox.money({ system, orderId });
  const sum = (kind: 'taken' | 'returned') =>
    entries.reduce((total, entry) => total + (entry.kind === kind ? entry.amount : 0), 0);
  return sum('returned') > sum('taken') ? [`${orderId}: returned ${sum('returned')} of ${sum('taken')}`] : [];
}

/** The sandbox's log has what was read of us; the ledger must have been told of each before. */
async function unwritten({ sandbox, ledger }: Evidence, { incident, request }: Started): Promise<string[]> {
  const { system } = behind(incident.gateway);
  const calls = sandbox.log({ system, orderId: request.orderId });
  const acts = await readAll(ledger.acts, request);
  return [...ACTS].flatMap((verb) => {
    const [called, written] = [
      calls.filter(({ operation }) => operation === verb).length,
      acts.filter((act) => act.verb === verb).length,
    ];
    return called > written ? [`${request.orderId}: ${called} calls of ${verb}, ${written} in the ledger`] : [];
  });
}

async function writtenTwice(order: OrderKey, ledger: Ledger): Promise<string[]> {
  const journal = await readAll(ledger.journal, order);
  const events = await readAll(ledger.deliveries, order);
  const facts = [
    // A message that its sender sent twice is told twice.
    ...journal.filter(({ kind }) => kind !== 'operator').map(({ kind, at, body }) => JSON.stringify([kind, at, body])),
    ...events.map(({ type, at }) => JSON.stringify([type, at])),
  ];
  const twice = facts.filter((fact, index) => facts.indexOf(fact) !== index);
  return twice.map((fact) => `${order.orderId}: ${fact}`);
}

async function webhooksOf({ receiver, ledger, waitMs }: Evidence, order: OrderKey) {
  for (const giveUpAt = Date.now() + waitMs; ; await sleep(2000)) {
    const written = (await readAll(ledger.deliveries, order)).map(({ body }) => webhookEvent.parse(body).id);
    const received = receiver.events.filter(({ data }) => data.orderId === order.orderId).map(({ id }) => id);
    const isSame = JSON.stringify(written) === JSON.stringify(received);
    // What still waits for people looks again by itself, and what it sees then is told.
    if (isSame) return { count: written.length, amiss: [] };
    if (Date.now() >= giveUpAt)
      return { count: written.length, amiss: [`${order.orderId}: written ${written}, received ${received}`] };
  }
}

function totals(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap((of) => Object.entries(of))) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
