/** Answers that name another merchant are not ours, at each gateway that says whose they are. */
import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/index.ts';
import { alipay } from '../../src/gateways/alipay/index.ts';
import { alipayNotifications } from '../../src/gateways/alipay/notification.ts';
import alipayVectors from '../vectors/alipay.json' with { type: 'json' };
import * as ali from './alipay/stub.ts';
import * as dax from './daxpay/support.ts';
import * as sqb from './shouqianba/stub.ts';

const UNKNOWN = { kind: 'unknown', why: 'otherOrder' };

describe('Alipay', () => {
  let stub: ali.Stub;
  beforeAll(async () => {
    stub = await ali.startStub();
  });
  afterAll(() => stub.close());

  const FACTS = {
    query: { trade_status: 'TRADE_SUCCESS', total_amount: '12.30' },
    cancel: { action: 'close', retry_flag: 'Y' },
    close: {},
    refund: { fund_change: 'Y' },
    refundQuery: { refund_status: 'REFUND_SUCCESS', refund_amount: '12.30' },
  } as const;
  const SELLER = '2088102175953034';

  /** The call's answer with these members, from an account with this seller. */
  async function told(operation: ali.Operation, members: object, sellerId?: string) {
    const node = { code: '10000', msg: 'Success', out_trade_no: ali.ORDER.orderId, ...FACTS[operation], ...members };
    stub.answer = ali.sendClassic(ali.classicBody(operation, node));
    const account = alipay.account.parse({
      ...{ api: 'classic', endpoint: stub.origin, appId: '2021000199990001' },
      ...{ privateKey: { env: 'appPrivate' }, alipayPublicKey: { env: 'alipayPublic' }, sellerId },
    });
    return ali.CALLS[operation](alipay.open(account, ali.deps()));
  }

  it.each(Object.keys(FACTS) as ali.Operation[])('%s', async (operation) => {
    expect(await told(operation, { app_id: '2021000199990002' })).toMatchObject(UNKNOWN);
    expect(await told(operation, { seller_id: '2088000000000000' }, SELLER)).toMatchObject(UNKNOWN);
    const ours = await told(operation, {}, SELLER);
    expect(ours.kind).not.toBe('unknown');
    const naming = await told(operation, { app_id: '2021000199990001', seller_id: SELLER }, SELLER);
    expect(naming).toEqual(ours);
    // Blank is not said, and a seller that the configuration does not name cannot be compared.
    expect(await told(operation, { app_id: ' ', seller_id: '' }, SELLER)).toEqual(ours);
    expect(await told(operation, { seller_id: '2088000000000000' })).toEqual(ours);
  });

  it('a notification to another seller', () => {
    const alipayKey = createPublicKey(alipayVectors.keys.alipay.public_spki_pem);
    const body = alipayVectors.notify[0]?.http.body ?? '';
    const seller = new URLSearchParams(body).get('seller_id') ?? '';
    expect(seller).toMatch(/^\d{16}$/);
    const at = (sellerId: string | undefined) =>
      alipayNotifications({ appId: '2021000199990001', sellerId, alipayKey }).read({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(body),
      });
    expect(at(seller)).toMatchObject({ kind: 'authentic' });
    expect(at(undefined)).toMatchObject({ kind: 'authentic' });
    expect(at('2088000000000000')).toEqual({ kind: 'refused', why: 'otherMerchant' });
  });
});

describe.each(['e', 'f'] as const)('DaxPay, profile %s', (name) => {
  const order = { bizOrderNo: dax.ORDER.orderId, orderNo: 'DEVP1', amount: 1010, status: 'success' };
  const refund = { bizRefundNo: dax.REFUND.refundNo, refundNo: 'R1', amount: 1010 };
  const DATA = {
    look: order,
    lookAtRefund: { ...refund, bizOrderNo: order.bizOrderNo, status: 'success' },
    close: {},
    sync: { orderStatus: 'success' },
    refund,
  };
  type Call = keyof typeof DATA;

  async function told(call: Call, members: object, more: object = {}) {
    const data = { ...DATA[call], ...members };
    await using server = await dax.stub(() => dax.signedAnswer(name, { code: 0, data: JSON.stringify(data) }));
    const gateway = server.gateway(name, more);
    switch (call) {
      case 'look':
        return await gateway.look({ ...dax.ORDER, amount: 1010 }, dax.OPTIONS);
      case 'lookAtRefund':
        return await gateway.lookAtRefund(dax.ORDER, dax.REFUND, dax.OPTIONS);
      case 'refund':
        return await gateway.refund(dax.ORDER, dax.REFUND, dax.OPTIONS);
      default:
        return await gateway.act(call, dax.ORDER, dax.OPTIONS);
    }
  }

  it.each(Object.keys(DATA) as Call[])('%s', async (call) => {
    expect(await told(call, { mchNo: 'M2' })).toMatchObject(UNKNOWN);
    expect(await told(call, { appId: 'A2' }, { appId: 'A1' })).toMatchObject(UNKNOWN);
    expect(await told(call, {})).not.toMatchObject({ kind: 'unknown' });
    expect(await told(call, { mchNo: 'M1', appId: 'A1' }, { appId: 'A1' })).not.toMatchObject({ kind: 'unknown' });
    expect(await told(call, { mchNo: null, appId: '' })).not.toMatchObject({ kind: 'unknown' });
  });
});

describe('Shouqianba', () => {
  const OTHER = '100099990000999999';
  const BACK_OFFICE = '100099990000777777';

  /** The first of the tills, opened as the configuration opens it. */
  function till(url: string, terminals: readonly string[]) {
    const section = { provider: 'shouqianba', endpoint: url, deviceId: 'd', terminalKey: { env: 'KEY' } };
    const accounts = Object.fromEntries(terminals.map((terminalSn, at) => [`till-${at}`, { ...section, terminalSn }]));
    const config = parseConfig(stringify({ accounts }), 'unwind.config.yaml', { KEY: sqb.INITIAL_KEY });
    const [first] = config.openAccounts(new sqb.Store());
    if (first === undefined) throw new Error('no account');
    return first.gateway;
  }

  it('an order that a terminal with an account of its own made is not that of any other account', async () => {
    const data = { ...sqb.DATA, terminal_sn: OTHER };
    const { url } = await sqb.serve(({ path }) => ({
      body: sqb.layer2(path.endsWith('query') ? 'SUCCESS' : 'CANCEL_SUCCESS', '', data),
    }));
    const gateway = till(url, [sqb.TERMINAL, OTHER]);
    expect(await gateway.look(sqb.ORDER, sqb.SOON)).toMatchObject(UNKNOWN);
    expect(await gateway.lookAtRefund(sqb.ORDER, sqb.REFUND, sqb.SOON)).toMatchObject(UNKNOWN);
    expect(await gateway.act('cancel', sqb.ORDER, sqb.SOON)).toMatchObject(UNKNOWN);
    expect(await till(url, [OTHER, sqb.TERMINAL]).look(sqb.ORDER, sqb.SOON)).toMatchObject({ kind: 'paid' });
  });

  it.each([
    ['our terminal', sqb.TERMINAL],
    ['one that has no account, such as the one before an activation', BACK_OFFICE],
    ['nobody', undefined],
    ['blank', ' '],
    ['what is no text', { sn: OTHER }],
  ])('an answer that names %s is believed as before', async (_, terminal_sn) => {
    const { url } = await sqb.serve(() => ({ body: sqb.success({ terminal_sn }) }));
    expect(await till(url, [sqb.TERMINAL, OTHER]).look(sqb.ORDER, sqb.SOON)).toMatchObject({ kind: 'paid' });
  });
});
