/** DaxPay's statuses as tables (spec/daxpay.md 5; sync: 3 and 4.6). */
import type { AnswerBody } from '../../reversal/answer.ts';
import type { OrderState, RefundState } from '../../reversal/order-view.ts';
import { entry } from './json.ts';

/** What the status tables need of an order; times in epoch milliseconds, amounts in fen. */
export interface StatedOrder {
  readonly status: string;
  /** A missing one counts as `no_refund`. */
  readonly refundStatus: string;
  readonly refundable: number | undefined;
  readonly paidAt: number | undefined;
  /** A time of payment is stated, readable or not, or something about a refund. */
  readonly wasPaid: boolean;
}

type ToState = (order: StatedOrder) => OrderState;

const unfamiliar: OrderState = { kind: 'unknown', why: 'unfamiliar' };

const refunding: ToState = () => ({ kind: 'settling', what: 'refund' });
const refunded: ToState = () => ({ kind: 'refunded' });
const partlyRefunded: ToState = ({ refundable }) => ({
  kind: 'partlyRefunded',
  ...(refundable === undefined ? {} : { remaining: refundable }),
});

const BY_REFUND_STATUS: Readonly<Record<string, ToState>> = {
  no_refund: ({ paidAt }) => ({ kind: 'paid', ...(paidAt === undefined ? {} : { paidAt }) }),
  refunding,
  partial_refund: partlyRefunded,
  refunded,
};

const unpaid: ToState = () => ({ kind: 'unpaid' });

const BY_STATUS: Readonly<Record<string, ToState>> = {
  wait: unpaid,
  progress: unpaid,
  init: unpaid,
  processing: unpaid,
  timeout: unpaid, // a passing mark inside sync: look again
  success: (order) => entry(BY_REFUND_STATUS, order.refundStatus)?.(order) ?? unfamiliar,
  // Sync closes a paid order when the channel has lost it (real server 3): then "nobody paid" would be false.
  close: ({ wasPaid }) => ({ kind: wasPaid ? 'gone' : 'closed' }),
  // A cancel at Alipay gives the money back without a refund of its own (8.4).
  cancel: () => ({ kind: 'gone' }),
  // Set by a mere sync error as well; can still become paid (5).
  fail: () => ({ kind: 'faulty', in: 'payment' }),
  // Profiles A and B kept the refund in the status; C's documentation still prints it.
  refunding,
  partial_refund: partlyRefunded,
  refunded,
};

/** What the stated order is to us; a status that nobody has described is unknown. */
export function orderState(order: StatedOrder): OrderState {
  return entry(BY_STATUS, order.status)?.(order) ?? unfamiliar;
}

const BY_REFUND: Readonly<Record<string, (amount: number | undefined, code: string) => RefundState>> = {
  progress: () => ({ kind: 'running' }),
  success: (amount) => ({ kind: 'done', ...(amount === undefined ? {} : { amount }) }),
  fail: (_, code) => ({ kind: 'failed', code }),
  close: (_, code) => ({ kind: 'failed', code }),
};

/** What a refund's status is to us; `code` names the failure when it is one. */
export function refundState(status: string, amount: number | undefined, code: string): RefundState {
  return entry(BY_REFUND, status)?.(amount, code) ?? { kind: 'unknown', why: 'unfamiliar' };
}

type Channel = NonNullable<Extract<AnswerBody, { kind: 'done' }>['channel']>;

/**
 * What a sync saw at the payment channel: C states it, E and F state their own status after the sync. Left out where it
 * does not tell whether money moved: `pay_fail`, `fail`, `cancel`. `adjust` is inverted in some versions and ignored.
 */
const CHANNELS: Readonly<Record<string, Channel>> = {
  pay_success: 'paid',
  pay_progress: 'unpaid',
  pay_timeout: 'unpaid', // was unpaid and past its time: DaxPay closed it, or tried to
  pay_closed: 'closed',
  pay_refund: 'refunded',
  pay_not_found: 'absent',
  pay_not_found_unknown: 'absent',
  success: 'paid',
  wait: 'unpaid',
  progress: 'unpaid',
  init: 'unpaid',
  processing: 'unpaid',
  timeout: 'unpaid',
  close: 'closed',
};

/** What a sync's status says of the payment channel; undefined where it says nothing certain. */
export function channelOf(status: string): Channel | undefined {
  return entry(CHANNELS, status);
}
