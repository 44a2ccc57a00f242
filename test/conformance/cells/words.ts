/** The views, refund views and answers that the cells are written with. */
import type { Answer, RefusedWhy } from '../../../src/reversal/answer.ts';
import type { OrderView, RefundView, UnknownKind } from '../../../src/reversal/order-view.ts';
import type { ReversalRequest } from '../../../src/reversal/request.ts';
import { ATTEMPTED_AT } from './play.ts';

export const AMOUNT = 1280;

export const requestFor = (provider: string): ReversalRequest => ({
  provider,
  account: 'conformance',
  orderId: 'CELL1',
  amount: AMOUNT,
  currency: 'CNY',
  reason: 'ambiguous',
  ifPaid: 'reverse',
  attemptedAt: ATTEMPTED_AT,
  method: 'barcode',
});

const facts = { amount: AMOUNT, currency: 'CNY', orderId: 'CELL1', gatewayId: 'G1' } as const;

export const absent: OrderView = { kind: 'absent' };
export const unpaid: OrderView = { kind: 'unpaid', ...facts };
export const paid: OrderView = { kind: 'paid', paidAt: ATTEMPTED_AT + 1000, ...facts };
export const finished: OrderView = { kind: 'paid', reversible: false, paidAt: ATTEMPTED_AT + 1000, ...facts };
export const partlyRefunded: OrderView = { kind: 'partlyRefunded', remaining: 500, ...facts };
export const closed: OrderView = { kind: 'closed', ...facts };
export const refunded: OrderView = { kind: 'refunded', ...facts };
export const gone: OrderView = { kind: 'gone', ...facts };
export const settling = (what: 'payment' | 'cancel' | 'refund'): OrderView => ({ kind: 'settling', what, ...facts });
export const faulty = (where: 'payment' | 'cancel' | 'refund' | 'status'): OrderView => ({
  kind: 'faulty',
  in: where,
  ...facts,
});
export const unseen = (why: UnknownKind = 'timeout'): OrderView => ({ kind: 'unknown', why });
export const turnedAway = (why: 'signature' | 'config' | 'request'): OrderView => ({
  kind: 'rejected',
  why,
  code: 'X',
});
export const otherAmount: OrderView = { ...paid, amount: AMOUNT + 1 };
export const otherOrder: OrderView = { ...paid, orderId: 'ANOTHER' };

type Effect = Extract<Answer, { kind: 'done' }>['effect'];
export const done = (effect: Effect): Answer => ({ kind: 'done', effect });
export const again: Answer = { kind: 'again' };
export const busy: Answer = { kind: 'again', afterMs: 2000 };
export const running: Answer = { kind: 'running' };
export const no = (why: RefusedWhy): Answer => ({ kind: 'refused', why, code: 'CODE' });
export const lost = (why: Exclude<UnknownKind, 'notSent'> = 'timeout'): Answer => ({ kind: 'unknown', why });
export const notSent: Answer = { kind: 'notSent', why: 'ECONNREFUSED' };
export const barred = (why: 'signature' | 'config' | 'request'): Answer => ({ kind: 'rejected', why, code: 'CODE' });

export const refundDone: RefundView = { kind: 'done', amount: AMOUNT };
export const refundMissing: RefundView = { kind: 'notFound' };
export const refundRuns: RefundView = { kind: 'running' };
export const refundFailed: RefundView = { kind: 'failed', code: 'CODE' };
export const refundUnseen: RefundView = { kind: 'unknown', why: 'timeout' };
