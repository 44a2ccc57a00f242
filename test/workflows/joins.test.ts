/** What is sent while no worker runs: it is in the history, it is in force when one comes, and nothing ends by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PayloadCodec } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { createActivities } from '../../src/activities/index.ts';
import { NotAnsweredError, type ReversalInput } from '../../src/client.ts';
import { readAll } from '../../src/ledger/index.ts';
import {
  cancelClosureUpdate,
  joinSignal,
  paymentObservedSignal,
  rescheduleUpdate,
  resubmitSignal,
  submitUpdate,
} from '../../src/protocol/messages.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import { workflowBundle } from '../../src/worker.ts';
import {
  accountsOn,
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  until,
  useStand,
} from './support.ts';

const world = useStand({ withoutWorkers: true });

const WHO = { operator: 'Li Na', reason: 'test' };
const SOON = { graceMs: 1000 };
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const endOf = (the: Case) => world.stand.client.result(the.order);
const TASK_FAILED = 9;

async function journalOf(the: Case): Promise<string> {
  return JSON.stringify(await readAll(world.stand.ledger.journal, the.order));
}

async function served<T>(work: () => Promise<T>): Promise<T> {
  const workers = await world.stand.startWorkers();
  try {
    return await work();
  } finally {
    await workers.stop();
  }
}

async function expectNoTaskFailed(the: Case): Promise<void> {
  expect((await historyOf(handleOf(world, the))).filter(({ eventType }) => eventType === TASK_FAILED)).toEqual([]);
}

describe('while no worker runs', () => {
  test('a stronger request is left in the history, and is in force before anything is decided', async () => {
    const [reversed, started] = [newCase(), newCase()];
    for (const the of [reversed, started]) {
      seed(world, the, 'PAID');
      await world.stand.client.start(the.input);
    }
    const stronger = { ...reversed.input, reason: 'void' } as const;
    const error = await world.stand.client
      .reverse(stronger, { ...SOON, answerWithinMs: 0 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotAnsweredError);
    expect(error).toMatchObject({ workflowId: reversed.workflowId });
    const joined = await world.stand.client.start({ ...started.input, reason: 'void' }, SOON);
    expect(joined).toEqual({ workflowId: started.workflowId, joined: true });

    await served(async () => {
      for (const the of [reversed, started]) {
        expect(await endOf(the)).toMatchObject({ action: 'refunded' });
        expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
        expectNoBlindAct(callsOf(world, the));
        // Nobody was ever told that it is kept.
        expect(await journalOf(the)).not.toContain('"verdict":"kept"');
      }
    });
  });

  test('the same request is in the history already: nothing more is sent', async () => {
    const the = newCase();
    await world.stand.client.start(the.input);
    const before = (await historyOf(handleOf(world, the))).length;
    await expect(world.stand.client.reverse(the.input, { ...SOON, answerWithinMs: 0 })).rejects.toThrow(
      'No worker has answered',
    );
    expect((await historyOf(handleOf(world, the))).length).toBe(before);
    await handleOf(world, the).terminate();
  });

  test('another amount is refused without one, and is no part of the history', async () => {
    const the = newCase();
    await world.stand.client.start(the.input);
    const before = (await historyOf(handleOf(world, the))).length;
    const other = world.stand.client.start({ ...the.input, reason: 'void', amount: 1 }, SOON);
    await expect(other).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError', cause: { type: 'AnotherAmount' } });
    expect((await historyOf(handleOf(world, the))).length).toBe(before);
    await handleOf(world, the).terminate();
  });

  test('a request is refused where what runs can only fail, and would take it along', async () => {
    const the = newCase();
    await world.stand.temporal.workflow.start('reversePayment', {
      workflowId: the.workflowId,
      taskQueue: taskQueueOf('alipay'),
      args: [{ ...the.input, amount: 'much' }],
    });
    await expect(world.stand.client.reverse(the.input, { ...SOON, answerWithinMs: 0 })).rejects.toMatchObject({
      name: 'WorkflowUpdateFailedError',
      cause: { type: 'InvalidRequest', message: expect.stringContaining('started wrongly') },
    });
    await handleOf(world, the).terminate();
  });

  test('a request is refused where what runs was asked to stop: nothing would be done about it', async () => {
    const the = newCase();
    await world.stand.client.start(the.input);
    await handleOf(world, the).cancel();
    const before = (await historyOf(handleOf(world, the))).length;
    for (const request of [the.input, { ...the.input, reason: 'void' } as const]) {
      await expect(world.stand.client.start(request, SOON)).rejects.toMatchObject({
        name: 'WorkflowUpdateFailedError',
        cause: { type: 'Stopping' },
      });
    }
    expect((await historyOf(handleOf(world, the))).length).toBe(before);
    await handleOf(world, the).terminate();
  });

  test('a closure that is not due is woken by a stronger request, and does not wait for its time', async () => {
    const the = newCase({ reason: 'timeout', expiresAt: inMs(3_600_000) });
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    await world.stand.client.start({ ...the.input, reason: 'void', expiresAt: inMs(-1000) }, SOON);
    await served(async () => expect(await endOf(the)).toMatchObject({ action: 'refunded' }));
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  });

  test('an observed payment wakes a closure that is not due, and starts what does not run', async () => {
    const [closure, unknown] = [newCase({ reason: 'timeout', expiresAt: inMs(3_600_000) }), newCase()];
    for (const the of [closure, unknown]) seed(world, the, 'PAID');
    await world.stand.client.start(closure.input);
    expect(await world.stand.client.wake(closure.order, { notified: 'payment' }, Date.now() + 5000)).toBe(true);
    expect(await world.stand.client.wake(unknown.order, {}, Date.now() + 5000)).toBe(false);
    await expect(handleOf(world, unknown).describe()).rejects.toThrow(/not found/i);
    await expect(world.stand.client.paymentObserved(unknown.input, SOON)).rejects.toThrow(NotAnsweredError);
    await served(async () => {
      for (const the of [closure, unknown]) {
        expect(await endOf(the)).toMatchObject({ action: 'kept' });
        expect(await journalOf(the)).toContain('"message":"paymentObserved"');
      }
    });
    // One that has ended is not started by it.
    expect(await world.stand.client.wake(closure.order, {}, Date.now() + 5000)).toBe(false);
    expect((await handleOf(world, closure).describe()).status.name).toBe('COMPLETED');
  });
});

describe('a signal that cannot be used', () => {
  const bad: Readonly<Record<string, (input: ReversalInput) => unknown>> = {
    nothing: () => undefined,
    'a text': () => 'reverse it',
    'a misspelt field': (input) => ({ ...input, ifpaid: 'reverse' }),
    // As large as the server takes: what is said about it must not be too large for the server then.
    'very many fields': (input) => ({
      ...input,
      ...Object.fromEntries(Array.from({ length: 12_000 }, (_, index) => [`${'x'.repeat(80)}${index}`, 1])),
    }),
    'another amount': (input) => ({ ...input, reason: 'void', amount: 1 }),
    'another order': (input) => ({ ...input, reason: 'void', orderId: 'another' }),
  };

  test.each(Object.entries(bad))('%s: nothing changes, and the journal says why', async (_, request) => {
    const the = newCase();
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    await handleOf(world, the).signal(joinSignal, request(the.input));
    await served(async () => expect(await endOf(the)).toMatchObject({ action: 'kept' }));
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 0 });
    expect(await journalOf(the)).toMatch(/"message":"join","refused":"(The reversal request|A reversal|This is)/);
    await expectNoTaskFailed(the);
  });

  test('whoever asks meanwhile gets the verdict that stands, not a state without one', async () => {
    const the = newCase({ expiresAt: inMs(3_600_000) }); // watched until then
    seed(world, the, 'ABSENT');
    await world.stand.client.start(the.input);
    await served(() => until(async () => (await world.stand.client.status(the.order))?.verdict === 'not_paid'));
    await handleOf(world, the).signal(joinSignal, { ...the.input, amount: 1 });
    const asked = handleOf(world, the).executeUpdate(submitUpdate, { args: [{ answerBy: inMs(60_000) }] });
    await sleep(500); // the update must be with the server before a worker is
    await served(async () => expect(await asked).toMatchObject({ status: 'watching', verdict: 'not_paid' }));
    await handleOf(world, the).terminate();
  });

  test('another order is refused by the update, too', async () => {
    const the = newCase();
    seed(world, the, 'ABSENT');
    await world.stand.client.start(the.input);
    await served(async () => {
      const request = { ...the.input, reason: 'void', orderId: 'another' };
      const joined = handleOf(world, the).executeUpdate(submitUpdate, { args: [{ request, answerBy: inMs(30_000) }] });
      await expect(joined).rejects.toMatchObject({ cause: { message: expect.stringContaining('another order') } });
      expect(await endOf(the)).toMatchObject({ action: 'nothing_to_reverse' });
    });
  });
});

/** Holds the answer to the workflow task that would end the run, once, until `meanwhile` is done. */
function atTheEnd(meanwhile: () => Promise<void>): PayloadCodec & { readonly held: () => number } {
  let held = 0;
  return {
    held: () => held,
    async encode(payloads) {
      const isEnd = payloads.some(({ data }) =>
        Buffer.from(data ?? [])
          .toString()
          .startsWith('{"kind":"final"'),
      );
      if (isEnd && held++ === 0) await meanwhile();
      return payloads;
    },
    decode: async (payloads) => payloads,
  };
}

