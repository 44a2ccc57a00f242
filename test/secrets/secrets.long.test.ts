/** Nothing that comes out of Unwind holds a secret: logs, histories, ledger, webhooks, API, commands and crashes. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { keyScheduleId } from '../../src/worker/schedules.ts';
import { createSecrets } from './secrets.ts';
import { startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let world: World;
const histories: string[] = [];

interface Incident {
  readonly account: string;
  readonly system: string;
  readonly state: string;
  readonly more?: object;
  readonly request?: object;
}

const FAULTY = (operation: string, fault: object) => ({ faults: [{ operation, times: 1, ...fault }] });
const SIGNED = ['alipay-v3', 'daxpay-c', 'daxpay-e', 'daxpay-f'];
const ACCOUNTS = ['alipay-v3', 'shouqianba', 'daxpay-c', 'daxpay-e', 'daxpay-f'];
const systemOf = (account: string) => (account === 'alipay-v3' ? 'alipay' : account);
const paidIn = (account: string) => (account.startsWith('daxpay') ? 'success' : 'PAID');

/** A clean reversal, lost answers, forged ones, pages of HTML, and a refusal of our signature, at every gateway. */
const INCIDENTS: readonly Incident[] = ACCOUNTS.flatMap((account) => {
  const base = { account, system: systemOf(account), state: paidIn(account) };
  const undo = { reason: 'void' };
  return [
    { ...base, request: undo },
    { ...base, more: FAULTY('query', { wire: 'resetAfter' }) },
    { ...base, request: undo, more: FAULTY('refund', { wire: 'resetAfter' }) },
    { ...base, more: FAULTY('query', { wire: 'html200' }) },
    { ...base, more: FAULTY('query', { wire: 'truncated' }) },
    ...(SIGNED.includes(account) ? [{ ...base, more: FAULTY('query', { business: { name: 'wrongSignature' } }) }] : []),
  ];
});

