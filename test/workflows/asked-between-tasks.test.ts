/** A question that comes between two workflow tasks, to a worker that has never seen the workflow, must not change it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { afterAll, expect, test } from 'vitest';
import { workflowBundle } from '../../src/worker.ts';
import { startChildWorker } from './child-worker.ts';
import { callsOf, newCase, seed, until, useStand } from './support.ts';

const world = useStand({ withoutWorkers: true });
const directory = mkdtemp(join(tmpdir(), 'unwind-asked-'));
const stops: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  await rm(await directory, { recursive: true, force: true });
});

/**
 * The worker dies while its reversal sleeps. The question waits five seconds for it, meanwhile the reversal's timer fires,
 * and the task that this makes is still kept for the dead worker when the question goes to the living one.
 */
test('it is answered, and the reversal goes on as its history says', async () => {
  const bundle = join(await directory, 'bundle.js');
  const made = await workflowBundle();
  await writeFile(bundle, 'code' in made ? made.code : '');
  const worker = { dataDir: join(await directory, 'ledger'), bundle, rules: 'NOW_AND_THEN', halts: {} } as const;

  const dead = await startChildWorker(world, worker);
  stops.push(() => dead.kill());
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { amount: 999 });
  const { client, temporal } = world.stand;
  await client.start(the.input);
  await until(async () => (await client.status(the.order))?.status === 'stuck');
  const looks = () => callsOf(world, the).length;
  const before = looks();
  await until(() => looks() > before);
  await sleep(300); // its task is over, and the next one four seconds away
  await dead.kill();

  const asked = client.status(the.order);
  const alive = await startChildWorker(world, worker);
  stops.push(() => alive.kill());
  // Stuck, or checking at this very moment.
  expect(await asked).toMatchObject({ view: 'paid', acts: 0 });

  const then = looks();
  await until(() => looks() > then + 1);
  const handle = temporal.workflow.getHandle(the.workflowId);
  const history = await handle.fetchHistory();
  expect(history.events?.filter(({ workflowTaskFailedEventAttributes: failed }) => failed != null)).toEqual([]);
  await Worker.runReplayHistory({ workflowBundle: made }, history, the.workflowId);
}, 120_000);
