/** The gateway, the payer and the money, as they really are: what `decide` never sees but through looks. */
import type { Verb } from '../../src/reversal/answer.ts';

/**
 * What an order can really be. Every gateway has its own selection; `cancelling` and `refunding` end by themselves, the
 * four `…Unclear` are the gateway's own doubts. `closed`: nobody paid, or so it seems; `cancelled`: by a cancel, which may
 * have given money back.
 */
export type Truth =
  | 'absent'
  | 'unpaid'
  | 'paid'
  | 'finished'
  | 'partly'
  | 'closed'
  /** Closed by the gateway's own clock, whatever the payment channel holds. */
  | 'lapsed'
  | 'cancelled'
  | 'refunded'
  | 'cancelling'
  | 'refunding'
  | 'paymentUnclear'
  | 'cancelUnclear'
  | 'refundUnclear'
  | 'statusUnclear'
  | 'failed';

/** What our refund really is at the gateway. */
export type RefundTruth = 'none' | 'running' | 'done' | 'failed';

/** A call of ours whose answer was lost: it may be executed until then, and is executed at `runsAt` if nothing hurries it. */
export interface LateCall {
  readonly verb: Verb;
  readonly seq: number;
  readonly runsAt: number;
  readonly until: number;
}

/** The amount of every order is two units, so that one unit is a part. */
export const WHOLE = 2;

export interface World {
  /** What the gateway has in its own books. */
  readonly truth: Truth;
  /** What the payment channel has, for gateways that only remember it (DaxPay); elsewhere the same as `truth`. */
  readonly channel: Truth;
  /** What a replica still shows, until `lagUntil`. */
  readonly stale: Truth;
  readonly lagUntil: number;
  readonly taken: number;
  /** When it was paid; 0 before. */
  readonly paidAt: number;
  readonly returned: number;
  /** How much of `returned` we brought about, and when last. */
  readonly byUs: number;
  readonly refund: RefundTruth;
  readonly late: readonly LateCall[];
  /** Nobody can pay from here on: the code has expired, or the barcode payment has failed. */
  readonly payableUntil: number;
  /** The number is blocked for payments although no order exists (a gateway that remembers a cancel). */
  readonly blocked: boolean;
  /** A lock at the gateway keeps its books from following the channel: whatever a sync sees there, they stay. */
  readonly locked: boolean;
  readonly createdAt: number;
  /** How and when a state that ends by itself ends. */
  readonly ending: Ending | undefined;
  /** The gateway said that it closed the order, and had not: what it says of the money is no longer a promise of ours. */
  readonly lied: boolean;
}

export interface Ending {
  readonly at: number;
  readonly as: Truth;
  readonly refund?: RefundTruth;
  readonly by: 'us' | 'others';
}

export const left = (w: World) => w.taken - w.returned;

/** Whether the payer can still pay, as the model knows and `decide` cannot. */
export function isPayable(w: World, now: number): boolean {
  return (w.channel === 'absent' || w.channel === 'unpaid') && !w.blocked && now < w.payableUntil;
}
