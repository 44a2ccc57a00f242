/** What an account may do can be changed while its reversals are open: a resubmission counts by the new rules. */
import { expect, test } from 'vitest';
import { callsOf, expectNoBlindAct, moneyOf, newCase, seed, startWorkers, untilStuck, useStand } from './support.ts';
import { FASTER, timed } from './timings.ts';

const world = useStand({ withoutWorkers: true });
const rules = (refund: boolean) => ({
  ...FASTER,
  ...timed({ selfCheck: 600_000 }),
  cancelWindow: 1,
  permits: { refund },
});

test('the window for cancel is over and nobody may refund; then somebody may, and it is resubmitted', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { createdMsAgo: 60_000, paidMsAgo: 60_000 });
  const before = await startWorkers(world, { overrides: rules(false) });
  await world.stand.client.start(the.input);
  expect(await untilStuck(world, the)).toBe('window-over');
  await before.stop();
  const after = await startWorkers(world, { overrides: rules(true) });
  try {
    await world.stand.client.resubmit(the.order, { operator: 'Li Na', reason: 'it may refund now' });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded', by: 'us' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
  } finally {
    await after.stop();
  }
});
