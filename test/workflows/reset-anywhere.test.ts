/** Reset to any task of any run, first, middle or last, of a continued run or its predecessor: the ledger's memory stays. */

import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import { resubmitSignal } from '../../src/protocol/messages.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { workflowBundle } from '../../src/worker.ts';
import { failuresOf } from './golden.ts';
import { resetPointsOf, resetTo } from './reset.ts';
import { startShortWorld } from './short-histories.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  stateOf,
  until,
  type World,
} from './support.ts';
import { timed } from './timings.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 360_000 });

const WHO = { operator: 'Li Na', reason: 'the shop asks' };
let world: World;
let workers: RunningWorkers;

beforeAll(async () => {
  world = await startShortWorld(['alipay-classic', 'alipay-v3']);
  workers = await startWorkers(world, { overrides: timed({ patience: 20_000, pollEvery: 5000, actHorizon: 20_000 }) });
});
afterAll(async () => {
  await workers?.stop();
  await world?.stand.stop();
  await world?.server.stop();
});

const runOf = async (the: Case) => (await handleOf(world, the).describe()).runId;
const cancelsOf = (the: Case) => callsOf(world, the).filter(({ operation }) => operation === 'cancel').length;
const endsTold = async ({ order }: Case) =>
  (await readAll(world.stand.ledger.deliveries, order)).flatMap(({ type, body }) =>
    type === 'reversal.final' ? [JSON.stringify(body).match(/"finalAction":"(\w+)"/)?.[1]] : [],
  );

test('a cancel of a run that continued another, whose answer was lost, is not forgotten: what is paid then goes back', async () => {
  const the = newCase({ ifPaid: 'keep', attemptedAt: new Date().toISOString() });
  seed(world, the, 'WAITING', { faults: [{ operation: 'cancel', wire: 'lateExecution', delayMs: 8000 }] });
  await world.stand.client.start(the.input);
  await world.stand.client.hold(the.order, WHO);
  const first = await runOf(the);
  await until(async () => {
    await world.stand.client.note(the.order, WHO);
    return (await runOf(the)) !== first;
  });
  await world.stand.client.release(the.order, WHO);
  await until(() => cancelsOf(the) > 0);
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'pay' });
  await resetTo(world.stand.temporal, the.workflowId, 0);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(await endsTold(the)).not.toContain('kept');
  expectNoBlindAct(callsOf(world, the));
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
});

test('what a person held in a run before stays held after a Reset to the first task of the next one', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { flags: { sellerShort: true } });
  await world.stand.client.start(the.input);
  await until(async () => (await stateOf(world, the.order))?.stuckReason);
  await world.stand.client.hold(the.order, WHO);
  const first = await runOf(the);
  await until(async () => {
    await world.stand.client.note(the.order, WHO);
    return (await runOf(the)) !== first;
  });
  const sent = cancelsOf(the);
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
  const before = await runOf(the);
  await resetTo(world.stand.temporal, the.workflowId, 0);
  await until(async () => (await runOf(the)) !== before);
  await world.stand.client.note(the.order, WHO);
  expect(await until(async () => (await stateOf(world, the.order))?.status)).toMatch(/held|stuck/);
  expect(cancelsOf(the)).toBe(sent);
  await world.stand.client.release(the.order, WHO);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  const { interventions = [] } = await world.stand.client.result(the.order);
  // The last twenty: the notes have pushed the hold out.
  expect(interventions.at(-1)).toMatchObject({ message: 'release', ...WHO });
});

test('an ended reversal concludes the same after a Reset to every task of its runs, and sends nothing', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 9 }] });
  await world.stand.client.start(the.input);
  const first = await runOf(the);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  const last = await runOf(the);
  expect(last).not.toBe(first);
  const sent = cancelsOf(the);
  for (const run of [last, first]) {
    const { length } = await resetPointsOf(world.stand.temporal, the.workflowId, run);
    for (const at of [0, Math.floor(length / 2), length - 1]) {
      const before = await runOf(the);
      await resetTo(world.stand.temporal, the.workflowId, at, run);
      await until(async () => (await runOf(the)) !== before);
      expect(await world.stand.client.result(the.order), `task ${at} of ${length}`).toMatchObject({
        action: 'refunded',
      });
      expect(cancelsOf(the)).toBe(sent);
    }
  }
  // What was reset already, once more.
  for (const _ of [1, 2]) {
    const before = await runOf(the);
    await resetTo(world.stand.temporal, the.workflowId, -1);
    await until(async () => (await runOf(the)) !== before);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  }
  const history = JSON.stringify(JSON.parse(historyToJSON(await handleOf(world, the).fetchHistory())));
  expect(await failuresOf(new Map([[the.workflowId, history]]), await workflowBundle())).toEqual(new Map());
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
});

test('what a Reset brings again is replayed as it came: an update, and the signals after it', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { flags: { sellerShort: true } });
  await world.stand.client.start(the.input);
  await until(async () => (await stateOf(world, the.order))?.stuckReason);
  const { length } = await resetPointsOf(world.stand.temporal, the.workflowId);
  await world.stand.client.hold(the.order, WHO);
  const handle = world.stand.temporal.workflow.getHandle(the.workflowId);
  for (const _ of [1, 2]) await handle.signal(resubmitSignal, WHO);
  const before = await runOf(the);
  await resetTo(world.stand.temporal, the.workflowId, length);
  await until(async () => (await runOf(the)) !== before);
  await until(async () => (await stateOf(world, the.order))?.status === 'held');
  const history = JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())));
  expect(history).toContain('UPDATE_ADMITTED');
  expect(await failuresOf(new Map([[the.workflowId, history]]), await workflowBundle())).toEqual(new Map());
});

test('a Reset of an old run writes no old end over a newer one, and tells nobody of it', async () => {
  const the = newCase();
  seed(world, the, 'PAID');
  await world.stand.client.start(the.input);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  const kept = await runOf(the);
  await world.stand.client.start({ ...the.input, reason: 'void' });
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  const { length } = await resetPointsOf(world.stand.temporal, the.workflowId, kept);
  for (let at = 0; at < length; at++) {
    const before = await runOf(the);
    await resetTo(world.stand.temporal, the.workflowId, at, kept);
    await until(async () => (await runOf(the)) !== before);
    expect(await world.stand.client.result(the.order), `task ${at} of ${length}`).toMatchObject({ action: 'refunded' });
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ finalAction: 'refunded', told: 'refunded' });
  }
  expect((await endsTold(the)).filter((end) => end === 'kept')).toHaveLength(1);
});
