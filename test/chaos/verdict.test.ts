/** The judge of chaos can find fault: each thing that must not be is planted once, beside an order that is right. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lifetime } from '../../bench/fleet/census.ts';
import { randomIncident } from '../../src/demo/random/generate.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';
import { openStandAccounts } from '../../src/stand/accounts.ts';
import { eventIdOf, type WebhookEvent } from '../../src/webhooks/event.ts';
import type { Heard } from '../../tools/chaos/hearing.ts';
import type { Started } from '../../tools/chaos/messages.ts';
import { storyOf } from '../../tools/chaos/story.ts';
import { type Findings, judgeAll } from '../../tools/chaos/verdict.ts';

const GATEWAY = 'alipay-v3';
const AMOUNT = 1280;
const T = Date.parse('2026-11-20T03:36:00Z');

let dataDir: string;
let sandbox: Sandbox;
let ledger: Ledger;
let gateway: Gateway;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'unwind-verdict-'));
  ledger = await openLedger({ dataDir });
  sandbox = await startSandbox({
    systems: Object.fromEntries(Object.entries(systems).filter(([k]) => k === 'alipay')),
  });
  const [account] = openStandAccounts([GATEWAY], { sandbox, terminalKeys: ledger.terminalKeys, overrides: () => ({}) });
  if (account === undefined) throw new Error('no account was opened');
  gateway = account.gateway;
});
afterAll(async () => {
  await sandbox.stop();
  await ledger.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** One that was paid, looked at, cancelled, looked at again and recorded; every part of it can be left out. */
interface Story {
  readonly looks?: boolean;
  readonly actWritten?: boolean;
  readonly action?: 'refunded' | 'kept' | 'manual';
  /** What a person said who ended it. */
  readonly said?: 'refunded' | 'kept';
  readonly inLedger?: Story['action'];
  readonly lifetime?: Partial<Lifetime> | 'none';
  readonly entryTwice?: boolean;
  readonly received?: boolean;
  readonly returnedTwice?: boolean;
  readonly stuck?: string;
  /** Why a person who had seen the money could not end it; `payable`: nobody could say how it ends. */
  readonly left?: string;
  /** What somebody was told of it afterwards. */
  readonly heard?: Heard['verdict'];
  /** The person said that no look can show it, and this is what the look showed that was made for it. */
  readonly unseenBeside?: string;
  /** The end was told again, in an event with an id of its own. */
  readonly finalTwice?: boolean;
}

let orders = 0;

/** What was found, and what is told of the order when something was. */
async function judged(story: Story): Promise<{ findings: Findings; told: string }> {
  const { looks = true, actWritten = true, action = 'refunded', inLedger = action, received = true } = story;
  orders += 1;
  const orderId = `V${orders}`;
  const order = { provider: 'alipay', account: GATEWAY, orderId };
  const run = { workflowId: `reversal/alipay/${GATEWAY}/${orderId}`, runId: 'r1' };
  const money = { orderId, amount: AMOUNT, currency: 'CNY' };
  const call = { timeoutMs: 5000, signal: new AbortController().signal };
  sandbox.seed('alipay', { orderId, amount: AMOUNT, state: 'PAID', createdMsAgo: 60_000, paidMsAgo: 30_000 });

  await ledger.openCase({ order, ...run, request: { ...order, amount: AMOUNT, currency: 'CNY' }, now: T });
  if (looks) await gateway.look(money, call);
  if (actWritten) await ledger.aboutToSend({ order, seq: 1, verb: 'cancel', ...run, now: T });
  await gateway.act('cancel', money, call);
  if (looks) await gateway.look(money, call);

  const entry = (key: string, kind: 'look' | 'act', at: number) => ({ key, kind, at, body: { of: kind } });
  const event: WebhookEvent = {
    id: eventIdOf(order, 'final'),
    type: 'reversal.final',
    timestamp: new Date(T + 3).toISOString(),
    data: {
      ...order,
      amount: AMOUNT,
      currency: 'CNY',
      status: 'final',
      latePayment: false,
      workflowId: run.workflowId,
    },
  };
  const again = { ...event, id: eventIdOf(order, 'again'), timestamp: new Date(T + 4).toISOString() };
  const events = story.finalTwice ? [event, again] : [event];
  await ledger.record({
    order,
    row: {
      ...{ ...run, at: T + 3, status: 'final', finalAction: inLedger, settledAt: T + 3 },
      ...(story.said && {
        detail: {
          resolution: {
            finalAction: story.said,
            ...(story.unseenBeside && { unseen: true, shown: story.unseenBeside }),
          },
        },
      }),
    },
    entries: [
      ...(looks ? [entry('1', 'look', T)] : []),
      entry('2', 'act', T + 1),
      ...(story.entryTwice ? [entry('2 again', 'act', T + 1)] : []),
      entry('3', 'look', T + 2),
    ],
    // Under a type of its own, since the ledger does not take an end that is no news.
    events: events.map((body, index) => ({ key: `${index}`, at: T + 3 + index, type: `${body.type} ${index}`, body })),
    deliver: true,
  });
  for (const { id } of await ledger.dueEvents(order, 10)) await ledger.triedEvent({ id, at: T, attempts: 1 });

  const incident = { ...randomIncident(1, 0), gateway: GATEWAY, sticks: ['no-funds'] } as const;
  const request = { ...money, provider: 'alipay', account: GATEWAY, reason: 'void' } as const;
  const started: Started = {
    incident,
    request,
    toBeReversed: true,
    askedToReverse: true,
    messages: [],
    notes: [],
    inHand: false,
  };
  const ended: Lifetime = {
    ...{ events: 20, endedAt: T, status: 'COMPLETED', finalAction: action },
    earlier: ['TERMINATED', 'CANCELLED', 'CONTINUED_AS_NEW', 'COMPLETED'],
  };
  const returned = sandbox.money({ system: 'alipay', orderId }).filter(({ kind }) => kind === 'returned');
  const later = Date.now() + 60_000;
  const heard = story.heard ? [{ orderId, verdict: story.heard, askedAt: later, at: later }] : [];
  const { findings } = await judgeAll({
    gateways: [GATEWAY],
    started: [started],
    stuck: new Map(story.stuck === undefined ? [] : [[orderId, story.stuck]]),
    left: new Map(story.left === undefined ? [] : [[orderId, story.left === 'payable' ? undefined : story.left]]),
    sandbox: {
      ...sandbox,
      // What the tests before this one planted is theirs.
      log: (filter) => sandbox.log({ ...filter, orderId }),
      money: (filter) => [...sandbox.money(filter), ...(story.returnedTwice ? returned : [])],
    },
    ledger,
    receiver: { events: received ? events : [] },
    heard,
    unfinished: new Set(),
    unreplayable: [],
    waitMs: 0,
    lifetimes: async () => new Map(story.lifetime === 'none' ? [] : [[orderId, { ...ended, ...story.lifetime }]]),
  });
  return { findings, told: await storyOf({ sandbox, ledger, heard }, started) };
}

