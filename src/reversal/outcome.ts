/** How a reversal can end, and why it can need people. */
import type { Evidence, OrderView } from './order-view.ts';

/** What is recorded in the end. `reversed`: closed or refunded, and the gateway does not say which of the two. */
export const FINAL_ACTIONS = ['kept', 'closed', 'refunded', 'reversed', 'nothing_to_reverse', 'manual'] as const;
export type FinalAction = (typeof FINAL_ACTIONS)[number];

export type BroughtAboutBy = 'us' | 'gateway' | 'payer' | 'operator';

/** The look that proves a final action. */
export interface Proof {
  readonly of: 'order' | 'refund' | 'operator';
  readonly kind: string;
  /** Workflow time at which the look was asked for. */
  readonly askedAt: number;
  readonly evidence?: Evidence;
}

/** What an operator found out and settled, for `manual`. */
export interface Resolution {
  readonly finalAction: 'kept' | 'closed' | 'refunded' | 'nothing_to_reverse';
  readonly operator: string;
  /** What it rests on: a case number, the words of the gateway's support, a line of the console. */
  readonly evidence: string;
  /** The money went back outside this gateway, whose looks therefore cannot show it. */
  readonly elsewhere?: boolean;
  /** The gateway cannot be asked or has not ended what it does, and it has to be decided all the same. */
  readonly unseen?: boolean;
}

/** What a person told a reversal to do. */
export interface Intervention {
  /** Workflow time. */
  readonly at: number;
  /** `resubmit`, `hold`, `release`, `reschedule`, `resolve` or `note`. */
  readonly message: string;
  readonly operator: string;
  readonly reason: string;
}

export interface Settlement {
  readonly kind: 'final';
  readonly action: FinalAction;
  readonly by: BroughtAboutBy;
  readonly proof: Proof;
  /** The payment showed up after we had found nothing, or had told that it was not paid. */
  readonly latePayment?: boolean;
  /** The gateway's answer and its looks contradict each other although the end is certain: worth an alarm. */
  readonly contradiction?: boolean;
  /** The payment was kept although a part of it had gone back already, by somebody else. */
  readonly partlyRefunded?: boolean;
  /** The rule that led here: page and anchor in `docs/decisions`. */
  readonly rule?: string;
  /** With what the gateway showed when it was decided. */
  readonly resolution?: Resolution & { readonly shown: string };
  /** Who did what on the way, the newest last. */
  readonly interventions?: readonly Intervention[];
}

/** The caller asked to stop: what is known, and no final action. */
export interface Abandonment {
  readonly kind: 'abandoned';
  readonly lastView: OrderView['kind'] | 'none';
  readonly askedAt?: number;
  readonly evidence?: Evidence;
  readonly interventions?: readonly Intervention[];
}

export type Outcome = Settlement | Abandonment;

/** Why a reversal waits for people: still open, still resumable. What people read about it is in the value. */
export const STUCK_REASONS = {
  'window-over': 'The payment stands, the window for cancel is over, and this account may not refund.',
  'not-allowed':
    'This order cannot be cancelled or refunded by us: the gateway does not allow it (campaign, product, channel), ' +
    "or the account's own configuration does not.",
  'no-funds': "The seller's balance is too low to give the money back.",
  frozen: 'The gateway has frozen the trade.',
  finished: 'The payment stands and the gateway gives nothing back any more.',
  'partly-refunded': 'Somebody refunded a part already. What is left must be decided by a person.',
  mismatch: 'The order at the gateway has another amount, currency or number than the request.',
  configuration:
    'The gateway refuses our credentials, permissions, signature or parameters. ' +
    'Only the last look, if it shows one, says how the order stands.',
  contradiction: "The gateway's answers contradict its own look at the order.",
  'gateway-failed': 'The gateway has marked the order as failed: not reversed, and not paid as far as known.',
  'gateway-busy': 'The gateway has been busy with this order for too long.',
  'gateway-unsure': 'The gateway does not know the state of this order, or what it shows proves nothing.',
  unreachable: 'No look at the order has succeeded for too long.',
  'not-confirmed': 'The order cannot be found, and no authenticated answer says so.',
  refused: 'The gateway keeps refusing what should be possible.',
  'refund-failed': 'The refund failed at the gateway.',
  'refund-unknown-at-channel':
    'The gateway shows our refund as running, and the payment channel has never heard of it: no money went back.',
  'gave-up': 'It has been tried for as long as the rules allow.',
} as const;
export type StuckReason = keyof typeof STUCK_REASONS;

/** What a caller can be told before the final action is recorded. */
export type Verdict = FinalAction | 'not_paid';
