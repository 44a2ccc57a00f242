import { afterAll, beforeAll, expect, test } from 'vitest';
import { daxpayC, daxpayE, daxpayF } from '../../../src/sandbox/daxpay/index.ts';
import { parseObject } from '../../../src/sandbox/daxpay/wire/json.ts';
import { rsaSign, rsaVerify } from '../../../src/sandbox/daxpay/wire/sign-rsa.ts';
import { secretSign } from '../../../src/sandbox/daxpay/wire/sign-secret.ts';
import { wallTime } from '../../../src/sandbox/daxpay/wire/time.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { rawRequest } from '../raw.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ systems: { 'daxpay-c': daxpayC, 'daxpay-e': daxpayE, 'daxpay-f': daxpayF } });
});
afterAll(() => sandbox.stop());

const headers = { 'content-type': 'application/json' };
const post = (system: string, path: string, body: object, waitMs = 400) =>
  rawRequest(sandbox.url(system) + path, { headers, body: JSON.stringify(body), waitMs });

const secretKey = { secret: '123456', signType: 'HMAC_SHA256', upperCase: false } as const;
const signedC = (members: Record<string, string | number>) => {
  const stamped = { ...members, reqTime: Math.floor(Date.now() / 1000) };
  return { ...stamped, sign: secretSign(stamped, secretKey) };
};

test('C over HTTP: close, again, and the log', async () => {
  sandbox.seed('daxpay-c', { orderId: 'A1', amount: 100, state: 'progress' });
  const first = await post('daxpay-c', '/unipay/close', signedC({ bizOrderNo: 'a1 ' }));
  expect(first.headers['content-type']).toBe('application/json');
  expect(JSON.parse(first.body.toString())).toMatchObject({ code: 0, data: { code: 0, msg: null } });
  const second = await post('daxpay-c', '/unipay/close', signedC({ bizOrderNo: 'A1' }));
  expect(JSON.parse(second.body.toString())).toMatchObject({ code: 0, data: { code: 1 } });
  expect(sandbox.truth('daxpay-c', 'A1')).toMatchObject({ state: 'close/closed', taken: 0, returned: 0 });
  expect(sandbox.log({ orderId: 'A1' })).toMatchObject([
    { operation: 'close', nth: 1, executed: true, authentic: true, code: '0' },
    { operation: 'close', nth: 2, executed: false, authentic: true, code: '1' },
  ]);
});

test('C over HTTP: the answer is lost and the money went back', async () => {
  sandbox.seed('daxpay-c', {
    orderId: 'A2',
    amount: 100,
    state: 'progress',
    flags: { channelState: 'paid', channelLatencyMs: 10 },
    faults: [{ operation: 'cancel', wire: 'resetAfter' }],
  });
  const { end } = await post('daxpay-c', '/unipay/cancel', signedC({ bizOrderNo: 'A2' }));
  expect(end).toBe('reset');
  expect(sandbox.truth('daxpay-c', 'A2')).toMatchObject({ state: 'cancel/refunded', taken: 100, returned: 100 });
});

test('C over HTTP: the payer pays just before the close, and a business fault', async () => {
  sandbox.seed('daxpay-c', {
    orderId: 'A3',
    amount: 100,
    state: 'progress',
    events: [{ name: 'payWithoutCallback', on: { operation: 'close', nth: 1, when: 'before' } }],
    faults: [{ operation: 'query', business: { name: '10001' } }],
  });
  const close = await post('daxpay-c', '/unipay/close', signedC({ bizOrderNo: 'A3' }));
  expect(JSON.parse(close.body.toString()).data).toMatchObject({ code: 1 });
  const query = await post('daxpay-c', '/unipay/query/payOrder', signedC({ bizOrderNoeNo: 'A3' }));
  expect(JSON.parse(query.body.toString())).toMatchObject({ code: 10001, data: null });
});

test('E over HTTP: useCancel is a cancel in the log', async () => {
  sandbox.seed('daxpay-e', { orderId: 'A1', amount: 100, state: 'progress' });
  const { secret = '', signType, mchNo = '', appId = '' } = sandbox.system('daxpay-e').credentials();
  expect(signType).toBe('HMAC_SHA256');
  const members = { bizOrderNo: 'A1', useCancel: true, mchNo, appId, reqTime: wallTime(Date.now()) };
  const sign = secretSign(members, { secret, signType: 'HMAC_SHA256', upperCase: true });
  const said = await post('daxpay-e', '/unipay/close', { ...members, sign });
  expect(JSON.parse(said.body.toString())).toMatchObject({ code: 0, data: null });
  expect(sandbox.log({ system: 'daxpay-e' })).toMatchObject([{ operation: 'cancel', orderId: 'A1', executed: true }]);
});

test('F over HTTP: RSA in both directions', async () => {
  sandbox.seed('daxpay-f', { orderId: 'A1', amount: 100, state: 'processing' });
  const { privateKey = '', platformPublicKey = '', mchNo = '', appId = '' } = sandbox.system('daxpay-f').credentials();
  const members = { bizOrderNo: 'A1', mchNo, appId, reqId: 'Q1', nonceStr: 'n1', reqTime: wallTime(Date.now()) };
  const said = await post('daxpay-f', '/unipay/query/pay-order', { ...members, sign: rsaSign(members, privateKey) });
  const body = parseObject(said.body.toString()) ?? {};
  expect(body).toMatchObject({ code: 0, reqId: 'Q1', data: { status: 'processing', amount: 100 } });
  expect(rsaVerify(body, String(body.sign), platformPublicKey)).toBe(true);
  expect(said.headers['x-trace-id']).toMatch(/^[A-Za-z0-9]{12}$/);
});