const findingsOf = async (story: Story) => (await judged(story)).findings;

const found = (findings: Findings) =>
  Object.entries(findings).flatMap(([name, list]) => (list.length > 0 ? [name] : []));

test('a reversal that is right is found right', async () => {
  expect(found(await findingsOf({}))).toEqual([]);
});

test.each<[string, Story, keyof Findings]>([
  ['concluded otherwise than the money', { action: 'kept' }, 'wrong'],
  ['a person who was believed against the money', { action: 'manual', said: 'kept' }, 'wrong'],
  ['a person whose word is not recorded', { action: 'manual' }, 'wrong'],
  [
    'a person who was believed against what a look showed, whatever they said about it',
    { action: 'manual', said: 'kept', unseenBeside: 'refunded' },
    'wrong',
  ],
  ['a verdict that was not so', { heard: 'closed' }, 'wrongTold'],
  ['an end that was told twice as news', { finalTwice: true }, 'toldTwice'],
  ['another end in the ledger', { inLedger: 'kept' }, 'wrong'],
  ['an act without a look before it', { looks: false }, 'blindActs'],
  ['money that went back twice', { returnedTwice: true }, 'doubleRefunds'],
  ['no workflow', { lifetime: 'none' }, 'lost'],
  ['a workflow that failed', { lifetime: { status: 'FAILED', finalAction: undefined } }, 'failedRuns'],
  ['an earlier run that failed, though a later one has ended', { lifetime: { earlier: ['FAILED'] } }, 'failedRuns'],
  ['one that still runs', { lifetime: { status: 'RUNNING', finalAction: undefined } }, 'undecided'],
  [
    'one that people cannot end',
    {
      lifetime: { status: 'RUNNING', finalAction: undefined },
      stuck: 'no-funds',
      left: 'a call may still be executed',
    },
    'undecided',
  ],
  ['people asked for nothing', { action: 'manual', said: 'refunded', stuck: 'refused' }, 'needlesslyStuck'],
  ['an act that the ledger was not told of', { actWritten: false }, 'unwrittenActs'],
  ['a line of the journal twice', { entryTwice: true }, 'writtenTwice'],
  ['an event that never arrived', { received: false }, 'webhooks'],
])('finds %s', async (_, story, name) => {
  expect(found(await findingsOf(story))).toEqual([name]);
});

test('people who are asked for what only they can mend, and say what is so, are no finding', async () => {
  const story: Story = { action: 'manual', said: 'refunded', stuck: 'no-funds' };
  expect(found(await findingsOf(story))).toEqual([]);
});

test('a person whose word no look could refute, and who said so, is no finding', async () => {
  expect(found(await findingsOf({ action: 'manual', said: 'kept', unseenBeside: 'unknown' }))).toEqual([]);
});

test('one that somebody can still pay, and that people therefore leave open, is no finding', async () => {
  const lifetime = { status: 'RUNNING', finalAction: undefined } as const;
  expect(found(await findingsOf({ lifetime, stuck: 'no-funds', left: 'payable' }))).toEqual([]);
});

test('what was found is told with every call and every line of the journal', async () => {
  const { told } = await judged({});
  for (const part of [
    'gateway  query',
    'gateway  cancel',
    'journal  look',
    'journal  act',
    'may wait for people for no-funds',
  ]) {
    expect(told).toContain(part);
  }
});
