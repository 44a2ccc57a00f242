/** The safety net: what the merchant's view lists is started once, and nothing that is wrong with a row stops it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type OverdueOrders, openOverdueOrders, type Tally } from '../../src/overdue/index.ts';
import { OPERATIONS_QUEUE } from '../../src/protocol/start.ts';
import type { SweepInput } from '../../src/protocol/sweep.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { workflowBundle } from '../../src/worker.ts';
import { blocksOf } from '../docs/blocks.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { startChildWorker } from './child-worker.ts';
import { createOverdueView, type Listed, type OverdueView, VIEW } from './overdue-view.ts';
import {
  type Case,
  callsOf,
  handleOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  stateOf,
  until,
  useStand,
} from './support.ts';

const world = useStand({ withoutWorkers: true });
const AGO = () => new Date(Date.now() - 60_000).toISOString();
const LATER = () => new Date(Date.now() + 3_600_000).toISOString();

let postgres: Postgres;
let url: string;
let view: OverdueView;
let orders: OverdueOrders;
let workers: RunningWorkers | undefined;
let sweeps = 0;

/** What was under way when a worker was killed was sent within this time before. */
const CUT_MS = 1000;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());
beforeEach(async () => {
  url = await postgres.database();
  view = await createOverdueView(url);
  orders = openOverdueOrders({ url, view: VIEW });
});
afterEach(async () => {
  await workers?.stop();
  workers = undefined;
  await view.close();
  await orders.close();
});

async function serve(): Promise<void> {
  workers = await startWorkers(world, { overdue: { orders, ratePerSecond: 50 } });
}

async function start(input: readonly SweepInput[] = []) {
  sweeps += 1;
  return world.stand.temporal.workflow.start('sweepOverdueOrders', {
    workflowId: `sweep-${sweeps}`,
    taskQueue: OPERATIONS_QUEUE,
    args: [...input],
  });
}

const sweep = async (...input: readonly SweepInput[]): Promise<Tally> => (await start(input)).result();
const overdue = () => newCase({ reason: 'timeout', expiresAt: AGO() });
const nameOf = ({ order: { provider, account, orderId } }: Case) => `${provider}/${account}/${orderId}`;
const ended = (the: Case) => world.stand.client.result(the.order);
const runsOf = async (the: Case) => {
  const runs: string[] = [];
  for await (const { runId } of world.stand.temporal.workflow.list({ query: `WorkflowId = '${the.workflowId}'` })) {
    runs.push(runId);
  }
  return runs;
};

test('an unpaid order is closed, a paid one is kept; a second sweep starts nothing', async () => {
  await serve();
  const [unpaid, paid] = [overdue(), overdue()];
  seed(world, unpaid, 'WAITING');
  seed(world, paid, 'PAID');
  await view.list(unpaid.order, paid.order);
  expect(await sweep()).toMatchObject({ read: 2, started: 2, running: 0, concluded: 0, rejected: 0, problems: [] });
  expect(await ended(unpaid)).toMatchObject({ action: 'closed' });
  expect(await ended(paid)).toMatchObject({ action: 'kept' });
  expect(moneyOf(world, paid)).toMatchObject({ taken: 1280, returned: 0 });
  expect(await sweep()).toMatchObject({ read: 2, started: 0, running: 0, concluded: 2, kept: 1, rejected: 0 });
  for (const the of [unpaid, paid]) expect(await runsOf(the)).toHaveLength(1);
});

test('a reversal that runs is left as it is: a pending closure sleeps on', async () => {
  await serve();
  const pending = newCase({ reason: 'timeout', expiresAt: LATER() });
  await world.stand.client.start(pending.input);
  // The books have another idea of when it expires.
  await view.list(pending.order);
  expect(await sweep()).toMatchObject({ read: 1, started: 0, running: 1, concluded: 0, rejected: 0 });
  expect(await stateOf(world, pending.order)).toMatchObject({ status: 'scheduled' });
  await handleOf(world, pending).terminate('the test is over');
});

test('a reversal that was terminated is started again; one that a person stopped is not', async () => {
  await serve();
  const [terminated, stopped] = [overdue(), overdue()];
  for (const the of [terminated, stopped]) {
    // Never done with its cancel, so that it can be stopped in the middle.
    seed(world, the, 'WAITING', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 1000 }] });
    await world.stand.client.start(the.input);
    await until(async () => ((await stateOf(world, the.order))?.acts ?? 0) > 0);
  }
  await handleOf(world, terminated).terminate('pressed by mistake');
  await handleOf(world, stopped).cancel();
  await until(async () => (await handleOf(world, stopped).describe()).status.name === 'CANCELLED');
  await view.list(terminated.order, stopped.order);
  expect(await sweep()).toMatchObject({
    read: 2,
    started: 1,
    rejected: 1,
    problems: [{ problem: expect.stringContaining('stopped by a person'), count: 1, orders: [nameOf(stopped)] }],
  });
  expect(await runsOf(stopped)).toHaveLength(1);
  expect((await handleOf(world, terminated).describe()).status.name).toBe('RUNNING');
  await handleOf(world, terminated).terminate('the test is over');
});

