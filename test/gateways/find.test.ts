/** An order by the gateway's own number: the answer must name that number and the merchant's, under the usual checks. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFindOrder, foundIn } from '../../src/activities/find-order.ts';
import { accountsOf } from '../../src/gateways/accounts.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import * as alipay from './alipay/stub.ts';
import * as daxpay from './daxpay/support.ts';
import * as shouqianba from './shouqianba/stub.ts';

const OPTIONS = { timeoutMs: 2000 };
const unknown = (why: string) => ({ kind: 'unknown', why });

function find(gateway: Gateway, gatewayId: string): Promise<OrderView> {
  if (gateway.find === undefined) throw new Error('cannot be asked so');
  return gateway.find(gatewayId, OPTIONS);
}

describe.each(['classic', 'v3'] as const)('Alipay %s', (api) => {
  let stub: alipay.Stub;
  beforeAll(async () => {
    stub = await alipay.startStub();
  });
  afterAll(() => stub.close());

  const { orderId } = alipay.ORDER;
  const trade = { trade_status: 'TRADE_SUCCESS', total_amount: '12.30' };
  const named = { ...trade, out_trade_no: orderId, trade_no: alipay.TRADE_NO };
  const answered = (node: object, isSigned = true) => {
    if (api === 'v3') stub.answer = alipay.sendV3(200, node, isSigned);
    else
      stub.answer = alipay.sendClassic(
        alipay.classicBody('query', { code: '10000', msg: 'Success', ...node }, isSigned),
      );
    return find(alipay.open(api, stub.origin), alipay.TRADE_NO);
  };

  test('is asked by trade_no alone, and names the order', async () => {
    expect(await answered(named)).toMatchObject({
      kind: 'paid',
      orderId,
      gatewayId: alipay.TRADE_NO,
      amount: 1230,
      currency: 'CNY',
    });
    const body = decodeURIComponent(stub.received.at(-1)?.body ?? '');
    expect(body).toContain(`{"trade_no":"${alipay.TRADE_NO}"}`);
  });

  test.each([
    ['another trade', { ...named, trade_no: '1' }, unknown('otherOrder')],
    ['no trade', { ...trade, out_trade_no: orderId }, unknown('unreadable')],
    ['no order of the merchant', { ...trade, trade_no: alipay.TRADE_NO }, unknown('unreadable')],
    ['an order without a name', { ...named, out_trade_no: '' }, unknown('unreadable')],
  ])('that names %s is not believed', async (_, node, view) => expect(await answered(node)).toMatchObject(view));

  test('that is not signed is not believed', async () =>
    expect(await answered(named, false)).toMatchObject(unknown('unsigned')));
});

describe('Shouqianba', () => {
  const asked = async (data: object, more: object = {}) => {
    const { url, calls } = await shouqianba.serve(() => ({
      body: shouqianba.layer2('SUCCESS', '', { ...shouqianba.DATA, ...data }),
    }));
    return { view: await find(shouqianba.openAt(url, undefined, { ...more }), shouqianba.SN), calls };
  };

  test('is asked by sn alone, and names the order', async () => {
    const { view, calls } = await asked({});
    expect(view).toMatchObject({ kind: 'paid', orderId: shouqianba.CLIENT_SN, gatewayId: shouqianba.SN, amount: 1280 });
    expect(calls.map(shouqianba.sent)).toEqual([{ terminal_sn: shouqianba.TERMINAL, sn: shouqianba.SN }]);
    expect((await asked({ terminal_sn: shouqianba.TERMINAL })).view).toMatchObject({ kind: 'paid' });
  });

  test.each([
    ['another order', { sn: '1' }, unknown('otherOrder')],
    ['no order', { sn: '' }, unknown('unreadable')],
    ['the terminal of another account', { terminal_sn: '1' }, unknown('otherOrder')],
  ])('that names %s is not believed', async (_, data, view) => expect((await asked(data)).view).toMatchObject(view));

  test('whose terminal is another one is looked at by its own number as before', async () => {
    const { url } = await shouqianba.serve(() => ({ body: shouqianba.success({ terminal_sn: '1' }) }));
    expect(await shouqianba.openAt(url).look(shouqianba.ORDER, OPTIONS)).toMatchObject({ kind: 'paid' });
  });
});

describe.each(daxpay.NAMES)('DaxPay %s', (name) => {
  const NUMBER = String(daxpay.KNOWN.gatewayId);
  const { orderId } = daxpay.ORDER;
  const paid = {
    status: 'success',
    refundStatus: 'no_refund',
    amount: name === 'e' ? '10.10' : 1010,
  };
  const named = { ...paid, bizOrderNo: orderId, orderNo: NUMBER };
  const asked = async (data: object, change: (text: string) => string = (text) => text) => {
    await using server = await daxpay.stub((seen) =>
      change(daxpay.signedAnswer(name, { code: 0, reqId: daxpay.reqIdOf(seen), data })),
    );
    return { view: await find(server.gateway(name), NUMBER), seen: [...server.seen] };
  };

  test('is asked by orderNo alone, and names the order', async () => {
    const { view, seen } = await asked(named);
    expect(view).toMatchObject({ kind: 'paid', orderId, gatewayId: NUMBER, amount: 1010, currency: 'CNY' });
    expect(seen.map(({ body }) => [body.orderNo, body.bizOrderNo, body.bizOrderNoeNo])).toEqual([
      [NUMBER, undefined, undefined],
    ]);
    expect(seen.map((one) => daxpay.wellSigned(name, one))).toEqual([true]);
  });

  test.each([
    ['another order', { ...named, orderNo: 'P1' }, unknown('otherOrder')],
    ['its number in other letters', { ...named, orderNo: NUMBER.toLowerCase() }, unknown('otherOrder')],
    ['no order', { ...paid, bizOrderNo: orderId }, unknown('otherOrder')],
    ['no order of the merchant', { ...paid, orderNo: NUMBER }, unknown('unreadable')],
  ])('that names %s is not believed', async (_, data, view) => expect((await asked(data)).view).toMatchObject(view));

  test('that was changed on its way is not believed', async () => {
    const { view } = await asked(named, (text) => text.replace(orderId, 'B2'));
    expect(view).toMatchObject(unknown('forged'));
  });
});

test('DaxPay Open is asked by the number of one payment trade, too', async () => {
  const data = { bizOrderNo: 'B1', orderNo: 'P1', tradeNo: 'T1', status: 'paid', refundStatus: 'no_refund', amount: 1 };
  await using server = await daxpay.stub((seen) =>
    daxpay.signedAnswer('f', { code: 0, reqId: daxpay.reqIdOf(seen), data }),
  );
  expect(await find(server.gateway('f'), 'T1')).toMatchObject({ orderId: 'B1', gatewayId: 'P1' });
});

describe('what was seen', () => {
  const asked = { provider: 'daxpay', account: 'east', gatewayId: 'P1' };
  const facts = { orderId: 'B1', gatewayId: 'P1', amount: 1, currency: 'CNY' };

  test('is enough to start with when it names order, amount and currency', () => {
    expect(foundIn({ kind: 'gone', ...facts }, asked)).toEqual({
      kind: 'found',
      order: { provider: 'daxpay', account: 'east', ...facts, view: 'gone' },
    });
  });

  test.each<[OrderView, string, RegExp]>([
    [{ kind: 'absent' }, 'absent', /^There is no order P1 at daxpay \(account east\)\.$/],
    [{ kind: 'absent', hint: true }, 'absent', /not signed/],
    [{ kind: 'unknown', why: 'otherOrder' }, 'unusable', /another order, or another account's/],
    [{ kind: 'unknown', why: 'unfamiliar' }, 'unanswered', /did not tell .*: unfamiliar\.$/],
    [{ kind: 'rejected', why: 'config', code: '20052' }, 'unanswered', /config 20052/],
    [
      { kind: 'paid', gatewayId: 'P1', amount: 1, currency: 'CNY' },
      'unusable',
      /lacks the order number of the merchant/,
    ],
    [{ kind: 'paid', orderId: 'B1' }, 'unusable', /lacks the amount, currency/],
    [{ kind: 'paid', ...facts, orderId: '订单' }, 'unusable', /orderId: must be 1 to 100 printable ASCII/],
    [{ kind: 'paid', ...facts, amount: 0 }, 'unusable', /amount: must be above 0/],
  ])('%j is refused in words for people', (view, why, message) => {
    expect(foundIn(view, asked)).toEqual({ kind: 'refused', why, message: expect.stringMatching(message) });
  });
});

describe('the worker', () => {
  const asked = { provider: 'alipay', account: 'pos', gatewayId: alipay.TRADE_NO };
  const looking = (find?: Gateway['find']) => {
    const { find: _, ...gateway } = alipay.open('v3', 'http://127.0.0.1:1');
    const account = { provider: 'alipay', name: 'pos', rules: 'alipay', overrides: {} };
    const accounts = accountsOf([{ ...account, gateway: { ...gateway, ...(find && { find }) } }]);
    return new MockActivityEnvironment().run(createFindOrder({ accounts }), asked);
  };

  test('says so of a gateway that cannot be asked by its own number', async () => {
    expect(await looking()).toMatchObject({ kind: 'refused', why: 'unusable' });
  });

  test('asks again where nothing was told, and not where the answer is about another order', async () => {
    const failing = looking(async () => ({ kind: 'unknown', why: 'forged' }));
    await expect(failing).rejects.toMatchObject({ type: 'forged', nonRetryable: false });
    expect(await looking(async () => ({ kind: 'unknown', why: 'otherOrder' }))).toMatchObject({ why: 'unusable' });
  });
});