describe('a signal that comes during the last workflow task', () => {
  async function ended(the: Case, meanwhile: () => Promise<void>) {
    const codec = atTheEnd(meanwhile);
    const connection = await NativeConnection.connect({ address: world.server.address });
    const worker = await Worker.create({
      connection,
      namespace: world.server.namespace,
      taskQueue: taskQueueOf('alipay'),
      workflowBundle: await workflowBundle(),
      dataConverter: { payloadCodecs: [codec] },
      activities: { ...createActivities({ accounts: accountsOn(world, {}), ledger: world.stand.ledger }) },
    });
    const outcome = await worker.runUntil(() => endOf(the));
    await connection.close();
    expect(codec.held()).toBeGreaterThan(1);
    return outcome;
  }

  test('a stronger request is not lost: what was about to be kept is reversed', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    const outcome = await ended(the, async () => {
      await handleOf(world, the).signal(joinSignal, { ...the.input, reason: 'void' });
    });
    expect(outcome).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
  });

  test('an observed payment is looked for', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    const outcome = await ended(the, async () => {
      await handleOf(world, the).signal(paymentObservedSignal, {});
    });
    expect(outcome).toMatchObject({ action: 'kept' });
    expect(operationsOf(world, the)).toMatch(/^query query/);
    expect(await journalOf(the)).toContain('"message":"paymentObserved"');
  });

  test('one that changes nothing lets it end', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    const outcome = await ended(the, async () => {
      await handleOf(world, the).signal(joinSignal, { ...the.input, amount: 1 });
    });
    expect(outcome).toMatchObject({ action: 'kept' });
    expect(await journalOf(the)).toContain('"message":"join","refused"');
  });
});

