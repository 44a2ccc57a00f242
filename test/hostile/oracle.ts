/**
 * What a client may make of an answer that somebody changed.
 *
 * Where the gateway signs (Alipay, DaxPay): what the unchanged answer says, or nothing: `unknown`, `rejected`. An
 * unsigned refusal may be reported as a hint, which proves nothing; a success and a refund's view may not. A genuine
 * answer that names neither order nor refund, as some refusals do and what DaxPay says to a close, is whoever's: whole,
 * it may be read as it stands. E signs without regard to case, so the case of the gateway's own number is not proven.
 * Where it does not (Shouqianba): no more than the bytes say, read by a second reader that shares no code with the
 * client. Everywhere: the request was received, so "not sent" is a lie; and what comes out is short.
 */
import { isDeepStrictEqual } from 'node:util';
import type { OrderRef } from '../../src/gateways/gateway.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import type { CallName } from '../conformance/gateways/description.ts';
import { bytesSay } from './shouqianba-bytes.ts';
import type { WireAnswer } from './wire.ts';

export type Said = OrderView | RefundView | Answer;

const HINTS = new Set(['absent', 'refused', 'again', 'running']);
/** More than any view of a documented answer; a history keeps it for good. */
const LONGEST = 4096;

/** Each answer has a time of its own, which only its own signature covers. */
function facts(said: Said): object {
  const { evidence: _, signedAt: __, ...rest } = said;
  return 'gatewayId' in rest ? { ...rest, gatewayId: rest.gatewayId?.toUpperCase() } : rest;
}

export function everywhere(said: Said): string | undefined {
  if (said.kind === 'notSent') return 'not sent, which the gateway received';
  if (said.kind === 'unknown' && 'why' in said && said.why === 'notSent') return 'not sent, which the gateway received';
  const { length } = JSON.stringify(said);
  return length > LONGEST ? `${length} characters of it` : undefined;
}

/** Where answers are signed. `genuine`: what the unchanged answer is to the same call. */
export function signed(said: Said, genuine: readonly Said[]): string | undefined {
  if (said.kind === 'unknown' || said.kind === 'rejected') return undefined;
  if ('hint' in said && said.hint === true && HINTS.has(said.kind)) return undefined;
  return genuine.some((one) => isDeepStrictEqual(facts(said), facts(one))) ? undefined : 'not what was signed';
}

export function unsigned(said: Said, call: CallName, order: OrderRef, sent: WireAnswer): string | undefined {
  if (said.kind === 'unknown') return undefined;
  return bytesSay(sent, said, call, order) ? undefined : 'more than the bytes say';
}
