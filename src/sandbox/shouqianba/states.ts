/** Order states: what each shows, what cancel does in it, and what money a seeded order starts with. */
export const ORDER_STATUSES = [
  'CREATED',
  'PAID',
  'PAY_CANCELED',
  'PAY_ERROR',
  'REFUNDED',
  'PARTIAL_REFUNDED',
  'REFUND_INPROGRESS',
  'REFUND_ERROR',
  'CANCELED',
  'CANCEL_INPROGRESS',
  'CANCEL_ERROR',
  'INVALID_STATUS_CODE',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
/** `absent`: the merchant knows the number, the gateway does not. */
export type State = OrderStatus | 'absent';
export const STATES: readonly State[] = ['absent', ...ORDER_STATUSES];

interface StateRow {
  /** `data.status` beside it, when no later transaction says otherwise. */
  readonly transaction: string;
  /** `start`: a cancel is tried. `noop`: it is done already. `refuse`: wrong state. */
  readonly cancel: 'start' | 'noop' | 'refuse';
  /** Whether a payer's money was taken before seeding; the flag `charged` overrides it. */
  readonly charged: boolean;
}

export const STATE_ROWS: Readonly<Record<State, StateRow>> = {
  absent: { transaction: '', cancel: 'refuse', charged: false },
  CREATED: { transaction: 'IN_PROG', cancel: 'start', charged: false },
  PAID: { transaction: 'SUCCESS', cancel: 'start', charged: true },
  // Whether this is NOOP or a wrong state is nowhere confirmed: the flag `payCanceledIsNoop` chooses.
  PAY_CANCELED: { transaction: 'FAIL_CANCELED', cancel: 'noop', charged: false },
  PAY_ERROR: { transaction: 'FAIL_ERROR', cancel: 'start', charged: false },
  REFUNDED: { transaction: 'SUCCESS', cancel: 'refuse', charged: true },
  PARTIAL_REFUNDED: { transaction: 'SUCCESS', cancel: 'refuse', charged: true },
  REFUND_INPROGRESS: { transaction: 'IN_PROG', cancel: 'refuse', charged: true },
  REFUND_ERROR: { transaction: 'REFUND_ERROR', cancel: 'refuse', charged: true },
  CANCELED: { transaction: 'SUCCESS', cancel: 'noop', charged: true },
  CANCEL_INPROGRESS: { transaction: 'IN_PROG', cancel: 'refuse', charged: true },
  CANCEL_ERROR: { transaction: 'CANCEL_ERROR', cancel: 'start', charged: true },
  INVALID_STATUS_CODE: { transaction: '', cancel: 'refuse', charged: true },
};
