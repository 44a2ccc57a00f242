import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import type { OrderEvent } from '../../../src/sandbox/index.ts';
import { startAlipay } from './client.ts';

test.each([
  ['ABSENT', 'create', 'WAITING', 0, 0],
  ['ABSENT', 'pay', 'PAID', 1230, 0],
  ['ABSENT', 'createAndPay', 'PAID', 1230, 0],
  ['ABSENT', 'expire', 'ABSENT', 0, 0],
  ['WAITING', 'pay', 'PAID', 1230, 0],
  ['WAITING', 'expire', 'CLOSED_UNPAID', 0, 0],
  ['PAID', 'pay', 'PAID', 1230, 0],
  ['PAID', 'finish', 'FINISHED', 1230, 0],
  ['PAID', 'partialRefund', 'PAID', 1230, 615],
  ['PAID', 'refundElsewhere', 'CLOSED_REFUNDED', 1230, 1230],
  ['CLOSED_UNPAID', 'pay', 'CLOSED_UNPAID', 0, 0],
  ['CLOSED_UNPAID', 'createAndPay', 'CLOSED_UNPAID', 0, 0],
  ['CLOSED_REFUNDED', 'pay', 'CLOSED_REFUNDED', 1230, 1230],
])('%s, %s: %s', async (state, name, then, taken, returned) => {
  const alipay = await startAlipay();
  alipay.seed({ state });
  alipay.sandbox.happen('alipay', 'A1', { name });
  expect(alipay.truth()).toMatchObject({ state: then, taken, returned });
});

test('partialRefund takes an amount; more than is left is a defect', async () => {
  const alipay = await startAlipay();
  alipay.seed();
  alipay.sandbox.happen('alipay', 'A1', { name: 'partialRefund', with: { amount: 230 } });
  expect(alipay.truth()).toMatchObject({ state: 'PAID', returned: 230 });
  expect(() => alipay.sandbox.happen('alipay', 'A1', { name: 'partialRefund', with: { amount: 1001 } })).toThrow();
  expect((await alipay.classic('cancel')).node.sub_code).toBe('ACQ.REASON_TRADE_REFUND_FEE_ERR');
});

test('freeze and fund change what a cancel answers', async () => {
  const alipay = await startAlipay();
  alipay.seed({ flags: { seller_short: true } });
  const happen = (name: string) => alipay.sandbox.happen('alipay', 'A1', { name });
  happen('freeze');
  expect((await alipay.classic('cancel')).node.sub_code).toBe('ACQ.REASON_TRADE_BEEN_FREEZEN');
  happen('unfreeze');
  expect((await alipay.classic('cancel')).node.sub_code).toBe('ACQ.SELLER_BALANCE_NOT_ENOUGH');
  happen('fund');
  expect((await alipay.classic('cancel')).node.action).toBe('refund');
});

test('the seller is short so many times', async () => {
  const alipay = await startAlipay();
  alipay.seed({ flags: { sellerShort: 2 } });
  const codes = [];
  for (let nth = 1; nth <= 3; nth += 1) codes.push((await alipay.classic('cancel')).node.sub_code);
  expect(codes).toEqual(['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', undefined]);
});

const lateEvent: OrderEvent = { name: 'createAndPay', on: { operation: 'cancel', nth: 1, when: 'after', delayMs: 20 } };

test('a payment comes after a cancel that found nothing', async () => {
  const alipay = await startAlipay();
  alipay.seed({ state: 'absent', events: [lateEvent] });
  expect((await alipay.classic('cancel')).node).not.toHaveProperty('action');
  expect(alipay.truth()).toMatchObject({ state: 'ABSENT', payable: true });
  await expect.poll(() => alipay.truth()).toMatchObject({ state: 'PAID', taken: 1230 });
});

test('with a tombstone it does not', async () => {
  const alipay = await startAlipay();
  alipay.seed({ state: 'absent', flags: { tombstone: true } });
  await alipay.classic('cancel');
  alipay.sandbox.happen('alipay', 'A1', { name: 'createAndPay' });
  expect(alipay.truth()).toMatchObject({ state: 'ABSENT', taken: 0, payable: false });
});

test('paid between look and cancel', async () => {
  const alipay = await startAlipay();
  alipay.seed({ state: 'WAITING', events: [{ name: 'pay', on: { operation: 'cancel', nth: 1, when: 'before' } }] });
  expect((await alipay.classic('query')).node.trade_status).toBe('WAIT_BUYER_PAY');
  expect((await alipay.classic('cancel')).node.action).toBe('refund');
});

test('an unpaid trade expires at its time, counted from its creation', async () => {
  const alipay = await startAlipay();
  alipay.seed({ state: 'WAITING', createdMsAgo: 1000, flags: { expiresInMs: 1040 } });
  expect(alipay.truth()?.state).toBe('WAITING');
  await expect.poll(() => alipay.truth()?.state).toBe('CLOSED_UNPAID');
});

test('a notification verifies without sign and sign_type; a tampered one does not', async () => {
  const alipay = await startAlipay();
  alipay.seed();
  const write = (forged?: 'key' | 'content') =>
    alipay.sandbox.system('alipay').notices?.write('A1', { ...(forged && { forged }) }).body ?? '';
  const isGenuine = (form: string) => {
    const { sign = '', sign_type: _, ...values } = Object.fromEntries(new URLSearchParams(form));
    const text = Object.keys(values)
      .sort()
      .map((name) => `${name}=${values[name]}`)
      .join('&');
    const key = createPublicKey(alipay.credentials.alipayPublicKey ?? '');
    return verify('sha256', Buffer.from(text), key, Buffer.from(sign, 'base64'));
  };
  expect(new URLSearchParams(write()).get('trade_status')).toBe('TRADE_SUCCESS');
  expect(isGenuine(write())).toBe(true);
  expect(isGenuine(write('content'))).toBe(false);
  expect(isGenuine(write('key'))).toBe(false);
});
