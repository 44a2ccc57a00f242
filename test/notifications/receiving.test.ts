/**
 * The gateways' notifications over real HTTP: a wrong one changes nothing, a true one wakes a look. Which came first is
 * seen in the order of the sandbox's log and of the workflow's history, where no timer stands.
 */
import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import { describe, expect, test } from 'vitest';
import { type ReversalInput, workflowIdOf } from '../../src/client.ts';
import { rulesNameOf } from '../../src/demo/run.ts';
import type { NoticeWish, OrderSeed } from '../../src/sandbox/index.ts';
import { behind, GATEWAYS, type GatewayName } from '../../src/stand/accounts.ts';
import { faster } from '../../src/stand/speed.ts';
import { historyOf, until, useStand } from '../workflows/support.ts';
import { useMerchant } from './support.ts';

const world = useStand({ gateways: GATEWAYS, overrides: (name) => faster(rulesNameOf(name), 300, 1500) });
const merchant = useMerchant(world, GATEWAYS);

const { EventType } = temporal.api.enums.v1;

const UNPAID: Readonly<Record<GatewayName, string>> = {
  'alipay-classic': 'WAITING',
  'alipay-v3': 'WAITING',
  shouqianba: 'CREATED',
  'daxpay-c': 'progress',
  'daxpay-e': 'progress',
  'daxpay-f': 'processing',
};

