/** What a gateway, or whatever stands before it, answers at any length: histories and records stay small. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActs } from '../../src/activities/act.ts';
import { createLooks } from '../../src/activities/look.ts';
import { createServerClock } from '../../src/activities/server-clock.ts';
import { accountsOf } from '../../src/gateways/accounts.ts';
import { type Ledger, openLedger, readAll } from '../../src/ledger/index.ts';
import type { ActBasis } from '../../src/protocol/activities.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import {
  CALLS,
  classicBody,
  NOW,
  ORDER,
  open,
  type Stub,
  sendClassic,
  sendV3,
  startStub,
  TRADE_NO,
} from '../gateways/alipay/stub.ts';

const LONG = 'A'.repeat(200_000);
const MOST = 10_000;

/** Signed, so believed, and long wherever a text may stand. */
const found = { out_trade_no: ORDER.orderId, trade_status: 'TRADE_SUCCESS', total_amount: '12.30' };
const REPLIES: Readonly<Record<string, object>> = {
  'a trade number': { ...found, trade_no: LONG },
  'a message': { ...found, trade_no: TRADE_NO, msg: LONG },
  'a code': { code: LONG },
  'a status': { ...found, trade_no: TRADE_NO, trade_status: LONG },
};

let stub: Stub;
let folder: string;
let ledger: Ledger;

beforeAll(async () => {
  stub = await startStub();
  folder = await mkdtemp(join(tmpdir(), 'unwind-long-'));
  ledger = await openLedger({ dataDir: folder });
});

afterAll(async () => {
  await stub?.close();
  await ledger?.close();
  await rm(folder, { recursive: true, force: true });
});

const basis: ActBasis = {
  view: { kind: 'unpaid' },
  askedAt: NOW,
  seenAt: NOW,
  freshness: 600_000,
  gap: 600_000,
  lookTimeoutMs: 20_000,
  leavesBy: NOW + 600_000,
};
const environment = () =>
  new MockActivityEnvironment({
    workflowType: 'reversePayment',
    workflowExecution: { workflowId: workflowIdOf(order), runId: 'r' },
    startToCloseTimeoutMs: 600_000,
    currentAttemptScheduledTimestampMs: NOW,
  });
const order = { provider: 'alipay', account: 'a', orderId: ORDER.orderId };
const input = { order, amount: ORDER.amount, currency: ORDER.currency, timeoutMs: 20_000 };

function activitiesOver(api: 'classic' | 'v3') {
  const gateway = open(api, stub.origin);
  const accounts = accountsOf([{ provider: 'alipay', name: 'a', gateway, rules: 'alipay', overrides: {} }]);
  const clock = createServerClock();
  clock.heard(NOW);
  const deps = { accounts, ledger };
  return { gateway, looks: createLooks(deps, clock), acts: createActs(deps, clock) };
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
let seq = 0;

describe.each(Object.entries(REPLIES))('%s of 200 kB', (name, members) => {
  const isError = 'code' in members;
  const handlers = {
    classic: (operation: 'query' | 'cancel') =>
      sendClassic(
        classicBody(operation, {
          ...(isError ? { code: '40004', sub_code: LONG } : { code: '10000' }),
          ...(isError ? {} : members),
        }),
      ),
    v3: () => sendV3(isError ? 400 : 200, members, true),
  };

  test.each(['classic', 'v3'] as const)('over %s: a look and an act stay small', async (api) => {
    const { looks, acts } = activitiesOver(api);
    const worker = environment();
    stub.answer = handlers[api]('query');
    const looked = await worker.run(looks.look, input);
    expect([name, bytesOf(looked) < MOST]).toEqual([name, true]);
    stub.answer = handlers[api]('cancel');
    seq += 1;
    const acted = await worker.run(acts.cancel, { ...input, seq, sentAt: NOW, basis });
    expect([name, bytesOf(acted) < MOST]).toEqual([name, true]);
    const [stored] = (await readAll(ledger.acts, order)).slice(-1);
    expect(bytesOf(stored)).toBeLessThan(MOST);
  });
});

test('it was needed: a client hands on what stands in a signed answer', async () => {
  stub.answer = handlersOf(LONG);
  const view = await CALLS.query(open('v3', stub.origin));
  expect(bytesOf(view)).toBeGreaterThan(MOST);
  expect(view).toMatchObject({ kind: 'paid' });
});

const handlersOf = (tradeNo: string) => sendV3(200, { ...found, trade_no: tradeNo });

test("an act whose answer is no gateway's may have been executed", async () => {
  const { acts } = activitiesOver('v3');
  const cancelled = { out_trade_no: ORDER.orderId, retry_flag: 'N', action: 'refund' };
  stub.answer = sendV3(200, { ...cancelled, trade_no: LONG });
  const worker = environment();
  seq += 1;
  expect(await worker.run(acts.cancel, { ...input, seq, sentAt: NOW, basis })).toMatchObject({
    kind: 'answered',
    answer: { kind: 'unknown', why: 'unreadable' },
  });
});
