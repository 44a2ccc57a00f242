/** Readings as the core's words: what a look, a look at our refund, and an act showed (spec 3, 5.5, 8). */
import { z } from 'zod';
import type { Answer } from '../../reversal/answer.ts';
import type {
  Evidence,
  OrderFacts,
  OrderState,
  OrderView,
  RefundView,
  UnknownKind,
} from '../../reversal/order-view.ts';
import type { Named, OrderRef, RefundRef } from '../gateway.ts';
import { ACT_RESULTS, type ActFamily, answerBody, ERROR_CODES, ORDER_STATUS, type StatusRow } from './codes.ts';
import { evidence, type Reading, text } from './envelope.ts';

const MAX_ID = 128;

const fen = text
  .refine((value) => value === undefined || /^\d{1,15}$/.test(value))
  .transform((value) => (value === undefined ? undefined : Number(value)));

/** Milliseconds in 13 digits; anything else is worth no error. */
const moment = text.transform((value) => (value !== undefined && /^\d{13}$/.test(value) ? Number(value) : undefined));

/** Ids go into histories and further requests: no gateway's are longer (spec 3). */
const id = text.refine((value) => value === undefined || value.length <= MAX_ID);

const orderData = z.object({
  sn: id,
  client_sn: id,
  client_tsn: id,
  terminal_sn: text.catch(undefined),
  status: text,
  order_status: text,
  total_amount: fen,
  net_amount: fen,
  ctime: moment,
  finish_time: moment,
  channel_finish_time: moment,
});
type OrderData = z.infer<typeof orderData>;
type Told = Extract<Reading, { kind: 'answer' }>;

/** What an answer must be about, and of whom. */
export interface Asked extends Named {
  /** Of this terminal and no other, where the order's own number does not tell whose it is. */
  readonly terminalSn?: string;
  /** Whether this terminal is another account's: its orders are that account's to reverse. */
  readonly isAnothers?: ((terminalSn: string) => boolean) | undefined;
}

/**
 * Ids are compared to the letter. `otherOrder` when one differs, `unreadable` when none that we know is there. Any
 * terminal of a merchant may find the order of any other, which may be one that was there before this one: only a
 * terminal that has an account of its own tells that the order is not ours.
 */
function identify(data: OrderData, order: Asked): 'same' | 'otherOrder' | 'unreadable' {
  const { terminal_sn: terminal } = data;
  if (terminal !== undefined && (order.isAnothers?.(terminal) || (order.terminalSn ?? terminal) !== terminal)) {
    return 'otherOrder';
  }
  const known = [
    [data.sn, order.gatewayId || undefined],
    [data.client_sn, order.orderId],
  ];
  const both = known.filter(([told, asked]) => told !== undefined && asked !== undefined);
  if (both.some(([told, asked]) => told !== asked)) return 'otherOrder';
  return both.length > 0 ? 'same' : 'unreadable';
}

/**
 * What is kept of layer 3, by its own names: the states, and what books are reconciled with and support asks for. The
 * payer's id and login are kept out by not being listed, the operator's name too.
 */
export const KEPT = [
  ...['order_status', 'status', 'sn', 'client_tsn', 'net_amount', 'trade_no', 'total_amount', 'settlement_amount'],
  ...['finish_time', 'channel_finish_time', 'terminal_sn', 'store_id', 'payway', 'refund_request_no'],
] as const;

function evidenceOf({ evidence: layers, data }: Told): Evidence {
  const facts = KEPT.map((name) => [name, text.safeParse(data?.[name]).data] as const);
  return { ...layers, ...evidence(Object.fromEntries(facts)) };
}

/** The order in the answer to a query, or what the answer is worth without one. */
type Found =
  | { readonly kind: 'order'; readonly data: OrderData; readonly row: StatusRow; readonly evidence: Evidence }
  | { readonly kind: 'none'; readonly state: OrderState; readonly evidence: Evidence };

function find(reading: Reading, order: Asked): Found {
  const none = (state: OrderState, seen = reading.evidence): Found => ({ kind: 'none', state, evidence: seen });
  const unknown = (why: UnknownKind, seen = reading.evidence) => none({ kind: 'unknown', why }, seen);
  if (reading.kind === 'nothing') return unknown(reading.why);
  if (reading.kind === 'rejected') return none({ kind: 'rejected', why: reading.why, code: reading.code });
  if (reading.kind === 'fault') {
    return reading.barred ? none({ kind: 'rejected', why: 'config', code: reading.code }) : unknown('gatewayFault');
  }
  if (reading.result === 'FAIL') {
    const code = reading.error ?? reading.result;
    const look = ERROR_CODES.get(code)?.look;
    if (look === 'absent') return none({ kind: 'absent' });
    return look === 'config' ? none({ kind: 'rejected', why: 'config', code }) : unknown('unfamiliar');
  }
  if (reading.result !== 'SUCCESS') return unknown('unfamiliar');

  const data = orderData.safeParse(reading.data);
  if (!data.success) return unknown('unreadable');
  const seen = evidenceOf(reading);
  const whose = identify(data.data, order);
  if (whose !== 'same') return unknown(whose, seen);
  if (data.data.order_status === undefined) return unknown('unreadable', seen);
  const row = ORDER_STATUS.get(data.data.order_status);
  return row === undefined ? unknown('unfamiliar', seen) : { kind: 'order', data: data.data, row, evidence: seen };
}