async function ask(method: string, path: string, key: string | undefined, body?: unknown): Promise<number> {
  const response = await fetch(`${world.api}${path}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = `${JSON.stringify(Object.fromEntries(response.headers))} ${await response.text()}`;
  world.out.set(`API ${method} ${path} ${world.out.size}`, text);
  return response.status;
}

async function control(path: string, body: object): Promise<void> {
  const response = await fetch(`${world.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status, await response.text()).toBe(200);
}

/** Histories with their payloads as text, however deep those are. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]));
}

beforeAll(async () => {
  world = await startWorld();
  const requests = INCIDENTS.map(({ account, request }, index) => ({
    provider: account.split('-')[0],
    account,
    orderId: `SECRET${index}`,
    amount: 1280,
    currency: 'CNY',
    reason: 'ambiguous',
    method: 'barcode',
    ...request,
  }));
  for (const [index, { system, state, more }] of INCIDENTS.entries()) {
    const orderId = `SECRET${index}`;
    await control(`/systems/${system}/orders`, { orderId, amount: 1280, state, paidMsAgo: 1000, ...more });
  }
  // The daily check-in, now: the worker gets a new terminal key.
  await world.temporal.schedule.getHandle(keyScheduleId('shouqianba', 'shouqianba')).trigger();
  await Promise.all(requests.map((request) => ask('POST', '/v1/reversals?wait=5s', world.keys.pos, request)));
  await vi.waitFor(
    async () => {
      const open = world.temporal.workflow.list({
        query: 'WorkflowType = "reversePayment" AND ReversalStatus != "final"',
      });
      const states: string[] = [];
      for await (const { workflowId } of open) states.push(workflowId);
      expect(states).toEqual([]);
    },
    { timeout: 120_000, interval: 1000 },
  );
});
afterAll(() => world?.stop());

test('a planted secret is found, wherever it stands', () => {
  const secrets = createSecrets();
  secrets.add(
    'key',
    `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B'.repeat(3)}\nshort\n-----END PRIVATE KEY-----`,
  );
  secrets.add('short', 'hunter2hunter2');
  expect(secrets.foundIn(`{"stack":"at x MIIEvQIBADANBgkqhkiG9w0B"}`)).toHaveLength(1);
  expect(secrets.foundIn('password=hunter2hunter2;')).toHaveLength(1);
  expect(secrets.foundIn('nothing here: MIIEvQIBADANBgkq')).toEqual([]);
  const [, worlds = ''] = /"key":"([^"]+)"/.exec(JSON.stringify({ key: world.keys.pos })) ?? [];
  expect(world.secrets.foundIn(`the key is ${worlds}`)).toHaveLength(1);
});

test('what there was to hide', () => {
  const names = new Set(world.secrets.names.map((name) => name.replace(/^.*\./, '')));
  for (const name of [
    ...['privateKey', 'secret', 'terminalKey', 'webhook secret', 'ledger key', 'API key pos', 'API key desk'],
    ...['signature sent', 'signature received', 'signature sent or received', 'terminal key after a check-in'],
  ]) {
    expect(names).toContain(name);
  }
});

test('the API: answers, refusals, notifications', async () => {
  const { pos, desk } = world.keys;
  expect(await ask('GET', '/v1/reversals', pos)).toBe(200);
  expect(await ask('GET', '/v1/reversals/alipay/alipay-v3/SECRET0', pos)).toBe(200);
  expect(await ask('GET', '/v1/reversals', `${pos}x`)).toBe(401);
  expect(await ask('POST', '/v1/reversals', desk, {})).toBe(403);
  expect(await ask('POST', '/v1/reversals', pos, `{"a":"${pos}`)).toBe(400);
  expect(await ask('POST', '/v1/notifications/alipay-v3', undefined, 'sign=x')).toBeGreaterThanOrEqual(400);
  expect(await ask('GET', '/health', undefined)).toBeLessThan(600);
});

test('the commands, also with a configuration or a key that cannot be used', async () => {
  await world.run(['list', '--json']);
  await world.run(['show', 'alipay', 'alipay-v3', 'SECRET0', '--json']);
  await world.run(['show', 'shouqianba', 'shouqianba', 'SECRET6']);
  await world.run(['status', 'daxpay', 'daxpay-c', 'SECRET11']);
  await world.run(['doctor']);
  await world.run(['doctor', '--json']);
  await world.run(['audit', '--json']);

  const text = await readFile(join(world.folder, 'unwind.config.yaml'), 'utf8');
  const secret = (await readFile(join(world.folder, 'daxpay-c.secret'), 'utf8')).trim();
  const pem = await readFile(join(world.folder, 'alipay-v3.privateKey'), 'utf8');
  await writeFile(join(world.folder, 'broken.key'), pem.replace(/[A-Za-z]{3}\n/, '!!!\n').replace('MII', 'AAA'));
  const password = 'pAsSwOrD-of-the-ledger-0123456789';
  world.secrets.add('password of the ledger', password);
  const url = `postgres://unwind:${password}@127.0.0.1:1/unwind`;
  const broken: readonly (readonly [text: string, env: Readonly<Record<string, string>>])[] = [
    [text.replace('daxpay-c.secret', secret), {}],
    [text.replace(/secret:\n\s+file: daxpay-c.secret/, `secret: ${secret}`), {}],
    [`${text}\n  ]${secret}: {{`, {}],
    [text.replace('alipay-v3.privateKey', 'broken.key'), {}],
    [text.replace('env: LEDGER_KEY', 'env: WEBHOOK_SECRET'), {}],
    [text.replace('env: WEBHOOK_SECRET', 'env: LEDGER_KEY'), {}],
    [text.replace('dataDir: ./data', 'url: { env: LEDGER_URL }'), { LEDGER_URL: url }],
    [text.replace('dataDir: ./data', 'url: { env: LEDGER_URL }'), { LEDGER_URL: `x${url}` }],
    [text.replace('dataDir: ./data', `url: ${url}`), {}],
    [text, { TEMPORAL_API_KEY: password, TEMPORAL_ADDRESS: '127.0.0.1:1' }],
  ];
  for (const [index, [config, more]] of broken.entries()) {
    expect(config === text && Object.keys(more).length === 0, `case ${index} changes nothing`).toBe(false);
    const file = join(world.folder, `broken-${index}.yaml`);
    await writeFile(file, config);
    // The first one to fail is the worker; the others read the same by other ways.
    const commands = index % 3 === 0 ? ['worker', 'doctor', 'list'] : ['worker'];
    const ended = [];
    for (const command of commands) ended.push(await world.run([command], { ...more, UNWIND_CONFIG: file }));
    expect(ended[0]?.code, `case ${index}`).not.toBe(0);
  }
});

test('histories were read', async () => {
  for await (const { workflowId, runId } of world.temporal.workflow.list()) {
    const history = await world.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    const text = JSON.stringify(readable(history));
    histories.push(text);
    world.out.set(`history of ${workflowId} ${runId}`, text);
  }
  expect(histories.length).toBeGreaterThanOrEqual(INCIDENTS.length);
  expect(histories.join('')).toContain('SECRET0');
});

test('the ledger was read: every table, and its files as they are', async () => {
  await world.end();
  const data = join(world.folder, 'data', 'ledger');
  const database = await PGlite.create(data);
  const tables = await database.query(`select table_name as name from information_schema.tables
    where table_schema = 'public'`);
  const names = z.array(z.object({ name: z.string() })).parse(tables.rows);
  expect(names.map(({ name }) => name)).toContain('terminal_keys');
  for (const { name } of names) {
    const { rows } = await database.query(`select * from "${name}"`);
    world.out.set(`table ${name}`, JSON.stringify(rows));
  }
  expect(world.out.get('table terminal_keys')).toContain('v1.');
  expect(world.out.get('table journal')).toContain('SECRET0');
  await database.close();
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name), 'latin1');
    world.out.set(`file ${entry.name} ${world.out.size}`, bytes);
  }
});

test('webhooks were read', () => {
  const events = world.events();
  expect(events.length).toBeGreaterThan(0);
  world.out.set('webhooks', JSON.stringify(events));
});

test('nothing that came out holds a part of a secret', () => {
  expect(world.out.get('worker stderr')).toContain('[DEBUG]');
  const found = [...world.out].flatMap(([where, text]) =>
    world.secrets.foundIn(text).map((what) => `${where}: ${what}`),
  );
  expect(found).toEqual([]);
});
