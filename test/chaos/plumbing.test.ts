/** What chaos puts between the parts: a ledger that is slow to answer, and a gateway that answers from the past. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { rngOf } from '../../src/demo/random/rng.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';
import { openStandAccounts } from '../../src/stand/accounts.ts';
import { startCable } from '../../tools/chaos/cable.ts';
import { type Replayer, startReplayer } from '../../tools/chaos/replayer.ts';

const GATEWAY = 'alipay-v3';
const AMOUNT = 1280;
const call = { timeoutMs: 5000, signal: new AbortController().signal };

let sandbox: Sandbox;
let replayer: Replayer;
let gateway: Gateway;

beforeAll(async () => {
  sandbox = await startSandbox({
    systems: Object.fromEntries(Object.entries(systems).filter(([name]) => name === 'alipay')),
  });
  replayer = await startReplayer({
    target: sandbox.url('alipay'),
    identify: (request) => sandbox.system('alipay').identify(request),
    rng: rngOf(1, 1),
  });
  const terminalKeys = { load: async () => undefined, replace: async () => false };
  const [account] = openStandAccounts([GATEWAY], {
    sandbox: { ...sandbox, url: () => replayer.url },
    terminalKeys,
    overrides: () => ({}),
  });
  if (account === undefined) throw new Error('no account was opened');
  gateway = account.gateway;
});
afterAll(async () => {
  await replayer?.stop();
  await sandbox?.stop();
});

test('an older answer of the same look, signed with its time, comes again, and nothing else does', async () => {
  const order = { orderId: 'P1', amount: AMOUNT, currency: 'CNY' };
  sandbox.seed('alipay', { orderId: 'P1', amount: AMOUNT, state: 'WAITING', createdMsAgo: 1000 });
  expect((await gateway.look(order, call)).kind).toBe('unpaid');
  replayer.replay(100);
  sandbox.happen('alipay', 'P1', { name: 'pay' });
  // The only answer that there is may be the newest one: it is not an old one.
  expect((await gateway.look(order, call)).kind).toBe('paid');
  expect((await gateway.look(order, call)).kind).toBe('unpaid');
  expect(replayer.replayed()).toBe(1);
  replayer.replay(0);
  expect((await gateway.look(order, call)).kind).toBe('paid');
});

test('what the gateway does to a connection is done to the worker', async () => {
  const order = { orderId: 'P2', amount: AMOUNT, currency: 'CNY' };
  sandbox.seed('alipay', { orderId: 'P2', amount: AMOUNT, state: 'WAITING' });
  for (const [wire, view] of [
    ['resetBefore', { kind: 'unknown', why: 'reset' }],
    ['resetAfter', { kind: 'unknown', why: 'reset' }],
    ['stall', { kind: 'unknown', why: 'timeout' }],
    ['dribble', { kind: 'unpaid' }],
    ['gzip', { kind: 'unpaid' }],
  ] as const) {
    sandbox.fault('alipay', 'P2', { operation: 'query', wire });
    expect(await gateway.look(order, { ...call, timeoutMs: 1500 })).toMatchObject(view);
  }
});

const listening = z.object({ port: z.number() });

test('only the answer to what is named is held back, and the rest stays in order', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => socket.write(`to ${chunk}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cable = await startCable(listening.parse(server.address()).port);
  const client = connect(cable.port, '127.0.0.1');
  await once(client, 'connect');
  const ask = async (text: string): Promise<[string, number]> => {
    const from = performance.now();
    client.write(text);
    const [chunk] = await once(client, 'data');
    return [String(chunk), performance.now() - from];
  };
  cable.slow({ delayMs: 400, after: 'write it down' });
  expect((await ask('read'))[1]).toBeLessThan(300);
  const [text, took] = await ask('write it down');
  expect(text).toBe('to write it down');
  expect(took).toBeGreaterThan(390);
  expect((await ask('read'))[1]).toBeLessThan(300);
  cable.slow({ delayMs: 400 });
  expect((await ask('read'))[1]).toBeGreaterThan(390);
  cable.slow(undefined);
  expect((await ask('read'))[1]).toBeLessThan(300);
  expect(cable.held()).toBe(2);
  client.destroy();
  await cable.stop();
  server.close();
});
