/** Notices to the merchant, in the shape and with the signature of each profile (spec 1.5, 10.9, real 21). */
import type { Notice, NoticeAbout, NoticeRules, NoticeWish } from '../contract.ts';
import type { Order } from './order.ts';
import type { NoticeShape, NoticeStamp, Profile } from './profiles/profile.ts';
import { type JsonObject, print } from './wire/json.ts';
import { traceId } from './wire/numbers.ts';
import type { Signer } from './wire/signer.ts';
import { epochSeconds, wallTime } from './wire/time.ts';

const SECOND_MS = 1000;
const MINUTES = [3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360];

export const noticeRules: NoticeRules = {
  takenBy: 'SUCCESS',
  againAfterMs: [15 * SECOND_MS, 15 * SECOND_MS, 30 * SECOND_MS, ...MINUTES.map((minutes) => minutes * 60 * SECOND_MS)],
};

/** C: the order itself with a code and a time, and no balance; it names no merchant. */
export const flatNotice: NoticeShape = (_, { refundableBalance: __, ...order }, { now }) => {
  const body = { code: 0, msg: null, resTime: epochSeconds(now), ...order, attach: null };
  return { body, signed: body };
};

const envelope = (about: NoticeAbout, order: JsonObject, { now, mchNo, appId }: NoticeStamp): JsonObject => ({
  noticeType: about === 'refund' ? 'refund' : 'pay',
  mchNo,
  appId,
  code: 0,
  msg: 'success',
  data: order,
  resTime: wallTime(now),
  traceId: traceId(),
});

/** E: `data` is a map on the server, so its keys are sorted ignoring case before it is signed, whatever is sent. */
export const mapNotice: NoticeShape = (about, order, stamp) => {
  const body = envelope(about, order, stamp);
  const byName = Object.entries(order).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return { body, signed: { ...body, data: Object.fromEntries(byName) } };
};

/** F: flattened, so order means nothing. That its envelope is E's is an assumption. */
export const wrappedNotice: NoticeShape = (about, order, stamp) => {
  const body = envelope(about, order, stamp);
  return { body, signed: body };
};

interface Writing {
  readonly order: Order;
  readonly profile: Profile;
  readonly signer: Signer;
  readonly now: number;
  readonly wish: NoticeWish;
}

export function writeNotice({ order, profile, signer, now, wish }: Writing): Notice {
  const { about = 'payment' } = wish;
  const { row, refunds } = order;
  const refund = refunds.at(-1);
  if (row === undefined) throw new Error(`${profile.name} has no row of ${order.facts.orderId} to tell of`);
  const told =
    about === 'refund' && refund !== undefined
      ? profile.views.refund(order, row, refund)
      : profile.views.pay(order, row, profile.statuses[row.status] ?? row.status);
  const { mchNo = '', appId = '' } = signer;
  const { body, signed } = profile.notice(about, told, { now, mchNo: wish.otherMerchant ? 'M0' : mchNo, appId });
  const sign = signer.sign(wish.forged === 'key' ? { ...signed, forged: true } : signed);
  const sent = { ...body, ...(wish.forged !== 'unsigned' && { sign }) };
  return {
    headers: { 'content-type': 'application/json' },
    body: print(wish.forged === 'content' ? { ...sent, code: 1 } : sent),
  };
}
