/** A notification is taken as soon as the server has it in a history, with or without a worker; else it is to come again. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { workflowIdOf } from '../../src/client.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { faster } from '../../src/stand/speed.ts';
import { until, useStand } from '../workflows/support.ts';
import { useMerchant } from './support.ts';

const GATEWAY = 'shouqianba';
const overrides = () => faster('shouqianba', 300, 1500);
const world = useStand({ gateways: [GATEWAY], overrides, withoutWorkers: true });
const merchant = useMerchant(world, [GATEWAY]);

const directories: string[] = [];
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

/** A ledger that cannot be asked any more. */
async function closedLedger() {
  const dataDir = await mkdtemp(join(tmpdir(), 'unwind-closed-'));
  directories.push(dataDir);
  const ledger = await openLedger({ dataDir });
  await ledger.close();
  return ledger;
}
const withoutLedger = useMerchant(world, [GATEWAY], closedLedger);

function newOrder(notifyUrl: string) {
  const { sandbox, client, temporal } = world.stand;
  const orderId = `T${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  const order = { provider: GATEWAY, account: GATEWAY, orderId };
  sandbox.seed(GATEWAY, { orderId, amount: 1280, state: 'CREATED', notifyUrl });
  return {
    order,
    orderId,
    schedule: () =>
      client.scheduleClosure({ ...order, amount: 1280, currency: 'CNY' }, { at: new Date(Date.now() + 3_600_000) }),
    handle: () => temporal.workflow.getHandle(workflowIdOf(order)),
    codes: () => sandbox.log({ orderId }).flatMap(({ operation, code }) => (operation === 'notify' ? [code] : [])),
  };
}

describe('without a worker', () => {
  test('it is in the history of a closure that is not due, and heard when a worker is there', async () => {
    const the = newOrder(merchant.url(GATEWAY));
    await the.schedule();
    world.stand.sandbox.happen(GATEWAY, the.orderId, { name: 'pay' });
    await until(() => the.codes()[0]);
    expect(the.codes()).toEqual(['200 success']);
    expect(merchant.desk.counts[GATEWAY]?.effects).toMatchObject({ again: 0, woken: 1 });
    expect(merchant.errors).toEqual([]);
    const workers = await world.stand.startWorkers();
    try {
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    } finally {
      await workers.stop();
    }
  });

  test('an order that nobody asked about needs none', async () => {
    const the = newOrder(merchant.url(GATEWAY));
    expect(await world.stand.sandbox.notify(GATEWAY, the.orderId)).toMatchObject({ taken: true });
  });
});

describe('while the ledger cannot be asked', () => {
  test('whether the order is known cannot be said: the gateway is asked to come again', async () => {
    const the = newOrder(withoutLedger.url(GATEWAY));
    expect(await world.stand.sandbox.notify(GATEWAY, the.orderId)).toEqual({ taken: false, status: 503, body: 'fail' });
    expect(withoutLedger.desk.counts[GATEWAY]?.effects).toMatchObject({ again: 1, unheardOf: 0 });
    expect(withoutLedger.errors).toHaveLength(1);
  });

  test('a wrong signature is refused all the same', async () => {
    const the = newOrder(withoutLedger.url(GATEWAY));
    const sent = world.stand.sandbox.notify(GATEWAY, the.orderId, { forged: 'key' });
    expect(await sent).toEqual({ taken: false, status: 400, body: 'fail' });
  });

  test('a reversal that runs is woken: that needs no ledger', async () => {
    const the = newOrder(withoutLedger.url(GATEWAY));
    await the.schedule();
    const workers = await world.stand.startWorkers();
    try {
      world.stand.sandbox.happen(GATEWAY, the.orderId, { name: 'pay' });
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
      await until(() => the.codes()[0]);
      expect(the.codes()).toEqual(['200 success']);
    } finally {
      await workers.stop();
    }
  });
});
