/** What each gateway's folder makes of a notification: the recorded ones, and what a stranger could send. */
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alipayNotifications } from '../../src/gateways/alipay/notification.ts';
import { daxpay } from '../../src/gateways/daxpay/index.ts';
import type { GatewayDeps } from '../../src/gateways/module.ts';
import type { Notifications } from '../../src/gateways/notification.ts';
import { shouqianba } from '../../src/gateways/shouqianba/index.ts';
import alipayVectors from '../vectors/alipay.json' with { type: 'json' };
import daxpayVectors from '../vectors/daxpay.json' with { type: 'json' };
import recorded from '../vectors/daxpay-real.json' with { type: 'json' };

const REFUSED = {
  signature: { kind: 'refused', why: 'signature' },
  unreadable: { kind: 'refused', why: 'unreadable' },
};
const OTHER_MERCHANT = { kind: 'refused', why: 'otherMerchant' };
/** Fields of the vectors that a person could be known by. */
const PERSONAL = ['buyer', '测试', 'seller_id', 'payer', 'openid'];

function post(body: string, headers: Record<string, string> = {}) {
  return { headers, body: Buffer.from(body) };
}

function depsWith(secrets: Readonly<Record<string, string>>): GatewayDeps {
  return {
    secret: (ref) => ('env' in ref ? (secrets[ref.env] ?? '') : ''),
    now: Date.now,
    terminalKeys: { load: async () => undefined, replace: async () => false },
  };
}

function opened(notifications: Notifications | undefined): Notifications {
  if (notifications === undefined) throw new Error('the account takes no notifications');
  return notifications;
}

