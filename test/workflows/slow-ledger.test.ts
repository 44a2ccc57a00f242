/** A ledger or a queue that takes its time between the look and the call: no payment that was to be kept is taken back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  startWorkers,
  startWorkerWithoutActs,
  until,
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

const world = useStand({ withoutWorkers: true });

/** Long enough for the worker to know that its activity was given up: a look, a call, and five seconds for the rest. */
const GIVEN_UP_MS = 8500;
const overrides = timed({ patience: 1500 });

/** Takes that long to write the first "about to send" of an order, and says when it began. */
function slow(ledger: Ledger, ms: number, began: (orderId: string) => void): Ledger {
  return {
    ...ledger,
    async aboutToSend(act) {
      const written = await ledger.aboutToSend(act);
      if (act.seq === 1) {
        began(act.order.orderId);
        await sleep(ms);
      }
      return written;
    },
  };
}

const pay = (the: Case) => world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'pay' });
const cancelsOf = (the: Case) => callsOf(world, the).filter(({ operation }) => operation === 'cancel');

test('a payment that comes while "about to send" is being written is kept, as was asked for', async () => {
  const [paid, unpaid] = [newCase(), newCase()];
  for (const the of [paid, unpaid]) seed(world, the, 'WAITING');
  const began = new Set<string>();
  const ledger = slow(world.stand.ledger, 3000, (orderId) => {
    began.add(orderId);
    if (orderId === paid.order.orderId) pay(paid);
  });
  const workers = await startWorkers(world, { overrides, ledger });
  try {
    for (const { input } of [paid, unpaid]) await world.stand.client.start(input);
    expect(await world.stand.client.result(paid.order)).toMatchObject({ action: 'kept' });
    expect(began.has(paid.order.orderId)).toBe(true);
    expect(moneyOf(world, paid)).toMatchObject({ taken: 1280, returned: 0 });
    expect(operationsOf(world, paid)).toMatch(/^query( query)+$/);
    // Where nothing changed, the second look lets it go.
    expect(await world.stand.client.result(unpaid.order)).toMatchObject({ action: 'closed' });
    expectNoBlindAct(callsOf(world, unpaid));
    expect(cancelsOf(unpaid)).toHaveLength(1);
  } finally {
    await workers.stop();
  }
});

test('a call that was given up while it was being written down is never sent', async () => {
  const the = newCase();
  seed(world, the, 'WAITING');
  const ledger = slow(world.stand.ledger, GIVEN_UP_MS, () => pay(the));
  const workers = await startWorkers(world, { overrides, ledger });
  try {
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    await sleep(GIVEN_UP_MS);
    expect(cancelsOf(the)).toEqual([]);
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 0 });
  } finally {
    await workers.stop();
  }
}, 120_000);

test('a payment that comes while the act waits in the queue is kept', async () => {
  const the = newCase();
  seed(world, the, 'WAITING');
  const idle = await startWorkerWithoutActs(world, { overrides });
  await world.stand.client.start(the.input);
  await until(async () => {
    const { pendingActivities } = (await world.stand.temporal.workflow.getHandle(the.workflowId).describe()).raw;
    return pendingActivities?.some(({ activityType }) => activityType?.name === 'cancel');
  });
  pay(the);
  await sleep(1500);
  await idle.stop();
  const workers = await startWorkers(world, { overrides });
  try {
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    expect(cancelsOf(the)).toEqual([]);
  } finally {
    await workers.stop();
  }
});
