/** What Paywise's codes and statuses mean: tables only. */
import type { AnswerBody } from '../../../src/reversal/answer.ts';
import type { OrderState } from '../../../src/reversal/order-view.ts';

/** By `order.status`. */
export const STATUSES: Readonly<Record<string, OrderState>> = {
  NEW: { kind: 'unpaid' },
  PAID: { kind: 'paid' },
  CANCELLED: { kind: 'closed' },
  REVERSED: { kind: 'refunded' },
};

/** A successful cancel, by the status it left. */
export const CANCELLED: Readonly<Record<string, AnswerBody>> = {
  CANCELLED: { kind: 'done', effect: 'closed' },
  REVERSED: { kind: 'done', effect: 'refunded' },
};

/** What a code means to a look and to an act. A code that is not here is unknown, never "failed". */
export interface CodeRow {
  readonly look: OrderState;
  readonly act: AnswerBody;
}

const rejected = (why: 'signature' | 'request', code: string): CodeRow => ({
  look: { kind: 'rejected', why, code },
  act: { kind: 'rejected', why, code },
});
const unknown = { kind: 'unknown', why: 'gatewayFault' } as const;

export const CODES: Readonly<Record<string, CodeRow>> = {
  NO_ORDER: { look: { kind: 'absent' }, act: { kind: 'refused', why: 'absent', code: 'NO_ORDER' } },
  TOO_LATE: { look: unknown, act: { kind: 'refused', why: 'tooLate', code: 'TOO_LATE' } },
  BUSY: { look: unknown, act: { kind: 'again', afterMs: 1000 } },
  ERROR: { look: unknown, act: unknown },
  BAD_SIGN: rejected('signature', 'BAD_SIGN'),
  BAD_REQUEST: rejected('request', 'BAD_REQUEST'),
};