/** What no gateway's reader may stumble over, whatever its signature. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['half an object', '{"sign":"'],
  ['a prototype', '{"__proto__":{"sign":"x","bizOrderNo":"A"},"constructor":{"x":1}}'],
  ['a prototype in a form', '__proto__=x&constructor=y&sign=z&sign_type=RSA2'],
  ['a hundred thousand brackets', '['.repeat(60_000)],
  ['objects in objects', '{"a":'.repeat(9000)],
  ['a huge number', '{"sign":"x","amount":1e999999999}'],
];

function expectNothingBelieved(notifications: Notifications): void {
  for (const [what, body] of HOSTILE) {
    expect(notifications.read(post(body)), what).toMatchObject({ kind: 'refused' });
  }
  expect(notifications.read({ headers: {}, body: Buffer.from([0xff, 0xfe, 0x00]) })).toEqual(REFUSED.unreadable);
  expect(notifications.read(post(`{"a":"${'x'.repeat(70_000)}"}`))).toEqual(REFUSED.unreadable);
}

describe('Alipay', () => {
  const [vector] = alipayVectors.notify;
  const alipayKey = createPublicKey(alipayVectors.keys.alipay.public_spki_pem);
  const appId = '2021000199990001';
  const { read, answers } = alipayNotifications({ appId, alipayKey });
  const body = vector?.http.body ?? '';

  test('every recorded notification is used', () => expect(alipayVectors.notify).toHaveLength(1));

  test("the official SDK's is authentic, and about a payment", () => {
    const told = read(post(body));
    expect(told).toMatchObject({
      kind: 'authentic',
      about: 'payment',
      orderId: 'RV20260506000002',
      gatewayId: '2026050622001400000000000002',
      evidence: { trade_status: 'TRADE_SUCCESS', notify_id: '2026050600222122958000000000000001' },
    });
    for (const word of PERSONAL) expect(JSON.stringify(told)).not.toContain(word);
  });

  test.each([
    ['another amount', body.replace('total_amount=12.30', 'total_amount=12.31'), REFUSED.signature],
    ['another order', body.replace('RV20260506000002', 'RV20260506000003'), REFUSED.signature],
    ['another kind of signature', body.replace('RSA2', 'RSA'), REFUSED.signature],
    ['no signature', body.replace(/&sign=.*/, ''), REFUSED.signature],
    ['an empty signature', body.replace(/&sign=.*/, '&sign='), REFUSED.signature],
    ['a field that comes twice', `${body}&total_amount=99.00`, REFUSED.unreadable],
    ['the same field and value twice', `${body}&app_id=${appId}`, REFUSED.unreadable],
    ['another character set', body.replace('charset=utf-8', 'charset=GBK'), REFUSED.signature],
    ['a name that is not text', `${body}&%ff=1`, REFUSED.unreadable],
  ])('with %s it is refused', (_, changed, refusal) => expect(read(post(changed))).toEqual(refusal));

  test('to another application, or signed by another key, it is refused', () => {
    expect(alipayNotifications({ appId: '2021000199990002', alipayKey }).read(post(body))).toEqual(OTHER_MERCHANT);
    const own = createPublicKey(alipayVectors.keys.app.public_spki_pem);
    expect(alipayNotifications({ appId, alipayKey: own }).read(post(body))).toEqual(REFUSED.signature);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; text/html; charset=UTF-8',
    'application/x-www-form-urlencoded;charset="utf-8"',
    'text/html;charset=GBK',
    'text/plain; charset=nonsense',
    '',
  ])('as %j (field case 1) it is read: the form names its own character set', (type) =>
    expect(read(post(body, { 'content-type': type }))).toMatchObject({ kind: 'authentic', about: 'payment' }),
  );

  test('compressed it is not read', () =>
    expect(read(post(body, { 'content-encoding': 'gzip' }))).toEqual(REFUSED.unreadable));

  test('what a stranger sends is not believed', () => expectNothingBelieved({ read, answers }));

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** Values are bytes, a character each, so that any character set can be written. */
  const signed = (
    fields: Record<string, string>,
    form: (name: string, value: string) => boolean = (_, it) => it !== '',
  ) => {
    const all: Record<string, string> = { app_id: appId, ...fields, sign_type: 'RSA2' };
    const text = Object.entries(all)
      .filter(([name, value]) => form(name, value))
      .filter(([name]) => name !== 'sign_type' || form('sign_type', ''))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const signature = sign('sha256', Buffer.from(text, 'latin1'), privateKey).toString('base64');
    const escaped = (value: string) =>
      [...Buffer.from(value, 'latin1')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    return post(
      Object.entries({ ...all, sign: signature })
        .map(([name, value]) => `${name}=${escaped(value)}`)
        .join('&'),
    );
  };
  const ours = alipayNotifications({ appId, alipayKey: publicKey });

  test.each([
    [{ trade_status: 'TRADE_FINISHED' }, 'payment'],
    [{ trade_status: 'TRADE_CLOSED' }, 'close'],
    [{ trade_status: 'TRADE_CLOSED', gmt_refund: '2026-05-06 12:30:15.123' }, 'refund'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: '1.00' }, 'refund'],
    [{ trade_status: 'TRADE_FINISHED', refund_fee: '12.80', gmt_refund: '2026-05-06 12:30:15.123' }, 'refund'],
    // Field case 3: the documented example of a payment's notification has these two beside its status.
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: '0.00', gmt_close: '2026-05-06 12:30:15' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: '0' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: '0.0', gmt_refund: '' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: '-0.00' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: '0E+2' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: ' ' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', refund_fee: 'null', gmt_refund: 'null' }, 'payment'],
    [{ trade_status: 'TRADE_SUCCESS', gmt_refund: ' ' }, 'payment'],
    [{ trade_status: 'TRADE_FINISHED', refund_fee: '0.00', gmt_refund: '2026-05-06 12:30:15.123' }, 'payment'],
    [{ trade_status: 'TRADE_CLOSED', refund_fee: '0.00' }, 'close'],
    [{ trade_status: 'TRADE_CLOSED', gmt_refund: ' ' }, 'close'],
    [{ trade_status: 'TRADE_CLOSED', refund_fee: '12.80' }, 'refund'],
    [{ trade_status: 'WAIT_BUYER_PAY', refund_fee: '1.00' }, 'other'],
    [{ trade_status: 'WAIT_BUYER_PAY' }, 'other'],
    [{ trade_status: 'constructor' }, 'other'],
  ])('%o is about %s', (fields, about) =>
    expect(ours.read(signed({ out_trade_no: 'A1', ...fields }))).toMatchObject({ kind: 'authentic', about }),
  );

  const payment = { out_trade_no: 'A1', trade_status: 'TRADE_SUCCESS', charset: 'utf-8' };
  const isPayment = { kind: 'authentic', about: 'payment', orderId: 'A1' };

  test.each<[string, (name: string, value: string) => boolean]>([
    ['without empty values', (name, value) => value !== '' && name !== 'sign_type'],
    ['with them', (name) => name !== 'sign_type'],
    ['without them and with `sign_type`', (name, value) => value !== '' || name === 'sign_type'],
    ['with all of it', () => true],
  ])('signed %s (field case 4) it is authentic, and with another empty value or none it is not', (_, form) => {
    const told = signed({ ...payment, body: '', refund_reason: '' }, form);
    expect(ours.read(told)).toMatchObject(isPayment);
    const text = told.body.toString();
    expect(ours.read(post(text.replace('refund_reason=', 'refund_reason=%20')))).toEqual(REFUSED.signature);
    expect(ours.read(post(`${text}&body=`))).toEqual(REFUSED.unreadable);
  });

  /** "Lunch", in GBK. */
  const LUNCH = '\xce\xe7\xb2\xcd';

  test.each([
    ['GBK', LUNCH],
    ['gb2312', LUNCH],
    ['GB18030', LUNCH],
    ['GBK', 'lunch'],
    ['UTF-8', Buffer.from('午餐').toString('latin1')],
    ['', Buffer.from('午餐').toString('latin1')],
    // Cut inside a character by somebody who counts bytes: nothing that is read suffers.
    ['utf-8', Buffer.from('午餐').toString('latin1').slice(0, -1)],
    ['a set that nobody knows', LUNCH],
  ])('in %s (field case 2) it is authentic, with the bytes that were signed and no others', (charset, subject) => {
    const told = signed({ ...payment, charset, subject });
    expect(ours.read(told)).toMatchObject(isPayment);
    const changed = told.body.toString().replace(/subject=%../, 'subject=%d0');
    expect(ours.read(post(changed))).toEqual(REFUSED.signature);
  });

  test('a number in another character set is no number of ours', () =>
    expect(ours.read(signed({ ...payment, charset: 'GBK', out_trade_no: LUNCH }))).toEqual({ kind: 'irrelevant' }));

  test.each([
    [{ notify_type: 'dut_user_sign' }],
    [{ out_trade_no: '' }],
    [{ out_trade_no: 'x'.repeat(65) }],
    [{ out_trade_no: '订单' }],
  ])('authentic, and about no order of ours: %o', (fields) =>
    expect(ours.read(signed(fields))).toEqual({ kind: 'irrelevant' }),
  );
});

