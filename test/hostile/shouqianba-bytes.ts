/** A second reader of Shouqianba's answers (specification 2, 3.1, 5.5), for what a client may conclude from them. */
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { OrderRef } from '../../src/gateways/gateway.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import type { CallName } from '../conformance/gateways/description.ts';
import type { WireAnswer } from './wire.ts';

type Said = OrderView | RefundView | Answer;

const scalar = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const envelope = z.object({
  result_code: scalar,
  error_code: scalar,
  biz_response: z
    .object({
      result_code: scalar,
      error_code: scalar,
      data: z
        .object({
          sn: scalar,
          client_sn: scalar,
          client_tsn: scalar,
          order_status: scalar,
          total_amount: scalar,
          net_amount: scalar,
        })
        .catch({}),
    })
    .catch({ data: {} }),
});

/** 3.1: what each status may be called, and nothing else. */
const STATUS: Readonly<Record<string, string>> = {
  unpaid: 'CREATED',
  paid: 'PAID',
  refunded: 'REFUNDED',
  partlyRefunded: 'PARTIAL_REFUNDED',
  'settling refund': 'REFUND_INPROGRESS',
  'settling cancel': 'CANCEL_INPROGRESS',
  'faulty payment': 'PAY_ERROR',
  'faulty refund': 'REFUND_ERROR',
  'faulty cancel': 'CANCEL_ERROR',
  'faulty status': 'INVALID_STATUS_CODE',
};
const GONE = ['CANCELED', 'PAY_CANCELED'];
const ABSENT = ['UPAY_ORDER_NOT_EXISTS', 'UPAY_ORDER_NOT_EXIST'];
const NOOP = ['UPAY_CANCEL_ORDER_NOOP', 'UPAY_REFUND_ORDER_NOOP'];

function nameOf(said: Said): string {
  if (said.kind === 'settling') return `settling ${said.what}`;
  if (said.kind === 'faulty') return `faulty ${said.in}`;
  return said.kind;
}

/** Whether the bytes of an answer under this HTTP status say what the client made of them. */
export function bytesSay({ status, headers, body }: WireAnswer, said: Said, call: CallName, order: OrderRef): boolean {
  let parsed: unknown;
  try {
    const isZipped = headers.some(([name, value]) => name === 'content-encoding' && /^(x-)?gzip$/i.test(value));
    parsed = JSON.parse(new TextDecoder().decode(isZipped ? gunzipSync(body) : body));
  } catch {
    return false;
  }
  const read = envelope.safeParse(parsed);
  if (!read.success) return false;
  const { result_code: layer1, biz_response: biz, error_code: outerError } = read.data;
  const { result_code: result = '', error_code: error = '', data } = biz;
  // A refusal before any business: 400, or 500 for a merchant who may not collect; layer 2 for a dead terminal.
  if (said.kind === 'rejected') {
    return layer1 === '400' || outerError === 'PAY_STATUS_CLOSED' || error.startsWith('UPAY_TERMINAL_');
  }
  if (status !== 200 || layer1 !== '200') return false;
  const ours = [
    [data.sn || undefined, order.gatewayId],
    [data.client_sn || undefined, order.orderId],
  ].filter(([told, asked]) => told !== undefined && asked !== undefined);
  const contradicted = ours.some(([told, asked]) => told !== asked);
  const named = ours.length > 0 && !contradicted;
  if (contradicted) return false;

  if (call === 'look') {
    if (said.kind === 'absent') return result === 'FAIL' && ABSENT.includes(error);
    const amount = 'amount' in said && said.amount !== undefined ? String(said.amount) : undefined;
    const sameAmount = amount === undefined || Number(data.total_amount) === Number(amount);
    const statuses = said.kind === 'gone' ? GONE : [STATUS[nameOf(said)]];
    return result === 'SUCCESS' && named && sameAmount && statuses.includes(data.order_status);
  }
  if (call === 'lookAtRefund') {
    if (said.kind === 'done') {
      const moved = Number(data.total_amount) - Number(data.net_amount) >= order.amount;
      return named && (moved || data.order_status === 'REFUNDED') && (data.client_tsn ?? '').startsWith(order.orderId);
    }
    if (said.kind === 'notFound') {
      const unmoved = ['CREATED', 'PAID', ...GONE].includes(data.order_status ?? '');
      return ABSENT.includes(error) || (named && unmoved);
    }
    return named && ['REFUND_INPROGRESS', 'REFUND_ERROR'].includes(data.order_status ?? '');
  }
  switch (said.kind) {
    case 'done':
      return 'effect' in said && said.effect === 'refunded'
        ? result === 'REFUND_SUCCESS'
        : ['CANCEL_SUCCESS', 'CANCEL_ABORT_SUCCESS'].includes(result) || NOOP.includes(error);
    case 'running':
      return result.endsWith('IN_PROGRESS') || result.endsWith('INPROGRESS');
    case 'refused':
      return result.includes('FAIL') || result.includes('ERROR');
    default:
      return false;
  }
}
