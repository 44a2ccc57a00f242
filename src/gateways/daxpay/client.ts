/** One DaxPay account: builds, signs and sends calls, one request each, stamped and signed at the moment of sending. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Answer } from '../../reversal/answer.ts';
import type { CallOptions, Gateway, OrderRef, RefundRef } from '../gateway.ts';
import { call } from '../http.ts';
import { dated } from '../signed-time.ts';
import type { Call } from './codes.ts';
import { type Reply, readReply } from './envelope.ts';
import { type Json, type JsonObject, print } from './json.ts';
import type { Profile } from './profiles.ts';
import type { Signer } from './sign.ts';
import {
  closeAnswer,
  type Dialect,
  orderView,
  refundAnswer,
  refundView,
  syncAnswer,
  syncRefundAnswer,
} from './views.ts';

export interface DaxpayConnection extends Dialect {
  readonly endpoint: string;
  readonly signer: Signer;
  readonly mchNo?: string | undefined;
  readonly appId?: string | undefined;
  readonly clientIp?: string | undefined;
  now(): number;
}

type Values = Readonly<Record<string, Json | undefined>>;

const MAX_REFUND_NO = 100;

/** Cut to what the gateway takes, never inside a surrogate pair, which no JSON reader would take. */
function clip(text: string, max: number): string {
  return text
    .toWellFormed()
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, '');
}

/** The number of the one refund that we may make for an order. */
function refundNoOf(orderId: string): string {
  const plain = `${orderId}-R1`;
  if (plain.length <= MAX_REFUND_NO) return plain;
  // Two long numbers with the same beginning must not share a refund.
  const tail = `-${createHash('sha256').update(orderId).digest('hex').slice(0, 32)}-R1`;
  return clip(orderId, MAX_REFUND_NO - tail.length) + tail;
}

/** The gateway's number when it is known and this profile is asked by it (profiles.ts, `byGatewayId`). */
function gatewayIdOf(profile: Profile, order: OrderRef): string | undefined {
  return profile.byGatewayId && order.gatewayId !== '' ? order.gatewayId : undefined;
}

/** Exactly one id: a second one is ignored, and a wrong or empty first one hides it (spec/daxpay.md 3). */
function ids(profile: Profile, name: Call, order: OrderRef): Values {
  const { gatewayId, orderId } = profile.calls[name];
  const known = gatewayIdOf(profile, order);
  if (known !== undefined && gatewayId !== undefined) return { [gatewayId]: known };
  return orderId === undefined ? {} : { [orderId]: order.orderId };
}

/** Exported for tests and the probe: the fields of one call, unsigned, whitelisted, in the profile's order. */
export function fieldsOf(connection: DaxpayConnection, name: Call, values: Values): JsonObject {
  const { profile, utcOffsetHours } = connection;
  const { fields, useCancel } = profile.calls[name];
  const all: Values = {
    mchNo: connection.mchNo,
    appId: connection.appId,
    clientIp: connection.clientIp,
    reqId: randomUUID(),
    nonceStr: randomBytes(16).toString('hex'),
    reqTime: profile.time.write(connection.now(), utcOffsetHours),
    useCancel,
    ...values,
  };
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = all[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

/** Sends signed fields. Never throws for anything that the network or the gateway does. */
export function post({ endpoint, profile }: DaxpayConnection, name: Call, body: JsonObject, options: CallOptions) {
  return call({
    url: endpoint + profile.calls[name].path,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: print(body),
    ...options,
  });
}

/** Sends signed fields and reads the answer. Never throws for anything that the network or the gateway does. */
export async function send(
  connection: DaxpayConnection,
  name: Call,
  body: JsonObject,
  options: CallOptions & Pick<OrderRef, 'signedSince'>,
): Promise<Reply> {
  const { profile, signer, utcOffsetHours, mchNo, appId } = connection;
  const sentAt = connection.now();
  const reply = await post(connection, name, body, options);
  const reqId = typeof body.reqId === 'string' ? body.reqId : undefined;
  const times = { sentAt, answeredAt: connection.now(), signedSince: options.signedSince };
  return readReply(reply, { profile, signer, merchant: { mchNo, appId }, call: name, reqId, utcOffsetHours, times });
}

interface Exchange<Said> {
  readonly order: Pick<OrderRef, 'signedSince' | 'clientIp'>;
  readonly options: CallOptions;
  readonly read: (reply: Reply) => Said;
}

/**
 * The port to one account. Deadlines belong to the caller and must exceed 16 s for acts: DaxPay answers a slow channel
 * after 15.1 s, and an act that was given up can still be executed a minute later (real server 7, 8).
 */
export function daxpayGateway(connection: DaxpayConnection): Gateway {
  const { profile } = connection;
  async function exchange<Said extends { readonly kind: string }>(
    name: Call,
    values: Values,
    { order, options, read }: Exchange<Said>,
  ) {
    const { signedSince, clientIp = connection.clientIp } = order;
    const fields = fieldsOf(connection, name, { clientIp, ...values });
    const reply = await send(
      connection,
      name,
      { ...fields, sign: connection.signer.sign(fields) },
      { ...options, ...(signedSince !== undefined && { signedSince }) },
    );
    return dated(read(reply), reply.kind === 'answered' ? reply.signedAt : undefined);
  }
  return {
    look(order, options) {
      const read = (reply: Reply) => orderView(connection, reply, order, gatewayIdOf(profile, order));
      return exchange('query', ids(profile, 'query', order), { order, options, read });
    },
    find(gatewayId, options) {
      const read = (reply: Reply) => orderView(connection, reply, {}, gatewayId);
      return exchange('query', { orderNo: gatewayId }, { order: {}, options, read });
    },
    lookAtRefund(order, refund, options) {
      const read = (reply: Reply) => refundView(connection, reply, order, refund);
      return exchange('queryRefund', { bizRefundNo: refund.refundNo }, { order, options, read });
    },
    async act(verb, order, options): Promise<Answer> {
      if (verb === 'revoke' || (verb === 'syncRefund' && !profile.syncsRefunds)) {
        return { kind: 'refused', why: 'notAllowed', code: 'UNSUPPORTED' };
      }
      if (verb === 'syncRefund') {
        const read = (reply: Reply) => syncRefundAnswer(connection, reply);
        return exchange('syncRefund', { bizRefundNo: refundNoOf(order.orderId) }, { order, options, read });
      }
      const read = (reply: Reply) =>
        verb === 'sync' ? syncAnswer(connection, reply) : closeAnswer(connection, verb, reply);
      return exchange(verb, ids(profile, verb, order), { order, options, read });
    },
    async refund(order, refund: RefundRef, options) {
      const reason = clip(refund.reason, profile.maxReason);
      const values: Values = {
        ...ids(profile, 'refund', order),
        bizRefundNo: refund.refundNo,
        amount: profile.amount.write(refund.amount),
        reason: reason === '' ? undefined : reason,
      };
      const read = (reply: Reply) => refundAnswer(connection, reply, refund);
      return exchange('refund', values, { order, options, read });
    },
    refundNo: refundNoOf,
  };
}
