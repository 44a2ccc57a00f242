/** The task queue: a rate limit moves the looks into it, and an act that waited there too long is not sent. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import {
  callsOf,
  expectConfirmed,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  startWorkers,
  startWorkerWithoutActs,
  stepsOf,
  until,
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

const world = useStand({ withoutWorkers: true });

async function scheduledOf(the: ReturnType<typeof newCase>): Promise<string[]> {
  return (await historyOf(handleOf(world, the))).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
  );
}

describe('the task queue', () => {
  test('an act that no worker took while the look was fresh is not sent: the order is looked at again', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    const overrides = timed({ freshness: 600, gap: 600 });
    const idle = await startWorkerWithoutActs(world, { overrides });
    await world.stand.client.start(the.input);
    await until(async () => (await scheduledOf(the)).filter((name) => name === 'cancel').length > 1);
    expect(operationsOf(world, the)).toMatch(/^query( query)+$/);
    await idle.stop();
    const workers = await startWorkers(world, { overrides });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    await workers.stop();
    expect(callsOf(world, the).filter(({ operation }) => operation === 'cancel')).toHaveLength(1);
    expectNoBlindAct(callsOf(world, the));
    const kinds = (await readAll(world.stand.ledger.acts, the.order)).map(({ answer }) => answer?.kind);
    expect(kinds.at(-1)).toBe('done');
  });

  test('a rate limit of the account: every look is an activity of the queue, and the end is the same', async () => {
    const workers = await startWorkers(world, { rateLimit: 20 });
    const cases = Array.from({ length: 4 }, () => newCase({ ifPaid: 'reverse' }));
    for (const the of cases) seed(world, the, 'PAID');
    await Promise.all(cases.map(({ input }) => world.stand.client.start(input)));
    for (const the of cases) {
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
      expect(await scheduledOf(the)).toEqual(['takeTurn', 'cancel', 'takeTurn', 'record']);
      expect(stepsOf(world, the)).toBe('query cancel query');
      expectConfirmed(callsOf(world, the));
      expect(moneyOf(world, the)).toMatchObject({ returned: 1280 });
    }
    await workers.stop();
  });

  test('a queue longer than the age that a look may have: looks are fresh when they are made, and not made in vain', async () => {
    // Twenty reversals at four calls a second wait five seconds for their turn; a look is good for one second.
    const overrides = timed({ freshness: 1000, gap: 1000 });
    const workers = await startWorkers(world, { rateLimit: 4, overrides });
    const cases = Array.from({ length: 20 }, () => newCase({ ifPaid: 'reverse' }));
    for (const the of cases) seed(world, the, 'PAID');
    await Promise.all(cases.map(({ input }) => world.stand.client.start(input)));
    const answer = await world.stand.client.reverse(cases[19]?.input ?? newCase().input, { answerWithinMs: 500 });
    expect(answer.finalAction).toBeUndefined();
    for (const the of cases) {
      expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
      expect(stepsOf(world, the)).toBe('query cancel query');
      expect(moneyOf(world, the)).toMatchObject({ returned: 1280 });
    }
    // Two for each, and some more on a busy machine. A look that waited with its age running would be made again and again.
    const looks = cases.flatMap((the) => callsOf(world, the)).filter(({ operation }) => operation === 'query');
    expect(looks.length).toBeLessThan(3 * cases.length);
    await workers.stop();
  });

  // Taken for a gateway that does not answer, it would let the table's "cancel anyway" take back what was to be kept.
  test('a look that waits long for its turn is no look that failed: nothing is sent before it was made', async () => {
    const cases = Array.from({ length: 16 }, () => newCase({ ifPaid: 'keep' }));
    for (const the of cases) seed(world, the, 'PAID');
    await Promise.all(cases.map(({ input }) => world.stand.client.start(input)));
    const workers = await startWorkers(world, { rateLimit: 1 });
    try {
      await until(() => cases.every((the) => callsOf(world, the).length > 0));
      for (const the of cases) {
        expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
        expect(stepsOf(world, the)).toBe('query');
      }
    } finally {
      await workers.stop();
    }
  }, 180_000);
});