function factsOf(data: OrderData, order: Asked): OrderFacts {
  const gatewayId = data.sn ?? order.gatewayId;
  return {
    currency: 'CNY',
    ...(data.total_amount === undefined ? {} : { amount: data.total_amount }),
    ...(data.client_sn === undefined ? {} : { orderId: data.client_sn }),
    ...(gatewayId ? { gatewayId } : {}),
    ...(data.ctime === undefined ? {} : { createdAt: data.ctime }),
  };
}

/** The answer to a query as a view of the order. Layer 2 says only whether the query worked (spec 2, 4.2). */
export function orderView(reading: Reading, order: Asked): OrderView {
  const found = find(reading, order);
  if (found.kind === 'none') return { ...found.state, evidence: found.evidence };
  return { ...found.row.view(found.data), ...factsOf(found.data, order), evidence: found.evidence };
}

/**
 * The answer to a query by `refund_request_no` (spec 5.6, 8.C). `done` needs `client_tsn` to name our refund. Where it
 * does and the money has not moved, or another refund is named, the view is `unknown`: never `notFound` by guess.
 */
export function refundView(reading: Reading, order: OrderRef & Asked, refund: RefundRef): RefundView {
  const found = find(reading, order);
  if (found.kind === 'none') {
    const { state, evidence: seen } = found;
    if (state.kind === 'absent') return { kind: 'notFound', evidence: seen };
    if (state.kind === 'unknown' || state.kind === 'rejected') return { ...state, evidence: seen };
    return { kind: 'unknown', why: 'unfamiliar', evidence: seen };
  }
  const { data, row, evidence: seen } = found;
  const ours = data.client_tsn === `${order.orderId}-${refund.refundNo}`;
  if (!ours || row.done === undefined) return { ...row.refund, evidence: seen };
  const fell = (data.total_amount ?? 0) - (data.net_amount ?? data.total_amount ?? 0) >= refund.amount;
  if (fell) return { kind: 'done', amount: refund.amount, evidence: seen };
  if (row.done === 'byStatus') return { kind: 'done', evidence: seen };
  return { kind: 'unknown', why: 'unfamiliar', evidence: seen };
}

/**
 * The answer to an act: by error code where one explains a refusal (or, for a few, an *_ERROR), else by layer 2.
 * Layer 3 is used only to see that the answer is about our order. No answer is signed: one that says that nothing was
 * done chooses the next call, and a call that may still run is waited for all the same.
 */
export function answerTo(family: ActFamily, reading: Reading, order: Asked): Answer {
  const { evidence: seen } = reading;
  if (reading.kind === 'rejected') {
    return { kind: 'rejected', why: reading.why, code: reading.code, hint: true, evidence: seen };
  }
  if (reading.kind === 'fault') return { kind: 'unknown', why: 'gatewayFault', evidence: seen };
  if (reading.kind === 'nothing') {
    if (reading.why === 'notSent') return { kind: 'notSent', why: reading.detail, evidence: seen };
    return { kind: 'unknown', why: reading.why, evidence: seen };
  }
  const data = orderData.safeParse(reading.data ?? {});
  if (!data.success) return { kind: 'unknown', why: 'unreadable', evidence: seen };
  const facts = evidenceOf(reading);
  if (identify(data.data, order) === 'otherOrder') return { kind: 'unknown', why: 'otherOrder', evidence: facts };

  const byResult = ACT_RESULTS[family].get(reading.result ?? '');
  if (byResult === undefined) return { kind: 'unknown', why: 'unfamiliar', evidence: facts };
  const row = ERROR_CODES.get(reading.error ?? '');
  const explains = byResult.kind === 'refused' || (byResult.kind === 'unknown' && row?.onError);
  const verdict = (explains ? row?.act : undefined) ?? byResult;
  const gatewayId = data.data.sn ?? order.gatewayId;
  return {
    ...answerBody(verdict, evidence({ code: reading.error ?? reading.result }).code ?? ''),
    ...(verdict.kind === 'rejected' ? { hint: true } : {}),
    ...(gatewayId ? { gatewayId } : {}),
    evidence: facts,
  };
}
