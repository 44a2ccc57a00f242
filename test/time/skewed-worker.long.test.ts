/** A worker whose clock is ten minutes off: the gateway refuses its calls, and nothing is sent or concluded by it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ledger, openLedger, readAll } from '../../src/ledger/index.ts';
import { workflowBundle } from '../../src/worker.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type ChildWorker, startChildWorker } from '../workflows/child-worker.ts';
import {
  callsOf,
  expectConfirmed,
  expectNoBlindAct,
  moneyOf,
  newCase,
  seed,
  stateOf,
  until,
  untilStuck,
  useStand,
} from '../workflows/support.ts';

const TEN_MINUTES = 10 * 60_000 + 5000;

const world = useStand({ withoutWorkers: true });
const workers: ChildWorker[] = [];
let postgres: Postgres;
let folder = '';
let bundle = '';

beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'unwind-skewed-'));
  bundle = join(folder, 'bundle.js');
  const made = await workflowBundle();
  await writeFile(bundle, 'code' in made ? made.code : '');
}, 240_000);

afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startWorker(ledgerUrl: string, rules: 'FASTER' | 'BY_HAND', skewMs?: number): Promise<ChildWorker> {
  const setup = { dataDir: folder, ledgerUrl, bundle, halts: {}, rules };
  const worker = await startChildWorker(world, { ...setup, ...(skewMs !== undefined && { skewMs }) });
  workers.push(worker);
  return worker;
}

async function stop(worker: ChildWorker): Promise<void> {
  await worker.stop();
  workers.splice(workers.indexOf(worker), 1);
}

async function withLedger<T>(url: string, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger({ url });
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}

const refusedForItsTime = (call: { readonly code?: string }) => call.code?.includes('invalid-timestamp') === true;
const paid = () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID');
  return the;
};

test.each([
  ['ahead', TEN_MINUTES],
  ['behind', -TEN_MINUTES],
])(
  'alone and %s: stuck, nothing was sent, and `resubmit` ends it when the clock is right',
  async (_, skewMs) => {
    const url = await postgres.database();
    const the = paid();
    const skewed = await startWorker(url, 'BY_HAND', skewMs);
    await world.stand.client.start(the.input);
    expect(await untilStuck(world, the)).toBe('configuration');
    const calls = callsOf(world, the);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.every((call) => call.operation === 'query' && !call.executed && refusedForItsTime(call))).toBe(true);
    expect(await stateOf(world, the.order)).toMatchObject({ acts: 0 });
    expect((await stateOf(world, the.order))?.verdict).toBeUndefined();
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 0 });
    await stop(skewed);

    const right = await startWorker(url, 'BY_HAND');
    await world.stand.client.resubmit(the.order, { operator: 'li', reason: 'the clock is right again' });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', by: 'us' });
    expectNoBlindAct(callsOf(world, the).filter((call) => !refusedForItsTime(call)));
    expectConfirmed(callsOf(world, the));
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    await stop(right);
  },
  240_000,
);

test('beside a right one: every conclusion is right, and ages count from the time of the workflow', async () => {
  const url = await postgres.database();
  const cases = Array.from({ length: 8 }, paid);
  const skewed = await startWorker(url, 'FASTER', -TEN_MINUTES);
  const right = await startWorker(url, 'FASTER');
  const began = Date.now();
  await Promise.all(cases.map(({ input }) => world.stand.client.start(input)));
  // A worker looks for the reversals that it has in its memory, so those of the skewed one learn nothing.
  for (const the of cases) {
    const { status, stuckReason } = await until(async () => {
      const state = await stateOf(world, the.order);
      return state?.status === 'stuck' || state?.status === 'final' ? state : undefined;
    });
    if (status === 'stuck') expect(stuckReason).toBe('configuration');
    else expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  }
  await until(() => cases.some((the) => callsOf(world, the).some(refusedForItsTime)));
  await stop(skewed);
  for (const the of cases) {
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectConfirmed(callsOf(world, the));
  }
  const acts = await withLedger(url, async (ledger) =>
    (await Promise.all(cases.map(({ order }) => readAll(ledger.acts, order)))).flat(),
  );
  expect(acts.length).toBeGreaterThanOrEqual(cases.length);
  for (const { sentAt, answeredAt } of acts) {
    expect(sentAt).toBeGreaterThanOrEqual(began - 1000);
    // A clock that is behind made no answer older than its call.
    expect(answeredAt).toBeGreaterThanOrEqual(sentAt);
  }
  await stop(right);
}, 240_000);
