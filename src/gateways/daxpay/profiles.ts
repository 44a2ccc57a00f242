/** The three wire profiles as data (spec/daxpay.md 0.1, 3): everything that differs between versions is here. */
import { type Call, CODES, type CodeTable, type ProfileName } from './codes.ts';
import { type AmountFormat, epochSeconds, fen, type TimeFormat, wallClock, yuan } from './units.ts';

/** Where an answer carries its signature and over what (1.5). */
export type Envelope =
  | 'inner' // `data.sign` over `data`; the outer level is never signed
  | 'whole' // top-level `sign` over code, msg, data, resTime, traceId
  | 'flat'; // top-level `sign` over everything, flattened

export interface CallShape {
  readonly path: string;
  /**
   * The members that the server's class knows, and so the only ones sent and signed: it signs its own fields, not our
   * text (1.1).
   */
  readonly fields: readonly string[];
  /** The names that the order's numbers have here. Exactly one of them is sent: the server reads the first only. */
  readonly gatewayId?: string;
  readonly orderId?: string;
  /** A primitive boolean is in the server's text even when absent: always sent (D and later). */
  readonly useCancel?: boolean;
  /** Declared order of the members of `data`, for the second try at a signature (1.5). */
  readonly declared?: readonly string[];
}

export interface Profile {
  readonly name: ProfileName;
  readonly calls: Readonly<Record<Call, CallShape>>;
  /** Whether `syncRefund` is called: where its own task does not find out what became of a refund. */
  readonly syncsRefunds: boolean;
  readonly envelope: Envelope;
  /** The text to digest is upper-cased (E). */
  readonly upper: boolean;
  readonly time: TimeFormat;
  readonly amount: AmountFormat;
  readonly codes: CodeTable;
  readonly maxReason: number;
  /**
   * Ask by the gateway's number once it is known. Not in F, where `orderNo` means one payment trade: an order that was
   * paid by a second trade would be missed.
   */
  readonly byGatewayId: boolean;
  /** Its own timer closes an order that has expired although the channel could not be asked or has been paid (6). */
  readonly timerClosesUnasked: boolean;
}

const COMMON_C = ['clientIp', 'nonceStr', 'reqTime'];
const COMMON_E = ['mchNo', 'appId', ...COMMON_C];
const COMMON_F = ['mchNo', 'appId', 'reqId', ...COMMON_C];

const shape = (path: string, common: readonly string[], fields: readonly string[]): CallShape => ({
  path,
  fields: [...fields, ...common],
  gatewayId: 'orderNo',
  orderId: 'bizOrderNo',
});

const IDS = ['orderNo', 'bizOrderNo'];
const CLOSE = [...IDS, 'useCancel'];
const REFUND = ['bizRefundNo', ...IDS, 'amount', 'reason'];
const QUERY_REFUND = ['bizRefundNo'];

/** Tag 2.0.8: what the seeds describe, and what the recorded server ran. */
const c: Profile = {
  name: 'c',
  calls: {
    // The misspelt name is real; with `bizOrderNo` the server sees no id and the signature fails (3).
    query: {
      ...shape('/unipay/query/payOrder', COMMON_C, ['orderNo', 'bizOrderNoeNo']),
      orderId: 'bizOrderNoeNo',
    },
    close: shape('/unipay/close', COMMON_C, IDS),
    cancel: shape('/unipay/cancel', COMMON_C, IDS),
    sync: shape('/unipay/sync/pay', COMMON_C, IDS),
    refund: shape('/unipay/refund', COMMON_C, REFUND),
    queryRefund: { path: '/unipay/query/refundOrder', fields: [...QUERY_REFUND, ...COMMON_C] },
    // Not in the seeds; the only way out of a refund that is `progress` (real server 23).
    syncRefund: { path: '/unipay/sync/refund', fields: [...QUERY_REFUND, ...COMMON_C] },
  },
  envelope: 'inner',
  upper: false,
  time: epochSeconds,
  amount: fen,
  codes: CODES.c,
  maxReason: 150,
  byGatewayId: true,
  timerClosesUnasked: false,
  syncsRefunds: true,
};

/** Order of the members of E's query result, as its class declares them (3). */
const DECLARED_E = [
  ...['bizOrderNo', 'orderNo', 'outOrderNo', 'title', 'description', 'allocation', 'autoAllocation', 'channel'],
  ...['method', 'otherMethod', 'limitPay', 'amount', 'realAmount', 'refundableBalance', 'status', 'refundStatus'],
  ...['allocStatus', 'settleStatus', 'payTime', 'closeTime', 'expiredTime', 'attach', 'errorMsg'],
];

/** Tag 3.0.0. */
const e: Profile = {
  name: 'e',
  calls: {
    query: { ...shape('/unipay/query/payOrder', COMMON_E, IDS), declared: DECLARED_E },
    close: { ...shape('/unipay/close', COMMON_E, CLOSE), useCancel: false },
    cancel: { ...shape('/unipay/close', COMMON_E, CLOSE), useCancel: true },
    sync: { ...shape('/unipay/sync/order/pay', COMMON_E, IDS), declared: ['orderStatus', 'adjust'] },
    refund: {
      ...shape('/unipay/refund', COMMON_E, REFUND),
      declared: ['refundNo', 'bizRefundNo', 'status', 'errorMsg'],
    },
    queryRefund: { path: '/unipay/query/refundOrder', fields: [...QUERY_REFUND, ...COMMON_E] },
    syncRefund: { path: '/unipay/sync/order/refund', fields: [...QUERY_REFUND, ...COMMON_E] },
  },
  envelope: 'whole',
  upper: true,
  time: wallClock,
  amount: yuan,
  codes: CODES.e,
  maxReason: 150,
  byGatewayId: true,
  timerClosesUnasked: false,
  syncsRefunds: false,
};

/** "DaxPay Open" 1.0 (2026). */
const f: Profile = {
  name: 'f',
  calls: {
    query: shape('/unipay/query/pay-order', COMMON_F, IDS),
    close: { ...shape('/unipay/close', COMMON_F, CLOSE), useCancel: false },
    cancel: { ...shape('/unipay/close', COMMON_F, CLOSE), useCancel: true },
    sync: shape('/unipay/sync/order/pay', COMMON_F, IDS),
    refund: shape('/unipay/refund', COMMON_F, ['bizRefundNo', 'bizOrderNo', 'amount', 'reason']),
    queryRefund: { path: '/unipay/query/refund-order', fields: [...QUERY_REFUND, ...COMMON_F] },
    syncRefund: { path: '/unipay/sync/order/refund', fields: [...QUERY_REFUND, ...COMMON_F] },
  },
  envelope: 'flat',
  upper: false,
  time: wallClock,
  amount: fen,
  codes: CODES.f,
  maxReason: 50,
  byGatewayId: false,
  timerClosesUnasked: true,
  syncsRefunds: false,
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { c, e, f };
