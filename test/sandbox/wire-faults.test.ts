import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fault, type Sandbox, startSandbox, type WireFault } from '../../src/sandbox/index.ts';
import { type RawAnswer, rawRequest } from './raw.ts';
import { TOY_BODY, toySystem } from './toy-system.ts';

let sandbox: Sandbox;
let next = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ systems: { toy: toySystem } });
});
afterAll(() => sandbox.stop());

async function cancel(fault: Omit<Fault, 'operation'>, waitMs = 5000) {
  next += 1;
  const orderId = `T${next}`;
  sandbox.seed('toy', { orderId, amount: 100, state: 'paid', faults: [{ operation: 'cancel', ...fault }] });
  const answer = await rawRequest(`${sandbox.url('toy')}/cancel/${orderId}`, { waitMs });
  return { orderId, answer, state: () => sandbox.truth('toy', orderId)?.state, log: sandbox.log({ orderId })[0] };
}

interface Seen {
  readonly wire: WireFault;
  readonly end: RawAnswer['end'];
  readonly executed: boolean;
  readonly status?: number;
  readonly body?: string;
}

const seen: Seen[] = [
  { wire: 'refuse', end: 'reset', executed: false },
  { wire: 'dropBefore', end: 'ended', executed: false },
  { wire: 'resetBefore', end: 'reset', executed: false },
  { wire: 'resetAfter', end: 'reset', executed: true },
  { wire: 'silentAfter', end: 'open', executed: true },
  { wire: 'lateExecution', end: 'open', executed: true },
  { wire: 'delayAnswer', end: 'ended', executed: true, status: 200, body: TOY_BODY },
  { wire: 'stall', end: 'open', executed: true, status: 200, body: TOY_BODY.slice(0, TOY_BODY.length / 2) },
  { wire: 'dribble', end: 'ended', executed: true, status: 200, body: TOY_BODY },
  { wire: 'http502', end: 'ended', executed: false, status: 502 },
  { wire: 'http502After', end: 'ended', executed: true, status: 502 },
  { wire: 'html200', end: 'ended', executed: true, status: 200 },
  { wire: 'empty200', end: 'ended', executed: true, status: 200, body: '' },
  { wire: 'truncated', end: 'ended', executed: true, status: 200, body: TOY_BODY.slice(0, TOY_BODY.length / 2) },
  { wire: 'redirect', end: 'ended', executed: false, status: 307, body: '' },
];

test.each(seen)('$wire on the wire', async ({ wire, ...expected }) => {
  const delayMs = wire === 'dribble' ? 5 : 50;
  const { answer, state, log } = await cancel({ wire, delayMs }, expected.end === 'open' ? 400 : 5000);
  expect(answer.end).toBe(expected.end);
  expect(answer.status).toBe(expected.status);
  if (expected.body !== undefined) expect(answer.body.toString()).toBe(expected.body);
  expect(state()).toBe(expected.executed ? 'cancelled' : 'paid');
  expect(log).toMatchObject({ operation: 'cancel', nth: 1, fault: wire, executed: expected.executed });
});

test('gzip sends the real body compressed', async () => {
  const { answer } = await cancel({ wire: 'gzip' });
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(answer.body).toString()).toBe(TOY_BODY);
});
