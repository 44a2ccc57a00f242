import { expect, test } from 'vitest';
import { orderOfWorkflowId, workflowIdOf } from '../../src/reversal/workflow-id.ts';

test('a plain order can be read in its workflow id', () => {
  const order = { provider: 'alipay', account: 'pos-east', orderId: 'RV20261120000001' };
  expect(workflowIdOf(order)).toBe('reversal/alipay/pos-east/RV20261120000001');
});

test.each([
  'RV1',
  'a/b',
  'a%2Fb',
  '%',
  '100%',
  'a b',
  "it's",
  '?query=1&x#y',
  '..',
  '订单',
  '!$&\'()*+,;=:@"<>[]\\^`{|}~',
])('the order %j comes back from its workflow id, in every part', (odd) => {
  for (const order of [
    { provider: 'alipay', account: 'pos-east', orderId: odd },
    { provider: 'alipay', account: odd, orderId: 'RV1' },
    { provider: odd, account: 'pos-east', orderId: 'RV1' },
  ]) {
    expect(orderOfWorkflowId(workflowIdOf(order))).toEqual(order);
  }
});

test('two orders never share a workflow id', () => {
  const parts = ['a', 'a/b', 'b', 'a%2Fb', '%'];
  const orders = parts.flatMap((account) => parts.map((orderId) => ({ provider: 'alipay', account, orderId })));
  expect(new Set(orders.map(workflowIdOf)).size).toBe(orders.length);
});

test.each([
  '',
  'reversal',
  'reversal/alipay/pos',
  'reversal/alipay/pos/1/2',
  'reversal//pos/1',
  'order/alipay/pos/1',
  'reversal/alipay/pos/%',
])('%j is no workflow id of a reversal', (id) => {
  expect(orderOfWorkflowId(id)).toBeUndefined();
});
