/** How a code finds its row, and the rows that no answer of the other tests needs. */
import { expect, test } from 'vitest';
import { ACT_CODES, codeKey, GATEWAY_CODES, rowOf, SERVER_ERROR_CODES } from '../../../src/gateways/alipay/codes.ts';

test.each([
  ['isv.invalid-signature', 'invalid-signature'],
  ['aop.app-call-limited', 'app-call-limited'],
  ['isp.unknow-error', 'unknow-error'],
  ['ACQ.TRADE_NOT_EXIST', 'TRADE_NOT_EXIST'],
  ['AQC.SYSTEM_ERROR', 'SYSTEM_ERROR'],
  ['isv.ACQ.TRADE_NOT_EXIST', 'TRADE_NOT_EXIST'],
  ['TRADE_NOT_EXIST', 'TRADE_NOT_EXIST'],
])('%s is %s: only what stands before it is stripped', (code, key) => {
  expect(codeKey(code)).toBe(key);
  expect(codeKey(`X${code}`)).toBe(`X${code}`);
});

test('an exact row comes first, then one of the same beginning; a code that only looks like one has none', () => {
  expect(rowOf(ACT_CODES.refund, 'BUYER_NOT_EXIST')).toMatchObject({ why: 'notAllowed' });
  expect(rowOf(ACT_CODES.refund, 'BUYER_')).toMatchObject({ why: 'notAllowed' });
  expect(rowOf({ 'A_*': 1, A_B: 2 }, 'A_B')).toBe(2);
  for (const key of ['BUYER', 'BANK_ERROR', 'OTHER', '', 'toString'])
    expect(rowOf(ACT_CODES.refund, key), key).toBe(undefined);
});

test('what the gateway cannot pass on is unfamiliar: it may have been done', () => {
  for (const key of ['unknown-sub-code', 'invalid-response-data']) {
    expect(rowOf(GATEWAY_CODES, key)).toEqual({ kind: 'unknown', why: 'unfamiliar' });
  }
});

test('these codes and no other have a contract with HTTP 5xx', () => {
  expect([...SERVER_ERROR_CODES].sort()).toEqual(['20000', 'SYSTEM_ERROR', 'unknow-error']);
});
