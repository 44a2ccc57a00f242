/** A history that has grown long is continued in a new run, and the case goes on as if nothing had happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ledger, readAll } from '../../src/ledger/index.ts';
import { type OverdueOrders, openOverdueOrders } from '../../src/overdue/index.ts';
import { OPERATIONS_QUEUE } from '../../src/protocol/start.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { createOverdueView, type OverdueView, VIEW } from './overdue-view.ts';
import { startShortWorld } from './short-histories.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  until,
  untilStuck,
  type World,
} from './support.ts';

let world: World;
let workers: RunningWorkers;
let postgres: Postgres;
let view: OverdueView;
let orders: OverdueOrders;

beforeAll(async () => {
  world = await startShortWorld(['alipay-classic', 'alipay-v3']);
  postgres = await startPostgres();
  const url = await postgres.database();
  view = await createOverdueView(url);
  orders = openOverdueOrders({ url, view: VIEW });
  workers = await startWorkers(world, {
    ledger: unreadable(world.stand.ledger),
    overdue: { orders, ratePerSecond: 50 },
  });
});

afterAll(async () => {
  await workers?.stop();
  await world?.stand.stop();
  await world?.server.stop();
  await view?.close();
  await orders?.close();
  await postgres?.stop();
});

/** Orders whose case cannot be read in the ledger, though everything can be written. */
const unread = new Set<string>();

const unreadable = (ledger: Ledger): Ledger => ({
  ...ledger,
  async openCase(input) {
    if (unread.has(input.order.orderId)) throw new Error('the ledger cannot be read');
    return ledger.openCase(input);
  },
});

const runOf = async (the: Case) => (await handleOf(world, the).describe()).runId;

/** Again and again busy, so that the history grows; it can be cancelled in the end. */
function busy(times: number): Case {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times }] });
  return the;
}

test('acts, numbers and journal go on in the next run', async () => {
  const the = busy(9);
  await world.stand.client.start(the.input);
  const first = await runOf(the);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(await runOf(the)).not.toBe(first);
  expectNoBlindAct(callsOf(world, the));
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  const acts = await readAll(world.stand.ledger.acts, the.order);
  expect(acts.map(({ seq, answer }) => [seq, answer?.kind])).toEqual(
    acts.map((_, index) => [index + 1, index < 9 ? 'again' : 'done']),
  );
  const keys = (await readAll(world.stand.ledger.journal, the.order)).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a caller who waits for the verdict gets it, and a message in between is not lost', async () => {
  const the = busy(9);
  await world.stand.client.start(the.input);
  const submitted = handleOf(world, the).executeUpdate('submit');
  const note = { operator: 'Li Na', reason: 'what is going on?' };
  for (let round = 0; round < 5; round++) await world.stand.client.note(the.order, note);
  expect(await submitted).toMatchObject({ verdict: 'refunded' });
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  const journal = await readAll(world.stand.ledger.journal, the.order);
  expect(journal.filter(({ kind }) => kind === 'operator')).toHaveLength(5);
});

test('a reversal that waits for money for long changes its run many times, and no message is lost', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { createdMsAgo: 86_400_000 * 2, paidMsAgo: 86_400_000 * 2, flags: { sellerShort: true } });
  await world.stand.client.start(the.input);
  await untilStuck(world, the);
  const runs = new Set<string>();
  const handle = handleOf(world, the);
  const said = Array.from({ length: 20 }, (_, index) => `note ${index}`);
  for (const reason of said) {
    runs.add(await runOf(the));
    // At any instant of a run, its last one included: one that is answered, one that is only sent.
    await Promise.all([
      world.stand.client.note(the.order, { operator: 'Li Na', reason }),
      handle.signal('resubmit', { operator: 'Wang', reason }),
    ]);
    // While messages come it goes on in its run. As soon as it is stuck again it may change, and the next ones come.
    await untilStuck(world, the);
  }
  expect(runs.size).toBeGreaterThan(5);
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  const told = (await readAll(world.stand.ledger.journal, the.order)).flatMap(({ kind, body }) =>
    kind === 'operator' ? [body] : [],
  );
  const of = (message: string) => told.filter((body) => JSON.stringify(body).includes(`"message":"${message}"`));
  for (const message of ['note', 'resubmit']) {
    expect(of(message).map((body) => JSON.stringify(body).match(/note \d+/)?.[0])).toEqual(said);
  }
  expectNoBlindAct(callsOf(world, the));
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  const acts = await readAll(world.stand.ledger.acts, the.order);
  expect(acts.map(({ seq }) => seq)).toEqual(acts.map((_, index) => index + 1));
  // What the runs before could not know: the ledger was told every answer, each by one record.
  expect(acts.every(({ answer }) => answer !== undefined)).toBe(true);
}, 240_000);

test('what a person has held stays held in the runs that follow', async () => {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { flags: { sellerShort: true } });
  await world.stand.client.start(the.input);
  await untilStuck(world, the);
  const who = { operator: 'Li Na', reason: 'the shop asks' };
  await world.stand.client.hold(the.order, who);
  const runs = new Set<string>();
  await until(async () => {
    await world.stand.client.note(the.order, who);
    return runs.add(await runOf(the)).size > 3;
  });
  expect(await world.stand.client.status(the.order)).toMatchObject({ status: 'held' });
  const sent = (await readAll(world.stand.ledger.acts, the.order)).length;
  world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
  await world.stand.client.note(the.order, who);
  expect((await readAll(world.stand.ledger.acts, the.order)).length).toBe(sent);
  await world.stand.client.release(the.order, who);
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
});

test('a sweep of many pages counts on in the next run', async () => {
  const wrong = Array.from({ length: 20 }, (_, index) => ({ orderId: `S${index}`, amount: 0 }));
  const the = newCase({ reason: 'timeout' });
  // After all the others: provider, account and number are its place.
  await view.list(...wrong, { ...the.order, orderId: `Z${the.order.orderId}` });
  const sweep = await world.stand.temporal.workflow.start('sweepOverdueOrders', {
    workflowId: 'sweep',
    taskQueue: OPERATIONS_QUEUE,
    // Two orders a page.
    args: [{ ratePerSecond: 0.1 }],
  });
  const { runId } = await sweep.describe();
  expect(await sweep.result()).toMatchObject({
    read: 21,
    started: 1,
    rejected: 20,
    problems: [{ problem: 'amount: must be above 0', count: 20, orders: ['S0', 'S1', 'S10', 'S11', 'S12'].map(named) }],
  });
  expect((await sweep.describe()).runId).not.toBe(runId);
});

const named = (orderId: string) => `alipay/alipay-v3/${orderId}`;

// Chaos, seed 9102, order 200577: a void that had joined was forgotten, and the payment was kept.
test('a run that could not read what was asked before neither writes over it nor continues without it', async () => {
  const the = newCase();
  const { client, ledger } = world.stand;
  const refused = { operation: 'query', times: 4, business: { name: 'gatewayError:isv.invalid-signature' } } as const;
  seed(world, the, 'PAID', { faults: [refused] });
  await client.start(the.input);
  await untilStuck(world, the);
  await client.reverse({ ...the.input, reason: 'void' }, { answerWithinMs: 100 });
  await until(async () => (await readAll(ledger.journal, the.order)).some(({ kind }) => kind === 'operator'));
  await handleOf(world, the).terminate('by somebody');
  unread.add(the.order.orderId);
  await client.start(the.input);
  const first = await runOf(the);
  const length = async () => (await handleOf(world, the).describe()).historyLength;
  await until(async () => (await runOf(the)) !== first || (await length()) > 46);
  unread.delete(the.order.orderId);
  expect(await client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
});
