/** Where nobody is to be told, nothing is done for it; and a worker killed between the record and the delivery. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';
import { deliveryIdOf } from '../../src/activities/start-delivery.ts';
import { openLedger, readAll } from '../../src/ledger/index.ts';
import { workflowBundle } from '../../src/worker.ts';
import { type ChildWorker, startChildWorker } from '../workflows/child-worker.ts';
import { callsOf, expectNoBlindAct, newCase, seed, startWorkers, until, useStand } from '../workflows/support.ts';
import { settingsFor, startReceiver } from './receiver.ts';

const receiver = await startReceiver();
const world = useStand({ withoutWorkers: true });
const dataDir = await mkdtemp(join(tmpdir(), 'unwind-webhooks-'));
let worker: ChildWorker | undefined;

afterAll(async () => {
  await worker?.kill();
  await receiver.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('without webhooks no workflow is started, and the events are for nobody', async () => {
  const workers = await startWorkers(world);
  const the = newCase();
  seed(world, the, 'PAID');
  await world.stand.client.start(the.input);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  const delivery = world.stand.temporal.workflow.getHandle(deliveryIdOf(the.order));
  await expect(delivery.describe()).rejects.toThrow(WorkflowNotFoundError);
  const events = await readAll(world.stand.ledger.deliveries, the.order);
  expect(events.map(({ type, delivery: fate }) => [type, fate])).toEqual([
    ['reversal.verdict', undefined],
    ['reversal.final', undefined],
  ]);
  await workers.stop();
});

test('events that were written by a worker that died then are delivered by the next one', async () => {
  const bundle = join(dataDir, 'bundle.js');
  const made = await workflowBundle();
  await writeFile(bundle, 'code' in made ? made.code : '');
  const ledgerDir = join(dataDir, 'ledger');
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID');
  const webhooks = settingsFor(receiver);
  const { orderId } = the.order;

  const halts = { [orderId]: 'afterRecording' } as const;
  worker = await startChildWorker(world, { dataDir: ledgerDir, bundle, halts, webhooks });
  await world.stand.client.start(the.input);
  await worker.said(`halted ${orderId}`);
  await worker.kill();
  const delivery = world.stand.temporal.workflow.getHandle(deliveryIdOf(the.order));
  await expect(delivery.describe()).rejects.toThrow(WorkflowNotFoundError);

  // The server notices after the half minute that a record may take.
  worker = await startChildWorker(world, { dataDir: ledgerDir, bundle, halts: {}, webhooks });
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  await until(() => receiver.events.length === 2);
  await until(async () => (await delivery.describe()).status.name === 'COMPLETED');
  await worker.stop();
  worker = undefined;

  const ledger = await openLedger({ dataDir: ledgerDir });
  const events = await readAll(ledger.deliveries, the.order);
  await ledger.close();
  expect(events.map(({ type, delivery: fate }) => [type, fate])).toEqual([
    ['reversal.verdict', 'delivered'],
    ['reversal.final', 'delivered'],
  ]);
  expect(receiver.events).toEqual(events.map(({ body }) => body));
  expectNoBlindAct(callsOf(world, the));
}, 120_000);
