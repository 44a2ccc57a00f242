/** Keys change, and encryption begins, over reversals that are open; and what the server can read of one. */
import { expect, test, vi } from 'vitest';
import { EncryptionCodec } from '../../src/encryption/codec.ts';
import { ensureKeySchedules } from '../../src/worker/schedules.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  until,
  useStand,
} from '../workflows/support.ts';
import { timed } from '../workflows/timings.ts';
import {
  A,
  B,
  type ClientOfTests,
  clientWith,
  codecOf,
  encodingsOf,
  eventsOf,
  taskFailuresOf,
  textsOf,
} from './support.ts';

vi.setConfig({ testTimeout: 240_000 });

const world = useStand({ withoutWorkers: true });
/** Nothing was found, and it is watched for: it stays open until something happens. */
const overrides = timed({ watch: [500, 600_000] });

/** Undefined while no worker has answered. */
const statusAs = ({ reversals }: ClientOfTests, { order }: Case) =>
  reversals.status(order).then(
    (state) => state?.status,
    () => undefined,
  );

test('a key is changed over an open reversal, which ends with both keys in its history', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'ABSENT');
  const before = clientWith(world, codecOf(A));
  const first = await startWorkers(world, { overrides, payloadCodec: codecOf(A) });
  await before.reversals.start(the.input);
  await until(async () => (await statusAs(before, the)) === 'watching');
  expect(encodingsOf(await eventsOf(world, the.workflowId))).toEqual(new Set([A.id]));

  // First every process learns the new key, then one after the other encrypts with it: nobody meets what it cannot read.
  const knowing = await startWorkers(world, { overrides, payloadCodec: codecOf(A, B) });
  await first.stop();
  const last = await startWorkers(world, { overrides, payloadCodec: codecOf(B, A) });
  await knowing.stop();
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
  // A client whose turn has not come yet.
  await clientWith(world, codecOf(A, B)).reversals.paymentObserved(the.input, { graceMs: 100_000 });
  const after = clientWith(world, codecOf(B, A)).reversals;
  expect(await after.result(the.order)).toMatchObject({ action: 'refunded' });
  await last.stop();

  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  expectNoBlindAct(callsOf(world, the));
  const events = await eventsOf(world, the.workflowId);
  expect(encodingsOf(events)).toEqual(new Set([A.id, B.id]));
  expect(taskFailuresOf(events)).toEqual([]);
});

test('a fleet begins to encrypt over an open reversal, and hears plain clients afterwards', async () => {
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'ABSENT');
  const plain = clientWith(world);
  const first = await startWorkers(world, { overrides });
  await plain.reversals.start(the.input);
  await until(async () => (await statusAs(plain, the)) === 'watching');

  const reading = await startWorkers(world, {
    overrides,
    payloadCodec: new EncryptionCodec({ keys: [A], decryptOnly: true }),
  });
  await first.stop();
  const last = await startWorkers(world, { overrides, payloadCodec: codecOf(A) });
  await reading.stop();
  expect(encodingsOf(await eventsOf(world, the.workflowId))).toEqual(new Set(['plain']));
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
  // A client that knows nothing of all this asks for more than the one before it.
  await plain.temporal.workflow.getHandle(the.workflowId).signal('join', { ...the.input, ifPaid: 'reverse' });
  expect(await clientWith(world, codecOf(A)).reversals.result(the.order)).toMatchObject({ action: 'refunded' });
  await last.stop();

  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  const events = await eventsOf(world, the.workflowId);
  expect(encodingsOf(events)).toEqual(new Set(['plain', A.id]));
  expect(taskFailuresOf(events)).toEqual([]);
});

test('the server reads the order in the id and in search attributes, and neither it nor the amount elsewhere', async () => {
  const the = newCase({ ifPaid: 'reverse', amount: 987_654_321 });
  seed(world, the, 'PAID');
  const workers = await startWorkers(world, { payloadCodec: codecOf(A) });
  const { reversals, temporal } = clientWith(world, codecOf(A));
  await reversals.reverse(the.input, { graceMs: 100_000 });
  expect(await reversals.result(the.order)).toMatchObject({ action: 'refunded' });
  await workers.stop();

  const events = await eventsOf(world, the.workflowId);
  const description = (await temporal.workflow.getHandle(the.workflowId).describe()).raw;
  const texts = textsOf({ events, description });
  const placesOf = (word: string) => [
    ...new Set(texts.filter(({ text }) => text.includes(word)).map(({ path }) => path.replace(/\.\d+\./, '.*.'))),
  ];
  expect(placesOf(the.order.orderId).toSorted()).toEqual([
    'description.workflowExecutionInfo.execution.workflowId',
    'description.workflowExecutionInfo.rootExecution.workflowId',
    'description.workflowExecutionInfo.searchAttributes.indexedFields.ReversalOrderId.data',
    'events.*.workflowExecutionStartedEventAttributes.searchAttributes.indexedFields.ReversalOrderId.data',
    'events.*.workflowExecutionStartedEventAttributes.workflowId',
  ]);
  expect(placesOf('987654321')).toEqual([]);
  expect(placesOf('9876543.21')).toEqual([]);
});

test('a client that lacks the key, or the codec, says so and takes nothing for an answer', async () => {
  const the = newCase();
  seed(world, the, 'PAID');
  const workers = await startWorkers(world, { payloadCodec: codecOf(A) });
  await clientWith(world, codecOf(A)).reversals.start(the.input);
  expect(await clientWith(world, codecOf(A)).reversals.result(the.order)).toMatchObject({ action: 'kept' });
  const [wrong, none] = [clientWith(world, codecOf(B)).reversals, clientWith(world).reversals];
  const WHO = { operator: 'Li Na', reason: 'a question' };
  for (const ask of [
    () => wrong.status(the.order),
    () => wrong.result(the.order),
    () => wrong.resubmit(the.order, WHO),
  ]) {
    await expect(ask()).rejects.toThrow(`encrypted with the key "${A.id}", and this process has only "${B.id}"`);
  }
  for (const ask of [() => none.status(the.order), () => none.result(the.order), () => none.resubmit(the.order, WHO)]) {
    await expect(ask()).rejects.toThrow('Unknown encoding: application/jose');
  }
  await workers.stop();
});

test('the schedule that renews a terminal key is written plain: it outlives every key', async () => {
  const { temporal } = clientWith(world, codecOf(A));
  const account = { provider: 'shouqianba', name: 'till-1', rotateKeys: async () => ({ rotated: true }) };
  const [scheduleId = ''] = await ensureKeySchedules(temporal, {
    list: () => [account],
    find: () => undefined,
  } as never);
  const described = await clientWith(world).temporal.schedule.getHandle(scheduleId).describe();
  expect(described.action).toMatchObject({ args: [{ provider: 'shouqianba', account: 'till-1' }] });
});