describe('DaxPay', () => {
  const endpoint = 'https://pay.example';
  const open = (section: Record<string, unknown>, secret = '123456') =>
    opened(daxpay.notifications?.(daxpay.account.parse({ endpoint, ...section }), depsWith({ S: secret })));
  const secret = { env: 'S' };
  const c = open({ profile: 'c', secret });

  test.each(recorded.notices)("C: the real server's notice of '$trigger' is authentic", ({ body, trigger }) => {
    const order = z.object({ bizOrderNo: z.string(), orderNo: z.string() }).parse(JSON.parse(body));
    const about = { 'refund success': 'refund', cancel: 'close' }[trigger] ?? 'payment';
    const told = c.read(post(body));
    expect(told).toMatchObject({ kind: 'authentic', about, orderId: order.bizOrderNo, gatewayId: order.orderNo });
    expect(JSON.stringify(told)).not.toContain('probe');
  });

  test.each(recorded.notices)("C: '$trigger' with anything changed is not", ({ body }) => {
    const names = Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(body)));
    for (const [name, value] of names) {
      const changed = JSON.stringify({ ...JSON.parse(body), [name]: value === null ? 'x' : `${value}x` });
      expect(c.read(post(changed)), name).toEqual(REFUSED.signature);
    }
    const { sign: _, ...unsigned } = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
    expect(c.read(post(JSON.stringify(unsigned)))).toEqual(REFUSED.signature);
    expect(c.read(post(body.replace('{', '{"status":"close",')))).toEqual(REFUSED.unreadable);
    expect(open({ profile: 'c', secret }, '654321').read(post(body))).toEqual(REFUSED.signature);
  });

  const published = daxpayVectors.published.filter(({ kind }) => kind === 'notice');
  const MERCHANT = { mchNo: 'M1723635576766', appId: 'M8207639754663343' };
  const md5 = { profile: 'e', secret, signType: 'MD5' };

  test.each(published)(
    '3.x: the published notice is authentic, with `data` as it is on the wire',
    ({ input, sign }) => {
      const body = JSON.stringify({ ...input, sign });
      expect(open({ ...md5, ...MERCHANT }).read(post(body))).toMatchObject({
        kind: 'authentic',
        about: 'payment',
        orderId: 'PAY_73071205311744540022795',
        gatewayId: 'DEV_P2025041318273870000001',
        evidence: { noticeType: 'pay', status: 'success', traceId: 'lNkIuFbydMUx' },
      });
      const wrong = JSON.stringify({ ...input, data: { ...input, status: 'close' }, sign });
      expect(open({ ...md5, ...MERCHANT }).read(post(wrong))).toEqual(REFUSED.signature);
      expect(open({ ...md5, ...MERCHANT, appId: 'A2' }).read(post(body))).toEqual(OTHER_MERCHANT);
      expect(open({ ...md5, ...MERCHANT, mchNo: 'M2' }).read(post(body))).toEqual(OTHER_MERCHANT);
    },
  );

  test.each(['', ' ', null])('C: a payment whose refund numbers are %j is about a payment', (nothing) => {
    const order = { bizOrderNo: 'A1', orderNo: 'P1', status: 'success', refundNo: nothing, bizRefundNo: nothing };
    const members = Object.entries({ ...order, refundStatus: nothing }).filter(([, value]) => value !== null);
    const text = members
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const sign = createHmac('sha256', '123456').update(`${text}&key=123456`).digest('hex');
    const told = { kind: 'authentic', about: 'payment', orderId: 'A1', gatewayId: 'P1' };
    expect(c.read(post(JSON.stringify({ ...order, refundStatus: nothing, sign })))).toMatchObject(told);
  });

  const sorted = daxpayVectors.secretKeySigners.filter(({ name }) => name.startsWith('notice body'));

  test.each(sorted)('3.0.0: $name', ({ rawJson, secret: key, md5: digest, hmacSha256 }) => {
    const bodyWith = (signature: string) => rawJson.replace(/}$/, `,"sign":"${signature}"}`);
    const told = { kind: 'authentic', about: 'close', orderId: 'PAY_1', gatewayId: 'DEV_P1' };
    expect(open({ ...md5, ...MERCHANT }, key).read(post(bodyWith(digest)))).toMatchObject(told);
    const hmac = open({ profile: 'e', secret, ...MERCHANT }, key);
    expect(hmac.read(post(bodyWith(hmacSha256)))).toMatchObject(told);
    expect(hmac.read(post(bodyWith(hmacSha256).replace('PAY_1', 'PAY_2')))).toEqual(REFUSED.signature);
    expect(hmac.read(post(bodyWith(digest)))).toEqual(REFUSED.signature);
  });

  test('the vectors have four recorded, one published and one made by the Java signer', () => {
    expect([recorded.notices, published, sorted].map((all) => all.length)).toEqual([4, 1, 1]);
  });

  test('what a stranger sends is not believed', () => expectNothingBelieved(c));
});

