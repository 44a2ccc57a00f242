/** A receiver that fails for two days, an hour being 200 ms: it gets everything, in order, with the same ids. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeliveredEvent, readAll } from '../../src/ledger/index.ts';
import { webhookEvent } from '../../src/webhooks/event.ts';
import { type Case, handleOf, newCase, seed, stateOf, until, untilStuck, useStand } from '../workflows/support.ts';
import { timed } from '../workflows/timings.ts';
import { HOUR_MS, settingsFor, startReceiver } from './receiver.ts';

const receiver = await startReceiver();
const world = useStand({
  overrides: () => timed({ selfCheck: 600_000, watch: [500, 30_000] }),
  webhooks: settingsFor(receiver),
});
afterAll(() => receiver.stop());

const WHO = { operator: 'Li Na', reason: 'topped up' };
const cases = {
  kept: newCase(),
  refunded: newCase({ ifPaid: 'reverse' }),
  resubmitted: newCase({ ifPaid: 'reverse' }),
  paidLate: newCase(),
  stopped: newCase({ ifPaid: 'reverse' }),
} as const;
const all: readonly Case[] = Object.values(cases);
const stored = new Map<Case, readonly DeliveredEvent[]>();
const eventsOf = ({ order }: Case) => readAll(world.stand.ledger.deliveries, order);
const receivedOf = ({ order }: Case) => receiver.events.filter(({ data }) => data.orderId === order.orderId);

/** Everything that can happen to these orders has happened, while the receiver was down. */
async function everythingHappens(): Promise<void> {
  const { client, sandbox } = world.stand;
  seed(world, cases.kept, 'PAID');
  seed(world, cases.refunded, 'PAID');
  seed(world, cases.resubmitted, 'PAID', { flags: { sellerShort: true } });
  seed(world, cases.paidLate, 'ABSENT');
  seed(world, cases.stopped, 'PAID', { flags: { frozen: true } });
  for (const { input } of all) await client.start(input);

  await untilStuck(world, cases.resubmitted);
  // Neither asks people anew.
  await client.note(cases.resubmitted.order, { operator: 'Li Na', reason: 'case 77' });
  sandbox.happen('alipay', cases.resubmitted.order.orderId, { name: 'fund' });
  await client.resubmit(cases.resubmitted.order, WHO);

  await until(async () => (await stateOf(world, cases.paidLate.order))?.verdict === 'not_paid');
  sandbox.happen('alipay', cases.paidLate.order.orderId, { name: 'createAndPay' });
  await client.paymentObserved(cases.paidLate.input);

  await untilStuck(world, cases.stopped);
  await handleOf(world, cases.stopped).cancel();
  await expect(handleOf(world, cases.stopped).result()).rejects.toThrow();
  const ended = [cases.kept, cases.refunded, cases.resubmitted, cases.paidLate];
  await Promise.all(ended.map(({ order }) => client.result(order)));
}

beforeAll(async () => {
  receiver.fail('serverError', 'reset', 'moved', 'busy', 'hang', 'notFound', 'badGateway', 'unauthorized');
  await everythingHappens();
  const since = receiver.tries[0]?.at ?? Number.NaN;
  expect(receiver.events).toEqual([]);
  await until(() => Date.now() - since > 48 * HOUR_MS);
  receiver.fail();
  await until(async () => (await Promise.all(all.map(eventsOf))).flat().every(({ delivery }) => delivery !== 'due'));
  for (const the of all) stored.set(the, await eventsOf(the));
});

test('every event arrives, in the order in which it happened to its order, and none is given up', () => {
  for (const the of all) {
    const events = stored.get(the) ?? [];
    expect(events.length).toBeGreaterThan(1);
    for (const event of events) expect(event).toMatchObject({ delivery: 'delivered', settledAt: expect.any(Number) });
    expect(receivedOf(the)).toEqual(events.map(({ body }) => body));
  }
});

test.each<[keyof typeof cases, readonly object[]]>([
  [
    'kept',
    [
      { type: 'reversal.verdict', data: { verdict: 'kept' } },
      {
        type: 'reversal.final',
        data: {
          ...{ status: 'final', finalAction: 'kept', verdict: 'kept', latePayment: false },
          rule: 'alipay#before.keep.paid',
        },
      },
    ],
  ],
  [
    'refunded',
    [
      { type: 'reversal.verdict', data: { verdict: 'refunded', amount: 1280, currency: 'CNY' } },
      { type: 'reversal.final', data: { finalAction: 'refunded', by: 'us' } },
    ],
  ],
  [
    'resubmitted',
    [
      {
        type: 'reversal.stuck',
        data: { status: 'stuck', stuckReason: 'no-funds', rule: expect.stringMatching(/^alipay#after/) },
      },
      { type: 'reversal.verdict', data: { verdict: 'refunded' } },
      { type: 'reversal.final', data: { finalAction: 'refunded' } },
    ],
  ],
  [
    'paidLate',
    [
      { type: 'reversal.verdict', data: { verdict: 'not_paid', latePayment: false } },
      { type: 'reversal.late_payment', data: { latePayment: true } },
      { type: 'reversal.verdict', data: { verdict: 'refunded' } },
      { type: 'reversal.final', data: { finalAction: 'refunded', latePayment: true } },
    ],
  ],
  [
    'stopped',
    [
      { type: 'reversal.stuck', data: { stuckReason: 'frozen' } },
      { type: 'reversal.abandoned', data: { status: 'abandoned' } },
    ],
  ],
])('what is told of an order that is %s', (name, expected) => {
  expect(receivedOf(cases[name])).toMatchObject(expected);
});

test('an event has the same id at every try, and is written by its schema', () => {
  const ids = all.flatMap((the) => (stored.get(the) ?? []).map(({ body }) => webhookEvent.parse(body).id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(receiver.tries.map(({ id }) => id))).toEqual(new Set(ids));
});

test('no event is tried before the one before it was accepted', () => {
  for (const the of all) {
    const ids = (stored.get(the) ?? []).map(({ body }) => webhookEvent.parse(body).id);
    const turns = receiver.tries.flatMap(({ id }) => (ids.includes(id) ? [ids.indexOf(id)] : []));
    expect(turns).toEqual(turns.toSorted((a, b) => a - b));
  }
});

test('it is tried until it is accepted, and no redirect is followed', () => {
  for (const the of all) {
    const [first] = stored.get(the) ?? [];
    const tries = receiver.tries.filter(({ id }) => id === webhookEvent.parse(first?.body).id);
    // Fewer than the fifty of real days: the server's timer of retries has a grain of a second.
    expect(tries.length).toBeGreaterThan(4);
    expect(tries.map(({ fault }) => fault === undefined)).toEqual([...tries.slice(1).map(() => false), true]);
    expect(first?.attempts).toBeGreaterThanOrEqual(tries.length);
  }
  expect(new Set(receiver.tries.map(({ path }) => path))).toEqual(new Set(['/hooks']));
  expect(new Set(receiver.tries.map(({ fault }) => fault)).size).toBe(9);
});
