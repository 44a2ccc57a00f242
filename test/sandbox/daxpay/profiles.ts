import type { SystemFactory } from '../../../src/sandbox/contract.ts';
import { daxpayC, daxpayE, daxpayF } from '../../../src/sandbox/daxpay/index.ts';
import type { JsonObject } from '../../../src/sandbox/daxpay/wire/json.ts';
import { type Bench, openBench } from './bench.ts';

type Compose = (members: JsonObject) => readonly [path: string, members: JsonObject];
type Look = 'query' | 'sync' | 'close' | 'cancel' | 'refundQuery';

/** A profile as a caller sees it: one name a call. */
interface Caller extends Readonly<Record<Look, Compose>> {
  readonly factory: SystemFactory;
  /** What it calls an order that waits for its payment. */
  readonly open: string;
  amount(fen: number): number;
}

const at =
  (path: string, more: JsonObject = {}): Compose =>
  (members) => [path, { ...members, ...more }];

const later = {
  sync: at('/unipay/sync/order/pay'),
  close: at('/unipay/close', { useCancel: false }),
  cancel: at('/unipay/close', { useCancel: true }),
};

const callers: Readonly<Record<ProfileName, Caller>> = {
  C: {
    factory: daxpayC,
    open: 'progress',
    query: ({ bizOrderNo, ...rest }) => [
      '/unipay/query/payOrder',
      { ...rest, ...(bizOrderNo && { bizOrderNoeNo: bizOrderNo }) },
    ],
    sync: at('/unipay/sync/pay'),
    close: at('/unipay/close'),
    cancel: at('/unipay/cancel'),
    refundQuery: at('/unipay/query/refundOrder'),
    amount: (fen) => fen,
  },
  E: {
    ...later,
    factory: daxpayE,
    open: 'progress',
    query: at('/unipay/query/payOrder'),
    refundQuery: at('/unipay/query/refundOrder'),
    amount: (fen) => fen / 100,
  },
  F: {
    ...later,
    factory: daxpayF,
    open: 'processing',
    query: at('/unipay/query/pay-order'),
    refundQuery: at('/unipay/query/refund-order'),
    amount: (fen) => fen,
  },
};

export type ProfileName = 'C' | 'E' | 'F';
export const names: readonly ProfileName[] = ['C', 'E', 'F'];
type Fault = Parameters<Bench['send']>[2];

/** A bench whose calls are named. The clock runs on while a call is answered. */
export function open(name: ProfileName) {
  const caller = callers[name];
  const bench = openBench(caller.factory);
  const look = (verb: Look) => (members: JsonObject, fault?: Fault) => bench.call(...caller[verb](members), fault);
  return {
    ...bench,
    caller,
    query: look('query'),
    sync: look('sync'),
    close: look('close'),
    cancel: look('cancel'),
    refundQuery: look('refundQuery'),
    refund: (orderId: string, bizRefundNo: string, fen: number, fault?: Fault) =>
      bench.call('/unipay/refund', { bizOrderNo: orderId, bizRefundNo, amount: caller.amount(fen) }, fault),
    /** The call's bytes with another signature or other members than it would have. */
    forge(verb: Look, members: JsonObject, change: (stamped: JsonObject) => { sent: JsonObject; signed: JsonObject }) {
      const [path, composed] = caller[verb](members);
      const { sent, signed } = change(bench.stamped(composed));
      return bench.callRaw(path, JSON.stringify({ ...sent, sign: bench.sign(signed) }));
    },
  };
}
