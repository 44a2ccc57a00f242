/** The official SDK as an oracle: what it sends verifies by our rules, and what we send verifies by its own. */
import { createPublicKey } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyNotification } from '../../../src/gateways/alipay/notification.ts';
import { classicStringToSign, v3StringToSign, verify } from '../../../src/gateways/alipay/sign.ts';
import { bytesOf } from './bytes.ts';
import {
  CALLS,
  classicBody,
  ORDER,
  open,
  PEM,
  type Received,
  type Stub,
  sendClassic,
  sendV3,
  signed,
  startStub,
} from './stub.ts';

let stub: Stub;
let sdk: AlipaySdk;
beforeAll(async () => {
  stub = await startStub();
  sdk = new AlipaySdk({
    appId: '2021000199990001',
    privateKey: PEM.appPrivate,
    keyType: 'PKCS8',
    alipayPublicKey: PEM.alipayPublic,
    gateway: `${stub.origin}/gateway.do`,
    endpoint: stub.origin,
    camelcase: false,
  });
});
afterAll(() => stub.close());

const appKey = createPublicKey(PEM.appPublic);
const reason = '冲正：支付超时 & 金额=12.30元 100% +1 "测试"/路径\\反斜杠 😀';
const last = (): Received => {
  const request = stub.received.at(-1);
  if (request === undefined) throw new Error('nothing was received');
  return request;
};

function classicForm(request: Received): [string, string][] {
  return [...new URL(request.target, stub.origin).searchParams, ...new URLSearchParams(request.body)];
}

function v3Parts({ method, target, headers, body }: Received) {
  const [, authString = '', signature = ''] =
    /^ALIPAY-SHA256withRSA (.*),sign=(.*)$/.exec(headers.authorization ?? '') ?? [];
  const token = headers['alipay-app-auth-token'];
  const appAuthToken = typeof token === 'string' ? token : undefined;
  return { text: v3StringToSign({ authString, method, target, body, appAuthToken }), signature };
}

describe('what the SDK sends', () => {
  it('exec verifies over our string', async () => {
    stub.answer = sendClassic(classicBody('refund', { code: '10000', msg: 'Success', out_trade_no: ORDER.orderId }));
    const bizContent = { out_trade_no: ORDER.orderId, refund_amount: '12.30', refund_reason: reason };
    await sdk.exec('alipay.trade.refund', { app_auth_token: '202605BBtoken', bizContent });
    const form = classicForm(last());
    const sign = new Map(form).get('sign') ?? '';
    expect(new Map(form).get('app_auth_token')).toBe('202605BBtoken');
    expect(verify(classicStringToSign(form), sign, appKey)).toBe(true);
    const changed = form.map(([name, value]): [string, string] => [name, value.replace('12.30', '12.31')]);
    expect(verify(classicStringToSign(changed), sign, appKey)).toBe(false);
  });

  it('curl verifies over our string', async () => {
    stub.answer = sendV3(200, { out_trade_no: ORDER.orderId });
    const body = { out_trade_no: ORDER.orderId, refund_amount: '12.30', refund_reason: reason };
    await sdk.curl('POST', '/v3/alipay/trade/refund', { body, appAuthToken: '202605BBtoken' });
    const { text, signature } = v3Parts(last());
    expect(text).toContain('\n202605BBtoken\n');
    expect(verify(text, signature, appKey)).toBe(true);
    expect(verify(text.replace('12.30', '12.31'), signature, appKey)).toBe(false);
  });
});

/** The SDK's own check works with the key that it holds for Alipay, so here it holds the application's. */
const asGateway = () =>
  new AlipaySdk({ appId: '1', privateKey: PEM.appPrivate, keyType: 'PKCS8', alipayPublicKey: PEM.appPublic });

describe('what we send', () => {
  it('classic verifies by the SDK', async () => {
    stub.answer = sendClassic('{}');
    await open('classic', stub.origin).refund(ORDER, { refundNo: 'R-1', amount: 1230, reason }, { timeoutMs: 5000 });
    const { sign = '', ...rest } = Object.fromEntries(classicForm(last()));
    const names = Object.keys(rest).sort();
    const text = names.map((name) => `${name}=${rest[name]}`).join('&');
    expect(asGateway().rsaCheck(text, sign, 'RSA2')).toBe(true);
    expect(asGateway().rsaCheck(`${text} `, sign, 'RSA2')).toBe(false);
  });

  it('v3 verifies by the SDK', async () => {
    stub.answer = sendV3(200, {});
    await CALLS.cancel(open('v3', stub.origin));
    const { text, signature } = v3Parts(last());
    expect(asGateway().rsaCheck(text, signature, 'RSA2')).toBe(true);
    expect(asGateway().rsaCheck(text.replace('POST', 'GET'), signature, 'RSA2')).toBe(false);
  });
});

describe('answers that the SDK accepts', () => {
  it('we accept too, and the other way round', async () => {
    const node = { code: '10000', msg: 'Success', action: 'close', out_trade_no: ORDER.orderId, retry_flag: 'N' };
    stub.answer = sendClassic(classicBody('cancel', node));
    const bizContent = { out_trade_no: ORDER.orderId };
    const result = await sdk.exec('alipay.trade.cancel', { bizContent }, { validateSign: true });
    expect(result).toMatchObject({ code: '10000', action: 'close' });
    expect(await CALLS.cancel(open('classic', stub.origin))).toMatchObject({ kind: 'done', effect: 'closed' });
    stub.answer = sendV3(200, { action: 'refund', out_trade_no: ORDER.orderId });
    expect((await sdk.curl('POST', '/v3/alipay/trade/cancel', { body: bizContent })).data).toMatchObject({
      action: 'refund',
    });
    expect(await CALLS.cancel(open('v3', stub.origin))).toMatchObject({ kind: 'done', effect: 'refunded' });
  });

  it('of a notification, by both', () => {
    const form = { app_id: '1', subject: '测试 100%+', total_amount: '12.30' };
    const text = 'app_id=1&subject=测试 100%+&total_amount=12.30';
    const notification = { ...form, sign: signed(text), sign_type: 'RSA2' };
    const key = createPublicKey(PEM.alipayPublic);
    expect(verifyNotification(bytesOf(Object.entries(notification)), key)).toBe(true);
    expect(verifyNotification(bytesOf(Object.entries({ ...notification, empty: '' })), key)).toBe(true);
    expect(sdk.checkNotifySignV2(notification)).toBe(true);
  });
});
