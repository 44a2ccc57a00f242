/** Two releases of the workers side by side, told apart by the server: docs/versioning.md, releases. */
import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { changedBundle } from './changed-bundle.ts';
import {
  type Case,
  callsOf,
  expectConfirmed,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  until,
  untilStuck,
  useStand,
} from './support.ts';
import { BY_HAND } from './timings.ts';
import { CHANGED, mismatchesOf, PATCHED, pausesOf, releasesOf } from './versions.ts';

// Servers, bundles and replays: on a machine that is busy with other things they take minutes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

const world = useStand({ withoutWorkers: true });
const WHO = { operator: 'Li Na', reason: 'topped up' };

let changed: WorkflowBundle;
let patched: WorkflowBundle;

beforeAll(async () => {
  changed = await changedBundle(...CHANGED);
  patched = await changedBundle(...PATCHED);
});

const DEPLOYMENT = 'unwind';
/** Of `RoutingConfigUpdateState`. */
const ROUTED_EVERYWHERE = 2;

let running: RunningWorkers[] = [];

interface Release {
  readonly bundle?: WorkflowBundle;
  readonly pinned?: boolean;
}

/** Starts the workers of a release. */
async function release(buildId: string, { pinned = false, bundle }: Release = {}): Promise<void> {
  const deployment = { name: DEPLOYMENT, buildId, pinned };
  running.push(await startWorkers(world, { overrides: BY_HAND, deployment, ...(bundle && { bundle }) }));
}

/** As `temporal worker deployment set-current-version` does, and until all queues know; '' are workers of no release. */
async function makeCurrent(buildId: string): Promise<void> {
  const { workflowService, options } = world.stand.temporal;
  const { namespace } = options;
  const deployment = { namespace, deploymentName: DEPLOYMENT };
  const set = { ...deployment, buildId, ignoreMissingTaskQueues: buildId === '' };
  // Refused until the server has heard of all of the release's queues.
  await until(() =>
    workflowService.setWorkerDeploymentCurrentVersion(set).then(
      () => true,
      () => false,
    ),
  );
  await until(async () => {
    const { workerDeploymentInfo: info } = await workflowService.describeWorkerDeployment(deployment);
    return info?.routingConfigUpdateState === ROUTED_EVERYWHERE;
  });
}

afterEach(async () => {
  await makeCurrent('');
  await Promise.all(running.map((workers) => workers.stop()));
  running = [];
});

async function stuck(): Promise<Case> {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { flags: { sellerShort: true } });
  await world.stand.client.start(the.input);
  await untilStuck(world, the);
  return the;
}

async function sendOn(the: Case): Promise<void> {
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
  await handleOf(world, the).signal('resubmit', WHO);
}

async function expectRefunded(the: Case) {
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  expectNoBlindAct(callsOf(world, the));
  expectConfirmed(callsOf(world, the));
  return historyOf(handleOf(world, the));
}

async function refundedAnew() {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID');
  await world.stand.client.start(the.input);
  return expectRefunded(the);
}

test('pinned: what release a1 has opened ends there, on its own code; new ones go to release a2', async () => {
  await release('a1', { pinned: true });
  await makeCurrent('a1');
  const old = await stuck();
  await release('a2', { pinned: true, bundle: changed });
  await makeCurrent('a2');
  const anew = await refundedAnew();
  expect([releasesOf(anew), pausesOf(anew)]).toEqual([['a2'], 1]);
  await sendOn(old);
  const history = await expectRefunded(old);
  expect([releasesOf(history), pausesOf(history), mismatchesOf(history)]).toEqual([['a1'], 0, 0]);
});

test('not pinned: an open reversal moves to the patched release b2 while workers of release b1 still run', async () => {
  await release('b1');
  await makeCurrent('b1');
  const old = await stuck();
  await release('b2', { bundle: patched });
  await makeCurrent('b2');
  await sendOn(old);
  const history = await expectRefunded(old);
  expect([releasesOf(history), pausesOf(history), mismatchesOf(history)]).toEqual([['b1', 'b2'], 0, 0]);
  const anew = await refundedAnew();
  expect([releasesOf(anew), pausesOf(anew)]).toEqual([['b2'], 1]);
});

test('a release c2 that lacks its patch sends nothing; with c1 current again the reversal goes on', async () => {
  await release('c1');
  await makeCurrent('c1');
  const old = await stuck();
  const calls = callsOf(world, old).length;
  await release('c2', { bundle: changed });
  await makeCurrent('c2');
  await sendOn(old);
  await until(async () => mismatchesOf(await historyOf(handleOf(world, old))) > 0);
  expect(callsOf(world, old)).toHaveLength(calls);
  await makeCurrent('c1');
  expect(releasesOf(await expectRefunded(old))).toEqual(['c1']);
});

test('from workers of no release to the first one, and back', async () => {
  running.push(await startWorkers(world, { overrides: BY_HAND }));
  const [there, back] = [await stuck(), await stuck()];
  await release('d1');
  await makeCurrent('d1');
  await sendOn(there);
  expect(releasesOf(await expectRefunded(there))).toEqual(['', 'd1']);
  expect(releasesOf(await refundedAnew())).toEqual(['d1']);
  await makeCurrent('');
  await sendOn(back);
  expect(releasesOf(await expectRefunded(back))).toEqual(['']);
});