test('an order that was not found before it expired is looked at again; any other end stands', async () => {
  await serve();
  const [absent, paid] = [newCase({ attemptedAt: AGO() }), newCase({ attemptedAt: AGO() })];
  seed(world, paid, 'PAID');
  for (const the of [absent, paid]) await world.stand.client.start(the.input);
  expect(await ended(absent)).toMatchObject({ action: 'nothing_to_reverse' });
  expect(await ended(paid)).toMatchObject({ action: 'kept' });
  const now = new Date().toISOString();
  await view.list({ ...absent.order, expiredAt: now }, { ...paid.order, expiredAt: now });
  expect(await sweep()).toMatchObject({ read: 2, started: 1, concluded: 1, kept: 1 });
  expect(await ended(absent)).toMatchObject({ action: 'nothing_to_reverse' });
  expect(await sweep()).toMatchObject({ read: 2, started: 0, concluded: 2, kept: 1 });
});

test('the view of the documentation, read by the role that it makes', async () => {
  const [sql] = blocksOf('docs/overdue-orders.md').filter(({ language }) => language === 'sql');
  const the = newCase({ amount: 1280 });
  await view.run(`drop view ${VIEW}; drop table orders`);
  await view.run(`
    create table orders (gateway text, merchant_account text, number text primary key, total numeric(12, 2),
      status text, expires_at timestamptz, sent_at timestamptz);
    insert into orders values
      ('alipay', 'alipay-v3', '${the.order.orderId}', 12.80, 'unpaid', now() - interval '1 hour', null),
      ('alipay', 'alipay-v3', 'paid', 12.80, 'paid', now() - interval '1 hour', null),
      ('alipay', 'alipay-v3', 'young', 12.80, 'unpaid', now() + interval '1 hour', null)`);
  await view.run(sql?.code ?? '');
  await orders.close();
  orders = openOverdueOrders({ url: url.replace('postgres@', 'unwind_sweep@'), view: VIEW });
  seed(world, the, 'WAITING');
  await serve();
  expect(await sweep()).toMatchObject({ read: 1, started: 1, rejected: 0 });
  expect(await ended(the)).toMatchObject({ action: 'closed' });
  await view.run(`revoke select on ${VIEW} from unwind_sweep`);
  expect(await failureOf(sweep())).toContain('permission denied');
});

/** By the order that shows it. */
const WRONG: Readonly<Record<string, readonly [Listed, string]>> = {
  free: [{ amount: 0 }, 'amount: must be above 0'],
  dear: [{ amount: 2 ** 60 }, 'amount: must be 9007199254740991 at most'],
  unpriced: [{ amount: null }, 'amount: is missing'],
  yuan: [{ currency: 'yuan' }, 'currency: must be an ISO 4217 code such as CNY'],
  'a blank': [{}, 'order_id: must be 1 to 64 printable ASCII characters without blanks'],
  never: [{ expiredAt: null }, 'expired_at: is missing'],
  ever: [
    { expiredAt: '-infinity' },
    'expired_at: must be an ISO 8601 instant with a zone, such as 2026-11-20T03:36:00Z',
  ],
  early: [{ expiredAt: LATER() }, 'expired_at: is still to come'],
  shown: [{ method: 'QR' }, 'method: must be one of barcode, qr'],
  strange: [{ account: 'pos-9' }, 'account: this worker has no alipay account pos-9'],
};

test('rows that are wrong are counted by what is wrong, and the others are started', async () => {
  await serve();
  const [good, twice] = [overdue(), overdue()];
  await view.list(
    good.order,
    ...Object.entries(WRONG).map(([orderId, [row]]) => ({ orderId, ...row })),
    { ...twice.order, amount: 100 },
    { ...twice.order, amount: 200 },
  );
  await view.run(`insert into orders (provider, account, amount) values ('alipay', 'alipay-v3', 1), (null, null, 1)`);
  const tally = await sweep();
  const names = Object.entries(WRONG).map(([orderId, [{ account = 'alipay-v3' }, problem]]) => [
    problem,
    [1, `alipay/${account}/${orderId}`],
  ]);
  expect(Object.fromEntries(tally.problems.map(({ problem, count, orders: of }) => [problem, [count, ...of]]))).toEqual(
    {
      ...Object.fromEntries(names),
      'order_id: the view has this order more than once': [1, nameOf(twice)],
      'provider, account or order_id is null': [2],
    },
  );
  const wrong = names.length + 3;
  expect(tally).toMatchObject({ read: wrong + 1, started: 1, running: 0, concluded: 0, rejected: wrong });
  expect(await runsOf(good)).toHaveLength(1);
  expect(await runsOf(twice)).toHaveLength(0);
});

