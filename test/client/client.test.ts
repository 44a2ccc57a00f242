/** The typed client on a real server: what it refuses, what it finds, and what it says when there is nothing. */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { InvalidRequestError, type ReversalClient, ReversalEndedError, type ReversalInput } from '../../src/client.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import { callsOf, handleOf, newCase, seed, until, useStand } from '../workflows/support.ts';

const world = useStand();
const WHO = { operator: 'Li Na', reason: 'test' };

describe.concurrent('a request that cannot be used', () => {
  const sends: Record<string, (client: ReversalClient, input: ReversalInput) => Promise<unknown>> = {
    start: (client, input) => client.start(input),
    reverse: (client, input) => client.reverse(input),
    paymentObserved: (client, input) => client.paymentObserved(input),
  };

  test.each(Object.entries(sends))('is refused by %s before anything is sent, with every problem', async (_, send) => {
    const the = newCase({ amount: 0, currency: 'yuan' });
    const error = await send(world.stand.client, the.input).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ problems: [expect.stringContaining('amount'), expect.stringContaining('currency')] });
    await expect(handleOf(world, the).describe()).rejects.toThrow(/not found/i);
  });
});

describe.concurrent('an order', () => {
  test('that nobody has heard of has no state, and takes no message', async () => {
    const { order } = newCase();
    expect(await world.stand.client.status(order)).toBeUndefined();
    const error = await world.stand.client.hold(order, WHO).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReversalEndedError);
    expect(error).toMatchObject({ outcome: undefined });
  });

  test('whose workflow tasks fail is told so, and what happens next', async () => {
    const { input, order } = newCase({ provider: 'shouqianba', account: 'shouqianba' });
    await world.stand.client.start(input);
    const connection = await NativeConnection.connect({ address: world.server.address });
    // It has workflows, and not this one.
    const worker = await Worker.create({
      connection,
      namespace: world.server.namespace,
      taskQueue: taskQueueOf(order.provider),
      workflowsPath: fileURLToPath(new URL('../../bench/bare/workflow.ts', import.meta.url)),
    });
    const said = await worker.runUntil(() =>
      until(async () => {
        const error: unknown = await world.stand.client.status(order).catch((thrown: unknown) => thrown);
        return error instanceof Error && error.message.includes('workflow tasks failed') && error.message;
      }),
    );
    await connection.close();
    expect(said).toContain('WorkflowTaskFailed');
  });

  test('that has ended still tells how, and takes no message', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    expect(await world.stand.client.start(the.input)).toEqual({ workflowId: the.workflowId, joined: false });
    await world.stand.client.result(the.order);
    expect(await world.stand.client.status(the.order)).toMatchObject({ status: 'final', finalAction: 'kept' });
    for (const send of [
      () => world.stand.client.resubmit(the.order, WHO),
      () => world.stand.client.resolve(the.order, { operator: 'li', finalAction: 'kept', evidence: 'seen' }),
      () => world.stand.client.release(the.order, WHO),
      () => world.stand.client.reschedule(the.order, { ...WHO, dueAt: new Date().toISOString() }),
    ]) {
      await expect(send()).rejects.toMatchObject({ name: 'ReversalEndedError', outcome: { action: 'kept' } });
    }
  });

  test('that was terminated while it watched tells no verdict: nobody watches any more', async () => {
    const the = newCase();
    seed(world, the, 'ABSENT');
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      verdict: 'not_paid',
    });
    await handleOf(world, the).terminate('test');
    const state = await world.stand.client.status(the.order);
    expect(state).toMatchObject({
      status: 'unattended',
      failure: expect.stringMatching(/TERMINATED: test\. Nothing will be done/),
    });
    expect(state).not.toHaveProperty('verdict');
  });

  test('with a number full of signs is reversed like any other', async () => {
    const odd = "W'/%?# &".replace(' ', '') + Date.now();
    const the = newCase({ orderId: odd });
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    expect(callsOf(world, the)).toHaveLength(1);
  });
});

describe.concurrent('the list', () => {
  test('finds by status, gateway and account, as many as are asked for', async () => {
    const cases = Array.from({ length: 3 }, () => newCase({ ifPaid: 'reverse' }, 'alipay-classic'));
    for (const the of cases) {
      seed(world, the, 'FINISHED');
      await world.stand.client.start(the.input);
    }
    const ids = async (filter: Parameters<ReversalClient['list']>[0]) => {
      const found: string[] = [];
      for await (const { orderId } of world.stand.client.list(filter)) found.push(orderId);
      return found.sort();
    };
    const filter = { status: 'stuck', provider: 'alipay', account: 'alipay-classic' } as const;
    const stuck = await until(async () => {
      const found = await ids(filter);
      return found.length === 3 ? found : undefined;
    });
    expect(stuck).toEqual(cases.map(({ order }) => order.orderId).sort());
    expect(await ids({ ...filter, limit: 2 })).toHaveLength(2);
    expect(await ids({ ...filter, account: 'alipay-v3' })).toEqual([]);
    expect(await ids({ ...filter, account: "it's nobody" })).toEqual([]);
  });
});
