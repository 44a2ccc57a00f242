/** A gateway that is down: one status for all, few calls, short histories, and nobody is asked before it is time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  seed,
  stateOf,
  until,
  untilStuck,
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

const SLOW_MS = 400;
const rules = (giveUpAfter: number) =>
  timed({ selfCheck: 60_000, backOff: { first: 50, max: 200, fastFor: 600, slowEvery: SLOW_MS, giveUpAfter } });
/** The account of the classic protocol has less patience. */
const world = useStand({ overrides: (name) => rules(name === 'alipay-classic' ? 5000 : 120_000) });

const WHO = { operator: 'Li Na', reason: 'the gateway is back' };

function cases(count: number, gateway: GatewayName = 'alipay-v3'): readonly Case[] {
  return Array.from({ length: count }, () => {
    const the = newCase({ ifPaid: 'reverse' }, gateway);
    seed(world, the, 'PAID');
    return the;
  });
}

const begin = (all: readonly Case[]) => Promise.all(all.map(({ input }) => world.stand.client.start(input)));
const unreachable = async ({ order }: Case) => (await stateOf(world, order))?.status === 'unreachable';
const eventsOf = async (the: Case) => (await historyOf(handleOf(world, the))).length;
/** How often the server has tried the look that is under way. */
const triesOf = async (the: Case) => {
  const { raw } = await handleOf(world, the).describe();
  return raw.pendingActivities?.[0]?.attempt ?? 0;
};

const listed = async () => {
  const ids: string[] = [];
  for await (const { workflowId } of world.stand.client.list({ status: 'unreachable' })) ids.push(workflowId);
  return ids.toSorted();
};
/** The look under way is the one that lasts for the whole outage. */
const isSlow = async (the: Case) => ((await stateOf(world, the.order))?.nextStepAt ?? 0) > Date.now() + SLOW_MS;

async function expectUndone(the: Case): Promise<void> {
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
}

describe('while the gateway is down', () => {
  test('its reversals wait under one status, repeat their look without any event, and end by themselves after it', async () => {
    const all = cases(4);
    world.stand.sandbox.outage('alipay', true);
    await begin(all);
    const ids = all.map(({ workflowId }) => workflowId).toSorted();
    await until(async () => (await listed()).join() === ids.join());
    for (const the of all) await until(async () => (await triesOf(the)) > 2 && isSlow(the));
    const events = await Promise.all(all.map(eventsOf));
    const tries = await Promise.all(all.map(triesOf));
    await sleep(4 * SLOW_MS);
    expect(await Promise.all(all.map(eventsOf))).toEqual(events);
    for (const [index, the] of all.entries()) expect(await triesOf(the)).toBeGreaterThan(tries[index] ?? 0);
    world.stand.sandbox.outage('alipay', false);
    for (const the of all) {
      await expectUndone(the);
      expect(
        (await readAll(world.stand.ledger.journal, the.order)).map(({ body }) => JSON.stringify(body)).join(),
      ).not.toContain('"park"');
      expectNoBlindAct(callsOf(world, the));
    }
  });

  test('a caller is not kept waiting by a look that is repeated', async () => {
    const [the = newCase()] = cases(1);
    world.stand.sandbox.outage('alipay', true);
    const answer = await world.stand.client.reverse(the.input, { answerWithinMs: 300 });
    expect(answer.verdict).toBeUndefined();
    expect(answer).toMatchObject({ status: expect.stringMatching(/checking|reversing|unreachable/) });
    world.stand.sandbox.outage('alipay', false);
    await expectUndone(the);
  });

  test('a resubmission looks at once instead of at the next slow try', async () => {
    const [the = newCase()] = cases(1);
    world.stand.sandbox.outage('alipay', true);
    await begin([the]);
    await until(async () => (await triesOf(the)) > 1 && unreachable(the));
    world.stand.sandbox.outage('alipay', false);
    await world.stand.client.resubmit(the.order, WHO);
    await expectUndone(the);
  });

  test('a cancellation request ends it with what is known: nothing', async () => {
    const [the = newCase()] = cases(1);
    world.stand.sandbox.outage('alipay', true);
    await begin([the]);
    await until(async () => (await triesOf(the)) > 1 && unreachable(the));
    await handleOf(world, the).cancel();
    await expect(handleOf(world, the).result()).rejects.toThrow();
    world.stand.sandbox.outage('alipay', false);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({
      status: 'abandoned',
      detail: { lastView: 'unknown' },
    });
    expect(moneyOf(world, the)).toMatchObject({ returned: 0 });
  });

  test("people are asked when the account's patience is over, and it is still resumable", async () => {
    const [the = newCase()] = cases(1, 'alipay-classic');
    world.stand.sandbox.outage('alipay', true);
    await begin([the]);
    expect(await untilStuck(world, the)).toBe('unreachable');
    world.stand.sandbox.outage('alipay', false);
    await world.stand.client.resubmit(the.order, WHO);
    await expectUndone(the);
  });
});
