/**
 * What people press on a reversal that has ended: "Start Workflow Like This One", Reset, the batch reset and Request
 * Cancellation, as the Web UI sends them. The end stays the same, no act is sent, and the gateway's money does not move.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReversalInput } from '../../src/client.ts';
import { readAll } from '../../src/ledger/index.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { resetBatch, resetTo, runIdOf, startLikeThisOne, type Task, workflowTasksOf } from './presses.ts';
import { type Case, callsOf, expectNoBlindAct, handleOf, moneyOf, newCase, seed, until, useStand } from './support.ts';

const world = useStand({ withoutWorkers: true });
let workers: RunningWorkers;
beforeAll(async () => {
  workers = await world.stand.startWorkers();
});
afterAll(() => workers.stop());

interface End {
  readonly request: Partial<ReversalInput>;
  readonly action: 'refunded' | 'kept';
  /** What was sent to get there. */
  readonly acts: readonly string[];
}

const ENDS: Readonly<Record<string, End>> = {
  'refunded by a cancel': { request: { ifPaid: 'reverse' }, action: 'refunded', acts: ['cancel'] },
  'refunded by a refund': { request: { reason: 'void' }, action: 'refunded', acts: ['refund'] },
  kept: { request: {}, action: 'kept', acts: [] },
};

const PRESSES: Readonly<Record<string, (the: Case) => Promise<void>>> = {
  'Start Workflow Like This One': (the) => startLikeThisOne(world, the),
  'Reset to the first workflow task': (the) => resetTo(world, the, 'first'),
  'Reset to the last workflow task': (the) => resetTo(world, the, 'last'),
  'the batch reset to the first workflow task': (the) => resetBatch(world, [the], 'first'),
  'the batch reset to the last workflow task': (the) => resetBatch(world, [the], 'last'),
};

const TASKS: readonly Task[] = ['first', 'last'];
const LOOKS: readonly string[] = ['query', 'refundQuery'];
const sentTo = (the: Case) => callsOf(world, the).flatMap(({ operation: o }) => (LOOKS.includes(o) ? [] : [o]));

/** What nothing that is pressed may change: the money journal, what was sent, and what the ledger knows of it. */
async function standing(the: Case) {
  const acts = await readAll(world.stand.ledger.acts, the.order);
  return {
    money: world.stand.sandbox.money({ system: 'alipay', orderId: the.order.orderId }),
    sent: sentTo(the),
    acts: acts.map(({ seq, verb, sentAt, answer }) => ({ seq, verb, sentAt, answer })),
  };
}

async function ended({ request, action, acts }: End): Promise<Case> {
  const the = newCase(request);
  seed(world, the, 'PAID');
  await world.stand.client.start(the.input);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action });
  expect(sentTo(the)).toEqual(acts);
  return the;
}

async function expectSameEnd(the: Case, { action }: End, before: unknown): Promise<void> {
  expect(await world.stand.client.result(the.order)).toMatchObject({ action });
  expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: action });
  expect(await standing(the)).toEqual(before);
}

describe.concurrent.each(Object.entries(ENDS))('%s', (_, end) => {
  test.each(Object.entries(PRESSES))('%s: the same end, and no money moves', async (__, press) => {
    const the = await ended(end);
    const [before, run] = [await standing(the), await runIdOf(world, the)];
    await press(the);
    await expectSameEnd(the, end, before);
    expect(await runIdOf(world, the)).not.toBe(run);
  });

  test('Reset to each of its workflow tasks, one after the other: the same end every time', async () => {
    const the = await ended(end);
    const [before, run] = [await standing(the), await runIdOf(world, the)];
    const tasks = await workflowTasksOf(world, the);
    expect(tasks.length).toBeGreaterThan(1);
    for (const at of tasks.keys()) {
      await resetTo(world, the, at, run);
      await expectSameEnd(the, end, before);
    }
  });
});

describe.concurrent('kept by an earlier run, and voided by a later one', () => {
  const kept: End = { request: {}, action: 'kept', acts: [] };
  const voided: End = { request: {}, action: 'refunded', acts: ['refund'] };

  async function keptThenVoided() {
    const the = await ended(kept);
    const earlier = await runIdOf(world, the);
    await world.stand.client.start({ ...the.input, reason: 'void' });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    return { the, earlier, before: await standing(the) };
  }

  test('"Start Workflow Like This One" on the earlier run: it is still refunded', async () => {
    const { the, before } = await keptThenVoided();
    await startLikeThisOne(world, the);
    await expectSameEnd(the, voided, before);
  });

  test('Reset of the earlier run to its first workflow task: it is still refunded', async () => {
    const { the, earlier, before } = await keptThenVoided();
    await resetTo(world, the, 'first', earlier);
    await expectSameEnd(the, voided, before);
  });

  async function expectRefundedByVoid(task: Task): Promise<void> {
    const the = newCase();
    seed(world, the, 'PAID', { faults: [{ operation: 'refund', wire: 'lateExecution', delayMs: 900 }] });
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    const earlier = await runIdOf(world, the);
    await world.stand.client.start({ ...the.input, reason: 'void' });
    await until(() => sentTo(the).length > 0);
    await resetTo(world, the, task, earlier);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
  }

  test('Reset of the earlier run to its first workflow task while the refund is on its way', () =>
    expectRefundedByVoid('first'));

  test('Reset of the earlier run to its last workflow task: it is still refunded', async () => {
    const { the, earlier, before } = await keptThenVoided();
    await resetTo(world, the, 'last', earlier);
    await expectSameEnd(the, voided, before);
  });

  test('Reset of the earlier run to its last workflow task while the refund is on its way', () =>
    expectRefundedByVoid('last'));
});

describe('Request Cancellation right after a Reset, before a worker has seen it', () => {
  const presses = Object.entries(ENDS).flatMap(([name, end]) => TASKS.map((task) => [name, task, end] as const));

  test.each(presses)('%s, %s workflow task: nothing is sent, and the order is not forgotten', async (_, task, end) => {
    const the = await ended(end);
    const before = await standing(the);
    await workers.stop();
    await resetTo(world, the, task);
    await handleOf(world, the).cancel();
    workers = await world.stand.startWorkers();
    // Cancelled, or ended as before when the end was all that was left to do.
    await world.stand.client.result(the.order).catch(() => {});
    expect((await handleOf(world, the).describe()).status.name).toMatch(/CANCELLED|COMPLETED/);
    expect(await standing(the)).toEqual(before);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ told: end.action, finalAction: end.action });
    await world.stand.client.start(the.input);
    await expectSameEnd(the, end, before);
  });
});
