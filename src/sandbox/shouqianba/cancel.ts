/** Cancel and revoke: one logic, two names. */
import type { SandboxHost } from '../contract.ts';
import { chinaDay } from './day.ts';
import { fail, outcome, processed, type Reply } from './envelope.ts';
import type { CancelWay } from './flags.ts';
import { change, giveBack, held, laterIfUnchanged, type Order } from './order.ts';
import { actionData } from './order-data.ts';
import { STATE_ROWS } from './states.ts';

interface CancelRow {
  /** The answer, after `CANCEL_` or, for an unpaid order, `CANCEL_ABORT_`. */
  readonly answer: 'SUCCESS' | 'IN_PROGRESS' | 'ERROR';
  /** The order's state from then on; none: it ends at once. */
  readonly during?: 'CANCEL_INPROGRESS' | 'CANCEL_ERROR';
  /** How it ends after `cancelSettlesAfterMs`; none: never by itself. */
  readonly end?: CancelEnd;
}
export type CancelEnd = 'canceled' | 'error' | 'before';

const ROWS: Readonly<Record<CancelWay, CancelRow>> = {
  ok: { answer: 'SUCCESS', end: 'canceled' },
  slow: { answer: 'IN_PROGRESS', during: 'CANCEL_INPROGRESS', end: 'canceled' },
  'slow-then-error': { answer: 'IN_PROGRESS', during: 'CANCEL_INPROGRESS', end: 'error' },
  'slow-then-refused': { answer: 'IN_PROGRESS', during: 'CANCEL_INPROGRESS', end: 'before' },
  refused: { answer: 'ERROR', end: 'before' },
  unknown: { answer: 'ERROR', during: 'CANCEL_ERROR' },
  'unknown-then-ok': { answer: 'ERROR', during: 'CANCEL_ERROR', end: 'canceled' },
  'unknown-then-refused': { answer: 'ERROR', during: 'CANCEL_ERROR', end: 'before' },
};

export const CANCEL_SETTLES_MS = 3000;

export type CancelVerb = 'cancel' | 'revoke';

export interface Acted {
  readonly reply: Reply;
  /** Whether a process was started: a refusal by state starts none. */
  readonly executed: boolean;
}

function refuse(order: Order, code: string, message = `order ${order.sn} is in state ${order.state}`): Acted {
  return { reply: fail(code, message), executed: false };
}

/** Ends a cancel. Whatever money is still held goes back with `canceled`, and never more than that. */
export function endCancel(host: SandboxHost, order: Order, end: CancelEnd, by: string): void {
  if (end === 'canceled') {
    giveBack(host, order, held(order), by);
    change(host, order, { state: order.flags.canceledAs, transaction: 'SUCCESS', finished: true });
  } else if (end === 'error') {
    change(host, order, { state: 'CANCEL_ERROR' });
  } else {
    // A payer who confirmed while the abort ran has paid an order that now stays paid.
    const state = order.beforeCancel === 'CREATED' && held(order) > 0 ? 'PAID' : order.beforeCancel;
    change(host, order, { state, transaction: 'CANCEL_ERROR' });
  }
}

/** Why a cancel is refused that the order's state alone would allow. */
function refusal(host: SandboxHost, order: Order): Acted | undefined {
  const { flags } = order;
  if (flags.oneCancelPerOrder && order.cancels > 0) {
    return refuse(order, 'UPAY_CANCEL_INVALID_ORDER_STATE', `order ${order.sn} was cancelled once already`);
  }
  if (held(order) === 0) return undefined;
  if (chinaDay(order.paidAt ?? order.createdAt) !== chinaDay(host.now())) {
    return refuse(order, flags.otherDayCode, `order ${order.sn} is not of today`);
  }
  if (flags.campaign === 'FAIL') return refuse(order, 'UPAY_TCP_ORDER_NOT_REFUNDABLE', 'campaign order');
  if (flags.campaign !== false) {
    // The documented sample: an action's outcome, not FAIL, and no `data` at all.
    const code = { error_code: 'UPAY_TCP_ORDER_NOT_REFUNDABLE', error_message: 'campaign order' };
    return { reply: processed({ result_code: 'CANCEL_ERROR', ...code }), executed: false };
  }
  if (order.balanceShort !== undefined) return refuse(order, order.balanceShort, 'balance too low');
  return undefined;
}

/** The channel's behaviour for this attempt: an abort of an unpaid order may have its own. */
function wayOf(order: Order): CancelWay {
  const { flags } = order;
  if (flags.cancelFailTimes > 0 && order.cancels >= flags.cancelFailTimes) return 'ok';
  return held(order) > 0 ? flags.cancelFails : (flags.abortFails ?? flags.cancelFails);
}

/** One cancel or revoke of an order that exists. */
export function cancel(host: SandboxHost, order: Order, by: CancelVerb): Acted {
  const row = STATE_ROWS[order.state];
  const noop = row.cancel === 'noop' && (order.state !== 'PAY_CANCELED' || order.flags.payCanceledIsNoop);
  if (noop) return refuse(order, 'UPAY_CANCEL_ORDER_NOOP');
  if (row.cancel !== 'start') return refuse(order, 'UPAY_CANCEL_INVALID_ORDER_STATE');
  const refused = refusal(host, order);
  if (refused !== undefined) return refused;

  const family = held(order) > 0 ? 'CANCEL' : 'CANCEL_ABORT';
  const { answer, during, end } = ROWS[wayOf(order)];
  if (order.state !== 'CANCEL_ERROR') order.beforeCancel = order.state;
  order.cancels += 1;
  if (during !== undefined) {
    change(host, order, { state: during });
    const settle = (): void => endCancel(host, order, end ?? 'error', by);
    if (end !== undefined) laterIfUnchanged(host, order, order.flags.cancelSettlesAfterMs ?? CANCEL_SETTLES_MS, settle);
  } else if (end !== undefined) {
    endCancel(host, order, end, by);
  }
  return { reply: outcome(`${family}_${answer}`, actionData(order)), executed: true };
}
