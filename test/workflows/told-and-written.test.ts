/** A verdict that forbids to keep the payment is in the ledger before anybody hears it: no Reset can make it forgotten. */
import { expect, test, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import type { RuleOverrides } from '../../src/reversal/overrides.ts';
import { faster } from '../../src/stand/speed.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { resetTo } from './reset.ts';
import { type Case, handleOf, moneyOf, newCase, seed, startWorkers, stateOf, until, useStand } from './support.ts';
import { timed } from './timings.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

const GATEWAYS = ['alipay-classic', 'alipay-v3', 'shouqianba'] as const;
const world = useStand({ withoutWorkers: true, gateways: GATEWAYS });

/** A ledger that takes no record of that order until it is let go. */
function slowLedger({ order }: Case) {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { ledger } = world.stand;
  const slow: Ledger = {
    ...ledger,
    async record(recording) {
      if (recording.order.orderId === order.orderId) await gate;
      return ledger.record(recording);
    },
  };
  return { slow, letGo };
}

const shownOf = async (the: Case) => {
  const state = await stateOf(world, the.order);
  const { typedSearchAttributes: attributes } = await handleOf(world, the).describe();
  return [state?.verdict, state?.finalAction, attributes.getAll().map(({ value }) => value)].flat(2).map(String);
};

const OFTEN = timed({ watch: [500, 2000, 4000, 8000, 600_000] });

const withWorkers = async (
  { slow: ledger, letGo }: ReturnType<typeof slowLedger>,
  use: () => Promise<void>,
  overrides: RuleOverrides = OFTEN,
) => {
  const workers: RunningWorkers = await startWorkers(world, { ledger, overrides, gateways: GATEWAYS });
  // A record that is held back would hold up the workers' end.
  await use().finally(() => {
    letGo();
    return workers.stop();
  });
};

test('"not paid" is not heard while the ledger is slow; heard once it is written, no Reset makes it forgotten', async () => {
  const the = newCase({ provider: 'shouqianba', ifPaid: 'keep' }, 'shouqianba');
  const { orderId } = the.order;
  world.stand.sandbox.seed('shouqianba', { orderId, amount: the.input.amount, state: 'absent' });
  const held = slowLedger(the);
  const fast = faster('shouqianba', 300, 1000);
  const overrides = { ...fast, timing: { ...fast.timing, watch: [500, 2000, 4000, 8000, 600_000] } };
  await withWorkers(
    held,
    async () => {
      const answer = await world.stand.client.reverse(the.input, { answerWithinMs: 6000 });
      expect(answer).toMatchObject({ status: 'watching', acts: 0 });
      expect(answer).not.toHaveProperty('verdict');
      expect(await shownOf(the)).not.toContain('not_paid');
      expect(await world.stand.ledger.reversal(the.order)).not.toHaveProperty('told');
      held.letGo();
      await until(async () => (await stateOf(world, the.order))?.verdict === 'not_paid');
      expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ told: 'not_paid' });
      world.stand.sandbox.happen('shouqianba', orderId, { name: 'createAndPay' });
      await resetTo(world.stand.temporal, the.workflowId, 0);
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', latePayment: true });
      expect(world.stand.sandbox.truth('shouqianba', orderId)).toMatchObject({ taken: 1280, returned: 1280 });
    },
    overrides,
  );
});

test('"not paid" after a cancel is heard at once: a Reset finds the cancel in the ledger, whatever else is missing', async () => {
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'ABSENT');
  const held = slowLedger(the);
  await withWorkers(held, async () => {
    const answer = await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 });
    expect(answer).toMatchObject({ verdict: 'not_paid', acts: 1 });
    expect(await world.stand.ledger.reversal(the.order)).not.toHaveProperty('told');
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
    await resetTo(world.stand.temporal, the.workflowId, 0);
    held.letGo();
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  });
});

test('an end that nobody could be told of yet is shown nowhere: one that the gateway brought about', async () => {
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'CLOSED_UNPAID');
  const held = slowLedger(the);
  await withWorkers(held, async () => {
    const answer = await world.stand.client.reverse(the.input, { answerWithinMs: 3000 });
    expect(answer).not.toHaveProperty('verdict');
    expect(await shownOf(the)).not.toContain('reversed');
    held.letGo();
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'reversed' });
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ told: 'reversed', finalAction: 'reversed' });
    expect(await shownOf(the)).toContain('reversed');
  });
});

test('"kept" and what an act in the ledger forbids to forget are heard at once', async () => {
  for (const [ifPaid, verdict] of [
    ['keep', 'kept'],
    ['reverse', 'refunded'],
  ] as const) {
    const the = newCase({ ifPaid });
    seed(world, the, 'PAID');
    const held = slowLedger(the);
    await withWorkers(held, async () => {
      expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({ verdict });
      held.letGo();
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: verdict });
    });
  }
});
