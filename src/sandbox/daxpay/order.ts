import type { NoticeAbout } from '../contract.ts';
import type { Flags } from './flags.ts';
import type { Trade } from './trade.ts';

/** Our names of DaxPay's own states; F writes `wait` as `init` and `progress` as `processing`. */
export type Status = 'wait' | 'progress' | 'success' | 'close' | 'cancel' | 'fail';
export type RefundStatus = Flags['refundStatus'];

/** A row of DaxPay's order table. Rows are replaced, never changed: a row is also what somebody has read. */
export interface Row {
  readonly version: number;
  readonly status: Status;
  readonly refundStatus: RefundStatus;
  readonly refundableBalance: number;
  /** The channel's number, once DaxPay has seen it. */
  readonly outOrderNo: string | null;
  readonly payTime: number | null;
  readonly closeTime: number | null;
  readonly expiredTime: number;
}

export interface Refund {
  readonly refundNo: string;
  readonly bizRefundNo: string;
  readonly amount: number;
  readonly reason: string | null;
  status: 'progress' | 'success' | 'fail' | 'close';
  outRefundNo: string | null;
  finishTime: number | null;
  /** Both stay when a later try succeeds (real 4.7). */
  errorCode: string | null;
  errorMsg: string | null;
  tries: number;
}

export interface OrderFacts {
  /** The merchant's number: the sandbox's `orderId`, DaxPay's `bizOrderNo`. */
  readonly orderId: string;
  readonly orderNo: string;
  readonly tradeNo: string;
  readonly amount: number;
  readonly currency: string;
  readonly flags: Flags;
  readonly trade: Trade;
  readonly now: () => number;
  /** The merchant is to be told. */
  readonly notify: (about: NoticeAbout) => void;
}

/** The changes that DaxPay tells the merchant of. */
const NOTICED: Readonly<Partial<Record<Status, NoticeAbout>>> = {
  success: 'payment',
  close: 'close',
  cancel: 'close',
};

/** One order on both sides: DaxPay's row (none while it is absent) and the channel's trade, which may disagree. */
export class Order {
  readonly facts: OrderFacts;
  readonly refunds: Refund[] = [];
  /** Set once the payer has paid inside a channel call, so that it happens once. */
  paidDuringCall = false;
  private readonly history: { readonly since: number; readonly row: Row }[] = [];

  constructor(facts: OrderFacts) {
    this.facts = facts;
  }

  /** The row it was seeded with, which has been there for ever. */
  plant(row: Row): void {
    this.history.push({ since: Number.NEGATIVE_INFINITY, row });
  }

  get row(): Row | undefined {
    return this.history.at(-1)?.row;
  }

  /** The order as a replica that is `lag` behind shows it. */
  rowAt(time: number): Row | undefined {
    return this.history.findLast(({ since }) => since <= time)?.row;
  }

  insert(row: Row): void {
    if (this.row === undefined) this.history.push({ since: this.facts.now(), row });
  }

  /** Saves a change of what was read; false when somebody else saved first (optimistic lock). */
  save(read: Row, change: Partial<Omit<Row, 'version'>>, isTold = true): boolean {
    if (this.row?.version !== read.version) return false;
    this.history.push({ since: this.facts.now(), row: { ...read, ...change, version: read.version + 1 } });
    const about = change.status === undefined || change.status === read.status ? undefined : NOTICED[change.status];
    if (isTold && about !== undefined) this.facts.notify(about);
    return true;
  }

  /** Changes whatever stands there now. */
  change(change: Partial<Omit<Row, 'version'>>): void {
    if (this.row !== undefined) this.save(this.row, change);
  }

  findRefund(number: string): Refund | undefined {
    return this.refunds.find(({ refundNo, bizRefundNo }) => refundNo === number || bizRefundNo === number);
  }
}
