/** Paywise as a Gateway: two calls, `query` and `cancel`. What happened is the returned value; nothing throws. */
import { z } from 'zod';
import type { CallOptions, Gateway, OrderRef } from '../../../src/gateways/gateway.ts';
import { call } from '../../../src/gateways/http.ts';
import type { Answer } from '../../../src/reversal/answer.ts';
import type { OrderView, UnknownKind } from '../../../src/reversal/order-view.ts';
import { CANCELLED, CODES, STATUSES } from './codes.ts';
import { sign, verifies } from './sign.ts';

export interface Connection {
  readonly endpoint: string;
  readonly keyId: string;
  readonly secret: string;
}

const envelope = z.object({
  code: z.string(),
  order: z
    .object({
      orderId: z.string(),
      amount: z.int(),
      currency: z.string(),
      status: z.string(),
      paidAt: z.int().optional(),
    })
    .optional(),
});
type Envelope = z.infer<typeof envelope>;

/** An answer whose signature was checked and that is about our order, or why there is none. */
type Reply =
  | { readonly kind: 'answered'; readonly body: Envelope }
  | { readonly kind: 'unanswered'; readonly why: UnknownKind };

const unanswered = (why: UnknownKind): Reply => ({ kind: 'unanswered', why });

function parse(text: string): Envelope | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function send(to: Connection, path: string, { orderId }: OrderRef, options: CallOptions): Promise<Reply> {
  const body = JSON.stringify({ orderId });
  const reply = await call({
    url: `${to.endpoint}${path}`,
    headers: {
      'content-type': 'application/json',
      'x-paywise-key': to.keyId,
      'x-paywise-sign': sign(to.secret, body),
    },
    body,
    ...options,
  });
  if (reply.kind === 'failure') return unanswered(reply.why);
  if (reply.status !== 200) return unanswered('http');
  const text = reply.body.toString('utf8');
  const signature = reply.headers['x-paywise-sign'];
  if (signature === undefined) return unanswered('unsigned');
  if (!verifies(to.secret, text, signature)) return unanswered('forged');
  const read = parse(text);
  if (read === undefined) return unanswered('unreadable');
  if (read.order !== undefined && read.order.orderId !== orderId) return unanswered('otherOrder');
  return { kind: 'answered', body: read };
}

function viewOf(reply: Reply): OrderView {
  if (reply.kind === 'unanswered') return { kind: 'unknown', why: reply.why };
  const { code, order } = reply.body;
  const evidence = { code, ...(order !== undefined && { status: order.status }) };
  if (code !== 'OK') return { ...(CODES[code]?.look ?? { kind: 'unknown', why: 'unfamiliar' }), evidence };
  const state = order === undefined ? undefined : STATUSES[order.status];
  if (order === undefined || state === undefined) return { kind: 'unknown', why: 'unfamiliar', evidence };
  const { orderId, amount, currency, paidAt } = order;
  const paid = state.kind === 'paid' && paidAt !== undefined ? { paidAt } : {};
  return { ...state, ...paid, orderId, amount, currency, evidence };
}

function answerOf(reply: Reply): Answer {
  if (reply.kind === 'unanswered') {
    const { why } = reply;
    return why === 'notSent' ? { kind: 'notSent', why: 'no connection' } : { kind: 'unknown', why };
  }
  const { code, order } = reply.body;
  const body = code === 'OK' ? CANCELLED[order?.status ?? ''] : CODES[code]?.act;
  return { ...(body ?? { kind: 'unknown', why: 'unfamiliar' }), evidence: { code } };
}

export function paywiseGateway(connection: Connection): Gateway {
  return {
    look: async (order, options) => viewOf(await send(connection, '/v1/query', order, options)),
    async act(verb, order, options) {
      if (verb !== 'cancel') return { kind: 'refused', why: 'notAllowed', code: 'UNSUPPORTED' };
      return answerOf(await send(connection, '/v1/cancel', order, options));
    },
    // Paywise has no refund: the rules permit none, so neither is ever asked for.
    refund: async () => ({ kind: 'refused', why: 'notAllowed', code: 'UNSUPPORTED' }),
    lookAtRefund: async () => ({ kind: 'notFound' }),
    refundNo: (orderId) => `${orderId}-R1`,
  };
}
