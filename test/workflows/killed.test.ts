/** A worker is killed with SIGKILL while each of its orders is at its worst instant, and another one goes on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ledger, openLedger, readAll } from '../../src/ledger/index.ts';
import type { Fault } from '../../src/sandbox/index.ts';
import { workflowBundle } from '../../src/worker.ts';
import { type ChildWorker, startChildWorker } from './child-worker.ts';
import {
  type Case,
  callsOf,
  expectConfirmed,
  expectNoBlindAct,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  until,
  useStand,
} from './support.ts';

const world = useStand({ withoutWorkers: true });

const paid = () => newCase({ ifPaid: 'reverse' });
const unwritten = paid();
const unsent = paid();
const inFlight = paid();
const again = paid();
const cases: Record<string, Case> = {
  'between the look and the act': unwritten,
  'after the act was written down, before it was sent': unsent,
  'while the gateway executes a cancel': inFlight,
  'in the middle of a run of retry_flag=Y': again,
};

const cancelsOf = (the: Case) => callsOf(world, the).filter(({ operation }) => operation === 'cancel').length;

let dataDir = '';
let ledger: Ledger;
let worker: ChildWorker | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'unwind-killed-'));
  const bundle = join(dataDir, 'bundle.js');
  const made = await workflowBundle();
  await writeFile(bundle, 'code' in made ? made.code : '');
  const ledgerDir = join(dataDir, 'ledger');
  const faults: readonly (readonly [Case, Omit<Fault, 'operation'>[]])[] = [
    [unwritten, []],
    [unsent, []],
    [inFlight, [{ wire: 'silentAfter' }]],
    [again, [{ business: { name: 'retryFlagY' }, times: 3 }]],
  ];
  for (const [the, of] of faults) seed(world, the, 'PAID', { faults: of.map((f) => ({ operation: 'cancel', ...f })) });

  const halts = {
    [unwritten.order.orderId]: 'beforeWriting',
    [unsent.order.orderId]: 'beforeSending',
  } as const;
  worker = await startChildWorker(world, { dataDir: ledgerDir, bundle, halts });
  for (const the of [unwritten, unsent]) await world.stand.client.start(the.input);
  await worker.said(`halted ${unwritten.order.orderId}`, `halted ${unsent.order.orderId}`);
  for (const the of [inFlight, again]) await world.stand.client.start(the.input);
  await until(() => cancelsOf(inFlight) > 0 && cancelsOf(again) > 0);
  await worker.kill();

  worker = await startChildWorker(world, { dataDir: ledgerDir, bundle, halts: {} });
  await Promise.all(Object.values(cases).map(({ order }) => world.stand.client.result(order)));
  await worker.stop();
  worker = undefined;
  ledger = await openLedger({ dataDir: ledgerDir });
}, 120_000);

afterAll(async () => {
  await worker?.kill();
  await ledger?.close();
  await rm(dataDir, { recursive: true, force: true });
});

test.each(Object.entries(cases))('killed %s: the same conclusion, and no blind act', async (_, the) => {
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', by: 'us' });
  const log = callsOf(world, the);
  expectNoBlindAct(log);
  expectConfirmed(log);
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  expect(await ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: 'refunded' });
});

test('an act that was never written down was not sent, and its order is looked at again first', () => {
  expect(operationsOf(world, unwritten)).toMatch(/^query( query)+ cancel query$/);
});

test('an act that was written down counts as sent, with a lost answer', async () => {
  const acts = await readAll(ledger.acts, unsent.order);
  expect(acts.map(({ seq, answer }) => [seq, answer?.kind])).toEqual([
    [1, 'unknown'],
    [2, 'done'],
  ]);
});

test('a cancel that was executed is not sent a second time', () => {
  expect(cancelsOf(inFlight)).toBe(1);
});

test('a run of retry_flag=Y goes on where it was', () => {
  expect(cancelsOf(again)).toBe(4);
});
