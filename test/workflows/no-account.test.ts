/** An account that was taken out of a worker's configuration while its reversals run: they wait, and never fail. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { accountsOf } from '../../src/accounts.ts';
import { createActivities } from '../../src/activities/index.ts';
import { readAll } from '../../src/ledger/index.ts';
import {
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
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

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
  const observed = world.stand.client.paymentObserved(the.input);
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

test.each(['cancel', 'refund'] as const)('a %s by such a worker was not sent, and is not said to be', async (verb) => {
  const { ledger } = world.stand;
  const { order, input } = newCase();
  const acts = createActivities({ accounts: accountsOf([]), ledger });
  const act = { order, amount: input.amount, currency: 'CNY', timeoutMs: 1000, seq: 1, sentAt: Date.now() };
  const acted = await new MockActivityEnvironment().run(acts[verb], act);
  expect(acted).toEqual({ kind: 'answered', answer: { kind: 'notSent', why: 'this worker has no such account' } });
  expect(await readAll(ledger.acts, order)).toEqual([]);
});
