/** Notices to `notifyUrl`: signed like answers, in C flat and in E and F with the order under `data` (1.5, real 21). */
import { type About, authentic, type Notifications, plainAnswers, refused, textOfBody } from '../notification.ts';
import { type Merchant, namesAnother, textOf } from './envelope.ts';
import { isObject, type JsonObject, parseObject } from './json.ts';
import { isPlain } from './plain.ts';
import type { Signer } from './sign.ts';

const PAY_STATUSES: ReadonlyMap<string, About> = new Map([
  ['success', 'payment'],
  ['close', 'close'],
  ['cancel', 'close'],
]);

/** Of E and F; C's notices have no type, and a refund's are told by their numbers. */
const TYPES: ReadonlyMap<string, About> = new Map([['refund', 'refund']]);

function about(type: string | undefined, order: JsonObject): About {
  if (type !== undefined && type !== 'pay') return TYPES.get(type) ?? 'other';
  if (textOf(order.bizRefundNo) !== undefined || textOf(order.refundNo) !== undefined) return 'refund';
  return PAY_STATUSES.get(textOf(order.status) ?? '') ?? 'other';
}

export interface NoticeReader extends Merchant {
  /** Tag 3.0.0 signs the keys of `data` sorted, earlier builds in the order of the wire: either is right (1.5). */
  readonly signers: readonly Signer[];
}

export function daxpayNotifications({ signers, ...merchant }: NoticeReader): Notifications {
  return {
    read(http) {
      const text = textOfBody(http);
      const message = text === undefined ? undefined : parseObject(text);
      if (message === undefined || !isPlain(message)) return refused('unreadable');
      const signature = textOf(message.sign) ?? '';
      if (!signers.some((signer) => signer.verifies(message, signature))) return refused('signature');
      if (namesAnother(message, merchant)) return refused('otherMerchant');
      const order = isObject(message.data) ? message.data : message;
      const type = textOf(message.noticeType);
      return authentic({
        provider: 'daxpay',
        orderId: textOf(order.bizOrderNo),
        gatewayId: textOf(order.orderNo),
        about: about(type, order),
        facts: {
          noticeType: type,
          status: textOf(order.status),
          refundStatus: textOf(order.refundStatus),
          traceId: textOf(message.traceId),
        },
      });
    },
    answers: plainAnswers('SUCCESS', 'FAIL'),
  };
}
