/** From a reply to what it means before any operation's own rules: the order of the checks is the point here. */
import type { UnknownKind } from '../../reversal/order-view.ts';
import { short } from '../evidence.ts';
import { codeKey, GATEWAY_CODES, OTHER_GATEWAY_CODE, rowOf } from './codes.ts';
import { type Members, textOf } from './envelope.ts';
import type { LockedCode, Reply } from './reply.ts';

/** What was asked, so that an answer about something else is noticed. */
export interface Asked {
  /** Absent where only Alipay's own number is known: then the answer must name that. */
  readonly orderId?: string | undefined;
  readonly gatewayId?: string | undefined;
  readonly refundNo?: string | undefined;
  /** The application that asked, and the seller that it asked for where the configuration names one. */
  readonly appId?: string | undefined;
  readonly sellerId?: string | undefined;
}

export type Reading =
  | { readonly kind: 'unknown'; readonly why: UnknownKind }
  | { readonly kind: 'rejected'; readonly why: 'signature' | 'config' | 'request'; readonly code: string }
  | { readonly kind: 'locked'; readonly code: LockedCode }
  | { readonly kind: 'success'; readonly members: Members }
  /** `key` is normalised for the tables, `code` is as sent. */
  | { readonly kind: 'business'; readonly key: string; readonly code: string };

const BUSINESS_FAILED = '40004';
const BUSINESS_KEY = /^[A-Z][A-Z0-9_]*$/;
const GATEWAY_KEY = /^[a-z][a-z0-9-]*(?:, ?[a-z0-9-]+)*$/;

const unknown = (why: UnknownKind): Reading => ({ kind: 'unknown', why });

/**
 * Gateway errors may be unsigned; everything that says something about money may not, except a v3 error, which is then
 * a hint (1.5, 2.4, clarification 1). An answer about another order is no answer (8.1).
 */
export function read(reply: Reply, asked: Asked): Reading {
  if (reply.kind === 'unanswered') return unknown(reply.why);
  if (reply.kind === 'locked') return reply;
  if (isAboutAnother(reply.members, asked)) return unknown('otherOrder');
  if (reply.ok) return reply.trust === 'signed' ? { kind: 'success', members: reply.members } : unknown('unsigned');

  const key = codeKey(reply.code);
  const code = short(reply.code);
  const { number } = reply;
  const isBusiness = number === undefined ? BUSINESS_KEY.test(key) : number === BUSINESS_FAILED;
  const otherwise = number === undefined && GATEWAY_KEY.test(key) ? OTHER_GATEWAY_CODE : undefined;
  const failure = rowOf(GATEWAY_CODES, key) ?? rowOf(GATEWAY_CODES, number ?? '') ?? otherwise;
  if (failure !== undefined) return failure.kind === 'rejected' ? { ...failure, code } : failure;
  if (reply.trust === 'none') return unknown('unsigned');
  return isBusiness ? { kind: 'business', key, code } : unknown('unfamiliar');
}

/** Whether a success names the order that was asked for. Every documented one does; silence proves nothing. */
export function namesOrder(members: Members, { orderId, gatewayId }: Asked): boolean {
  const named = textOf(members, 'out_trade_no');
  if (orderId !== undefined) return named === orderId;
  return named !== undefined && gatewayId !== undefined && textOf(members, 'trade_no') === gatewayId;
}

export function isAboutAnother(members: Members, asked: Asked): boolean {
  const differs = (name: string, expected: string | undefined) => {
    const given = textOf(members, name);
    return expected !== undefined && given !== undefined && given !== expected;
  };
  return (
    differs('out_trade_no', asked.orderId) ||
    differs('trade_no', asked.gatewayId) ||
    differs('out_request_no', asked.refundNo) ||
    differs('app_id', asked.appId) ||
    differs('seller_id', asked.sellerId)
  );
}

/** Whether it says nothing but that the call worked: what a refund query answers when it found nothing (6.3). */
export function tellsNothing(members: Members): boolean {
  return [...members.keys()].every((name) => name === 'code' || name === 'msg' || textOf(members, name) === undefined);
}

/**
 * Whether it tells one of these. The signature does not cover which call an answer is to, so an answer that tells what
 * this call never does is to another one.
 */
export function tellsAny(members: Members, names: readonly string[]): boolean {
  return names.some((name) => textOf(members, name) !== undefined);
}
