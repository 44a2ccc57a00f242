/** Whoever may start a workflow hands in a request, and nothing else: no case, no rules, no look, whatever the way in. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, test, vi } from 'vitest';
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';
import { RULES } from '../../src/gateways/rules.ts';
import { readAll } from '../../src/ledger/index.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { openReversal } from '../../src/reversal/reversal.ts';
import { type Case, callsOf, handleOf, moneyOf, newCase, seed, until, useStand } from './support.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

const world = useStand();
const run = promisify(execFile);

async function temporal(...args: readonly string[]): Promise<string> {
  const { address, namespace } = world.server;
  const cli = await findTemporalCli({ log() {} });
  const { stdout } = await run(cli, [...args, '--address', address, '--namespace', namespace]);
  return stdout;
}

/** A case of another order, seen paid in the future, that may be refunded by rules of the sender's own. */
function forged(victim: Case) {
  const request = parseRequest({ ...victim.input, amount: 300, ifPaid: 'reverse' });
  const opened = openReversal(request, RULES.alipay, { acts: [] }, Date.now());
  const view = { kind: 'paid', amount: 300, currency: 'CNY', orderId: request.orderId };
  const at = Date.now() + 3_600_000;
  const permits = { cancel: false, refund: true, revoke: false };
  const look = { view, askedAt: at, seenAt: at };
  return { entries: 0, reversal: { ...opened, rules: { ...opened.rules, permits }, look, sawPaid: true } };
}

/** An order of its own that is to be kept, and one that somebody wants to get at. */
function two(): readonly [Case, Case] {
  const [the, victim] = [newCase(), newCase()];
  seed(world, the, 'PAID');
  seed(world, victim, 'PAID');
  return [the, victim];
}

async function expectUntouched(the: Case, victim: Case): Promise<void> {
  expect(await readAll(world.stand.ledger.acts, victim.order)).toEqual([]);
  expect(callsOf(world, victim)).toEqual([]);
  expect(callsOf(world, the).map(({ operation }) => operation)).not.toContain('refund');
  for (const one of [the, victim]) expect(moneyOf(world, one)).toMatchObject({ taken: 1280, returned: 0 });
}

const startedBy = (the: Case, victim: Case, ...more: readonly string[]) =>
  temporal(
    ...['workflow', 'start', '--type', 'reversePayment', '--task-queue', taskQueueOf('alipay')],
    ...['--workflow-id', the.workflowId, '--input', JSON.stringify(the.input)],
    ...['--input', JSON.stringify(forged(victim)), ...more],
  );

test.each([
  ['a plain start', []],
  ['a run timeout and attributes of an end', ['--run-timeout', '1h', '--search-attribute', 'ReversalStatus="final"']],
])('a second argument is ignored: %s', async (_, more) => {
  const [the, victim] = two();
  await startedBy(the, victim, ...more);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  await expectUntouched(the, victim);
});

test('a second argument is ignored in every run of a start with --cron', async () => {
  const [the, victim] = two();
  await startedBy(the, victim, '--cron', '@every 1s');
  const runs = new Set<string>();
  await until(async () => runs.add((await handleOf(world, the).describe()).runId).size > 2);
  await handleOf(world, the).terminate('enough');
  expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ finalAction: 'kept' });
  await expectUntouched(the, victim);
});

test('a second argument is ignored in every run of a start with a retry policy', async () => {
  const [the, victim] = two();
  await world.stand.temporal.workflow.start('reversePayment', {
    workflowId: the.workflowId,
    taskQueue: taskQueueOf('alipay'),
    args: [the.input, forged(victim)],
    retry: { initialInterval: '1 second', maximumAttempts: 3 },
  });
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  await expectUntouched(the, victim);
});

test('a foreign workflow that continues as new into ours brings nothing but a request', async () => {
  const [the, victim] = two();
  const { address, namespace } = world.server;
  const connection = await NativeConnection.connect({ address });
  const workflowsPath = fileURLToPath(new URL('./foreign-workflow.ts', import.meta.url));
  const worker = await Worker.create({ connection, namespace, taskQueue: 'foreign', workflowsPath });
  await worker.runUntil(async () => {
    await world.stand.temporal.workflow.start('foreign', {
      workflowId: the.workflowId,
      taskQueue: 'foreign',
      args: [the.input, forged(victim), taskQueueOf('alipay')],
    });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  });
  await connection.close();
  await expectUntouched(the, victim);
});

test.each(['cancel', 'refund', 'record'])('an activity that somebody starts by hand does nothing: %s', async (type) => {
  const [the] = two();
  const { provider, account, orderId } = the.order;
  const act = { order: { provider, account, orderId }, amount: 1280, currency: 'CNY', timeoutMs: 1000 };
  const state = { status: 'final', finalAction: 'closed', sawPaid: false, latePayment: false, acts: [] };
  const input = { ...act, seq: 1, sentAt: Date.now(), workflowId: the.workflowId, at: Date.now(), state, entries: [] };
  const id = `by-hand-${type}-${orderId}`;
  const started = ['--type', type, '--task-queue', taskQueueOf('alipay'), '--activity-id', id];
  const once = ['--start-to-close-timeout', '5s', '--retry-maximum-attempts', '1'];
  await temporal('activity', 'start', ...started, '--input', JSON.stringify(input), ...once);
  const said = await temporal('activity', 'result', '--activity-id', id, '--output', 'json').catch((error) =>
    JSON.stringify(error),
  );
  expect(said).toMatch(/only the workflow reversal\/alipay\/\S+ may do this|activity failed/);
  expect(callsOf(world, the)).toEqual([]);
  expect(await readAll(world.stand.ledger.acts, the.order)).toEqual([]);
  expect(await world.stand.ledger.reversal(the.order)).toBeUndefined();
});