describe('Shouqianba', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const terminalSn = '100099990000123456';
  const section = {
    endpoint: 'https://vsi-api.example.com',
    terminalSn,
    deviceId: 'POS1',
    terminalKey: { env: 'K' },
    callbackPublicKey: { env: 'P' },
  };
  const account = shouqianba.account.parse(section);
  const notifications = opened(shouqianba.notifications?.(account, depsWith({ P: spki })));
  const CALLBACK = {
    terminal_sn: terminalSn,
    sn: '7895259485469125',
    client_sn: 'A1',
    status: 'SUCCESS',
    order_status: 'PAID',
    payer_login: '134****3920',
    total_amount: '1280',
  };
  const signed = (body: string, sn = terminalSn) =>
    post(body, { authorization: `${sn} ${sign('sha256', Buffer.from(body), privateKey).toString('base64')}` });

  test('a callback over these bytes is authentic, and tells of nobody', () => {
    const told = notifications.read(signed(JSON.stringify(CALLBACK)));
    expect(told).toEqual({
      kind: 'authentic',
      about: 'payment',
      orderId: 'A1',
      gatewayId: '7895259485469125',
      evidence: { order_status: 'PAID', status: 'SUCCESS', sn: '7895259485469125' },
    });
  });

  test('in GBK, where its content type says so, it is authentic', () => {
    const { headers, body } = signed(JSON.stringify({ ...CALLBACK, subject: '?' }));
    const gbk = Buffer.from(body.toString().replace('?', '\xce\xe7'), 'latin1');
    const authorization = `${terminalSn} ${sign('sha256', gbk, privateKey).toString('base64')}`;
    const typed = { ...headers, authorization, 'content-type': 'application/json;charset=GBK' };
    expect(notifications.read({ headers: typed, body: gbk })).toMatchObject({ kind: 'authentic', orderId: 'A1' });
    expect(notifications.read({ headers: { authorization }, body: gbk })).toEqual(REFUSED.unreadable);
  });

  test.each([
    ['REFUNDED', 'refund'],
    ['CANCELED', 'close'],
    ['CREATED', 'other'],
    ['__proto__', 'other'],
  ])('%s is about %s', (order_status, about) =>
    expect(notifications.read(signed(JSON.stringify({ ...CALLBACK, order_status })))).toMatchObject({ about }),
  );

  test('one space more in the body, a request signature, or none: refused', () => {
    const { headers } = signed(JSON.stringify(CALLBACK));
    expect(notifications.read({ headers, body: Buffer.from(`${JSON.stringify(CALLBACK)} `) })).toEqual(
      REFUSED.signature,
    );
    const md5 = { authorization: `${terminalSn} 3228a427bc39c67e046614ced1da5313` };
    expect(notifications.read(post(JSON.stringify(CALLBACK), md5))).toEqual(REFUSED.signature);
    expect(notifications.read(post(JSON.stringify(CALLBACK)))).toEqual(REFUSED.signature);
  });

  test('signed, and for another terminal or unreadable: refused', () => {
    expect(notifications.read(signed(JSON.stringify({ ...CALLBACK, terminal_sn: '1' })))).toEqual(OTHER_MERCHANT);
    const { terminal_sn: _, ...without } = CALLBACK;
    expect(notifications.read(signed(JSON.stringify(without), '1'))).toEqual(OTHER_MERCHANT);
    expect(notifications.read(signed('not JSON'))).toEqual(REFUSED.unreadable);
    expect(notifications.read(signed(`{"client_sn":"A2",${JSON.stringify(CALLBACK).slice(1)}`))).toEqual(
      REFUSED.unreadable,
    );
    expect(notifications.read(signed(JSON.stringify({ ...CALLBACK, client_sn: 'x'.repeat(65) })))).toEqual({
      kind: 'irrelevant',
    });
  });

  test('what a stranger sends is not believed', () => expectNothingBelieved(notifications));

  test('without a key there are no callbacks; with one that is none, the account is not opened', () => {
    const { callbackPublicKey: _, ...without } = section;
    expect(shouqianba.notifications?.(shouqianba.account.parse(without), depsWith({}))).toBeUndefined();
    expect(() => shouqianba.notifications?.(account, depsWith({ P: 'AAAA' }))).toThrow(/callbackPublicKey/);
  });
});
