/** How an order at the sandbox gets stuck for each reason, and what takes the cause away again. */
import type { ReversalInput } from '../../src/client.ts';
import { rulesNameOf } from '../../src/demo/run.ts';
import type { StuckReason } from '../../src/reversal/outcome.ts';
import type { RuleOverrides } from '../../src/reversal/overrides.ts';
import { HOUR, MINUTE } from '../../src/reversal/rules.ts';
import type { Fault, OrderSeed } from '../../src/sandbox/index.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';
import { faster } from '../../src/stand/speed.ts';

export interface StuckOrder {
  readonly gateway: GatewayName;
  readonly seed: Omit<OrderSeed, 'orderId' | 'amount'>;
  readonly request?: Partial<ReversalInput>;
  /** The gateway answers nothing until it is stuck. */
  readonly outage?: true;
  /** What happens at the gateway when the cause is taken away: an event of the sandbox. */
  readonly mended?: string;
}

const PAID = { state: 'PAID', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE } as const;
const once = (operation: Fault['operation'], name: string): { readonly faults: readonly Fault[] } => ({
  faults: [{ operation, business: { name } }],
});

export const STUCK_ORDERS: Readonly<Record<StuckReason, StuckOrder>> = {
  'window-over': {
    gateway: 'alipay-classic',
    seed: { state: 'PAID', createdMsAgo: 30 * HOUR, paidMsAgo: 30 * HOUR },
    mended: 'refundElsewhere',
  },
  'not-allowed': { gateway: 'shouqianba', seed: { ...PAID, flags: { campaign: true, otherDay: false } } },
  'no-funds': { gateway: 'alipay-v3', seed: { ...PAID, flags: { sellerShort: true } }, mended: 'fund' },
  frozen: { gateway: 'alipay-v3', seed: { ...PAID, flags: { frozen: true } }, mended: 'unfreeze' },
  finished: { gateway: 'alipay-v3', seed: { ...PAID, state: 'FINISHED' } },
  'partly-refunded': {
    gateway: 'alipay-v3',
    seed: { ...PAID, flags: { partiallyRefunded: true } },
    mended: 'refundElsewhere',
  },
  mismatch: { gateway: 'alipay-v3', seed: PAID, request: { amount: 1300 } },
  configuration: {
    gateway: 'alipay-v3',
    seed: { ...PAID, ...once('query', 'gatewayError:isv.insufficient-isv-permissions') },
  },
  contradiction: {
    gateway: 'shouqianba',
    seed: { ...PAID, flags: { otherDay: false }, ...once('cancel', 'CANCEL_SUCCESS') },
  },
  'gateway-failed': { gateway: 'daxpay-c', seed: { state: 'fail', createdMsAgo: MINUTE } },
  'gateway-busy': {
    gateway: 'shouqianba',
    seed: { ...PAID, state: 'CANCEL_INPROGRESS', flags: { otherDay: false } },
    mended: 'settleCancel',
  },
  'gateway-unsure': { gateway: 'shouqianba', seed: { ...PAID, state: 'REFUND_ERROR' } },
  unreachable: { gateway: 'alipay-classic', seed: PAID, outage: true },
  'not-confirmed': { gateway: 'alipay-v3', seed: { state: 'ABSENT', ...once('cancel', 'ACQ.TRADE_NOT_EXIST') } },
  refused: {
    gateway: 'shouqianba',
    seed: { state: 'CREATED', createdMsAgo: MINUTE, ...once('cancel', 'UPAY_CANCEL_INVALID_ORDER_STATE') },
  },
  'refund-failed': {
    gateway: 'alipay-v3',
    seed: { ...PAID, ...once('refund', 'ACQ.TRADE_NOT_ALLOW_REFUND') },
    request: { reason: 'void' },
  },
  'refund-unknown-at-channel': {
    gateway: 'daxpay-c',
    seed: { state: 'success', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE, flags: { refundPending: true } },
    request: { reason: 'void' },
    mended: 'settleRefund',
  },
  'gave-up': {
    gateway: 'daxpay-e',
    seed: { state: 'success', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE, flags: { refundStatus: 'refunding' } },
    mended: 'refundElsewhere',
  },
};

/** The gateways whose accounts give up soon. */
const IMPATIENT: ReadonlySet<GatewayName> = new Set(['alipay-classic', 'daxpay-e']);

/** Three hundred times as fast, and nothing by itself once it is stuck: people have the time to read and type. */
export function overridesOf(name: GatewayName): RuleOverrides {
  const { timing, ...rest } = faster(rulesNameOf(name), 300, 1500);
  const never = 2 * HOUR;
  return {
    ...rest,
    timing: {
      ...timing,
      selfCheck: never,
      backOff: IMPATIENT.has(name)
        ? { fastFor: 1000, slowEvery: 500, giveUpAfter: 3000 }
        : { fastFor: MINUTE, slowEvery: never },
    },
    ...(name === 'alipay-classic' && { permits: { refund: false } }),
  };
}
