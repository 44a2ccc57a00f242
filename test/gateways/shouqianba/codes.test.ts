/** The tables' own words: the specification's class of every code, and states that are told without what is not known. */
import { expect, test } from 'vitest';
import {
  answerBody,
  ERROR_CODES,
  LAYER_1,
  LAYER_1_OTHER,
  ORDER_STATUS,
} from '../../../src/gateways/shouqianba/codes.ts';

test('every error code has the class that the specification gives it (5.5)', () => {
  const having = (is: string) => [...ERROR_CODES].filter(([, row]) => row.is === is).map(([code]) => code);
  expect(having('DONE')).toEqual([
    'UPAY_CANCEL_ORDER_NOOP',
    'UPAY_REFUND_ORDER_NOOP',
    'UPAY_ORDER_NOT_EXISTS',
    'UPAY_ORDER_NOT_EXIST',
  ]);
  expect(having('TERM')).toEqual([
    'UPAY_CANCEL_INVALID_ORDER_STATE',
    'UPAY_REFUND_INVALID_ORDER_STATE',
    'REFUNDABLE_AMOUNT_NOT_ENOUGH',
    'REFUND_AMT_NOT_EQUAL_TOTAL',
  ]);
  expect(having('HUMAN')).toEqual([
    'UPAY_TCP_ORDER_NOT_REFUNDABLE',
    'ACCOUNT_BALANCE_NOT_ENOUGH',
    'SELLER_BALANCE_NOT_ENOUGH',
    'UPAY_TERMINAL_NOT_EXISTS',
    'UPAY_TERMINAL_STATUS_ABNORMAL',
  ]);
  expect(having('POLL')).toHaveLength(7);
  expect(having('PAY')).toHaveLength(9);
  expect(ERROR_CODES.size).toBe(29);
});

test('500 may have been executed, whatever its code; only a closed merchant needs people', () => {
  for (const [code, row] of LAYER_1.get('500') ?? []) {
    expect(row, code).toEqual(code === 'PAY_STATUS_CLOSED' ? { kind: 'fault', barred: true } : { kind: 'fault' });
  }
  expect(LAYER_1_OTHER.get('500')).toEqual({ kind: 'fault' });
  expect(LAYER_1_OTHER.get('400')).toEqual({ kind: 'rejected', why: 'request' });
});

test('a refusal names its code, a success has none', () => {
  expect(answerBody({ kind: 'refused', why: 'state' }, 'X')).toStrictEqual({
    kind: 'refused',
    why: 'state',
    code: 'X',
  });
  expect(answerBody({ kind: 'rejected', why: 'config' }, 'X')).toMatchObject({ code: 'X' });
  expect(answerBody({ kind: 'running' }, 'X')).toStrictEqual({ kind: 'running' });
});

test('what is not known of an order is not there', () => {
  const view = (status: string, facts = {}) => ORDER_STATUS.get(status)?.view(facts);
  expect(view('PAID')).toStrictEqual({ kind: 'paid' });
  expect(view('PAID', { finish_time: 1 })).toStrictEqual({ kind: 'paid', paidAt: 1 });
  expect(view('PAID', { finish_time: 1, channel_finish_time: 2 })).toStrictEqual({ kind: 'paid', paidAt: 2 });
  expect(view('PARTIAL_REFUNDED')).toStrictEqual({ kind: 'partlyRefunded' });
  expect(view('PARTIAL_REFUNDED', { net_amount: 5 })).toStrictEqual({ kind: 'partlyRefunded', remaining: 5 });
});

test('our refund is done by the status of the order, or by the amount that is left of it', () => {
  const by = (how: string) => [...ORDER_STATUS].filter(([, row]) => row.done === how).map(([status]) => status);
  expect(by('byStatus')).toEqual(['REFUNDED']);
  expect(by('byAmount')).toEqual(['PAID', 'PARTIAL_REFUNDED']);
});
