import { randomBytes } from 'node:crypto';
import type { Notice, NoticeAbout, NoticeRules, NoticeWish, OrderTruth } from '../contract.ts';
import { keyPair, signText } from './keys.ts';
import { APP_ID } from './options.ts';
import { beijingTime, yuan } from './units.ts';

const MINUTE_MS = 60_000;

export const noticeRules: NoticeRules = {
  takenBy: 'success',
  againAfterMs: [4, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * MINUTE_MS),
};

const STATUS: Readonly<Record<NoticeAbout, string>> = {
  payment: 'TRADE_SUCCESS',
  refund: 'TRADE_SUCCESS',
  close: 'TRADE_CLOSED',
};

/** Values are bytes here, a character each, so that a form can be in any character set. */
const bytesOf = (text: string) => Buffer.from(text).toString('latin1');
const LUNCH_IN_GBK = '\xce\xe7\xb2\xcd';

const escaped = (bytes: string) =>
  bytes.replace(/[^A-Za-z0-9*._-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** The form that Alipay posts to a merchant's `notify_url`, signed over all values but `sign` and `sign_type`. */
export function alipayNotification(truth: OrderTruth, wish: NoticeWish, now: number): Notice {
  const { about = 'payment' } = wish;
  const time = beijingTime(now);
  const values: Record<string, string> = {
    app_id: wish.otherMerchant ? '2021000199999999' : APP_ID,
    charset: wish.shape === 'gbk' ? 'GBK' : 'utf-8',
    gmt_payment: time,
    ...(wish.shape === 'zeroRefundFee' && { refund_fee: '0.00', gmt_close: time }),
    ...(wish.shape?.startsWith('empties') && { body: '', refund_reason: '' }),
    ...(about === 'refund' && { gmt_refund: `${time}.000`, refund_fee: yuan(truth.returned) }),
    notify_id: randomBytes(17).toString('hex'),
    notify_time: time,
    notify_type: 'trade_status_sync',
    out_trade_no: truth.orderId,
    seller_id: '2088000000000001',
    subject: wish.shape === 'gbk' ? LUNCH_IN_GBK : bytesOf('午餐 100% & more'),
    total_amount: yuan(truth.amount),
    trade_no: truth.gatewayId ?? '',
    trade_status: STATUS[about],
    version: '1.0',
  };
  const text = Object.entries(values)
    .filter(([, value]) => value !== '' || wish.shape === 'emptiesKept')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const sign = signText(
    Buffer.from(text, 'latin1'),
    keyPair(wish.forged === 'key' ? 'stranger' : 'platform').privateKey,
  );
  const sent = wish.forged === 'content' ? { ...values, total_amount: '0.01' } : values;
  const all = { ...sent, sign_type: 'RSA2', ...(wish.forged !== 'unsigned' && { sign }) };
  return {
    headers: { 'content-type': `application/x-www-form-urlencoded; charset=${values.charset}` },
    body: Object.entries(all)
      .map(([name, value]) => `${name}=${escaped(value)}`)
      .join('&'),
  };
}
