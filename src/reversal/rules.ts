/** A gateway's windows, verbs, patience and decision tables, as data. */
import type { Verb } from './answer.ts';
import type { StuckReason } from './outcome.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The columns of the decision tables: what the last look showed. */
export const VIEW_KEYS = [
  'absent',
  'unpaid',
  'paid',
  'finished',
  'partlyRefunded',
  'closed',
  'refunded',
  'gone',
  'settlingPayment',
  'settlingCancel',
  'settlingRefund',
  'faultyPayment',
  'faultyCancel',
  'faultyRefund',
  'faultyStatus',
  'unknown',
  'rejected',
] as const;
export type ViewKey = (typeof VIEW_KEYS)[number];

/** Somebody paid, whatever else is true of it. */
export const PAID: ReadonlySet<ViewKey> = new Set(['paid', 'finished', 'partlyRefunded']);
/** The order ended, whatever else is to be asked about it. */
export const ENDS: ReadonlySet<ViewKey> = new Set(['closed', 'refunded', 'gone']);

/** The rows of the tables after an act: what the gateway said to it. */
export const ANSWER_KEYS = [
  'closed',
  'refunded',
  'nothingFound',
  'unspecified',
  'again',
  'running',
  'tooLate',
  'state',
  'notAllowed',
  'noFunds',
  'frozen',
  'finished',
  'partlyRefunded',
  'absent',
  'unclear',
  'notSent',
  'limited',
  'gatewayFault',
  'unknown',
  'rejectedSignature',
  'rejectedRequest',
  'rejectedConfig',
] as const;
export type AnswerKey = (typeof ANSWER_KEYS)[number];

export const REFUND_KEYS = ['notFound', 'running', 'done', 'failed', 'unknown', 'rejected'] as const;
export type RefundKey = (typeof REFUND_KEYS)[number];

/**
 * One cell of a table. Whatever it says, `decide` still asks for a fresh look before an act, for the end of a lost
 * act's horizon before another verb, and for a look that proves the end before it settles.
 */
export type Move =
  /** The view is an end: conclude and record. */
  | { readonly do: 'settle' }
  /** The payment stays. */
  | { readonly do: 'keep' }
  /**
   * Send the first verb of the list that the account, the window and the tries allow; else play `else`.
   * `paid` and `unpaid` stand for the gateway's lists, `same` for the verb that was sent last.
   */
  | {
      readonly do: 'send';
      readonly verbs: readonly Verb[] | 'paid' | 'unpaid' | 'same';
      /** How often each verb may be sent since the case was opened or resubmitted. Default: as often as patience lasts. */
      readonly tries?: number;
      readonly else?: Move;
    }
  /** Look again and again; after so long since the last act (or since patience began) play `next`. */
  | { readonly do: 'look'; readonly for: number | 'patience' | 'ever'; readonly next?: Move }
  /** Look at the watch times and at the expiry; when the view is still the same at the end, conclude. */
  | { readonly do: 'watch' }
  /** People have to decide. */
  | { readonly do: 'ask'; readonly reason: StuckReason };

/** How long a verb may be sent, by the gateway's clock rules. */
export type Window =
  | { readonly kind: 'age'; readonly max: number }
  /**
   * Of a paid order: its calendar day and the present one are the same in that zone, and it is before `untilMinute` of
   * the day. An unpaid order has no such window: it may not stay payable over midnight.
   */
  | { readonly kind: 'sameDay'; readonly utcOffsetHours: number; readonly untilMinute: number };

export interface BackOff {
  readonly first: number;
  readonly factor: number;
  readonly max: number;
  /** Fast repeats end so long after the state was first seen; then one every `slowEvery`. */
  readonly fastFor: number;
  readonly slowEvery: number;
  /** Then people are asked. */
  readonly giveUpAfter: number;
}

