/** `unwind api` as a process of its own, beside a worker that owns the embedded ledger. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { blocksOf } from '../docs/blocks.ts';
import { type Env, lines, type Running, start, unwind } from './support.ts';

let server: TemporalServer;
let folder: string;
let sandbox: Running;
let worker: Running;
let api: Running;
let control: string;
let env: Env;
let base: string;
let key: string;

const makeKey = async (name: string, ...roles: readonly string[]) => {
  const { stdout } = await unwind(['api', 'key', '--name', name, '--role', ...roles, '--json']);
  return JSON.parse(stdout);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-api-'));
  server = await startTemporalServer();
  sandbox = start(['sandbox', '--port', '0', '--json', '--config', folder, '--system', 'alipay']);
  [{ control }] = lines(await sandbox.says('"control"'));
  const file = join(folder, 'unwind.config.yaml');
  const config = parse(await readFile(file, 'utf8'));
  for (const account of Object.values<{ rules?: unknown }>(config.accounts))
    account.rules = { speed: 40, codeLife: '10s', freshness: '10s', gap: '1s' };
  const pos = await makeKey('pos', 'start', 'view');
  key = pos.key;
  const desk = await makeKey('desk', 'operate');
  await writeFile(join(folder, 'desk.sha256'), `${desk.sha256}\n`);
  config.api = {
    port: 0,
    keys: [
      { name: 'pos', roles: pos.roles, sha256: pos.sha256 },
      { name: 'desk', roles: desk.roles, sha256: { file: 'desk.sha256' } },
    ],
  };
  await writeFile(file, stringify(config));
  env = { TEMPORAL_ADDRESS: server.address, UNWIND_CONFIG: file };
  worker = start(['worker', '--setup', '--log-level', 'ERROR'], env);
  await worker.says('Serving ');
  api = start(['api'], env);
  await api.says('to read: ');
  base = /Serving (\S+),/.exec(api.errors())?.[1] ?? '';
});

afterAll(async () => {
  await api?.stop();
  await worker?.stop();
  await sandbox?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const request = (orderId: string, more = {}) => ({
  provider: 'alipay',
  account: 'alipay-v3',
  orderId,
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
  method: 'barcode',
  ...more,
});

const post = (path: string, body: unknown) =>
  fetch(`${base}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = (path: string) => fetch(`${base}${path}`, { headers: { authorization: `Bearer ${key}` } });

async function seed(order: object): Promise<void> {
  const response = await fetch(`${control}/systems/alipay/orders`, { method: 'POST', body: JSON.stringify(order) });
  expect(response.status, await response.text()).toBe(200);
}

describe('unwind api', () => {
  it('answers a reversal, and reads the embedded ledger through its worker', async () => {
    await seed({ orderId: 'KEPT', amount: 1280, state: 'PAID', createdMsAgo: 120_000, paidMsAgo: 60_000 });
    const answer = await post('/v1/reversals?wait=20s', request('KEPT'));
    expect(await answer.json()).toMatchObject({ verdict: 'kept' });
    await expect
      .poll(async () => (await get('/v1/reversals/alipay/alipay-v3/KEPT')).json(), { timeout: 20_000 })
      .toMatchObject({ verdict: 'kept', source: 'ledger' });
    expect(await (await get('/v1/reversals?finalAction=kept')).json()).toMatchObject({
      reversals: [{ orderId: 'KEPT' }],
    });
    expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ready', ledger: 'up' });
  });

  it('writes one line a request, with its id and the name of the key, and no key', async () => {
    const id = randomBytes(8).toString('hex');
    await fetch(`${base}/v1/closures`, { headers: { authorization: `Bearer ${key}`, 'x-request-id': id } });
    await expect.poll(() => api.errors()).toContain(id);
    const line = api
      .errors()
      .split('\n')
      .filter((one) => one.includes(id));
    expect(line).toHaveLength(1);
    expect(JSON.parse(line[0] ?? '')).toMatchObject({ reqId: id, key: 'pos', method: 'GET', status: 200 });
    expect(api.errors()).not.toContain(key);
  });

  it('is called with curl as the document says', async () => {
    const block = blocksOf('docs/api.md').find(({ mark }) => mark === 'run');
    const script = (block?.code ?? '').replaceAll('http://127.0.0.1:8080', base);
    const shell = promisify(execFile);
    const { stdout } = await shell('/bin/sh', ['-e', '-c', script], { env: { ...process.env, UNWIND_KEY: key } });
    expect(stdout.match(/"orderId":"API-1"/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toContain('problem');
  });

  it('on SIGTERM finishes what is under way, takes nothing new, and ends with 0', async () => {
    const slow = { operation: 'query', wire: 'delayAnswer', delayMs: 2000, times: 0 };
    await seed({
      orderId: 'SLOW',
      amount: 1280,
      state: 'PAID',
      createdMsAgo: 120_000,
      paidMsAgo: 60_000,
      faults: [slow],
    });
    let isAnswered = false;
    const waiting = post('/v1/reversals?wait=5s', request('SLOW')).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await expect.poll(async () => (await get('/v1/reversals/alipay/alipay-v3/SLOW')).status).toBe(200);
    const ended = api.stop();
    expect(isAnswered).toBe(false);
    const answer = await waiting;
    expect([200, 202]).toContain(answer.status);
    expect(await answer.json()).toMatchObject({ orderId: 'SLOW' });
    expect((await ended).code).toBe(0);
    await expect(get('/healthz')).rejects.toThrow();
  });
});

describe('unwind api, set up wrongly', () => {
  it('ends with 2 and every problem, and shows no value', async () => {
    const file = join(folder, 'wrong.yaml');
    const { accounts, ledger } = parse(await readFile(env.UNWIND_CONFIG ?? '', 'utf8'));
    const secret = 'not-a-hash-but-a-secret';
    const api = { port: 70_000, foo: 1, keys: [{ name: 'a', roles: ['root'], sha256: secret }] };
    await writeFile(file, stringify({ accounts, ledger, api }));
    for (const command of [['api'], ['worker']]) {
      const { code, stderr } = await unwind(command, { ...env, UNWIND_CONFIG: file });
      expect(code).toBe(2);
      for (const path of ['api.port', 'api.foo', 'api.keys.0.roles.0', 'api.keys.0.sha256'])
        expect(stderr).toContain(path);
      expect(stderr).not.toContain(secret);
    }
  });

  it('needs the section', async () => {
    const file = join(folder, 'none.yaml');
    const { accounts, ledger } = parse(await readFile(env.UNWIND_CONFIG ?? '', 'utf8'));
    await writeFile(file, stringify({ accounts, ledger }));
    const { code, stderr } = await unwind(['api'], { ...env, UNWIND_CONFIG: file });
    expect([code, stderr]).toEqual([2, expect.stringContaining('api')]);
  });
});

describe('unwind api key', () => {
  it('prints the key once, and its hash for the configuration', async () => {
    const { stdout, stderr, code } = await unwind(['api', 'key', '--name', 'pos', '--role', 'start', 'view']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^unwind_[\w-]{43}\n$/);
    expect(stderr).toMatch(/\{ name: pos, roles: \[start, view\], sha256: [0-9a-f]{64} \}/);
    expect((await unwind(['api', 'key', '--name', 'pos', '--role', 'root'])).code).toBe(2);
  });
});
