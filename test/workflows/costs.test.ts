/** What a reversal costs in history events, counted from real histories; and what a caller is told, and when. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import { handleOf, historyOf, newCase, seed, until, useStand } from './support.ts';

const world = useStand();

describe.concurrent('events of a clean run', () => {
  test('a reversal is at most 21 events', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    await world.stand.client.result(the.order);
    expect((await historyOf(handleOf(world, the))).length).toBeLessThanOrEqual(21);
  });

  test('a reversal whose caller waits for the answer is at most 23', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      verdict: 'refunded',
      status: 'final',
    });
    await world.stand.client.result(the.order);
    expect((await historyOf(handleOf(world, the))).length).toBeLessThanOrEqual(23);
  });

  test('a payment that is kept is at most 14', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    await world.stand.client.result(the.order);
    expect((await historyOf(handleOf(world, the))).length).toBeLessThanOrEqual(14);
  });
});

describe.concurrent('the answer to submit', () => {
  test('a verdict is answered before it is recorded', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      verdict: 'kept',
      finalAction: 'kept',
      view: 'paid',
      acts: 0,
    });
    const types = (await historyOf(handleOf(world, the))).map(({ eventType }) => Number(eventType));
    const ACTIVITY_COMPLETED = 12;
    const UPDATE_COMPLETED = 43;
    await world.stand.client.result(the.order);
    expect(types.indexOf(UPDATE_COMPLETED)).toBeGreaterThan(0);
    const all = (await historyOf(handleOf(world, the))).map(({ eventType }) => Number(eventType));
    expect(all.indexOf(UPDATE_COMPLETED)).toBeLessThan(all.lastIndexOf(ACTIVITY_COMPLETED));
  });

  test('without a verdict in time the state is answered, and the verdict that comes later is recorded', async () => {
    const the = newCase({ method: 'barcode', ifPaid: 'reverse' });
    seed(world, the, 'PAID', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 3 }] });
    const state = await world.stand.client.reverse(the.input, { answerWithinMs: 10 });
    expect(['checking', 'reversing']).toContain(state.status);
    expect(state.verdict).toBeUndefined();
    await world.stand.client.result(the.order);
    const entries = await readAll(world.stand.ledger.journal, the.order);
    expect(entries.filter(({ kind }) => kind === 'told').map(({ body }) => body)).toEqual([{ verdict: 'refunded' }]);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ told: 'refunded', finalAction: 'refunded' });
  });

  test('"not paid" is told when the watch begins, while the reversal stays open for a late payment', async () => {
    const the = newCase();
    seed(world, the, 'ABSENT');
    const told = await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 });
    expect(told).toMatchObject({ verdict: 'not_paid', status: 'watching' });
    // What somebody was told must be remembered at once: this run may be terminated before its end.
    await until(async () => (await world.stand.ledger.reversal(the.order))?.told === 'not_paid');
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'nothing_to_reverse' });
  });
});
