/** An account that a worker's configuration lacks: its reversals wait for a worker that has it, and never fail. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { createActivities } from '../../src/activities/index.ts';
import { accountsOf, type OpenAccount } from '../../src/gateways/accounts.ts';
import { readAll } from '../../src/ledger/index.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import { resetTo } from './reset.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  stateOf,
  until,
  untilStuck,
  useStand,
} from './support.ts';
import { BY_HAND, timed } from './timings.ts';

// On a machine that is busy with other things the starts alone take minutes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

const world = useStand({ withoutWorkers: true });

test('a worker that lacks the account looks in vain; one that has it ends the reversal', async () => {
  const overrides = timed({ watch: [500, 600_000] });
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'ABSENT');
  const first = await startWorkers(world, { overrides });
  await world.stand.client.start(the.input);
  await until(async () => (await stateOf(world, the.order))?.status === 'watching');
  await first.stop();

  const calls = callsOf(world, the).length;
  const without = await startWorkers(world, {
    overrides,
    accounts: (all) => all.filter(({ name }) => name !== the.order.account),
  });
  const observed = world.stand.client.paymentObserved(the.input, { graceMs: 100_000 });
  await until(async () =>
    (await historyOf(handleOf(world, the))).some(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'lookAtOrder',
    ),
  );
  await without.stop();
  expect((await handleOf(world, the).describe()).status.name).toBe('RUNNING');
  expect(callsOf(world, the)).toHaveLength(calls);

  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
  const second = await startWorkers(world, { overrides });
  await observed;
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  expectNoBlindAct(callsOf(world, the));
  await second.stop();
});

const lacking = (the: Case) => ({
  accounts: (all: readonly OpenAccount[]) => all.filter(({ name }) => name !== the.order.account),
});
const statusOf = async (the: Case) => (await stateOf(world, the.order))?.status;

test('a reversal that is first given to such a worker shows why it waits, and ends with one that knows the account', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID');
  const without = await startWorkers(world, lacking(the));
  expect(await world.stand.client.reverse(the.input, { answerWithinMs: 500 })).toEqual({
    ...the.order,
    status: 'unserved',
    acts: 0,
  });
  const described = await handleOf(world, the).describe();
  expect(described.status.name).toBe('RUNNING');
  expect(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.status)).toBe('unserved');
  expect(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.account)).toBe(the.order.account);
  expect(await until(async () => (await world.stand.ledger.reversal(the.order))?.status === 'unserved')).toBe(true);
  expect(world.logs.join('')).toContain(`This worker has no account alipay/${the.order.account}`);
  expect(callsOf(world, the)).toEqual([]);

  await without.stop();
  const second = await startWorkers(world);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: 'refunded' });
  expectNoBlindAct(callsOf(world, the));
  await second.stop();
});

test('a void that joins while nobody knows the account is in force once somebody does', async () => {
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'PAID');
  const { client } = world.stand;
  const without = await startWorkers(world, lacking(the));
  await client.start(the.input);
  await until(async () => (await statusOf(the)) === 'unserved');
  const voided = { ...the.input, reason: 'void', ifPaid: 'reverse' } as const;
  expect(await client.start(voided)).toMatchObject({ joined: true });
  await without.stop();

  const served = await startWorkers(world);
  expect(await client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  await served.stop();
});

test('a stuck one that is resubmitted there goes on elsewhere, and one that is reset there', async () => {
  const [the, other] = [newCase({ ifPaid: 'reverse' }), newCase({ ifPaid: 'reverse' })];
  const first = await startWorkers(world, { overrides: BY_HAND });
  for (const one of [the, other]) {
    seed(world, one, 'PAID', { flags: { sellerShort: true } });
    await world.stand.client.start(one.input);
    await untilStuck(world, one);
  }
  await first.stop();
  for (const one of [the, other]) world.stand.sandbox.happen('alipay', one.order.orderId, { name: 'fund' });
  const without = await startWorkers(world, { ...lacking(the), overrides: BY_HAND });
  await handleOf(world, the).signal('resubmit', { operator: 'Li Na', reason: 'topped up', batch: 'b1' });
  await resetTo(world.stand.temporal, other.workflowId, 0);
  for (const one of [the, other]) await until(async () => (await statusOf(one)) === 'unserved');
  await without.stop();
  const second = await startWorkers(world, { overrides: BY_HAND });
  for (const one of [the, other]) {
    expect(await world.stand.client.result(one.order)).toMatchObject({ action: 'refunded' });
    expectNoBlindAct(callsOf(world, one));
    expect(moneyOf(world, one)).toMatchObject({ taken: 1280, returned: 1280 });
  }
  await second.stop();
});

test('one whose account nobody knows is ended by a cancellation request, and the ledger says so', async () => {
  const the = newCase({ account: 'nobodys' });
  const workers = await startWorkers(world);
  await world.stand.client.start(the.input);
  await until(async () => (await statusOf(the)) === 'unserved');
  await handleOf(world, the).cancel();
  await expect(handleOf(world, the).result()).rejects.toThrow();
  expect((await handleOf(world, the).describe()).status.name).toBe('CANCELLED');
  expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'abandoned', open: false });
  await workers.stop();
});

test.each(['cancel', 'refund'] as const)('a %s by such a worker was not sent, and is not said to be', async (verb) => {
  const { ledger } = world.stand;
  const { order, input } = newCase();
  const acts = createActivities({ accounts: accountsOf([]), ledger });
  const act = { order, amount: input.amount, currency: 'CNY', timeoutMs: 1000, seq: 1, sentAt: Date.now() };
  const acted = await new MockActivityEnvironment().run(acts[verb], act);
  expect(acted).toEqual({ kind: 'answered', answer: { kind: 'notSent', why: 'this worker has no such account' } });
  expect(await readAll(ledger.acts, order)).toEqual([]);
});
