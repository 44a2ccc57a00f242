/** How a reversal begins: bad input from anywhere, a second request, closures that sleep until they are due. */
import { WithStartWorkflowOperation, type WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { submitUpdate } from '../../src/protocol/messages.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import {
  callsOf,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  stateOf,
  until,
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

const overrides = timed({ watch: [100, 30_000] });
const world = useStand({ overrides: () => overrides });

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** As another SDK or the Web UI starts it. */
async function startedRaw(input: unknown, workflowId: string): Promise<Partial<WorkflowFailedError>> {
  const handle = await world.stand.temporal.workflow.start('reversePayment', {
    workflowId,
    taskQueue: taskQueueOf('alipay'),
    args: input === undefined ? [] : [input],
  });
  return handle.result().then(
    () => ({ message: 'it did not fail' }),
    (error: WorkflowFailedError) => error,
  );
}

describe.concurrent('bad input from anywhere ends at once', () => {
  const { input, workflowId } = newCase();
  const rows: readonly (readonly [string, unknown, string, readonly string[]])[] = [
    ['nothing', undefined, 'bad/nothing', ['request']],
    ['null', null, 'bad/null', ['request']],
    ['a number', 42, 'bad/number', ['request']],
    ['a text', 'reverse it', 'bad/text', ['request']],
    ['a list', [input], 'bad/list', ['request']],
    ['an empty object', {}, 'bad/empty', ['provider', 'account', 'orderId', 'amount', 'currency', 'reason']],
    [
      'every field wrong, and one that nobody knows',
      { ...input, amount: 12.8, currency: 'yuan', reason: 'whim', attemptedAt: 'yesterday', ifpaid: 'keep' },
      'bad/fields',
      ['amount', 'currency', 'reason', 'attemptedAt', 'ifpaid'],
    ],
    ['another workflow id', input, 'reversal/alipay/alipay-v3/other', [`must be ${workflowId}`]],
  ];

  test.each(rows)('%s: every problem is listed', async (_, bad, id, problems) => {
    const error = await startedRaw(bad, id);
    expect(error.cause).toMatchObject({ name: 'ApplicationFailure', type: 'InvalidRequest', nonRetryable: true });
    for (const problem of problems) expect(error.cause?.message).toContain(problem);
  });

  test('a caller who waits for the answer is told, too', async () => {
    const the = newCase();
    const startWorkflowOperation = new WithStartWorkflowOperation('reversePayment', {
      workflowId: the.workflowId,
      taskQueue: taskQueueOf('alipay'),
      args: [{ ...the.input, amount: -1 }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const asked = world.stand.temporal.workflow.executeUpdateWithStart(submitUpdate, {
      args: [{ answerBy: inMs(30_000) }],
      startWorkflowOperation,
    });
    const problem = 'The reversal request is not valid: amount: must be above 0';
    await expect(asked).rejects.toMatchObject({ cause: { message: problem, type: 'InvalidRequest' } });
    expect(callsOf(world, the)).toEqual([]);
  });

  test('a caller who joins with a request that cannot be used is told, and the reversal goes on', async () => {
    const the = newCase();
    seed(world, the, 'ABSENT');
    await world.stand.client.start(the.input);
    const joined = handleOf(world, the).executeUpdate(submitUpdate, {
      args: [{ request: { ...the.input, amount: 'much' }, answerBy: inMs(30_000) }],
    });
    await expect(joined).rejects.toMatchObject({ cause: { message: expect.stringContaining('amount: must be a') } });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'nothing_to_reverse' });
  });

  test('a start from elsewhere without search attributes shows them all the same', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'FINISHED');
    await world.stand.temporal.workflow.start('reversePayment', {
      workflowId: the.workflowId,
      taskQueue: taskQueueOf('alipay'),
      args: [the.input],
    });
    await until(async () => (await stateOf(world, the.order))?.stuckReason);
    const attributes = (await handleOf(world, the).describe()).typedSearchAttributes.getAll();
    expect(attributes.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['stuck', 'finished', 'alipay', the.order.account, the.order.orderId, 'ambiguous']),
    );
    await handleOf(world, the).terminate();
  });
});

describe.concurrent('a second request joins', () => {
  test('the stronger intent wins: what would have been kept is reversed', async () => {
    const the = newCase({ attemptedAt: inMs(2500) });
    seed(world, the, 'WAITING');
    await world.stand.client.start(the.input);
    const joined = await world.stand.client.start({ ...the.input, reason: 'void' });
    expect(joined).toEqual({ workflowId: the.workflowId, joined: true });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed' });
    expect(callsOf(world, the).filter(({ operation }) => operation === 'cancel')).toHaveLength(1);
    expectNoBlindAct(callsOf(world, the));
  });

  test('many at once make one reversal', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    const states = await Promise.all(
      Array.from({ length: 8 }, () => world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })),
    );
    // Six may wait: whoever has waited longest makes room, and is told how it stands.
    const verdicts = states.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict]));
    expect(verdicts.length).toBeGreaterThanOrEqual(6);
    expect(new Set(verdicts)).toEqual(new Set(['refunded']));
    expect(moneyOf(world, the)).toMatchObject({ returned: 1280 });
    expect(callsOf(world, the).filter(({ operation }) => operation === 'cancel')).toHaveLength(1);
  });

  test('for another amount it is refused, and changes nothing', async () => {
    const the = newCase({ attemptedAt: inMs(20_000) });
    seed(world, the, 'WAITING');
    await world.stand.client.start(the.input);
    const other = world.stand.client.reverse({ ...the.input, reason: 'void', amount: 1 });
    await expect(other).rejects.toMatchObject({
      cause: { type: 'AnotherAmount', message: expect.stringContaining('1280') },
    });
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
    await handleOf(world, the).cancel();
    await expect(handleOf(world, the).result()).rejects.toThrow();
  });
});

describe.concurrent('a payment that comes during the watch', () => {
  test('is found by an observed payment, reversed, and called late', async () => {
    const the = newCase();
    seed(world, the, 'ABSENT');
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      verdict: 'not_paid',
      status: 'watching',
    });
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
    await world.stand.client.paymentObserved(the.input);
    const outcome = await world.stand.client.result(the.order);
    expect(outcome).toMatchObject({ action: 'refunded', latePayment: true });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
  });

  test('an observation that is not true changes nothing', async () => {
    const the = newCase();
    seed(world, the, 'ABSENT');
    await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 });
    expect(await world.stand.client.paymentObserved(the.input)).toMatchObject({ view: 'absent' });
    expect(await stateOf(world, the.order)).toMatchObject({ status: 'watching' });
    await handleOf(world, the).terminate();
  });
});
