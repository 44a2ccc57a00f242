/** What was refused, never taken, or has failed does not look like what runs: at the command line and over HTTP. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '../../src/api/problems.ts';
import { lookFailureOf, waitingFor } from '../../src/client/failure.ts';
import { createReversalClient } from '../../src/client.ts';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { whyNothing } from '../../src/reversal/order-view.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import { call, keyOf, serveApi } from '../api/support.ts';
import { until } from '../workflows/until.ts';
import { type Env, unwind } from './support.ts';

const DO_NOTHING = 'Nothing will be done by itself';
const FAIL_WORKFLOW = 5;

type Running = Parameters<typeof waitingFor>[0];

let server: TemporalServer;
let temporal: Client;
let connection: Connection;
let folder: string;
let env: Env;

beforeAll(async () => {
  server = await startTemporalServer();
  connection = await Connection.connect({ address: server.address });
  temporal = new Client({ connection, namespace: server.namespace });
  folder = await mkdtemp(join(tmpdir(), 'unwind-unserved-'));
  const file = join(folder, 'unwind.config.yaml');
  await writeFile(file, `ledger: { dataDir: ${folder} }\naccounts: {}\n`);
  await (await openLedger({ dataDir: folder })).close();
  env = { TEMPORAL_ADDRESS: server.address, UNWIND_CONFIG: file };
}, 120_000);

afterAll(async () => {
  await connection?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const request = (provider: string, orderId: string) => ({
  ...{ provider, account: 'till', orderId, amount: 1280, currency: 'CNY', reason: 'ambiguous' as const },
});
const starting = (provider: string, orderId: string, of: Env = env) =>
  unwind(
    [
      'start',
      '--provider',
      provider,
      '--account',
      'till',
      '--order-id',
      orderId,
      '--amount',
      '1280',
      '--reason',
      'void',
    ],
    of,
  );
const isStarted = (provider: string, orderId: string) =>
  temporal.workflow
    .getHandle(workflowIdOf(request(provider, orderId)))
    .describe()
    .then(
      () => true,
      () => false,
    );

test('in a namespace without search attributes, start says what creates them', async () => {
  const namespace = 'bare';
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await temporal.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  // The server knows a new namespace after some seconds.
  const told = await until(async () => {
    const { code, stdout } = await starting('alipay', 'NO-ATTRIBUTES', { ...env, TEMPORAL_NAMESPACE: namespace });
    return !/not found/i.test(stdout) && { code, stdout };
  });
  expect([told.code, told.stdout.includes('--setup')], told.stdout).toEqual([1, true]);
}, 60_000);

test.each(['wechat', 'Alipay', 'constructor'])(
  'a provider %s that nobody serves is refused, and nothing is started',
  async (provider) => {
    const { code, stderr, stdout } = await starting(provider, 'TYPO');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`${provider} is not one of alipay, shouqianba, daxpay`));
    expect(stderr).toContain('Nothing was started');
    const client = createReversalClient(temporal);
    for (const begin of [client.start, client.reverse, client.paymentObserved]) {
      await expect(begin(request(provider, 'TYPO'))).rejects.toThrow('is not one of');
    }
    expect(await isStarted(provider, 'TYPO')).toBe(false);
  },
  60_000,
);

test('a gateway that has no worker now is warned about, and started', async () => {
  const { code, stderr } = await starting('alipay', 'WAITS');
  expect(code).toBe(0);
  expect(stderr).toContain('No worker serves alipay now');
  expect(await isStarted('alipay', 'WAITS')).toBe(true);
}, 60_000);

/** As a worker that does not know the account fails a workflow. */
async function failed(orderId: string, message: string) {
  const order = request('shouqianba', orderId);
  await createReversalClient(temporal).start(order);
  const { workflowService } = temporal;
  const { taskToken } = await temporal.withDeadline(Date.now() + 30_000, () =>
    workflowService.pollWorkflowTaskQueue({
      namespace: server.namespace,
      taskQueue: { name: 'unwind-shouqianba' },
      identity: 'test',
    }),
  );
  await workflowService.respondWorkflowTaskCompleted({
    namespace: server.namespace,
    taskToken,
    commands: [
      {
        commandType: FAIL_WORKFLOW,
        failWorkflowExecutionCommandAttributes: { failure: { message: 'Activity task failed', cause: { message } } },
      },
    ],
  });
  return order;
}

