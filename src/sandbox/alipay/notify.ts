import { randomBytes } from 'node:crypto';
import type { OrderTruth } from '../contract.ts';
import { keyPair, signText } from './keys.ts';
import { APP_ID } from './options.ts';
import { beijingTime, yuan } from './units.ts';

export interface NotifyOptions {
  /** Default `TRADE_SUCCESS`, the only one that is sent by default. */
  readonly tradeStatus?: string;
  /** The same on every repeat of one notification. */
  readonly notifyId?: string;
  readonly at?: number;
  /** Changes the amount after signing. */
  readonly tampered?: boolean;
}

/**
 * The form that Alipay posts to a merchant's `notify_url`, signed: over all values but `sign` and `sign_type`. The
 * sandbox does not send it; a test posts it when it likes, as often as it likes.
 */
export function alipayNotification(truth: OrderTruth, options: NotifyOptions = {}): string {
  const time = beijingTime(options.at ?? Date.now());
  const values: Record<string, string> = {
    app_id: APP_ID,
    charset: 'utf-8',
    gmt_payment: time,
    notify_id: options.notifyId ?? randomBytes(17).toString('hex'),
    notify_time: time,
    notify_type: 'trade_status_sync',
    out_trade_no: truth.orderId,
    seller_id: '2088000000000001',
    subject: '午餐 100% & more',
    total_amount: yuan(truth.amount),
    trade_no: truth.gatewayId ?? '',
    trade_status: options.tradeStatus ?? 'TRADE_SUCCESS',
    version: '1.0',
  };
  const text = Object.entries(values)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const sign = signText(text, keyPair('platform').privateKey);
  const sent = options.tampered ? { ...values, total_amount: '0.01' } : values;
  return new URLSearchParams({ ...sent, sign_type: 'RSA2', sign }).toString();
}
