/** The section in the configuration of real processes: the worker, the commands and `doctor` have it in force. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { type Env, lines, type Running, start, unwind } from '../cli/support.ts';
import { encodingsOf } from './support.ts';

let server: TemporalServer;
let folder: string;
let sandbox: Running;
let worker: Running;
let env: Env;

const key = randomBytes(32).toString('base64');
const encryption = { keys: [{ id: '2026-11', key: { env: 'UNWIND_PAYLOAD_KEY' } }] };
const ORDER = ['alipay', 'alipay-v3', 'KEPT'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-encryption-'));
  server = await startTemporalServer();
  sandbox = start(['sandbox', '--port', '0', '--json', '--config', folder, '--system', 'alipay']);
  const [{ control }] = lines(await sandbox.says('"control"'));
  const file = join(folder, 'unwind.config.yaml');
  const config = parse(await readFile(file, 'utf8'));
  for (const account of Object.values<{ rules?: unknown }>(config.accounts))
    account.rules = { speed: 40, codeLife: '10s', freshness: '10s', gap: '1s' };
  await writeFile(file, stringify({ ...config, encryption }));
  env = { TEMPORAL_ADDRESS: server.address, UNWIND_CONFIG: file, UNWIND_PAYLOAD_KEY: key };
  worker = start(['worker', '--setup', '--log-level', 'ERROR'], env);
  await worker.says('Serving ');
  const seeded = { orderId: 'KEPT', amount: 1280, state: 'PAID', createdMsAgo: 120_000, paidMsAgo: 60_000 };
  await fetch(`${control}/systems/alipay/orders`, { method: 'POST', body: JSON.stringify(seeded) });
});

afterAll(async () => {
  await worker?.stop();
  await sandbox?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a reversal that is started and followed by commands is encrypted on the server, and no output shows the key', async () => {
  const request = {
    ...{ provider: 'alipay', account: 'alipay-v3', orderId: 'KEPT', amount: 1280, currency: 'CNY' },
    ...{ reason: 'ambiguous', method: 'barcode', attemptedAt: new Date(Date.now() - 600_000).toISOString() },
  };
  const started = await unwind(['start', '--file', '-', '--wait', '--json'], env, `${JSON.stringify(request)}\n`);
  expect(started.code, started.stderr).toBe(0);
  expect(lines(started.stdout)).toEqual([expect.objectContaining({ orderId: 'KEPT', finalAction: 'kept' })]);
  const status = await unwind(['status', ...ORDER, '--json'], env);
  expect(JSON.parse(status.stdout)).toMatchObject({ status: 'final', finalAction: 'kept' });

  const connection = await Connection.connect({ address: server.address });
  const { workflow } = new Client({ connection, namespace: server.namespace });
  const { events } = await workflow.getHandle('reversal/alipay/alipay-v3/KEPT').fetchHistory();
  await connection.close();
  expect(encodingsOf(events ?? [])).toEqual(new Set(['2026-11']));

  const doctor = await unwind(['doctor', '--json'], env);
  expect(JSON.parse(doctor.stdout).checks).toContainEqual({
    name: 'encryption',
    result: 'ok',
    detail: 'on: encrypts with key 2026-11',
  });
  const outputs = [started, status, doctor].map(({ stdout, stderr }) => `${stdout}${stderr}`).join('');
  expect(`${outputs}${worker.errors()}`).not.toContain(key);
});

test('a command without the key ends before it sends anything, and says which variable is missing', async () => {
  const { code, stderr } = await unwind(['status', ...ORDER], { ...env, UNWIND_PAYLOAD_KEY: '' });
  expect(code).toBe(2);
  expect(stderr).toContain('encryption.keys.0.key: the environment variable UNWIND_PAYLOAD_KEY is not set');
});
