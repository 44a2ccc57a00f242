/** The five calls of one Alipay account, over either protocol. */
import { createHash } from 'node:crypto';
import type { CallOptions, Gateway, OrderRef, RefundRef } from '../gateway.ts';
import { dated } from '../signed-time.ts';
import { answerOf } from './answers.ts';
import type { Asked } from './reading.ts';
import type { Operation, Reply, Transport } from './reply.ts';
import { yuan } from './values.ts';
import { orderView, refundView } from './views.ts';

/**
 * Orders are named by `out_trade_no` alone, except where only `trade_no` is known: `trade_no` would win at Alipay, and a cancel by an unknown
 * `trade_no` is an error where the same cancel by `out_trade_no` answers that nothing was found (5.2).
 */
export function alipayGateway(send: Transport, merchant: Pick<Asked, 'appId' | 'sellerId'>): Gateway {
  const askedFor = (order: OrderRef, refund?: RefundRef): Asked => ({
    ...merchant,
    orderId: order.orderId,
    gatewayId: order.gatewayId,
    refundNo: refund?.refundNo,
  });

  async function exchange<Said extends { readonly kind: string }>(
    operation: Operation,
    fields: Readonly<Record<string, string>>,
    { order, options, read }: Exchange<Said>,
  ) {
    const { signedSince } = order;
    const reply = await send(operation, fields, { ...options, ...(signedSince !== undefined && { signedSince }) });
    return dated(read(reply), reply.kind === 'answered' ? reply.signedAt : undefined);
  }

  return {
    look(order, options) {
      const read = (reply: Reply) => orderView(reply, askedFor(order));
      return exchange('query', { out_trade_no: order.orderId }, { order, options, read });
    },
    find(gatewayId, options) {
      const read = (reply: Reply) => orderView(reply, { gatewayId });
      return exchange('query', { trade_no: gatewayId }, { order: {}, options, read });
    },
    lookAtRefund(order, refund, options) {
      const fields = { out_trade_no: order.orderId, out_request_no: refund.refundNo };
      const read = (reply: Reply) => refundView(reply, askedFor(order, refund));
      return exchange('refundQuery', fields, { order, options, read });
    },
    async act(verb, order, options) {
      if (verb !== 'cancel' && verb !== 'close') return { kind: 'refused', why: 'notAllowed', code: 'UNSUPPORTED' };
      const read = (reply: Reply) => answerOf(verb, reply, askedFor(order));
      return exchange(verb, { out_trade_no: order.orderId }, { order, options, read });
    },
    async refund(order, refund, options) {
      const fields = {
        out_trade_no: order.orderId,
        refund_amount: yuan(refund.amount),
        out_request_no: refund.refundNo,
        refund_reason: plain(refund.reason),
      };
      const read = (reply: Reply) => answerOf('refund', reply, askedFor(order, refund));
      return exchange('refund', fields, { order, options, read });
    },
    refundNo,
  };
}

interface Exchange<Said> {
  readonly order: Pick<OrderRef, 'signedSince'>;
  readonly options: CallOptions;
  readonly read: (reply: Reply) => Said;
}

const PLAIN_REFUND_NO = /^[A-Za-z0-9_-]{1,64}$/;

/** `{orderId}-R1` where that fits Alipay's 64 characters, else a hash of the number: the same on every retry (6.2). */
function refundNo(orderId: string): string {
  const readable = `${orderId}-R1`;
  return PLAIN_REFUND_NO.test(readable)
    ? readable
    : `R1-${createHash('sha256').update(orderId).digest('hex').slice(0, 40)}`;
}

const LONGEST_REASON = 256;

/** Quotes, underscores and brackets can pass for an attack (`isv.suspected-attack`, 1.7): only plain text is sent. */
function plain(reason: string): string {
  const words = reason.replace(/[^\p{L}\p{N}.,:;，。：；、-]+/gu, ' ').trim();
  return words === '' ? 'reversal' : [...words].slice(0, LONGEST_REASON).join('');
}
