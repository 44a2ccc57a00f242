/** A verdict that forbids to keep the payment is in the ledger before anybody hears it: no Reset can make it forgotten. */
import { expect, test, vi } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { resetTo } from './reset.ts';
import { type Case, handleOf, moneyOf, newCase, seed, startWorkers, stateOf, until, useStand } from './support.ts';
import { timed } from './timings.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

const world = useStand({ withoutWorkers: true });

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

const withWorkers = async (ledger: Ledger, use: () => Promise<void>) => {
  const workers: RunningWorkers = await startWorkers(world, {
    ledger,
    overrides: timed({ watch: [500, 2000, 4000, 8000, 600_000] }),
  });
  await use().finally(() => workers.stop());
};

test('"not paid" is not heard while the ledger is slow; what is paid then is kept after a Reset, and no word was false', async () => {
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'ABSENT');
  const { slow, letGo } = slowLedger(the);
  await withWorkers(slow, async () => {
    const answer = await world.stand.client.reverse(the.input, { answerWithinMs: 3000 });
    expect(answer).not.toHaveProperty('verdict');
    expect(await stateOf(world, the.order)).toMatchObject({ status: 'watching' });
    expect(await shownOf(the)).not.toContain('not_paid');
    expect(await world.stand.ledger.reversal(the.order)).not.toHaveProperty('told');
    letGo();
    await until(async () => (await stateOf(world, the.order))?.verdict === 'not_paid');
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ told: 'not_paid' });
    // Heard now: whatever a Reset makes of the run, the payment goes back.
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
    await resetTo(world.stand.temporal, the.workflowId, 0);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', latePayment: true });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  });
});

test('an end that nobody could be told of yet is shown nowhere: one that the gateway brought about', async () => {
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'CLOSED_UNPAID');
  const { slow, letGo } = slowLedger(the);
  await withWorkers(slow, async () => {
    const answer = await world.stand.client.reverse(the.input, { answerWithinMs: 3000 });
    expect(answer).not.toHaveProperty('verdict');
    expect(await shownOf(the)).not.toContain('reversed');
    letGo();
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
    const { slow, letGo } = slowLedger(the);
    await withWorkers(slow, async () => {
      expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({ verdict });
      letGo();
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: verdict });
    });
  }
});
