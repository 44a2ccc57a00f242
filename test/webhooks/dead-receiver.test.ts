/** A receiver that never answers, one that wants nothing more, and one that is given up. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { deliveryIdOf } from '../../src/activities/start-delivery.ts';
import { readAll } from '../../src/ledger/index.ts';
import { WEBHOOKS_QUEUE } from '../../src/protocol/start.ts';
import { webhookEvent } from '../../src/webhooks/event.ts';
import { type Case, moneyOf, newCase, seed, until, useStand } from '../workflows/support.ts';
import { HOUR_MS, settingsFor, startReceiver } from './receiver.ts';

const receiver = await startReceiver();
/** Longer than any test may take: whoever waited for a delivery would not come through. */
const FOR_EVER_MS = 600_000;
const settings = settingsFor(receiver, { timeoutMs: FOR_EVER_MS, retryForMs: 15 * HOUR_MS });
const world = useStand({ webhooks: settings });
afterAll(() => receiver.stop());
beforeEach(() => receiver.fail());

const deliveriesOf = ({ order }: Case) => readAll(world.stand.ledger.deliveries, order);
const fatesOf = async (the: Case) => (await deliveriesOf(the)).map(({ type, delivery }) => [type, delivery]);
const deliveryOf = ({ order }: Case) => world.stand.temporal.workflow.getHandle(deliveryIdOf(order));
const settled = (the: Case) =>
  until(async () => {
    const events = await deliveriesOf(the);
    return events.length > 0 && events.every(({ delivery }) => delivery !== 'due') && events;
  });

async function reversed(request: Parameters<typeof newCase>[0] = { ifPaid: 'reverse' }): Promise<Case> {
  const the = newCase(request);
  seed(world, the, 'PAID');
  await world.stand.client.start(the.input);
  await world.stand.client.result(the.order);
  return the;
}

describe('a receiver that is given up', () => {
  test('410 is asked once; the event is kept, its delivery fails where people see it, and the next one is sent', async () => {
    receiver.fail('gone');
    const the = await reversed({});
    const [verdict, final] = await settled(the);
    expect(verdict).toMatchObject({ delivery: 'given-up', problem: 'HTTP 410' });
    expect(final).toMatchObject({ delivery: 'given-up', problem: 'HTTP 410' });
    const ids = (await deliveriesOf(the)).map(({ body }) => webhookEvent.parse(body).id);
    expect(receiver.tries.flatMap(({ id }) => (ids.includes(id) ? [id] : []))).toEqual(ids);
    await expect(deliveryOf(the).result()).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/^Given up.*reversal\.verdict evt_.*: HTTP 410; reversal\.final evt_/) },
    });
  });

  test('after its time an event is given up, and sent with the same id when somebody asks for it again', async () => {
    receiver.fail('serverError');
    const the = await reversed();
    const events = await settled(the);
    for (const event of events) expect(event).toMatchObject({ delivery: 'given-up', problem: 'HTTP 500' });
    await expect(deliveryOf(the).result()).rejects.toThrow();
    receiver.fail();
    await world.stand.temporal.workflow.execute('deliverWebhooks', {
      workflowId: deliveryIdOf(the.order),
      taskQueue: WEBHOOKS_QUEUE,
      args: [{ ...the.order, again: true }],
    });
    expect((await fatesOf(the)).map(([, delivery]) => delivery)).toEqual(['delivered', 'delivered']);
    expect(receiver.events.filter(({ data }) => data.orderId === the.order.orderId)).toEqual(
      events.map(({ body }) => body),
    );
  });

  test('a cancellation request ends its delivery and gives nothing up', async () => {
    receiver.fail('hang');
    const the = await reversed();
    await until(async () => (await deliveryOf(the).describe()).raw.pendingActivities?.length === 1);
    await deliveryOf(the).cancel();
    await expect(deliveryOf(the).result()).rejects.toThrow();
    expect((await fatesOf(the)).map(([, delivery]) => delivery)).toEqual(['due', 'due']);
  });
});

test('events that nobody delivers are found by the sweep', async () => {
  const the = newCase();
  const anHourAgo = Date.now() - 3_600_000;
  const body = {
    id: `evt_${'a'.repeat(32)}`,
    type: 'reversal.stuck',
    timestamp: new Date(anHourAgo).toISOString(),
    data: { ...the.order, amount: 1, currency: 'CNY', status: 'stuck', latePayment: false, workflowId: the.workflowId },
  };
  // What a worker leaves behind that dies after its write, and whose reversal is terminated then.
  await world.stand.ledger.record({
    order: the.order,
    row: { workflowId: the.workflowId, runId: 'gone', at: anHourAgo, status: 'stuck' },
    entries: [],
    events: [{ key: 'stuck', at: anHourAgo, type: 'reversal.stuck', body }],
    deliver: true,
  });
  await expect(deliveryOf(the).describe()).rejects.toThrow(WorkflowNotFoundError);
  const sweep = () =>
    world.stand.temporal.workflow.execute('sweepWebhooks', { workflowId: 'sweep', taskQueue: WEBHOOKS_QUEUE });
  expect(await sweep()).toEqual({ waiting: 1 });
  expect(await settled(the)).toMatchObject([{ delivery: 'delivered', attempts: 1 }]);
  expect(await sweep()).toEqual({ waiting: 0 });
});

test('a receiver that never answers delays no reversal', async () => {
  receiver.fail('hang');
  // More than the deliveries that may be under way at once.
  const all = await Promise.all(Array.from({ length: 30 }, () => reversed()));
  for (const the of all) {
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expect(await fatesOf(the)).toEqual([
      ['reversal.verdict', 'due'],
      ['reversal.final', 'due'],
    ]);
  }
  const ids = new Set((await Promise.all(all.map(deliveriesOf))).flat().map(({ body }) => webhookEvent.parse(body).id));
  await until(() => receiver.tries.filter(({ id }) => ids.has(id)).length >= 20);
});
