import type { Field } from './fields.ts';

/** What a request asks for. `cancel` is a path of its own in C and `useCancel` of close in E and F. */
export type Verb = 'query' | 'close' | 'cancel' | 'sync' | 'refund' | 'refundQuery' | 'refundSync';

/** The whitelists of spec 3: exactly these fields are read, and exactly these are in the signature. */
export type Requests = Readonly<Record<Verb, readonly Field[]>>;

const text = (name: string, max: number, label?: string): Field =>
  label === undefined ? { name, kind: 'text', max } : { name, kind: 'text', max, label };
const needed = (field: Field, required: string): Field => ({ ...field, required });

const orderNo = (max: number): Field => text('orderNo', max, '支付订单号');
const bizOrderNo = text('bizOrderNo', 100, '商户订单号');
const outOrderNo = text('outOrderNo', 150);
const bizRefundNo = needed(text('bizRefundNo', 100, '商户退款号'), '商户退款号不可为空');
const useCancel: Field = { name: 'useCancel', kind: 'flag' };
const refundExtras = [text('attach', 500), text('notifyUrl', 200), text('extraParam', 2048)];
const refundIds = [text('refundNo', 100, '退款号'), text('bizRefundNo', 100, '商户退款号')];

const clientIp: Field = { name: 'clientIp', kind: 'text', max: 64, ip: true };
const nonceStr = text('nonceStr', 32, '随机数');
const REQ_TIME = '请求时间必填';

const commonC: readonly Field[] = [
  clientIp,
  nonceStr,
  text('sign', 64, '签名'),
  { name: 'reqTime', kind: 'seconds', required: REQ_TIME },
];

const commonE: readonly Field[] = [
  needed(text('mchNo', 32, '商户号'), '商户号必填'),
  needed(text('appId', 32, '应用号'), '应用号必填'),
  clientIp,
  nonceStr,
  text('sign', 64, '签名'),
  { name: 'reqTime', kind: 'wallTime', required: REQ_TIME },
];

const commonF: readonly Field[] = [
  needed(text('mchNo', 32, '商户号'), '商户号必填'),
  text('appId', 32, '应用号'),
  needed(text('reqId', 64, '请求ID'), '请求ID必填'),
  clientIp,
  nonceStr,
  text('sign', 1024, '签名'),
  { name: 'reqTime', kind: 'wallTime', required: REQ_TIME },
];

const act = [orderNo(32), bizOrderNo, ...commonC];
export const requestsC: Requests = {
  // `bizOrderNoeNo` is the real name (spec 3): with `bizOrderNo` the server sees no id at all.
  query: [orderNo(32), text('bizOrderNoeNo', 100, '商户订单号'), ...commonC],
  close: act,
  cancel: act,
  sync: act,
  refund: [
    bizRefundNo,
    ...act,
    { name: 'amount', kind: 'integer', required: '退款金额不可为空', min: 1 },
    text('reason', 150, '退款原因'),
    ...refundExtras,
  ],
  refundQuery: [...refundIds, ...commonC],
  refundSync: [...refundIds, ...commonC],
};

const lookE = [orderNo(100), bizOrderNo, outOrderNo, ...commonE];
const closeE = [orderNo(100), bizOrderNo, outOrderNo, useCancel, ...commonE];
export const requestsE: Requests = {
  query: lookE,
  close: closeE,
  cancel: closeE,
  sync: lookE,
  refund: [
    bizRefundNo,
    ...lookE,
    { name: 'amount', kind: 'decimal', required: '退款金额不可为空', min: 0.01 },
    text('reason', 150, '退款原因'),
    ...refundExtras,
  ],
  refundQuery: [...refundIds, ...commonE],
  refundSync: [...refundIds, ...commonE],
};

const idsF = [orderNo(100), bizOrderNo];
const closeF = [...idsF, useCancel, ...commonF];
export const requestsF: Requests = {
  query: [...idsF, ...commonF],
  close: closeF,
  cancel: closeF,
  sync: [...idsF, outOrderNo, ...commonF],
  refund: [
    bizRefundNo,
    text('tradeNo', 100, '交易号'),
    bizOrderNo,
    { name: 'amount', kind: 'integer', required: '退款金额不可为空', min: 1 },
    text('reason', 50, '退款原因'),
    ...commonF,
  ],
  refundQuery: [...refundIds, ...commonF],
  refundSync: [...refundIds, ...commonF],
};
