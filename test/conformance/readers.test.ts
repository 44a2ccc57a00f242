/** What the sandbox plays of field reports, against the clients that share no code with it: ages, statuses, forms. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NoticeWish, Sandbox } from '../../src/sandbox/contract.ts';
import { startSandbox, systems } from '../../src/sandbox/index.ts';
import { type GatewayName, openStandAccounts } from '../../src/stand/accounts.ts';
import { AMOUNT, newOrderId, systemOf } from './support.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ systems });
});
afterAll(() => sandbox.stop());

const NO_KEYS = { load: async () => undefined, replace: async () => false };
const OPTIONS = { timeoutMs: 20_000 };

function accountOf(name: GatewayName) {
  const [account] = openStandAccounts([name], { sandbox, terminalKeys: NO_KEYS, overrides: () => ({}) });
  if (account === undefined) throw new Error(`no account ${name}`);
  return account;
}

function seeded(name: GatewayName, state: string, more: object = {}) {
  const orderId = newOrderId();
  sandbox.seed(systemOf(name), { orderId, amount: AMOUNT, state, ...more });
  return { orderId, amount: AMOUNT, currency: 'CNY' };
}

describe.each([
  ['alipay-v3', 'PAID'],
  ['daxpay-c', 'success'],
  ['daxpay-e', 'success'],
] as const)('an answer of %s', (name, state) => {
  test.each([60_000, -60_000])('that was signed %d ms ago is stale', async (ms) => {
    const business = { name: 'signedMsAgo', with: { ms } };
    const order = seeded(name, state, { faults: [{ operation: 'query', times: 1, business }] });
    const { gateway } = accountOf(name);
    expect(await gateway.look(order, OPTIONS)).toMatchObject({ kind: 'unknown', why: 'stale' });
    expect(await gateway.look(order, OPTIONS)).toMatchObject({ kind: 'paid', signedAt: expect.any(Number) });
  });
});

test.each(['alipay-classic', 'alipay-v3'] as const)('%s: a refund query without a status', async (name) => {
  const order = seeded(name, 'PAID', { flags: { noRefundStatus: true } });
  const { gateway } = accountOf(name);
  const refund = { refundNo: gateway.refundNo(order.orderId), amount: AMOUNT, reason: 'x' };
  expect(await gateway.lookAtRefund(order, refund, OPTIONS)).toMatchObject({ kind: 'notFound' });
  expect(await gateway.refund(order, refund, OPTIONS)).toMatchObject({ kind: 'done', effect: 'refunded' });
  expect(await gateway.lookAtRefund(order, refund, OPTIONS)).toMatchObject({ kind: 'unknown', why: 'noStatus' });
  expect(await gateway.look(order, OPTIONS)).toMatchObject({ kind: 'refunded' });
});

test.each<NoticeWish>([
  {},
  { shape: 'zeroRefundFee' },
  { shape: 'emptiesDropped' },
  { shape: 'emptiesKept' },
  { shape: 'gbk' },
])('Alipay: the notification of a payment as %j', (wish) => {
  const { orderId } = seeded('alipay-v3', 'PAID');
  const { read } = accountOf('alipay-v3').notifications ?? {};
  const written = (more: NoticeWish) => {
    const notice = sandbox.system('alipay').notices?.write(orderId, { ...wish, ...more });
    if (notice === undefined) throw new Error('it sends no notifications');
    return read?.({ headers: notice.headers, body: Buffer.from(notice.body) });
  };
  expect(written({})).toMatchObject({ kind: 'authentic', about: 'payment', orderId });
  expect(written({ about: 'refund' })).toMatchObject({ kind: 'authentic' });
  expect(written({ forged: 'content' })).toEqual({ kind: 'refused', why: 'signature' });
  expect(written({ otherMerchant: true })).toEqual({ kind: 'refused', why: 'otherMerchant' });
});
