/** Shouqianba (upay v2) as a Gateway: query, cancel, revoke, refund, signed with the terminal's key of the moment. */
import { type Deadline, deadlineIn } from '../../lib/deadline.ts';
import type { Answer, Verb } from '../../reversal/answer.ts';
import type { CallOptions, Gateway, OrderRef } from '../gateway.ts';
import type { GatewayDeps } from '../module.ts';
import type { ShouqianbaAccount } from './account.ts';
import type { ActFamily } from './codes.ts';
import { nothing, type Reading } from './envelope.ts';
import { NoTerminalKey } from './keys.ts';
import { type Asked, answerTo, orderView, refundView } from './order.ts';
import { refundNo } from './sign.ts';
import { isIllegalSign, recoverKey, ringOf } from './terminal.ts';
import { post } from './wire.ts';

type Fields = Readonly<Record<string, string>>;

const QUERY = '/upay/v2/query';
const ACT_PATHS: Readonly<Record<'cancel' | 'revoke' | 'refund', string>> = {
  cancel: '/upay/v2/cancel',
  revoke: '/upay/v2/revoke',
  refund: '/upay/v2/refund',
};

/** Exactly one id: `sn` once known, else `client_sn`. What an empty or second one does is not established (spec 4). */
function idOf(order: OrderRef): Fields {
  return order.gatewayId ? { sn: order.gatewayId } : { client_sn: order.orderId };
}

const whyNoKey = (error: unknown) => (error instanceof NoTerminalKey ? 'NO_TERMINAL_KEY' : 'KEY_STORE');

function withRecovered(reading: Reading, recovered: boolean): Reading {
  return { ...reading, evidence: { ...reading.evidence, recovered: recovered ? 'yes' : 'no' } };
}

/**
 * Opens an account. Reads its initial key at once.
 *
 * @throws Error when the secret cannot be read
 */
export function openShouqianba(account: ShouqianbaAccount, deps: GatewayDeps): Gateway {
  const ring = ringOf(account, deps);
  const { isAnothers } = deps;
  const asked = (order: OrderRef): OrderRef & Asked => ({ ...order, isAnothers });

  interface Sent {
    readonly reading: Reading;
    /** What the call was signed with; undefined when there was no key and nothing was sent. */
    readonly key?: string;
  }

  /** One call with the key of this moment. No key, or no time left: not sent. */
  async function send(path: string, fields: Fields, deadline: Deadline, given: CallOptions): Promise<Sent> {
    const keys = await deadline.within(ring.current().catch(whyNoKey));
    if (keys === undefined) return { reading: nothing('notSent', 'DEADLINE') };
    if (typeof keys === 'string') return { reading: nothing('notSent', keys) };
    const { current: key } = keys;
    const principal = { sn: account.terminalSn, key };
    const body = { terminal_sn: account.terminalSn, ...fields };
    const options = { ...given, timeoutMs: deadline.left() };
    return { reading: await post(`${account.endpoint}${path}`, principal, body, options), key };
  }

  /** A look: harmless, so it is signed and sent once more when the key could be recovered in time. */
  async function ask(fields: Fields, options: CallOptions): Promise<Reading> {
    const deadline = deadlineIn(options.timeoutMs, options.signal);
    const { reading, key } = await send(QUERY, fields, deadline, options);
    if (key === undefined || !isIllegalSign(reading)) return reading;
    const rotation = await deadline.within(recoverKey(account, ring, key));
    if (rotation === undefined) return nothing('timeout', 'KEY_RECOVERY', { recovered: 'no' });
    if (rotation.kind === 'refused') return withRecovered(reading, false);
    if (rotation.kind === 'failed')
      return nothing(rotation.why, `KEY_RECOVERY_${rotation.detail}`, { recovered: 'no' });
    const again = await send(QUERY, fields, deadline, options);
    return withRecovered(again.reading, !isIllegalSign(again.reading));
  }

  /**
   * An act: sent once. A refused signature was not executed; the key is recovered for the next try, which is made
   * after another look and not here.
   */
  async function act(verb: keyof typeof ACT_PATHS, order: OrderRef, more: Fields, options: CallOptions) {
    const family: ActFamily = verb === 'refund' ? 'refund' : 'cancel';
    const deadline = deadlineIn(options.timeoutMs, options.signal);
    const fields = { ...idOf(order), ...more };
    const { reading, key } = await send(ACT_PATHS[verb], fields, deadline, options);
    if (key === undefined || !isIllegalSign(reading)) return answerTo(family, reading, asked(order));
    const rotation = await deadline.within(recoverKey(account, ring, key));
    const recovered = rotation?.kind === 'changed' || rotation?.kind === 'rotated';
    return answerTo(family, withRecovered(reading, recovered), asked(order));
  }

  const unavailable = (code: string): Answer => ({ kind: 'refused', why: 'notAllowed', code });
  const actByVerb: Readonly<
    Record<Exclude<Verb, 'refund'>, (order: OrderRef, options: CallOptions) => Promise<Answer> | Answer>
  > = {
    cancel: (order, options) => act('cancel', order, {}, options),
    revoke: (order, options) => (account.revoke ? act('revoke', order, {}, options) : unavailable('DISABLED')),
    close: () => unavailable('UNSUPPORTED'),
    sync: () => unavailable('UNSUPPORTED'),
    syncRefund: () => unavailable('UNSUPPORTED'),
  };

  return {
    async look(order, options) {
      return orderView(await ask(idOf(order), options), asked(order));
    },
    async find(gatewayId, options) {
      return orderView(await ask({ sn: gatewayId }, options), { gatewayId, terminalSn: account.terminalSn });
    },
    async lookAtRefund(order, refund, options) {
      const fields = { ...idOf(order), refund_request_no: refund.refundNo };
      return refundView(await ask(fields, options), asked(order), refund);
    },
    async act(verb, order, options) {
      return actByVerb[verb](order, options);
    },
    async refund(order, refund, options) {
      if (!account.refunds) return unavailable('DISABLED');
      if (!Number.isSafeInteger(refund.amount) || refund.amount <= 0) {
        return { kind: 'rejected', why: 'request', code: 'REFUND_AMOUNT' };
      }
      const fields = {
        refund_request_no: refund.refundNo,
        operator: account.operator,
        refund_amount: String(refund.amount),
      };
      return act('refund', order, fields, options);
    },
    refundNo,
  };
}
