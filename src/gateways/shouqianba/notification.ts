/** Callbacks: the order as JSON, signed with RSA over the raw body, unlike requests (spec 1.2). */
import { type KeyObject, verify } from 'node:crypto';
import { parse } from 'lossless-json';
import { z } from 'zod';
import { publicKeyOf } from '../keys.ts';
import type { GatewayDeps, SecretRef } from '../module.ts';
import { type About, authentic, type Notifications, plainAnswers, refused, textOfBody } from '../notification.ts';
import type { ShouqianbaAccount } from './account.ts';
import { text } from './envelope.ts';

const ABOUT: ReadonlyMap<string, About> = new Map([
  ['PAID', 'payment'],
  ['REFUNDED', 'refund'],
  ['PARTIAL_REFUNDED', 'refund'],
  ['CANCELED', 'close'],
  ['PAY_CANCELED', 'close'],
]);

/** `<terminal_sn> <base64>`, as the requests' header with another signature. */
const AUTHORIZATION = /^(\S{1,32}) ([A-Za-z0-9+/]{1,1024}={0,2})$/;

const callback = z.object({ terminal_sn: text, sn: text, client_sn: text, order_status: text, status: text });

/** Undefined for what is no JSON object, or names a member twice: two readers would see two callbacks. */
function callbackOf(body: string): z.output<typeof callback> | undefined {
  try {
    return callback.safeParse(parse(body, null, (number) => number)).data;
  } catch {
    return undefined;
  }
}

/** Shouqianba's own. One key signs for every merchant. */
function theirKey(deps: GatewayDeps, ref: SecretRef): KeyObject {
  try {
    return publicKeyOf(deps.secret(ref), undefined);
  } catch (error) {
    throw new Error(`callbackPublicKey: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

/**
 * Callbacks to one terminal; undefined where the account has no key to verify them with.
 *
 * @throws Error when the key cannot be read
 */
export function shouqianbaNotifications(account: ShouqianbaAccount, deps: GatewayDeps): Notifications | undefined {
  const { callbackPublicKey, terminalSn } = account;
  if (callbackPublicKey === undefined) return undefined;
  const key = theirKey(deps, callbackPublicKey);
  return {
    read(http) {
      const [, sn, signature = ''] = AUTHORIZATION.exec(String(http.headers.authorization ?? '')) ?? [];
      const body = textOfBody(http);
      if (body === undefined) return refused('unreadable');
      if (!verify('sha256', http.body, key, Buffer.from(signature, 'base64'))) return refused('signature');
      const told = callbackOf(body);
      if (told === undefined) return refused('unreadable');
      // One key signs for every merchant: whose callback it is, only its terminal tells.
      if ((told.terminal_sn ?? sn) !== terminalSn) return refused('otherMerchant');
      return authentic({
        provider: 'shouqianba',
        orderId: told.client_sn,
        gatewayId: told.sn,
        about: ABOUT.get(told.order_status ?? '') ?? 'other',
        facts: { order_status: told.order_status, status: told.status, sn: told.sn },
      });
    },
    answers: plainAnswers('success', 'fail'),
  };
}
