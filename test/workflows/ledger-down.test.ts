/** While the ledger cannot be reached there are looks, but no act and no `kept`; then it heals by itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ledger, readAll } from '../../src/ledger/index.ts';
import { joinSignal } from '../../src/protocol/messages.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  startWorkers,
  stateOf,
  until,
  useStand,
} from './support.ts';

const world = useStand({ withoutWorkers: true });

const UPDATE_ACCEPTED = 41;

type Verb = 'openCase' | 'aboutToSend' | 'answered' | 'record';

/** What of the ledger is down, by order. */
const down = new Map<string, readonly Verb[]>();

function failing(ledger: Ledger): Ledger {
  const check = (verb: Verb, { orderId }: { readonly orderId: string }) => {
    if (down.get(orderId)?.includes(verb)) throw new Error('the ledger is down');
  };
  return {
    ...ledger,
    async openCase(input) {
      check('openCase', input.order);
      return ledger.openCase(input);
    },
    async aboutToSend(act) {
      check('aboutToSend', act.order);
      return ledger.aboutToSend(act);
    },
    async answered(input) {
      check('answered', input.order);
      return ledger.answered(input);
    },
    async record(recording) {
      check('record', recording.order);
      return ledger.record(recording);
    },
  };
}

let workers: RunningWorkers;
beforeAll(async () => {
  workers = await startWorkers(world, { ledger: failing(world.stand.ledger) });
});
afterAll(() => workers.stop());

const ALL: readonly Verb[] = ['openCase', 'aboutToSend', 'answered', 'record'];
const looked = (the: Case, times: number) => until(() => callsOf(world, the).length >= times);

describe.concurrent('the ledger is down', () => {
  test.each([
    ['a payment that may be kept', 'keep', 'kept', { taken: 1280, returned: 0 }],
    ['a payment that must not stay', 'reverse', 'refunded', { taken: 1280, returned: 1280 }],
  ] as const)('%s is looked at again and again, and nothing is sent or told', async (_, ifPaid, action, money) => {
    const the = newCase({ ifPaid });
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ALL);
    await world.stand.client.start(the.input);
    await looked(the, 3);
    expect(operationsOf(world, the)).toMatch(/^query( query)+$/);
    const state = await until(() => stateOf(world, the.order));
    expect(state.status).toBe('checking');
    expect(state.verdict).toBeUndefined();

    down.delete(the.order.orderId);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action });
    expectNoBlindAct(callsOf(world, the));
    expect(moneyOf(world, the)).toMatchObject(money);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ finalAction: action });
  });

  test('what joins while the end waits for its record takes the verdict back until it is decided', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ['record']);
    await world.stand.client.start(the.input);
    const state = () => stateOf(world, the.order);
    await until(async () => (await state())?.verdict === 'kept');
    await handleOf(world, the).signal(joinSignal, { ...the.input, reason: 'void' });
    const unsure = await until(async () => {
      const now = await state();
      return now?.verdict === undefined && now;
    });
    expect(unsure).toMatchObject({ status: 'checking' });
    expect(unsure).not.toHaveProperty('finalAction');
    down.delete(the.order.orderId);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  });

  test('no act is sent that could not be written down before', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ['aboutToSend']);
    await world.stand.client.start(the.input);
    await looked(the, 3);
    expect(operationsOf(world, the)).toMatch(/^query( query)+$/);
    down.delete(the.order.orderId);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expectNoBlindAct(callsOf(world, the));
    expect(callsOf(world, the).filter(({ operation }) => operation === 'cancel')).toHaveLength(1);
  });

  test('an answer that could not be written is written with the record', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ['answered']);
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    // On a busy machine a look can grow old on the way: such an act is written down and not sent.
    const acts = await readAll(world.stand.ledger.acts, the.order);
    expect(acts.filter(({ answer }) => answer?.kind !== 'notSent')).toMatchObject([
      { answer: { kind: 'done', effect: 'refunded' } },
    ]);
  });

  test('the verdict does not wait for the record, and the reversal does not end without it', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ['record']);
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      verdict: 'refunded',
    });
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'checking' });
    const { status } = await world.stand.temporal.workflow.getHandle(the.workflowId).describe();
    expect(status.name).toBe('RUNNING');
    down.delete(the.order.orderId);
    await world.stand.client.result(the.order);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: 'refunded' });
  });

  test('a message that comes while the end is being written down is answered, and does not keep it open', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ['record']);
    await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 });
    const note = world.stand.client.note(the.order, { operator: 'Li Na', reason: 'is it done?' });
    await until(async () =>
      (await historyOf(handleOf(world, the))).some((e) => Number(e.eventType) === UPDATE_ACCEPTED),
    );
    down.delete(the.order.orderId);
    expect(await note).toMatchObject({ status: 'final', verdict: 'refunded' });
    await world.stand.client.result(the.order);
    expect(JSON.stringify(await readAll(world.stand.ledger.journal, the.order))).toContain('is it done?');
  });

  test('"stop trying" that comes while the end is being written down does not take the end back', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID');
    down.set(the.order.orderId, ['record']);
    await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 });
    await handleOf(world, the).cancel();
    down.delete(the.order.orderId);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: 'refunded' });
  });
});