test('one that ended as FAILED, or was terminated, tells why, and that nothing follows: status, show, GET', async () => {
  const refused = await failed('REFUSED', 'amount: must be a number');
  const stopped = request('alipay', 'STOPPED');
  await createReversalClient(temporal).start(stopped);
  await temporal.workflow.getHandle(workflowIdOf(stopped)).terminate('by mistake');
  const ledger = { ask: () => Promise.reject(new Problem('ledger-unavailable', 'away')), close: async () => {} };
  const api = await serveApi({ temporal, client: createReversalClient(temporal), ledger });
  try {
    for (const [{ provider, account, orderId }, why] of [
      [refused, 'FAILED: amount: must be a number'],
      [stopped, 'TERMINATED: by mistake'],
    ] as const) {
      const order = [provider, account, orderId];
      const status = await unwind(['status', ...order], env);
      expect(status.stdout).toContain('unattended');
      expect(status.stdout).toContain(why);
      expect(status.stdout).toContain(DO_NOTHING);
      const shown = await unwind(['show', ...order], env);
      expect(shown.stderr).toContain(why);
    }
    const { body } = await call(api.base, 'GET', '/v1/reversals/alipay/till/STOPPED', { key: keyOf('view') });
    expect(body).toMatchObject({ status: 'unattended', failure: expect.stringContaining('TERMINATED: by mistake') });
  } finally {
    await api.stop();
  }
}, 120_000);

const SCHEDULE_ACTIVITY = 1;

/** As a worker whose look is tried again and again: the first try has failed. */
async function looking(order: ReturnType<typeof request>, message: string) {
  await createReversalClient(temporal).start(order);
  const { workflowService } = temporal;
  const { namespace } = server;
  const taskQueue = { name: `unwind-${order.provider}` };
  const asked = { namespace, taskQueue, identity: 'test' };
  const soon = <T>(poll: () => Promise<T>) => temporal.withDeadline(Date.now() + 30_000, poll);
  const { taskToken } = await soon(() => workflowService.pollWorkflowTaskQueue(asked));
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    commands: [
      {
        commandType: SCHEDULE_ACTIVITY,
        scheduleActivityTaskCommandAttributes: {
          ...{ activityId: '1', activityType: { name: 'lookAtOrder' }, taskQueue },
          ...{ startToCloseTimeout: msToTs('1 minute'), retryPolicy: { initialInterval: msToTs('1 hour') } },
        },
      },
    ],
  });
  const task = await soon(() => workflowService.pollActivityTaskQueue(asked));
  await workflowService.respondActivityTaskFailed({
    ...{ namespace, taskToken: task.taskToken },
    failure: { message, applicationFailureInfo: { type: 'config' } },
  });
}

/** The row of an order whose reversal is open, as its worker wrote it. */
async function written(
  ledger: Ledger,
  orderId: string,
  of: ReturnType<typeof request>,
  status: string,
  entry?: object,
) {
  const order = { provider: of.provider, account: of.account, orderId };
  const run = { workflowId: workflowIdOf(order), runId: 'r' };
  await ledger.openCase({ order, request: of, ...run, now: Date.now() });
  const stuckReason = status === 'stuck' ? { stuckReason: 'unreachable' } : {};
  const entries = entry === undefined ? [] : [{ key: 'l1', at: Date.now(), kind: 'look' as const, body: entry }];
  await ledger.record({ order, row: { ...run, at: Date.now() + 1, status, ...stuckReason }, entries });
}

