/** Closures that run by themselves: scheduled, moved, given up, woken early, paid at the last moment. */
import { describe, expect, test } from 'vitest';
import type { ReversalInput } from '../../src/client.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  stepsOf,
  useStand,
} from './support.ts';

const world = useStand();

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** As a payment service does it. */
function schedule({ input: { reason: _, ifPaid: __, expiresAt = '', ...order } }: Case) {
  return world.stand.client.scheduleClosure(order, { at: expiresAt });
}

describe.concurrent('a scheduled closure', () => {
  const closure = (dueInMs: number) => newCase({ reason: 'timeout', expiresAt: inMs(dueInMs) });

  test('sleeps on the server, and its status can be asked for', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    await schedule(the);
    expect(await world.stand.client.status(the.order)).toMatchObject({ status: 'scheduled', acts: 0 });
    expect(callsOf(world, the)).toEqual([]);
    expect((await handleOf(world, the).describe()).historyLength).toBe(1);
    await handleOf(world, the).terminate();
  });

  test('closes at its time what nobody paid', async () => {
    const the = closure(1200);
    seed(world, the, 'WAITING');
    await schedule(the);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed' });
    const due = Date.parse(the.input.expiresAt ?? '');
    for (const { at } of callsOf(world, the)) expect(at).toBeGreaterThanOrEqual(due - 20);
    expectNoBlindAct(callsOf(world, the));
  });

  test.each([
    ['submit', (input: ReversalInput) => world.stand.client.reverse(input, { answerWithinMs: 30_000 })],
    ['an observed payment', (input: ReversalInput) => world.stand.client.paymentObserved(input)],
  ] as const)('woken early by %s it looks, and goes back to sleep', async (_, wake) => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    await schedule(the);
    expect(await wake(the.input)).toMatchObject({ status: 'scheduled', view: 'unpaid', acts: 0 });
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
    expect(await world.stand.client.status(the.order)).toMatchObject({ status: 'scheduled' });
    await handleOf(world, the).terminate();
  });

  test('woken early by a payment that was made, it keeps it and ends', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'PAID');
    await schedule(the);
    await world.stand.client.paymentObserved(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
  });

  test('moved to an earlier time it closes then', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    await schedule(the);
    await world.stand.client.reschedule(the.order, { operator: 'Li Na', reason: 'shop closed', dueAt: inMs(100) });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed' });
  });

  test('cancelled before its first act it sends nothing, and says so in the ledger', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    await schedule(the);
    await handleOf(world, the).cancel();
    await expect(handleOf(world, the).result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(await handleOf(world, the).describe()).toMatchObject({ status: { name: 'CANCELLED' } });
    expect(stepsOf(world, the)).toBe('query');
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'abandoned' });
  });

  test('given up by a person, it sends nothing, and the ledger has who and why', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    await schedule(the);
    const WHO = { operator: 'Li Na', reason: 'the customer called' };
    await world.stand.client.cancelClosure(the.order, WHO);
    // Not as Failed, which it would be without a request of the server's to cancel it.
    expect(await handleOf(world, the).result()).toMatchObject({ kind: 'abandoned', lastView: 'unpaid' });
    expect(await handleOf(world, the).describe()).toMatchObject({ status: { name: 'COMPLETED' } });
    expect(stepsOf(world, the)).toBe('query');
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({
      status: 'abandoned',
      detail: { lastView: 'unpaid', interventions: [{ message: 'cancelClosure', ...WHO }] },
    });
    // It can be scheduled again.
    await schedule(the);
    expect(await world.stand.client.status(the.order)).toMatchObject({ status: 'scheduled' });
    await handleOf(world, the).terminate();
  });

  test('moved later, earlier and later again, it closes at the last of these times and not before', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    await schedule(the);
    const WHO = { operator: 'Li Na', reason: 'prolonged' };
    let due = '';
    for (const ms of [7_200_000, 1800, 2500]) {
      due = inMs(ms);
      expect(await world.stand.client.reschedule(the.order, { ...WHO, dueAt: due })).toMatchObject({
        status: 'scheduled',
      });
    }
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed' });
    const acts = callsOf(world, the).filter(({ operation }) => operation !== 'query');
    for (const { at } of acts) expect(at).toBeGreaterThanOrEqual(Date.parse(due) - 20);
    expectNoBlindAct(callsOf(world, the));
  });

  test('scheduled twice it is one closure; of another amount it is refused', async () => {
    const the = closure(3_600_000);
    seed(world, the, 'WAITING');
    expect(await schedule(the)).toMatchObject({ joined: false });
    expect(await schedule(the)).toMatchObject({ joined: true });
    await expect(schedule({ ...the, input: { ...the.input, amount: 1 } })).rejects.toThrow();
    expect(await world.stand.client.status(the.order)).toMatchObject({ status: 'scheduled', acts: 0 });
    await handleOf(world, the).terminate();
  });

  test('paid at the last moment, while the close is on its way: it is not called closed', async () => {
    const the = closure(800);
    const pay = { name: 'pay', on: { operation: 'cancel', nth: 1, when: 'before' } } as const;
    seed(world, the, 'WAITING', { events: [pay] });
    await schedule(the);
    const outcome = await world.stand.client.result(the.order);
    // The cancel took the payment back: the money says so, and so does the end.
    expect(outcome).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
  });

  test('paid just before it is due, and nobody told us: it is kept', async () => {
    const the = closure(1000);
    seed(world, the, 'WAITING', { events: [{ name: 'pay', afterMs: 500 }] });
    await schedule(the);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
  });

  test('of an order that was never created: nothing to reverse, after the watch', async () => {
    const the = closure(500);
    seed(world, the, 'ABSENT');
    await schedule(the);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'nothing_to_reverse' });
  });

  test('of an order that the gateway has closed by itself: closed, and nothing is sent', async () => {
    const the = closure(500);
    seed(world, the, 'CLOSED_UNPAID');
    await schedule(the);
    expect(await world.stand.client.result(the.order)).toMatchObject({
      action: expect.stringMatching(/^(closed|reversed)$/),
      by: 'gateway',
    });
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
  });
});
