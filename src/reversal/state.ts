/** The case of one order: what was asked, looked at, sent and answered. Plain data. */
import type { Answer, Verb } from './answer.ts';
import type { OrderView, RefundView } from './order-view.ts';
import type { Intervention, Resolution, StuckReason, Verdict } from './outcome.ts';
import type { ReversalRequest } from './request.ts';
import type { Rules, ViewKey } from './rules.ts';

/** One call that may have changed the order, of this run or of an earlier one. */
export interface Act {
  /** 1 for the first act on the order, counted by the ledger over all runs. */
  readonly seq: number;
  readonly verb: Verb;
  readonly sentAt: number;
  /** Absent while it runs, and for ever when the answer was lost with its worker. */
  readonly answer?: Answer;
  readonly answeredAt?: number;
}

export interface Look<View> {
  readonly view: View;
  /** Workflow time at which it was asked for: its age counts from here. */
  readonly askedAt: number;
  /** Workflow time at which it came back. */
  readonly seenAt: number;
}

/** What callers and people asked of a case that is open: for whichever run takes it up, however that one was started. */
export interface Carried {
  readonly asked?: Pick<ReversalRequest, 'reason' | 'ifPaid' | 'attemptedAt' | 'expiresAt' | 'method' | 'clientIp'>;
  /** Of a closure. */
  readonly dueAt?: number;
  /** How it was paid, and until when it can be, as a look told: a later one may not. */
  readonly seenMethod?: string;
  readonly seenExpiresAt?: number;
  readonly held: boolean;
  /** When a person held or released it last. */
  readonly holdChangedAt?: number;
  readonly interventions?: readonly Intervention[];
}

/** How far a case has come: only for the run that continues it. */
export type Pace = Pick<
  Reversal,
  'openedAt' | 'epoch' | 'known' | 'silentSince' | 'stuck' | 'mismatch' | 'strangers' | 'gatewayId' | 'batch'
>;

/** What the ledger remembers of the order from before this run. */
export interface Memory {
  readonly acts: readonly Act[];
  readonly told?: Verdict;
  readonly sawPaid?: boolean;
  readonly latePayment?: boolean;
  /** Of a case that is open. */
  readonly carried?: Carried;
  /** Only for the run that continues the one which wrote it down. */
  readonly pace?: Pace;
}

export interface Stuck {
  readonly reason: StuckReason;
  readonly since: number;
  /** The next look by itself. */
  readonly checkAt: number;
  readonly view: ViewKey | 'none';
  /** Of the decision tables, where one of theirs asked. */
  readonly cell?: string;
}

/** What an operator has decided, and the next look has not refused. */
export interface PendingResolution extends Resolution {
  /** Workflow time: only a look that was asked for later counts. */
  readonly askedAt: number;
  /** What that look showed, once it has confirmed the resolution or told nothing. */
  readonly shown?: ViewKey;
}

export interface Reversal {
  readonly request: ReversalRequest;
  readonly rules: Rules;
  readonly openedAt: number;
  /** Tries and patience count from here: the opening, or the last resubmission. */
  readonly epoch: number;
  /** Not before this, unless a payment was observed: a closure that was woken early. */
  readonly dueAt: number;
  /** The ledger's memory was read; while it was not, there are looks, but no act and no `kept`. */
  readonly remembered: boolean;
  /** Oldest first; of many only those that decisions still ask about, see `condensed`. */
  readonly acts: readonly Act[];
  readonly told?: Verdict;
  readonly look?: Look<OrderView>;
  readonly refundLook?: Look<RefundView>;
  readonly gatewayId?: string;
  /** How it was paid, and until when it can be, as the last look that told so showed it. */
  readonly seenMethod?: string;
  readonly seenExpiresAt?: number;
  /** When the newest answer that was believed was signed, by the gateway's clock: nothing older is believed. */
  readonly signedSince?: number;
  /** The last view that said something about the order, and since when it has said so without a break. */
  readonly known?: { readonly key: ViewKey; readonly since: number };
  /** Since when no look has told anything; absent when the last one did. */
  readonly silentSince?: number;
  /** The looks that showed something else than the one before, the newest last. For people. */
  readonly sights: readonly Look<OrderView>[];
  /** Looks since the last change of view or act: paces the next one. */
  readonly sameLooks: number;
  /** Answers in a row that named another order. */
  readonly strangers: number;
  readonly mismatch?: 'amount' | 'currency' | 'id';
  readonly sawPaid: boolean;
  readonly latePayment: boolean;
  /** Somebody has reason to believe that the order changed: look before anything else. */
  readonly lookWanted: boolean;
  readonly stuck?: Stuck;
  readonly held: boolean;
  /** When a person held or released it last. */
  readonly holdChangedAt?: number;
  readonly stopRequestedAt?: number;
  readonly resolution?: PendingResolution;
  /** Why the last resolution was refused. */
  readonly refusal?: string;
  /** What people did, the newest last. */
  readonly interventions: readonly Intervention[];
  /** The batch that resubmitted it last. */
  readonly batch?: string;
  /** Opened by 7d0153f, the first release, and not again since: its history replays only as that one decided. */
  readonly legacy?: true;
  /**
   * Without memory, where the last look needs it: the ledger is asked, however old that look is; false: it was asked since,
   * in vain, and another look comes first. Undefined in older histories.
   */
  readonly ledgerFirst?: boolean;
}
