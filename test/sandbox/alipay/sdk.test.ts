import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alipaySystem,
  type BusinessFault,
  type NoticeWish,
  type Sandbox,
  startSandbox,
} from '../../../src/sandbox/index.ts';

/**
 * The official SDK as the oracle: it signs what the sandbox must accept, and verifies what the sandbox signed. It
 * knows nothing of this repository.
 */
let sandbox: Sandbox;
let sdk: AlipaySdk;
let orderId: string;
let next = 0;
const zone = process.env.TZ;

beforeAll(async () => {
  process.env.TZ = 'Asia/Shanghai'; // `exec` writes its timestamp in the zone of the process
  sandbox = await startSandbox({ systems: { alipay: alipaySystem } });
  const { appId = '', privateKey = '', alipayPublicKey = '' } = sandbox.system('alipay').credentials();
  const endpoint = sandbox.url('alipay');
  const gateway = `${endpoint}/gateway.do`;
  sdk = new AlipaySdk({ appId, privateKey, keyType: 'PKCS8', alipayPublicKey, gateway, endpoint });
});
afterAll(async () => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  await sandbox.stop();
});
beforeEach(() => {
  next += 1;
  orderId = `S${next}`;
});

const seed = (state: string, business?: BusinessFault) =>
  sandbox.seed('alipay', {
    orderId,
    amount: 1230,
    state,
    ...(business && { faults: [{ operation: 'any', business, times: 0 }] }),
  });
const exec = (method: string, biz: Record<string, string> = {}) =>
  sdk.exec(method, { bizContent: { out_trade_no: orderId, ...biz } }, { validateSign: true });
const curl = async (path: string, body: Record<string, string> = {}) =>
  (await sdk.curl('POST', path, { body: { out_trade_no: orderId, ...body } })).data;

const refund = () => ({
  refund_amount: '12.30',
  out_request_no: `${orderId}-R1`,
  refund_reason: '撤销 "a&b=c" +%\\ 😀',
});

describe('exec with validateSign', () => {
  test('query, then cancel', async () => {
    seed('PAID');
    expect(await exec('alipay.trade.query')).toMatchObject({
      code: '10000',
      tradeStatus: 'TRADE_SUCCESS',
      totalAmount: '12.30',
    });
    expect(await exec('alipay.trade.cancel')).toMatchObject({ code: '10000', action: 'refund', retryFlag: 'N' });
    expect(sandbox.truth('alipay', orderId)).toMatchObject({ state: 'CLOSED_REFUNDED', returned: 1230 });
  });

  test('close', async () => {
    seed('WAITING');
    expect(await exec('alipay.trade.close')).toMatchObject({ code: '10000', outTradeNo: orderId });
    expect(await exec('alipay.trade.close')).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_STATUS_ERROR' });
  });

  test('refund and its query', async () => {
    seed('PAID');
    expect(await exec('alipay.trade.refund', refund())).toMatchObject({
      code: '10000',
      fundChange: 'Y',
      refundFee: '12.30',
    });
    const found = await exec('alipay.trade.fastpay.refund.query', { out_request_no: `${orderId}-R1` });
    expect(found).toMatchObject({ refundStatus: 'REFUND_SUCCESS', refundAmount: '12.30' });
  });

  test.each(['escapedSlashes', 'escapedUnicode', 'unknownMembers', 'certSn', 'amountsAsNumbers'])(
    'accepts %s',
    async (name) => {
      seed('PAID', { name });
      expect(await exec('alipay.trade.query')).toMatchObject({ code: '10000', tradeStatus: 'TRADE_SUCCESS' });
    },
  );

  test.each(['wrongSignature', 'otherKey', 'signatureOfOther', 'noSignature'])('refuses %s', async (name) => {
    seed('PAID', { name });
    await expect(exec('alipay.trade.query')).rejects.toThrow();
  });

  test('an empty top-level parameter is signed by the SDK and so refused, as by the gateway', async () => {
    seed('PAID');
    const bizContent = { out_trade_no: orderId };
    const answer = await sdk.exec('alipay.trade.query', { bizContent, notify_url: '' }, { validateSign: true });
    expect(answer).toMatchObject({ code: '40002', subCode: 'isv.invalid-signature' });
  });
});

describe('curl', () => {
  test('query, then cancel', async () => {
    seed('WAITING');
    expect(await curl('/v3/alipay/trade/query')).toMatchObject({
      trade_status: 'WAIT_BUYER_PAY',
      total_amount: '12.30',
    });
    expect(await curl('/v3/alipay/trade/cancel')).toMatchObject({ action: 'close', retry_flag: 'N' });
    expect(sandbox.truth('alipay', orderId)?.state).toBe('CLOSED_UNPAID');
  });

  test('close', async () => {
    seed('PAID');
    await expect(curl('/v3/alipay/trade/close')).rejects.toMatchObject({
      code: 'ACQ.TRADE_STATUS_ERROR',
      responseHttpStatus: 400,
    });
  });

  test('refund and its query', async () => {
    seed('PAID');
    expect(await curl('/v3/alipay/trade/refund', refund())).toMatchObject({ fund_change: 'Y' });
    const found = await curl('/v3/alipay/trade/fastpay/refund/query', { out_request_no: `${orderId}-R1` });
    expect(found).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
  });

  test('the query as a GET', async () => {
    seed('PAID');
    const { data } = await sdk.curl('GET', '/v3/alipay/trade/query', { query: { out_trade_no: orderId } });
    expect(data).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
  });

  test.each(['wrongSignature', 'otherKey', 'signatureOfOther', 'noSignature', 'nullSignature'])(
    'refuses %s',
    async (name) => {
      seed('PAID', { name });
      await expect(curl('/v3/alipay/trade/query')).rejects.toThrow();
    },
  );

  test('sends a reset request again with the same nonce, which is refused: the first was executed', async () => {
    seed('PAID');
    sandbox.fault('alipay', orderId, { operation: 'cancel', wire: 'resetAfter' });
    await expect(curl('/v3/alipay/trade/cancel')).rejects.toMatchObject({ code: 'invalid-parameter' });
    expect(sandbox.log({ orderId })).toHaveLength(2);
    expect(sandbox.truth('alipay', orderId)?.state).toBe('CLOSED_REFUNDED');
  });
});

test('the SDK accepts a notification, and refuses a tampered one', () => {
  seed('PAID');
  const form = (wish: NoticeWish) =>
    Object.fromEntries(new URLSearchParams(sandbox.system('alipay').notices?.write(orderId, wish).body));
  expect(sdk.checkNotifySignV2(form({}))).toBe(true);
  expect(sdk.checkNotifySignV2(form({ forged: 'content' }))).toBe(false);
  expect(sdk.checkNotifySignV2(form({ forged: 'key' }))).toBe(false);
});
