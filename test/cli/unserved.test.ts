/** What was refused, never taken, or has failed does not look like what runs: at the command line and over HTTP. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '../../src/api/problems.ts';
import { createReversalClient } from '../../src/client.ts';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { whyNothing } from '../../src/reversal/order-view.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import { call, keyOf, serveApi } from '../api/support.ts';
import { until } from '../workflows/until.ts';
import { type Env, unwind } from './support.ts';

const DO_NOTHING = 'Nothing will be done by itself';
const FAIL_WORKFLOW = 5;

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

test('a look that told nothing says its cause and the words of the gateway, also while the server repeats it', () => {
  const evidence = { http: '200', sub_code: 'isv.x' };
  expect(whyNothing({ kind: 'unknown', why: 'unreadable', evidence })).toBe('unreadable (http=200, sub_code=isv.x)');
  expect(whyNothing({ kind: 'rejected', why: 'config', code: 'ILLEGAL_SIGN' })).toBe('config ILLEGAL_SIGN');
  expect(whyNothing({ kind: 'unpaid' })).toBeUndefined();
});
