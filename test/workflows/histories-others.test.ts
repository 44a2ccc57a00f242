/** Histories of the other workflows, and of reversals on other workers: recorded as `golden.ts` says, replayed. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type OverdueOrders, openOverdueOrders } from '../../src/overdue/index.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { workflowBundle } from '../../src/worker.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type Receiver, settingsFor, startReceiver } from '../webhooks/receiver.ts';
import { failuresOf, recorded } from './golden.ts';
import { createOverdueView, type OverdueView, VIEW } from './overdue-view.ts';
import { OTHERS, type Stage } from './record-other-histories.ts';
import { startShortWorld } from './short-histories.ts';
import { startWorkers, type WorkersOptions, type World } from './support.ts';
import { timed } from './timings.ts';

// Servers, bundles and replays: on a machine that is busy with other things they take minutes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

const GATEWAYS = ['alipay-classic', 'alipay-v3', 'shouqianba'] as const;

let world: World;
let receiver: Receiver;
let postgres: Postgres;
let view: OverdueView;
let orders: OverdueOrders;
let workers: RunningWorkers;

const start = (more: WorkersOptions = {}) =>
  startWorkers(world, {
    gateways: GATEWAYS,
    // What is stuck waits for the batch.
    overrides: timed({ selfCheck: 600_000 }),
    overdue: { orders, ratePerSecond: 50 },
    webhooks: settingsFor(receiver),
    ...more,
  });

beforeAll(async () => {
  // Gateways and receivers are made to fail here.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  world = await startShortWorld(GATEWAYS);
  receiver = await startReceiver();
  postgres = await startPostgres();
  const url = await postgres.database();
  view = await createOverdueView(url);
  orders = openOverdueOrders({ url, view: VIEW });
  workers = await start();
});

afterAll(async () => {
  await workers?.stop();
  await world?.stand.stop();
  await world?.server.stop();
  await view?.close();
  await orders?.close();
  await postgres?.stop();
  await receiver?.stop();
  vi.restoreAllMocks();
});

const stageOf = (): Stage => ({
  world,
  list: (order) => view.list(order),
  refuse: (all) => (all ? receiver.fail('gone') : receiver.fail()),
  async instead(options, run) {
    await workers.stop();
    workers = await start(options);
    const result = await run();
    await workers.stop();
    workers = await start();
    return result;
  },
});

test.each(Object.entries(OTHERS))('%s replays', async (name, record) => {
  const json = await recorded(name, await record(stageOf()));
  expect(await failuresOf(new Map([[name, json]]), await workflowBundle())).toEqual(new Map());
});
