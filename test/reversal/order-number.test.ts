/** How long an order number may be is the gateway's to say, and whatever bounds one asks the same table. */
import { describe, expect, test } from 'vitest';
import { orderKey } from '../../src/api/contract.ts';
import { daxpay } from '../../src/gateways/daxpay/index.ts';
import { authentic } from '../../src/gateways/notification.ts';
import { PROVIDERS } from '../../src/gateways/providers.ts';
import { askedBy } from '../../src/overdue/request.ts';
import { LONGEST_ORDER_NUMBER } from '../../src/reversal/order-number.ts';
import { InvalidRequestError, parseRequest, requestJsonSchema } from '../../src/reversal/request.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import { accountOf, deps } from '../gateways/daxpay/support.ts';
import { INPUT, T0 } from './support.ts';

/** 64 for a gateway that is not ours, as for all of them before. */
const LONGEST = { alipay: 64, shouqianba: 64, daxpay: 100, paywise: 64 };
const longest = (length: number) => `%~${'7'.repeat(length - 2)}`;
const CASES = Object.entries(LONGEST);

function problemsOf(input: unknown, now?: number): readonly string[] {
  try {
    parseRequest(input, now);
    return [];
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems;
    throw error;
  }
}

test('every gateway of ours has a row here', () => {
  expect(Object.keys(LONGEST)).toEqual(expect.arrayContaining([...PROVIDERS]));
});

describe.each(CASES)('%s takes numbers of at most %i characters', (provider, most) => {
  const words = `must be 1 to ${most} printable ASCII characters without blanks`;
  const request = (orderId: string) => ({ ...INPUT, provider, orderId });

  test('in a request', () => {
    expect(parseRequest(request(longest(most)), T0)).toMatchObject({ provider, orderId: longest(most) });
    for (const wrong of [longest(most + 1), '', '订单1', 'RV 1', 'RV1\n']) {
      expect(problemsOf(request(wrong), T0), wrong).toEqual([`orderId: ${words}`]);
    }
  });

  test('in a request with blanks around its provider, and among other problems', () => {
    expect(parseRequest({ ...request(longest(most)), provider: ` ${provider} ` }).orderId).toBe(longest(most));
    expect(problemsOf({ ...request(longest(most + 1)), amount: 0 })).toEqual([
      `orderId: ${words}`,
      'amount: must be above 0',
    ]);
  });

  test('in a row of overdue orders', () => {
    const row = { provider, account: 'a', amount: 1, currency: 'CNY', attempted_at: null, method: null, copies: 1 };
    const overdue = (order_id: string) =>
      askedBy({ ...row, order_id, expired_at: new Date(T0 - 1), expired: true }, T0);
    expect(overdue(longest(most))).toHaveProperty('request');
    expect(overdue(longest(most + 1))).toEqual({ problems: [`order_id: ${words}`] });
  });

  test('in a notification', () => {
    const told = { provider, gatewayId: undefined, about: 'payment', facts: {} } as const;
    expect(authentic({ ...told, orderId: longest(most) }).kind).toBe('authentic');
    expect(authentic({ ...told, orderId: longest(most + 1) }).kind).toBe('irrelevant');
  });

  test('in a workflow id, which may have 1000 bytes', () => {
    const order = { provider, account: '%'.repeat(64), orderId: '%'.repeat(most) };
    expect(workflowIdOf(order).length).toBeLessThanOrEqual(1000);
  });
});

test('what 1 to 64 characters meant before is accepted by every gateway', () => {
  for (const [provider] of CASES) expect(problemsOf({ ...INPUT, provider, orderId: longest(64) })).toEqual([]);
});

test.each(['a/b', '100%', '#1', "it's", '?q=1', '"', '\\', '..', '.', "!$&'()*+,;=:@<>[]^`{|}~"])(
  'Alipay has numbers such as %s (field case 34)',
  (orderId) => expect(parseRequest({ ...INPUT, orderId }, T0).orderId).toBe(orderId),
);

test('the API takes the longest of all in paths, and its document says so of requests', () => {
  const key = (orderId: string) => orderKey.safeParse({ provider: 'daxpay', account: 'a', orderId }).success;
  expect([key(longest(LONGEST_ORDER_NUMBER)), key(longest(LONGEST_ORDER_NUMBER + 1))]).toEqual([true, false]);
  expect(requestJsonSchema()).toMatchObject({ properties: { orderId: { pattern: '^[!-~]{1,100}$' } } });
});

test.each(['c', 'e', 'f'] as const)('DaxPay %s has a refund number of its own for each of the longest', (profile) => {
  const { refundNo } = daxpay.open(accountOf(profile, 'http://127.0.0.1:1'), deps);
  const numbers = [`${longest(99)}1`, `${longest(99)}2`, longest(98), longest(97)].map(refundNo);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const number of numbers) expect(number).toMatch(/^[!-~]{1,100}$/);
});
