/** Asynchronous notifications: a form, signed by another rule than requests (specification 7.4). */
import type { KeyObject } from 'node:crypto';
import { type About, authentic, type Notifications, plainAnswers, refused, textOfBody } from '../notification.ts';
import type { Credentials } from './account.ts';
import { classicStringToSign, verify } from './sign.ts';

/** What Alipay says by default is `TRADE_SUCCESS`; the rest has to be asked for (4.3). */
const ABOUT: ReadonlyMap<string, About> = new Map([
  ['TRADE_SUCCESS', 'payment'],
  ['TRADE_FINISHED', 'payment'],
  ['TRADE_CLOSED', 'close'],
]);

/** A refund is told under the trade's own status; only these fields show it. */
const REFUND_FIELDS = ['refund_fee', 'gmt_refund'];

/**
 * Whether Alipay signed this form. Values as decoded once; `sign` and `sign_type` take no part.
 *
 * @param form no name comes twice
 */
export function verifyNotification(form: ReadonlyMap<string, string>, alipayKey: KeyObject): boolean {
  const signature = form.get('sign') ?? '';
  if (signature === '' || form.get('sign_type') !== 'RSA2') return false;
  return verify(classicStringToSign(form, ['sign', 'sign_type']), signature, alipayKey);
}

function formOf(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = [...new URLSearchParams(text)];
  const form = new Map(pairs);
  return form.size === pairs.length ? form : undefined;
}

function about(form: ReadonlyMap<string, string>): About {
  if (REFUND_FIELDS.some((name) => form.get(name))) return 'refund';
  return ABOUT.get(form.get('trade_status') ?? '') ?? 'other';
}

/** Notifications to one application. `seller_id` is not compared: the configuration has none, and a look follows. */
export function alipayNotifications({ appId, alipayKey }: Pick<Credentials, 'appId' | 'alipayKey'>): Notifications {
  return {
    read(http) {
      const text = textOfBody(http);
      const form = text === undefined ? undefined : formOf(text);
      // Merchants may ask for GBK; then the signature is over other bytes than these.
      if (form === undefined || (form.get('charset') ?? 'utf-8').toLowerCase() !== 'utf-8')
        return refused('unreadable');
      if (!verifyNotification(form, alipayKey)) return refused('signature');
      if (form.get('app_id') !== appId) return refused('otherMerchant');
      return authentic({
        orderId: form.get('out_trade_no'),
        gatewayId: form.get('trade_no'),
        about: about(form),
        facts: {
          notify_id: form.get('notify_id'),
          notify_type: form.get('notify_type'),
          trade_status: form.get('trade_status'),
        },
      });
    },
    // Exactly these seven letters; anything else is sent again for a day.
    answers: plainAnswers('success', 'fail'),
  };
}