/** What the person reads whose sweep failed: the innermost cause. */
async function failureOf(sweeping: Promise<unknown>): Promise<string> {
  let error: unknown = await sweeping.then(
    () => expect.unreachable('it did not fail'),
    (thrown: unknown) => thrown,
  );
  while (error instanceof Error && error.cause instanceof Error) error = error.cause;
  return error instanceof Error ? error.message : String(error);
}

test.each([
  ['is not there', `drop view ${VIEW}`, 'does not exist'],
  ['lacks a column', `alter view ${VIEW} rename column method to how`, 'column "method" does not exist'],
  [
    'counts in yuan, and has times without a zone',
    `drop view ${VIEW};
     create view ${VIEW} as select provider, account, order_id, amount / 100.0 as amount, currency,
       expired_at::timestamp as expired_at, attempted_at, method from orders`,
    'amount must be bigint or integer, in minor units; expired_at must be timestamptz',
  ],
])('a view that %s fails the sweep, and says so', async (_, change, message) => {
  await serve();
  await view.list(overdue().order);
  await view.run(change);
  expect(await failureOf(sweep())).toMatch(`The view ${VIEW} cannot be used: `);
  expect(await failureOf(sweep())).toContain(message);
});

test('the view is only read, whatever the role may do', async () => {
  await serve();
  await view.run(`create function spoil() returns boolean language plpgsql as
    $$ begin delete from orders; return true; end $$`);
  await view.run(`create or replace view ${VIEW} as select * from orders where spoil()`);
  await view.list({});
  expect(await failureOf(sweep())).toContain('read-only transaction');
});

test('a database that is away is asked until it is back', async () => {
  await serve();
  const the = overdue();
  await view.list(the.order);
  await view.close();
  await postgres.pause();
  const sweeping = await start();
  const failure = async () => (await sweeping.describe()).raw.pendingActivities?.[0]?.lastFailure?.message;
  try {
    await until(failure);
  } finally {
    await postgres.resume();
  }
  expect(await sweeping.result()).toMatchObject({ read: 1, started: 1 });
});

test('a worker without a source leaves the sweep to one that has it', async () => {
  workers = await startWorkers(world);
  await view.list({});
  const sweeping = await start();
  const failure = async () => (await sweeping.describe()).raw.pendingActivities?.[0]?.lastFailure?.message;
  expect(await until(failure)).toContain('no `overdue` section');
  await workers?.stop();
  await serve();
  expect(await sweeping.result()).toMatchObject({ read: 1, started: 1 });
});

test('bad input ends it at once, with every problem and an example', async () => {
  await serve();
  const input = { ratePerSecond: 1000, rate: 3 };
  expect(await failureOf(sweep(input))).toBe(
    'ratePerSecond: must be a number above 0, up to 100; rate: unknown field. Send for example { "ratePerSecond": 20 }',
  );
});

test('a worker that is killed in the middle: the next one goes on, nothing is lost and nothing started twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-sweep-'));
  const bundle = join(folder, 'bundle.js');
  const made = await workflowBundle();
  await writeFile(bundle, 'code' in made ? made.code : '');
  const setup = { dataDir: join(folder, 'ledger'), bundle, halts: {}, overdue: { url, view: VIEW, ratePerSecond: 10 } };
  const cases = Array.from({ length: 40 }, overdue);
  for (const the of cases) seed(world, the, 'WAITING');
  await view.list(...cases.map(({ order }) => order));
  const query = `ReversalReason = 'timeout' AND StartTime > '${new Date().toISOString()}'`;
  const startedNow = async () => (await world.stand.temporal.workflow.count(query)).count;

  let worker = await startChildWorker(world, setup);
  try {
    const sweeping = await start();
    await until(async () => (await startedNow()) > 10);
    await worker.kill();
    const killedAt = Date.now();
    expect(await startedNow()).toBeLessThan(cases.length);
    worker = await startChildWorker(world, setup);
    // Those whose start the first worker could not tell any more are counted as started, too.
    expect(await sweeping.result()).toMatchObject({ read: 40, started: 40, running: 0, concluded: 0, rejected: 0 });
    for (const the of cases) {
      // A cancel whose answer died with the worker: the order has ended, and no look tells that nobody had paid.
      const cut = callsOf(world, the).some(
        ({ operation, at }) => operation === 'cancel' && Math.abs(killedAt - at) < CUT_MS,
      );
      expect(await ended(the)).toMatchObject({ action: cut ? expect.stringMatching(/^(closed|reversed)$/) : 'closed' });
      expect(await runsOf(the)).toHaveLength(1);
    }
  } finally {
    await worker.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
