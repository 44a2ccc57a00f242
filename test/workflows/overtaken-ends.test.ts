/** A request that comes while an end is being written is never swallowed: it is in force, or it is refused with words. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { joinSignal, submitUpdate } from '../../src/protocol/messages.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  stateOf,
  until,
  useStand,
} from './support.ts';

const world = useStand({ withoutWorkers: true });
const WHO = { operator: 'Li Na', reason: 'test' };
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** An end of these orders is written when the gate opens, and not before. */
const gates = new Map<string, { readonly opened: Promise<void>; readonly open: () => void; writing: boolean }>();

function gate(the: Case) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const gate = { opened, open, writing: false };
  gates.set(the.order.orderId, gate);
  return gate;
}

function gated(ledger: Ledger): Ledger {
  return {
    ...ledger,
    async record(recording) {
      const gate = gates.get(recording.order.orderId);
      if (gate !== undefined && ['final', 'abandoned'].includes(recording.row.status)) {
        gate.writing = true;
        await gate.opened;
      }
      return ledger.record(recording);
    },
  };
}

let workers: RunningWorkers;
beforeAll(async () => {
  workers = await startWorkers(world, { ledger: gated(world.stand.ledger) });
});
afterAll(() => workers.stop());

const closure = () => newCase({ reason: 'timeout', expiresAt: inMs(3_600_000) });
const stronger = (the: Case) => ({ ...the.input, reason: 'void' }) as const;

/** Brings an end about, and does not wait until it is written. */
const ENDS: Readonly<Record<string, (the: Case) => Promise<unknown>>> = {
  'a closure that is given up': (the) => world.stand.client.cancelClosure(the.order, WHO),
  'a cancellation request': (the) => handleOf(world, the).cancel(),
};
const JOINS: Readonly<Record<string, (the: Case) => Promise<unknown>>> = {
  'a start': (the) => world.stand.client.start(stronger(the)),
  'a submit': (the) =>
    handleOf(world, the).executeUpdate(submitUpdate, { args: [{ request: stronger(the), answerBy: inMs(0) }] }),
  'a signal': (the) => handleOf(world, the).signal(joinSignal, stronger(the)),
};
const PAIRS = Object.keys(ENDS).flatMap((end) => Object.keys(JOINS).map((join) => [end, join] as const));

async function scheduled(): Promise<Case> {
  const the = closure();
  seed(world, the, 'WAITING');
  await world.stand.client.start(the.input);
  return the;
}

async function expectReversed(the: Case): Promise<void> {
  expect(await world.stand.client.result(the.order)).toMatchObject({ kind: 'final', action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  expectNoBlindAct(callsOf(world, the));
  expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: 'refunded' });
}

describe.concurrent('a void that comes while the end is being written', () => {
  test.each(PAIRS)(
    '%s, then %s: the payment goes back',
    async (end, join) => {
      const the = await scheduled();
      const its = gate(the);
      const ended = ENDS[end]?.(the).catch(() => undefined);
      await until(() => its.writing);
      world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'pay' });
      const joined = JOINS[join]?.(the);
      await sleep(300);
      its.open();
      await joined;
      await ended;
      await expectReversed(the);
    },
    180_000,
  );

  test('a void that came first is not given up: whoever tries is told', async () => {
    const the = await scheduled();
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'pay' });
    const ended = handleOf(world, the)
      .signal(joinSignal, stronger(the))
      .then(() => world.stand.client.cancelClosure(the.order, WHO));
    await expect(ended).rejects.toThrow();
    await expectReversed(the);
  }, 180_000);

  test('a closure that is scheduled again while it is given up goes on', async () => {
    const the = await scheduled();
    const its = gate(the);
    const ended = world.stand.client.cancelClosure(the.order, WHO).catch(() => undefined);
    await until(() => its.writing);
    const again = world.stand.client.start(the.input);
    await sleep(300);
    its.open();
    expect(await again).toMatchObject({ joined: true });
    await ended;
    await until(async () => (await stateOf(world, the.order))?.status === 'scheduled');
    await world.stand.client.cancelClosure(the.order, WHO);
  }, 180_000);

  test('an operator finds a place beside sixteen callers who wait for an answer', async () => {
    // Nothing is told before it is due, and they would wait longer than that.
    const the = await scheduled();
    const wait = { request: { ...the.input, ifPaid: 'reverse' }, answerBy: inMs(7_200_000) };
    const callers = Array.from({ length: 16 }, () =>
      handleOf(world, the)
        .executeUpdate(submitUpdate, { args: [wait] })
        .catch((error: unknown) => error),
    );
    await sleep(3000);
    expect(await world.stand.client.hold(the.order, WHO)).toMatchObject({ status: 'held' });
    await handleOf(world, the).terminate();
    await Promise.all(callers);
  }, 180_000);

  test('a closure that is being given up is not moved', async () => {
    const the = await scheduled();
    const its = gate(the);
    const ended = world.stand.client.cancelClosure(the.order, WHO);
    await until(() => its.writing);
    const moved = world.stand.client.reschedule(the.order, { ...WHO, dueAt: inMs(7_200_000) });
    await expect(moved).rejects.toMatchObject({ cause: { message: expect.stringContaining('being given up') } });
    its.open();
    expect(await ended).toMatchObject({ status: 'abandoned' });
    expect(await world.stand.client.result(the.order)).toMatchObject({ kind: 'abandoned' });
  }, 180_000);
});
