/** Reset, and "start like this one": a history that is gone does not make the ledger forget what was sent. */
import { describe, expect, test } from 'vitest';
import type { ReversalSummary } from '../../src/client.ts';
import { readAll } from '../../src/ledger/index.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import type { Fault } from '../../src/sandbox/index.ts';
import { resetTo } from './reset.ts';
import {
  type Case,
  callsOf,
  expectConfirmed,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  seed,
  stateOf,
  until,
  useStand,
} from './support.ts';

const world = useStand();

const reset = (the: Case, nth: number) => resetTo(world.stand.temporal, the.workflowId, nth - 1);
const cancelsOf = (the: Case) => callsOf(world, the).filter(({ operation }) => operation === 'cancel');

function started(fault: Omit<Fault, 'operation'>): Case {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { faults: [{ operation: 'cancel', ...fault }] });
  return the;
}

async function expectOneEnd(the: Case): Promise<void> {
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expectNoBlindAct(callsOf(world, the));
  expectConfirmed(callsOf(world, the));
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  const acts = await readAll(world.stand.ledger.acts, the.order);
  expect(acts.map(({ seq }) => seq)).toEqual(acts.map((_, index) => index + 1));
  // On a busy machine a look can grow old on the way: such an act is written down and not sent.
  const left = acts.filter(({ answer }) => answer?.kind !== 'notSent');
  expect(left).toHaveLength(cancelsOf(the).length);
}

describe.concurrent('what was sent is remembered', () => {
  test('after a Reset to the start while a cancel is on its way: it is looked for and not sent again', async () => {
    const the = started({ wire: 'delayAnswer', delayMs: 700 });
    await world.stand.client.start(the.input);
    await until(() => cancelsOf(the).length > 0);
    await reset(the, 1);
    await expectOneEnd(the);
    expect(cancelsOf(the)).toHaveLength(1);
  });

  test('after a Reset to the start in a run of retry_flag=Y', async () => {
    const the = started({ business: { name: 'retryFlagY' }, times: 3 });
    await world.stand.client.start(the.input);
    await until(() => cancelsOf(the).length > 1);
    await reset(the, 1);
    await expectOneEnd(the);
  });

  test('after a Reset to a point between two acts, which the history then knows only in part', async () => {
    const the = started({ business: { name: 'retryFlagY' }, times: 4 });
    await world.stand.client.start(the.input);
    await until(() => cancelsOf(the).length > 2);
    await reset(the, 2);
    await expectOneEnd(the);
  });

  test('after a Reset of a reversal that had ended: it concludes the same, and sends nothing', async () => {
    const the = started({ business: { name: 'retryFlagY' } });
    await world.stand.client.start(the.input);
    await world.stand.client.result(the.order);
    const before = cancelsOf(the).length;
    await reset(the, 1);
    await expectOneEnd(the);
    expect(cancelsOf(the)).toHaveLength(before);
  });

  test('after a termination in the middle of an act, by "start like this one"', async () => {
    const the = started({ wire: 'delayAnswer', delayMs: 700 });
    await world.stand.client.start(the.input);
    await until(() => cancelsOf(the).length > 0);
    await handleOf(world, the).terminate('test');
    await world.stand.client.start(the.input);
    await expectOneEnd(the);
    expect(cancelsOf(the)).toHaveLength(1);
  });

  test('after a termination, whoever would keep the payment now: the cancel may still be on its way', async () => {
    const the = started({ wire: 'lateExecution', delayMs: 1200 });
    await world.stand.client.start(the.input);
    await until(() => cancelsOf(the).length > 0);
    await handleOf(world, the).terminate('test');
    await world.stand.client.start({ ...the.input, ifPaid: 'keep' });
    await expectOneEnd(the);
  });
});

test('started from the form of another reversal, with its attributes, it shows its own', async () => {
  const other = started({ business: { name: 'retryFlagY' } });
  await world.stand.client.start(other.input);
  await world.stand.client.result(other.order);
  const attributes = (await handleOf(world, other).describe()).typedSearchAttributes;
  const the = newCase();
  seed(world, the, 'ABSENT');
  // As "Start Workflow Like This One" sends it: every attribute of the other one, its final action too.
  await world.stand.temporal.workflow.start('reversePayment', {
    workflowId: the.workflowId,
    taskQueue: taskQueueOf('alipay'),
    args: [the.input],
    typedSearchAttributes: attributes,
  });
  await until(async () => (await stateOf(world, the.order))?.status === 'watching');
  let shown: ReversalSummary | undefined;
  for await (const listed of world.stand.client.list()) if (listed.workflowId === the.workflowId) shown = listed;
  expect(shown).toMatchObject({ ...the.order, status: expect.stringMatching(/checking|watching/) });
  expect(shown).not.toHaveProperty('finalAction');
  await world.stand.client.result(the.order);
});

describe.concurrent('what was told is remembered', () => {
  test('a payment that comes after "not paid" is reversed by the next run, whatever it would do', async () => {
    const the = newCase({ ifPaid: 'keep' });
    seed(world, the, 'ABSENT');
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      verdict: 'not_paid',
    });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'nothing_to_reverse' });
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
    await world.stand.client.paymentObserved({ ...the.input, ifPaid: 'keep' });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', latePayment: true });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ latePayment: true, finalAction: 'refunded' });
    expectNoBlindAct(callsOf(world, the));
  });

  test('a payment that was kept is kept again, and can still be voided', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    for (const [input, action] of [
      [the.input, 'kept'],
      [the.input, 'kept'],
      [{ ...the.input, reason: 'void' }, 'refunded'],
    ] as const) {
      await world.stand.client.start(input);
      expect(await world.stand.client.result(the.order)).toMatchObject({ action });
    }
    expectNoBlindAct(callsOf(world, the));
  });
});
