/** Many stuck reversals resubmitted by one form: how many, how fast, and what became of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { ResubmitStuckInput, ResubmitStuckReport } from '../../src/protocol/resubmit.ts';
import { OPERATIONS_QUEUE } from '../../src/protocol/start.ts';
import { workflowBundle } from '../../src/worker.ts';
import { startChildWorker } from './child-worker.ts';
import {
  type Case,
  callsOf,
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

const overrides = BY_HAND;
const world = useStand({ overrides: () => overrides, withoutWorkers: true });

const WHO = { operator: 'Li Na', reason: 'topped up' };
let batches = 0;

function resubmit(input: Partial<ResubmitStuckInput>): Promise<ResubmitStuckReport> {
  batches += 1;
  return world.stand.temporal.workflow.execute('resubmitStuckReversals', {
    workflowId: `batch-${batches}`,
    taskQueue: OPERATIONS_QUEUE,
    args: [{ ...WHO, ...input }],
  });
}

/** Stuck for want of money; `fund` mends that at the gateway. */
async function stuckCases(count: number, gateway: 'alipay-v3' | 'alipay-classic'): Promise<readonly Case[]> {
  const cases = Array.from({ length: count }, () => newCase({ ifPaid: 'reverse' }, gateway));
  for (const the of cases) {
    seed(world, the, 'PAID', { flags: { sellerShort: true } });
    await world.stand.client.start(the.input);
  }
  for (const the of cases) expect(await untilStuck(world, the)).toBe('no-funds');
  const ids = new Set(cases.map(({ workflowId }) => workflowId));
  await until(async () => {
    let listed = 0;
    for await (const { workflowId } of world.stand.client.list({ status: 'stuck' }))
      if (ids.has(workflowId)) listed += 1;
    return listed === count;
  });
  return cases;
}

const fund = (the: Case) => world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });

test('a dry run counts by reason and sends nothing; the batch sends each on once, and says what became of them', async () => {
  const workers = await startWorkers(world, { overrides });
  try {
    const cases = await stuckCases(6, 'alipay-v3');
    const others = await stuckCases(2, 'alipay-classic');
    const looks = callsOf(world, cases[0] ?? newCase()).length;
    expect(await resubmit({ account: 'alipay-v3', dryRun: true })).toMatchObject({
      matched: 6,
      byReason: { 'no-funds': 6 },
      resubmitted: 0,
    });
    expect(callsOf(world, cases[0] ?? newCase())).toHaveLength(looks);
    // One is not mended, and is stuck again.
    for (const the of cases.slice(1)) fund(the);
    const report = await resubmit({ stuckReason: 'no-funds', account: 'alipay-v3', ratePerSecond: 20 });
    expect(report).toEqual({
      matched: 6,
      byReason: { 'no-funds': 6 },
      resubmitted: 6,
      endedSince: 0,
      concluded: 5,
      stuckAgain: 1,
      underWay: 0,
    });
    for (const the of cases.slice(1)) {
      expect(await world.stand.client.result(the.order)).toMatchObject({
        action: 'refunded',
        interventions: [{ message: 'resubmit', ...WHO }],
      });
      expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
      expectNoBlindAct(callsOf(world, the));
    }
    for (const the of others) expect((await handleOf(world, the).describe()).status.name).toBe('RUNNING');
    // The one that is stuck again, by a query of the person's own.
    const [left = newCase()] = cases;
    fund(left);
    expect(await resubmit({ query: `ReversalOrderId = '${left.order.orderId}'` })).toMatchObject({
      matched: 1,
      concluded: 1,
    });
  } finally {
    await workers.stop();
  }
});

/** When the server took the resubmissions of all, epoch milliseconds. */
async function resubmissionsOf(cases: readonly Case[]): Promise<readonly number[]> {
  const histories = await Promise.all(cases.map((the) => historyOf(handleOf(world, the))));
  const signals = histories.flat().filter((event) => event.workflowExecutionSignaledEventAttributes);
  return signals
    .map(({ eventTime }) => Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1_000_000)
    .toSorted((a, b) => a - b);
}

test('a worker that is killed in the middle: the next one goes on within the rate, and each is counted once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'unwind-batch-'));
  const bundle = join(directory, 'bundle.js');
  const made = await workflowBundle();
  await writeFile(bundle, 'code' in made ? made.code : '');
  const setup = { dataDir: join(directory, 'ledger'), bundle, halts: {}, rules: 'BY_HAND' } as const;
  const first = await startChildWorker(world, setup);
  const ratePerSecond = 4;
  const cases = await stuckCases(12, 'alipay-v3');
  for (const the of cases) fund(the);
  const report = resubmit({ account: 'alipay-v3', ratePerSecond });
  await until(() => cases.filter((the) => moneyOf(world, the)?.returned === 1280).length > 4);
  await first.kill();
  const second = await startChildWorker(world, setup);
  try {
    expect(await report).toMatchObject({ matched: 12, resubmitted: 12, endedSince: 0, concluded: 12, underWay: 0 });
    for (const the of cases) expectNoBlindAct(callsOf(world, the));
    const resubmissions = await resubmissionsOf(cases);
    for (const [index, at] of resubmissions.slice(ratePerSecond).entries()) {
      expect(at - (resubmissions[index] ?? 0)).toBeGreaterThan(1000);
    }
  } finally {
    await second.stop();
    await rm(directory, { recursive: true });
  }
}, 120_000);

test('bad input ends it at once, with every problem and an example', async () => {
  const workers = await startWorkers(world, { overrides });
  try {
    const input = { operator: '', reason: 'x', stuckReason: 'no-fund', ratePerSecond: 1000, dryrun: true };
    const error: WorkflowFailedError = await world.stand.temporal.workflow
      .execute('resubmitStuckReversals', { workflowId: 'batch-bad', taskQueue: OPERATIONS_QUEUE, args: [input] })
      .then(
        () => expect.unreachable('it was taken'),
        (thrown: WorkflowFailedError) => thrown,
      );
    for (const problem of [/operator: must/, /stuckReason: must be one of/, /ratePerSecond: must/, /dryrun: unknown/]) {
      expect(error.cause?.message).toMatch(problem);
    }
    await expect(resubmit({ query: 'ReversalStatus = = 3' })).rejects.toMatchObject({
      cause: { cause: { message: expect.stringContaining('The query cannot be used') } },
    });
  } finally {
    await workers.stop();
  }
});