describe('a reversal that was asked to stop', () => {
  const signals: Readonly<Record<string, (the: Case) => Promise<void>>> = {
    'a batch resubmission': (the) => handleOf(world, the).signal(resubmitSignal, { batch: 'b1', ...WHO }),
    'an observed payment': (the) => handleOf(world, the).signal(paymentObservedSignal, {}),
  };

  test('a stronger request that comes in the same task goes on, and is not swallowed', async () => {
    const the = newCase();
    seed(world, the, 'WAITING');
    await world.stand.client.start(the.input);
    await handleOf(world, the).cancel();
    await handleOf(world, the).signal(joinSignal, { ...the.input, reason: 'void' });
    await served(async () => expect(await endOf(the)).toMatchObject({ kind: 'final', action: 'closed' }));
    expectNoBlindAct(callsOf(world, the));
    await expectNoTaskFailed(the);
  });

  test.each(Object.entries(signals))('%s does not end it before its last look and its record', async (_, signal) => {
    const the = newCase();
    seed(world, the, 'WAITING');
    await world.stand.client.start(the.input);
    await handleOf(world, the).cancel();
    await signal(the);
    await served(async () => {
      await expect(endOf(the)).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    });
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'abandoned', open: false });
  });
});

describe('what is for closures, sent to another reversal before a worker has seen it', () => {
  test.each([
    ['moved', rescheduleUpdate, { ...WHO, dueAt: inMs(3_600_000) }],
    ['given up', cancelClosureUpdate, WHO],
  ] as const)('it is not %s', async (_, update, message) => {
    const the = newCase({ reason: 'void' });
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    const sent = handleOf(world, the).executeUpdate(update.name, { args: [message] });
    const refused = expect(sent).rejects.toMatchObject({
      cause: { message: expect.stringContaining('Only a scheduled') },
    });
    await sleep(500); // the update must be with the server before a worker is
    await served(async () => {
      expect(await endOf(the)).toMatchObject({ action: 'refunded' });
      await refused;
    });
  });
});