/** Everything that time has a say in; each can be overridden by an account, so a test or demo runs in seconds. */
export interface Timing {
  readonly pollEvery: number;
  /** How long after the attempt an unpaid order is left alone while a payment may be kept. */
  readonly patience: number;
  /** No act earlier than this after the attempt. */
  readonly minimumAge: number;
  /** How long ago a look may have been asked for when an act is sent or a payment is kept. */
  readonly freshness: number;
  /** How much may lie between a look's return and the act: the act follows the look without any other call. */
  readonly gap: number;
  /** A look that still shows the old state so soon after a success is a replica's delay. */
  readonly confirmWithin: number;
  /** How long a call whose answer was lost may still be executed. */
  readonly actHorizon: number;
  /** Nothing is concluded from a missing order earlier than this after the attempt. */
  readonly quiet: number;
  /** The longest life of a code that the payer scans, when the request names no expiry. */
  readonly codeLife: number;
  /** Looks after a missing or revivable order, counted from the last act. */
  readonly watch: readonly number[];
  /** No look at a refund earlier than this after it was sent. */
  readonly refundLookAfter: number;
  /** A stuck reversal looks by itself this often. */
  readonly selfCheck: number;
  /** Deadlines of one look and of one act: connect, send, wait and read together. */
  readonly lookTimeout: number;
  readonly actTimeout: number;
  readonly backOff: BackOff;
}

/** Which calls the account may make. */
export interface Permits {
  readonly refund: boolean;
  readonly revoke: boolean;
  readonly cancel: boolean;
}

export interface SyncRules {
  /** The views that need a sync before anything else is decided. */
  readonly on: readonly ViewKey[];
  /** Also at each watch time. */
  readonly inWatch: boolean;
  readonly tries: number;
  /** When sync and look disagree, sync again after this. */
  readonly repeatAfter: number;
  /** What may be sent to an unpaid order when no sync succeeded. */
  readonly withoutSync: readonly Verb[];
}

/** Where the gateway itself does not find out what became of a refund unless it is made to ask. */
export interface RefundSyncRules {
  /** After the refund, and between two of them at least. */
  readonly after: number;
  /** People are asked when the channel did not know the refund so often in a row. */
  readonly tries: number;
}

export type Row<Key extends string> = { readonly [K in Key]?: Move } & {
  /** No look earlier than this after the answer. */
  readonly lookAfter?: number;
};

export interface Rules {
  readonly provider: string;
  /** The profile or protocol where a provider has several; printed with the tables. */
  readonly profile?: string;
  readonly timing: Timing;
  readonly permits: Permits;
  readonly windows: { readonly [V in Verb]?: Window };
  /**
   * Where cancel may move money that nobody asked to move: only for an in-person payment whose outcome is unknown, or
   * when the caller wants it undone even if paid, and by channel only as said here (others: as the gateway answers).
   */
  readonly cautiousCancel?: { readonly [channel: string]: 'barcode' | 'never' };
  /** Verbs by what the look showed and what the caller wants, in order of preference. */
  readonly verbs: {
    readonly unpaid: readonly Verb[];
    readonly paid: readonly Verb[];
    readonly paidVoid: readonly Verb[];
  };
  /** Verbs that may be sent again while their own lost call may still run: the gateway makes them idempotent. */
  readonly repeatable: readonly Verb[];
  /** A paid order that is gone now: its money went back (`refunded`), or the gateway does not say so (`ask`). */
  readonly goneAfterPaid: 'refunded' | 'ask';
  readonly sync?: SyncRules;
  readonly refundSync?: RefundSyncRules;
  /** Before any act of this case: view × whether a payment may be kept. */
  readonly before: { readonly [K in ViewKey]: { readonly keep: Move; readonly reverse: Move } };
  /** After cancel or revoke, and after close: answer × view. A cell that is missing is the one of `before`. */
  readonly afterUndo: { readonly [K in AnswerKey]: Row<ViewKey> };
  readonly afterClose: { readonly [K in AnswerKey]: Row<ViewKey> };
  /** After a refund that has not ended the order: answer × what the refund's own query says. */
  readonly afterRefund: { readonly [K in AnswerKey]: Row<RefundKey> };
}