test('a list says why those that are open do not get on: of the ledger, of the server, over HTTP', async () => {
  const LOOK = 'The look told nothing: config isv.invalid-app-id (http=200)';
  const away = { ...request('alipay', 'LIST-AWAY') };
  const tried = { ...request('daxpay', 'LIST-TRIED') };
  await createReversalClient(temporal).start(away);
  await looking(tried, LOOK);
  const ended = await failed('LIST-FAILED', 'amount: must be a number');
  const silent = { order: { kind: 'unknown', why: 'unreadable', evidence: { http: '200' } } };
  const ledger = await openLedger({ dataDir: folder });
  await written(ledger, 'LIST-AWAY', away, 'checking');
  await written(ledger, 'LIST-TRIED', tried, 'checking');
  await written(ledger, 'LIST-FAILED', ended, 'checking');
  await written(ledger, 'LIST-GONE', { ...away, orderId: 'LIST-GONE' }, 'stuck', silent);
  await written(ledger, 'LIST-DUE', { ...away, orderId: 'LIST-DUE' }, 'scheduled');
  const client = createReversalClient(temporal);
  const source = {
    ask: async <T>(question: (reader: Ledger) => Promise<T>) => question(ledger),
    close: async () => {},
  };
  const api = await serveApi({ temporal, client, ledger: source });
  const EXPECTED = {
    'LIST-AWAY': { waitsFor: 'No worker serves alipay now: start one with `unwind worker`.' },
    'LIST-TRIED': { lookFailure: LOOK },
    'LIST-FAILED': { failure: expect.stringContaining('FAILED: amount: must be a number') },
  };
  const GONE = { failure: expect.stringContaining('unwind audit'), lookFailure: 'unreadable (http=200)' };
  const named = (rows: readonly { orderId: string }[]) => Object.fromEntries(rows.map((row) => [row.orderId, row]));
  const nothingOf = (row: object | undefined) => {
    for (const cause of ['failure', 'waitsFor', 'lookFailure']) expect(row).not.toHaveProperty(cause);
  };
  try {
    const { body } = await call(api.base, 'GET', '/v1/reversals?causes=true', { key: keyOf('view') });
    const rows = named(body.reversals);
    expect(rows).toMatchObject({ ...EXPECTED, 'LIST-GONE': GONE });
    nothingOf(rows['LIST-DUE']);
    const plain = await call(api.base, 'GET', '/v1/reversals', { key: keyOf('view') });
    for (const row of plain.body.reversals) nothingOf(row);
  } finally {
    await api.stop();
    await ledger.close();
  }
  const listed = await unwind(['list', '--json'], env);
  expect(named(JSON.parse(listed.stdout))).toMatchObject({ ...EXPECTED, 'LIST-GONE': GONE });
  const table = await unwind(['list'], env);
  expect(table.stdout).toMatch(/LIST-AWAY .*No worker serves alipay now/);
  expect(table.stdout).toMatch(/LIST-GONE .*unreachable: Temporal knows no workflow/);
  const ofServer = async () => {
    const { stdout } = await unwind(['list', '--from', 'temporal', '--json'], env);
    return named(JSON.parse(stdout));
  };
  await expect.poll(ofServer, { timeout: 20_000, interval: 1000 }).toMatchObject(EXPECTED);

  // The list is the ledger's: it is shown all the same while the server is away.
  const offline = await unwind(['list', '--json'], { ...env, TEMPORAL_ADDRESS: '127.0.0.1:9' });
  expect([offline.code, offline.stderr]).toEqual([0, expect.stringContaining('Temporal cannot be asked')]);
  expect(named(JSON.parse(offline.stdout))['LIST-GONE']).toMatchObject({ lookFailure: 'unreadable (http=200)' });
}, 120_000);

test('an activity that the server repeats says what is missing, by its name', () => {
  const pending = (name: string, message: string) => ({ activityType: { name }, lastFailure: { message } });
  const run = (...pendingActivities: object[]) => ({ raw: { pendingActivities } }) as unknown as Running;
  expect(waitingFor(run(pending('openCaseWhereServed', 'no account till')))).toBe('no account till');
  expect(waitingFor(run(pending('lookAtOrder', 'x')))).toBeUndefined();
  expect(lookFailureOf(run(pending('record', 'y'), pending('lookAtRefund', 'x')))).toBe('x');
});

test('a look that told nothing says its cause and the words of the gateway, also while the server repeats it', () => {
  const evidence = { http: '200', sub_code: 'isv.x' };
  expect(whyNothing({ kind: 'unknown', why: 'unreadable', evidence })).toBe('unreadable (http=200, sub_code=isv.x)');
  expect(whyNothing({ kind: 'rejected', why: 'config', code: 'ILLEGAL_SIGN' })).toBe('config ILLEGAL_SIGN');
  expect(whyNothing({ kind: 'unpaid' })).toBeUndefined();
});
