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

async function cancel(fault: Omit<Fault, 'operation'>) {
  next += 1;
  const orderId = `T${next}`;
  sandbox.seed('toy', { orderId, amount: 100, state: 'paid', faults: [{ operation: 'cancel', ...fault }] });
  const answer = await rawRequest(`${sandbox.url('toy')}/cancel/${orderId}`);
  return { orderId, answer, state: () => sandbox.truth('toy', orderId)?.state, log: sandbox.log({ orderId })[0] };
}

interface Seen {
  readonly end: RawAnswer['end'];
  readonly executed: boolean;
  readonly status?: number;
  readonly body?: string;
}

const seen: Record<Exclude<WireFault, 'gzip'>, Seen> = {
  refuse: { end: 'reset', executed: false },
  dropBefore: { end: 'ended', executed: false },
  resetBefore: { end: 'reset', executed: false },
  resetAfter: { end: 'reset', executed: true },
  silentAfter: { end: 'open', executed: true },
  lateExecution: { end: 'open', executed: true },
  delayAnswer: { end: 'ended', executed: true, status: 200, body: TOY_BODY },
  stall: { end: 'open', executed: true, status: 200, body: TOY_BODY.slice(0, TOY_BODY.length / 2) },
  dribble: { end: 'ended', executed: true, status: 200, body: TOY_BODY },
  http502: { end: 'ended', executed: false, status: 502 },
  http502After: { end: 'ended', executed: true, status: 502 },
  html200: { end: 'ended', executed: true, status: 200 },
  empty200: { end: 'ended', executed: true, status: 200, body: '' },
  truncated: { end: 'ended', executed: true, status: 200, body: TOY_BODY.slice(0, TOY_BODY.length / 2) },
  redirect: { end: 'ended', executed: false, status: 307, body: '' },
};

test.each(Object.entries(seen))('%s on the wire', async (wire, expected) => {
  const fault = { wire, delayMs: wire === 'dribble' ? 5 : 50 } as Fault;
  const { answer, state, log } = await cancel(fault);
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
