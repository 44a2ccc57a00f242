/** What the client concludes from answers that were recorded from a real DaxPay 2.0.8. */
import type { Call } from '../../../src/gateways/daxpay/codes.ts';
import { readReply } from '../../../src/gateways/daxpay/envelope.ts';
import { isObject, type JsonObject, parseObject } from '../../../src/gateways/daxpay/json.ts';
import { PROFILES } from '../../../src/gateways/daxpay/profiles.ts';
import { secretKeySigner } from '../../../src/gateways/daxpay/sign.ts';
import {
  closeAnswer,
  orderView,
  refundAnswer,
  refundView,
  syncAnswer,
  syncRefundAnswer,
} from '../../../src/gateways/daxpay/views.ts';
import { replyOf } from './support.ts';

export const SECRET = '123456';
export const RULES = { upper: false, maps: ['extraParam'] };
export const signerFor = ({ name }: { name: string }) =>
  secretKeySigner(name.startsWith('MD5 mode') ? 'MD5' : 'HMAC_SHA256', SECRET, RULES);

export const CALLS: Readonly<Record<string, Call>> = Object.fromEntries(
  (['query', 'close', 'cancel', 'sync', 'refund', 'queryRefund', 'syncRefund'] as const).map((call) => [
    PROFILES.c.calls[call].path,
    call,
  ]),
);

export const textIn = (body: JsonObject | undefined, name: string): string | undefined => {
  const value = body?.[name];
  return typeof value === 'string' ? value : undefined;
};

export interface Answered {
  readonly name: string;
  readonly path: string;
  readonly requestBody: string | null;
  readonly httpStatus: number;
  readonly responseBody: string;
}

/** What the client reads in one recorded answer. */
export function readingOf(one: Answered, amount: number) {
  const call = CALLS[one.path] ?? 'query';
  const signer = signerFor(one);
  const reply = readReply(replyOf(one.responseBody, one.httpStatus), { profile: PROFILES.c, signer, call });
  const request = parseObject(one.requestBody ?? '');
  const data = parseObject(one.responseBody)?.data;
  const gatewayId = textIn(request, 'orderNo');
  const asked = textIn(request, 'bizOrderNoeNo') ?? textIn(request, 'bizOrderNo');
  const orderId = asked ?? textIn(isObject(data) ? data : undefined, 'bizOrderNo') ?? '';
  const order = { orderId, amount, currency: 'CNY' };
  const refund = { refundNo: textIn(request, 'bizRefundNo') ?? '', amount, reason: '' };
  const dialect = { profile: PROFILES.c, utcOffsetHours: 8 };
  return {
    query: () => orderView(dialect, reply, order, gatewayId),
    queryRefund: () => refundView(dialect, reply, order, refund),
    close: () => closeAnswer(dialect, 'close', reply),
    cancel: () => closeAnswer(dialect, 'cancel', reply),
    sync: () => syncAnswer(dialect, reply),
    refund: () => refundAnswer(dialect, reply, refund),
    syncRefund: () => syncRefundAnswer(dialect, reply),
  }[call]();
}

/** What the client concludes from one recorded answer, in a few words. */
export function conclusion(one: Answered, amount: number): string {
  const said = readingOf(one, amount);
  const words: unknown[] = [said.kind];
  for (const key of ['why', 'code', 'effect', 'channel', 'what', 'in', 'remaining', 'afterMs', 'hint', 'amount']) {
    if (key in said) words.push(`${key}=${Object.entries(said).find(([name]) => name === key)?.[1]}`);
  }
  return words.join(' ');
}
