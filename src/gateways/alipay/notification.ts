/** Asynchronous notifications: a form, signed by another rule than requests (specification 7.4). */
import type { KeyObject } from 'node:crypto';
import {
  type About,
  authentic,
  bytesOfBody,
  charsetOf,
  decoded,
  type Notifications,
  plainAnswers,
  refused,
} from '../notification.ts';
import type { Credentials } from './account.ts';
import { classicStringToSign, verify } from './sign.ts';
import { beijingEpoch, minorUnits } from './values.ts';

/** What Alipay says by default is `TRADE_SUCCESS`; the rest has to be asked for (4.3). */
const ABOUT: ReadonlyMap<string, About> = new Map([
  ['TRADE_SUCCESS', 'payment'],
  ['TRADE_FINISHED', 'payment'],
  ['TRADE_CLOSED', 'close'],
]);

/** Names to values, both as bytes: one character stands for one byte, whatever the character set is. */
type Form = ReadonlyMap<string, string>;

/**
 * The texts that Alipay's own clients verify: without empty values (PHP) or with them (Java, Node), and without
 * `sign_type` or, in the older form, with it. Whichever verifies, the signature covers all that is read.
 */
const FORMS: readonly (readonly [without: readonly string[], empties: 'dropped' | 'kept'])[] = [
  [['sign', 'sign_type'], 'dropped'],
  [['sign', 'sign_type'], 'kept'],
  [['sign'], 'dropped'],
  [['sign'], 'kept'],
];

/** Whether Alipay signed this form, whose values were URL-decoded once and not decoded into text. */
export function verifyNotification(form: Form, alipayKey: KeyObject): boolean {
  const signature = form.get('sign') ?? '';
  if (signature === '' || form.get('sign_type') !== 'RSA2') return false;
  const texts = new Set(FORMS.map(([without, empties]) => classicStringToSign(form, without, empties)));
  return [...texts].some((text) => verify(Buffer.from(text, 'latin1'), signature, alipayKey));
}

/** Bytes that are no part of a URL-encoded form's names. */
const PLAIN_NAME = /^[!-~]+$/;

const unescaped = (part: string): string =>
  part
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Undefined when a name is not plain, or comes twice: two readers would see two notifications. */
function formOf(body: Buffer): Form | undefined {
  const form = new Map<string, string>();
  for (const pair of body.toString('latin1').split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    const key = unescaped(name);
    if (!PLAIN_NAME.test(key) || form.has(key)) return undefined;
    form.set(key, unescaped(value.join('=')));
  }
  return form;
}

/**
 * A refund is told under the trade's own status: by the sum that was given back so far, and of a closed trade by the
 * time of a refund too. A payment's notification may carry the sum as well, and then it is zero (`refund_fee=0.00`).
 */
function about(form: Form): About {
  const told = ABOUT.get(form.get('trade_status') ?? '') ?? 'other';
  if (told === 'other') return told;
  const givenBack = minorUnits((form.get('refund_fee') ?? '').trim()) ?? 0;
  // The time has milliseconds here, and here only.
  const refundedAt = beijingEpoch((form.get('gmt_refund') ?? '').trim().slice(0, 19));
  return givenBack > 0 || (told === 'close' && refundedAt !== undefined) ? 'refund' : told;
}

/** Notifications to one application, and to one seller where the configuration names one. */
export function alipayNotifications({
  appId,
  sellerId,
  alipayKey,
}: Pick<Credentials, 'appId' | 'sellerId' | 'alipayKey'>): Notifications {
  return {
    read(http) {
      const body = bytesOfBody(http);
      const form = body && formOf(body);
      if (form === undefined) return refused('unreadable');
      if (!verifyNotification(form, alipayKey)) return refused('signature');
      // The merchant's payment system chose the character set. A subject that was cut inside a character is not read.
      const charset = form.get('charset') || charsetOf(http);
      const text = (name: string) => decoded(Buffer.from(form.get(name) ?? '', 'latin1'), charset);
      if (text('app_id') !== appId) return refused('otherMerchant');
      const seller = text('seller_id');
      if (sellerId !== undefined && seller && seller !== sellerId) return refused('otherMerchant');
      return authentic({
        provider: 'alipay',
        orderId: text('out_trade_no'),
        gatewayId: text('trade_no'),
        about: about(form),
        facts: {
          notify_id: text('notify_id'),
          notify_type: text('notify_type'),
          trade_status: text('trade_status'),
        },
      });
    },
    // Exactly these seven letters; anything else is sent again for a day.
    answers: plainAnswers('success', 'fail'),
  };
}