/** An order at its gateway, and what is asked, sent and counted about it. */
function newOrder(gateway: GatewayName, request: Partial<ReversalInput> = {}) {
  const { system, provider } = behind(gateway);
  const orderId = `N${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  const order = { provider, account: gateway, orderId };
  const input: ReversalInput = {
    ...order,
    amount: 1280,
    currency: 'CNY',
    reason: 'ambiguous',
    method: 'barcode',
    attemptedAt: new Date(Date.now() - 1000).toISOString(),
    ...request,
  };
  const { sandbox, temporal: client } = world.stand;
  const handle = () => client.workflow.getHandle(workflowIdOf(order));
  return {
    order,
    input,
    handle,
    seed: (state: string, more: Partial<OrderSeed> = {}) =>
      sandbox.seed(system, { orderId, amount: input.amount, state, notifyUrl: merchant.url(gateway), ...more }),
    happen: (name: string) => sandbox.happen(system, orderId, { name }),
    notify: (wish?: NoticeWish) => sandbox.notify(system, orderId, wish),
    log: () => sandbox.log({ system, orderId }),
    truth: () => sandbox.truth(system, orderId),
    /** Schedules the closure for an hour from now: no worker has seen it, and no timer runs in it. */
    scheduleClosure() {
      const { reason: _, ifPaid: __, ...rest } = input;
      return world.stand.client.scheduleClosure(rest, { at: new Date(Date.now() + 3_600_000) });
    },
    historyTypes: async () => (await historyOf(handle())).map(({ eventType }) => Number(eventType)),
  };
}

const countsOf = (gateway: GatewayName) => structuredClone(merchant.desk.counts[gateway]);

const ACTS: readonly string[] = ['cancel', 'close', 'revoke', 'refund'];
const FORGERIES: readonly NoticeWish[] = [{ forged: 'key' }, { forged: 'content' }, { forged: 'unsigned' }];
/** DaxPay 2.0.8 knows one merchant an installation, and its notices name none. */
const NAMES_NOBODY: readonly GatewayName[] = ['daxpay-c'];

describe.each(GATEWAYS)('a closure at %s that is not due', (gateway) => {
  test('is left alone by wrong notifications, and looks at a true one', async () => {
    const the = newOrder(gateway);
    the.seed(UNPAID[gateway]);
    await the.scheduleClosure();
    const before = countsOf(gateway);

    for (const forgery of FORGERIES) {
      expect(await the.notify(forgery)).toMatchObject({ taken: false, status: 400 });
    }
    expect(countsOf(gateway)?.refused).toEqual({ ...before?.refused, signature: (before?.refused.signature ?? 0) + 3 });
    if (!NAMES_NOBODY.includes(gateway)) {
      expect(await the.notify({ otherMerchant: true })).toMatchObject({ taken: false, status: 400 });
      expect(countsOf(gateway)?.refused.otherMerchant).toBe((before?.refused.otherMerchant ?? 0) + 1);
    }
    expect(countsOf(gateway)?.effects).toEqual(before?.effects);
    expect((await the.handle().describe()).historyLength).toBe(1);
    expect(the.log().every(({ operation, executed }) => operation === 'notify' && !executed)).toBe(true);

    // The payer pays, and the gateway says so by itself; DaxPay 2.0.8 when somebody has it ask the channel.
    the.happen('pay');
    if (gateway === 'daxpay-c') await the.notify();
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    await until(() => the.log().find(({ operation, code }) => operation === 'notify' && code?.startsWith('200')));
    const log = the.log();
    const told = log.findLastIndex(({ operation }) => operation === 'notify');
    const looked = log.findIndex(({ operation }) => operation !== 'notify');
    expect(log[told]).toMatchObject({ code: expect.stringMatching(/^200 success$/i) });
    expect(looked).toBeGreaterThan(told);
    expect(log.slice(looked).every(({ operation }) => operation === 'query')).toBe(true);
    expect(countsOf(gateway)?.effects).toEqual({ ...before?.effects, woken: (before?.effects.woken ?? 0) + 1 });

    // The message came before the look, and nothing that waits stands between: no timer ran at all.
    const types = await the.historyTypes();
    const signaled = types.indexOf(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
    const markers = types.flatMap((type, at) => (type === EventType.EVENT_TYPE_MARKER_RECORDED ? [at] : []));
    expect(signaled).toBeGreaterThan(0);
    expect(types.filter((type) => type === EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)).toHaveLength(1);
    expect(markers.length).toBeGreaterThan(0);
    expect(types).not.toContain(EventType.EVENT_TYPE_TIMER_STARTED);
    expect(types).not.toContain(EventType.EVENT_TYPE_TIMER_FIRED);
    expect(the.truth()).toMatchObject({ taken: 1280, returned: 0 });
  });
});

describe.concurrent('an order that was paid after its reversal had ended', () => {
  test.each([
    ['alipay-classic', 'ABSENT', {}],
    ['alipay-v3', 'ABSENT', {}],
    ['shouqianba', 'absent', { invisibleUntilScan: true }],
  ] as const)('at %s is undone, and marked late', async (gateway, state, flags) => {
    const the = newOrder(gateway);
    the.seed(state, { flags });
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'nothing_to_reverse' });
    const acts = the.log().length;
    const { runId } = await the.handle().describe();

    the.happen('createAndPay');
    await until(async () => (await the.handle().describe()).runId !== runId);
    const undone = await world.stand.client.result(the.order);
    expect(undone).toMatchObject({ action: expect.stringMatching(/^re(funded|versed)$/), latePayment: true });
    expect(the.truth()).toMatchObject({ taken: 1280, returned: 1280 });
    expect(the.log()[acts]).toMatchObject({ operation: 'notify', authentic: true, code: '200 success' });
    expect(the.log()[acts + 1]).toMatchObject({ operation: 'query' });
    const { typedSearchAttributes } = await the.handle().describe();
    expect(JSON.stringify(typedSearchAttributes)).toContain('ReversalLatePayment');
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ latePayment: true });

    // Sent again a day long, as gateways do: every time a look, and no money.
    const sent = () => the.log().filter(({ operation }) => ACTS.includes(operation)).length;
    const before = sent();
    expect(await the.notify()).toMatchObject({ taken: true });
    expect(await world.stand.client.result(the.order)).toMatchObject({
      kind: 'final',
      action: expect.stringMatching(/^re/),
    });
    expect(sent()).toBe(before);
    expect(the.truth()).toMatchObject({ taken: 1280, returned: 1280 });
  });
});

describe('what is told of an order whose reversal does not run', () => {
  const GATEWAY = 'alipay-v3';
  const effects = () => countsOf(GATEWAY)?.effects;
  const WHO = { operator: 'Li Na', reason: 'the customer called' };

  /** Exactly one effect is counted, and the answer is that it was taken. */
  async function expectOne(effect: keyof NonNullable<ReturnType<typeof effects>>, send: () => Promise<unknown>) {
    const before = effects();
    expect(await send()).toMatchObject({ taken: true, body: 'success' });
    expect(effects()).toEqual({ ...before, [effect]: (before?.[effect] ?? 0) + 1 });
  }

  test('never asked about: accepted and counted, and nothing is started', async () => {
    const the = newOrder(GATEWAY);
    the.seed('PAID');
    await expectOne('unheardOf', () => the.notify());
    await expect(the.handle().describe()).rejects.toThrow(/not found/i);
    expect(await world.stand.ledger.reversal(the.order)).toBeUndefined();
  });

  test('kept: nothing new, and no look', async () => {
    const the = newOrder(GATEWAY);
    the.seed('PAID');
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    const calls = the.log().length;
    await expectOne('nothingNew', () => the.notify());
    expect(the.log().slice(calls)).toMatchObject([{ operation: 'notify' }]);
  });

  test('a refund or a close starts nothing', async () => {
    const the = newOrder(GATEWAY, { reason: 'void' });
    the.seed('PAID');
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    const { runId } = await the.handle().describe();
    await expectOne('nothingNew', () => the.notify({ about: 'refund' }));
    await expectOne('nothingNew', () => the.notify({ about: 'close' }));
    expect((await the.handle().describe()).runId).toBe(runId);
  });

  test('given up by a person: left to people, though it was paid since', async () => {
    const the = newOrder(GATEWAY);
    the.seed('WAITING');
    await the.scheduleClosure();
    await world.stand.client.cancelClosure(the.order, WHO);
    expect(await the.handle().result()).toMatchObject({ kind: 'abandoned' });
    const { runId } = await the.handle().describe();
    await expectOne('leftToPeople', async () => {
      the.happen('pay');
      return until(() => {
        const sent = the.log().find(({ operation, code }) => operation === 'notify' && code !== undefined);
        return sent && { taken: sent.code === '200 success', body: sent.code?.slice(4) };
      });
    });
    expect((await the.handle().describe()).runId).toBe(runId);
    expect(the.truth()).toMatchObject({ returned: 0 });
  });

  test('terminated, which no code sees: the case is open in the ledger and is taken up again', async () => {
    const the = newOrder(GATEWAY);
    the.seed('WAITING');
    await the.scheduleClosure();
    await world.stand.client.paymentObserved({ ...the.input, reason: 'timeout' });
    await until(() => world.stand.ledger.reversal(the.order));
    await the.handle().terminate();
    await expectOne('restarted', async () => {
      the.happen('pay');
      return until(() => {
        const sent = the.log().find(({ operation, code }) => operation === 'notify' && code !== undefined);
        return sent && { taken: sent.code === '200 success', body: sent.code?.slice(4) };
      });
    });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'kept' });
  });

  test('an account that does not exist has no answer', async () => {
    const response = await fetch(merchant.url('__proto__'), { method: 'POST', body: 'x' });
    expect(response.status).toBe(404);
    expect(Object.keys(merchant.desk.counts).sort()).toEqual([...GATEWAYS].sort());
  });

  test('nothing of this was an error', () => expect(merchant.errors).toEqual([]));
});
