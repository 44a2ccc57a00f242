/** The schedule of the sweeps: paused until there is a source, and a person's word stands. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type OverdueOrders, openOverdueOrders } from '../../src/overdue/index.ts';
import { ensureSweepSchedule, NO_SOURCE, SWEEP_SCHEDULE } from '../../src/worker/schedules.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { createOverdueView, type OverdueView, VIEW } from '../workflows/overdue-view.ts';
import { startWorkers, until, useStand } from '../workflows/support.ts';

const world = useStand({ withoutWorkers: true });
const SOURCE = { every: 600_000 };

let postgres: Postgres;
let view: OverdueView;
let orders: OverdueOrders;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.database();
  view = await createOverdueView(url);
  orders = openOverdueOrders({ url, view: VIEW });
});
afterAll(async () => {
  await view?.close();
  await orders?.close();
  await postgres?.stop();
});

const schedule = () => world.stand.temporal.schedule.getHandle(SWEEP_SCHEDULE);
const ensure = (source: typeof SOURCE | undefined) => ensureSweepSchedule(world.stand.temporal, source);
const stateNow = async () => (await schedule().describe()).state;

beforeEach(async () => {
  for await (const { scheduleId } of world.stand.temporal.schedule.list()) {
    if (scheduleId === SWEEP_SCHEDULE) await schedule().delete();
  }
});

it('is paused until there is a source, and goes on when a worker has one', async () => {
  expect(await ensure(undefined)).toBe(`created, paused: ${NO_SOURCE}`);
  expect(await ensure(undefined)).toBeUndefined();
  expect(await stateNow()).toMatchObject({ paused: true, note: NO_SOURCE });
  expect(await ensure(SOURCE)).toMatch(/^goes on, every 600 s/);
  const { state, spec, policies } = await schedule().describe();
  expect(state.paused).toBe(false);
  expect(spec).toMatchObject({ intervals: [{ every: 600_000 }], jitter: 60_000 });
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000 });
  expect(await ensure(SOURCE)).toBeUndefined();
});

it('stays paused when a person has paused it', async () => {
  expect(await ensure(SOURCE)).toBe('created, every 600 s');
  await schedule().pause('the books are being moved');
  expect(await ensure(SOURCE)).toBe('stays paused: the books are being moved');
  expect(await stateNow()).toMatchObject({ paused: true, note: 'the books are being moved' });
  await schedule().unpause();
  expect(await ensure(SOURCE)).toBeUndefined();
});

it('keeps the times that a person has given it, and tells that they are not those of the configuration', async () => {
  await ensure(SOURCE);
  await schedule().update((before) => ({ ...before, spec: { intervals: [{ every: 60_000 }] } }));
  expect(await ensure(SOURCE)).toMatch(/^runs every 60 s, not every 600 s/);
  expect(await ensure(undefined)).toBe('runs, and this worker has no source for it');
  expect((await schedule().describe()).spec.intervals).toMatchObject([{ every: 60_000 }]);
});

it('starts the sweep', async () => {
  const workers = await startWorkers(world, { overdue: { orders, ratePerSecond: 50 } });
  try {
    await view.list({}, {});
    await ensure(SOURCE);
    await schedule().trigger();
    const run = await until(async () => (await schedule().describe()).info.recentActions.at(-1));
    const { workflowId } = run.action.workflow;
    expect(workflowId).toMatch(/^sweep-overdue-orders-/);
    expect(await world.stand.temporal.workflow.getHandle(workflowId).result()).toMatchObject({ read: 2, started: 2 });
  } finally {
    await workers.stop();
  }
});
