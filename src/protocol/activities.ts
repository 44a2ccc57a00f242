/** What the workflow asks of its worker. Types only: workflow code imports nothing else of the activities. */
import type { Answer, Verb } from '../reversal/answer.ts';
import type { OrderView, RefundView } from '../reversal/order-view.ts';
import type { FinalAction, Outcome, StuckReason, Verdict } from '../reversal/outcome.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';
import type { OrderKey, ReversalRequest } from '../reversal/request.ts';
import type { Act, Carried, Memory, Pace } from '../reversal/state.ts';
import type { Status } from '../reversal/status.ts';

export interface OpenCaseInput {
  /** As it came, from anywhere. */
  readonly input: unknown;
  readonly workflowId: string;
  /** The run that this one continues, as the server says. */
  readonly continues?: string;
  /** Workflow time. */
  readonly now: number;
  /** When the server started the workflow task, by its own clock. */
  readonly serverTime?: number;
  /** It begins: an instant that cannot be meant is refused now, and never later. */
  readonly isFirst?: boolean;
}

export interface OpenedCase {
  readonly request: ReversalRequest;
  /** A key of `RULES`. */
  readonly rules: string;
  readonly overrides: RuleOverrides;
  /** Absent while the ledger cannot be reached. */
  readonly memory?: Memory;
  /** How many journal lines the run made that this one continues. */
  readonly entries?: number;
  /** The account has a rate limit, which is the queue's: every look takes its turn there. */
  readonly rateLimited: boolean;
  /** Of what the decisions of this history are made; the first histories have none. */
  readonly generation?: number;
  /** The run that opened: another one in a later look means that this history was reset. */
  readonly runId: string;
  /** The address of the published runbook, for the links in the Web UI. */
  readonly runbook?: string;
  /** How long it took, by the worker's monotonic clock. */
  readonly tookMs: number;
  /** `now` of its input, which no replay can know otherwise. Histories of before have none. */
  readonly askedAt?: number;
}

/** The worker that was asked lacks the account; the ledger was read all the same. */
export interface UnservedCase
  extends Pick<OpenedCase, 'request' | 'memory' | 'runId' | 'runbook' | 'tookMs' | 'askedAt' | 'generation'> {
  readonly unserved: true;
}

export interface LookInput {
  readonly order: OrderKey;
  readonly amount: number;
  readonly currency: string;
  readonly gatewayId?: string;
  /** Nothing signed earlier is believed, by the gateway's clock. Histories of earlier releases have none. */
  readonly signedSince?: number;
  /** As the request has it. Histories of earlier releases have none. */
  readonly clientIp?: string;
  readonly timeoutMs: number;
  /** Of a look within a workflow task: when the server started that task, by its own clock. */
  readonly serverTime?: number;
  /** Of the same: workflow time. */
  readonly now?: number;
}

export interface Looked<View> {
  readonly view: View;
  readonly runId: string;
  /** How long the look took, by the worker's monotonic clock. */
  readonly tookMs: number;
  /** Of a look within a workflow task: `now` of its input, which no replay can know otherwise. */
  readonly askedAt?: number;
}

/** What an act was decided on, and how long that holds. Instants are workflow time. */
export interface ActBasis {
  readonly view: OrderView;
  readonly askedAt: number;
  readonly seenAt: number;
  /** What our refund's own query showed, where there was one. */
  readonly refundView?: RefundView;
  readonly freshness: number;
  readonly gap: number;
  readonly lookTimeoutMs: number;
  /** Nothing leaves us after this. */
  readonly leavesBy: number;
}

export interface ActInput extends LookInput {
  readonly seq: number;
  readonly sentAt: number;
  /** Histories of before have none: then nothing is fresh. */
  readonly basis?: ActBasis;
}

/** A look that was made because the one that was decided on had grown old. Instants are workflow time. */
export interface LookedAgain {
  readonly view: OrderView;
  readonly askedAt: number;
  readonly seenAt: number;
  readonly refund?: { readonly view: RefundView; readonly askedAt: number; readonly seenAt: number };
  readonly runId: string;
}

/** `stale`: the ledger knows of acts that this workflow does not; nothing was sent. */
export type Acted =
  /** `looked` where nothing was sent: the newest look, which may show something else than what was decided on. */
  | { readonly kind: 'answered'; readonly answer: Answer; readonly looked?: LookedAgain }
  | { readonly kind: 'stale'; readonly acts: readonly Act[] };

/** One line of the journal. The key comes from the case and its step, so that writing twice writes once. */
export interface JournalEntry {
  readonly key: string;
  /** Workflow time. */
  readonly at: number;
  readonly kind: 'opened' | 'look' | 'act' | 'decision' | 'operator' | 'told' | 'final';
  readonly body: unknown;
}

/** The row of the order, as it stands at `at`. */
export interface RecordedState {
  readonly status: Status;
  readonly finalAction?: FinalAction;
  readonly stuckReason?: StuckReason;
  readonly told?: Verdict;
  readonly sawPaid: boolean;
  readonly latePayment: boolean;
  readonly outcome?: Outcome;
  /** Those that were answered since the record before. */
  readonly acts: readonly Act[];
  /** What was asked of a case that goes on. */
  readonly carried?: Carried;
  /** For the next run, where this one continues as new. */
  readonly handover?: { readonly entries: number; readonly pace: Pace };
}

export interface RecordInput {
  readonly order: OrderKey;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly workflowId: string;
  /** The run that read the ledger: what it decided is not written by another one, that was reset since. */
  readonly runId?: string;
  readonly at: number;
  readonly state: RecordedState;
  readonly entries: readonly JournalEntry[];
}

export interface RotateKeysInput {
  readonly provider: string;
  readonly account: string;
}

/** An order that a caller has only the gateway's own number of. */
export interface FindInput {
  readonly provider: string;
  readonly account: string;
  /** `trade_no`, `sn`, DaxPay's `orderNo`. */
  readonly gatewayId: string;
}

/** What a reversal of it is asked for with: the merchant's own number, and minor units, as the gateway has them. */
export interface FoundOrder {
  readonly provider: string;
  readonly account: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly gatewayId: string;
  /** What the look showed. */
  readonly view: OrderView['kind'];
}

/**
 * `absent`: the gateway has no such order. `unusable`: what it answers is about another one, or names too little.
 * `unanswered`: no answer that can be trusted.
 */
export type FindRefusal = 'absent' | 'unusable' | 'unanswered';

export type FindAnswer =
  | { readonly kind: 'found'; readonly order: FoundOrder }
  | { readonly kind: 'refused'; readonly why: FindRefusal; readonly message: string };

export type ActActivities = { readonly [V in Verb]: (input: ActInput) => Promise<Acted> };

export interface ReversalActivities extends ActActivities {
  openCase(input: OpenCaseInput): Promise<OpenedCase | UnservedCase>;
  /** The same, from the queue. Fails on a worker that lacks the account, so that another one is given it. */
  openCaseWhereServed(input: OpenCaseInput): Promise<OpenedCase>;
  /** One try; whatever happens is the view. For looks inside a workflow task. */
  look(input: LookInput): Promise<Looked<OrderView>>;
  /** Does nothing: it has waited in the queue, whose rate limit is the gateway's. A look follows it at once. */
  takeTurn(): Promise<true>;
  /** Fails while the view is unknown, so that the server tries again; the last view is in the failure's details. */
  lookAtOrder(input: LookInput): Promise<Looked<OrderView>>;
  lookAtRefund(input: LookInput): Promise<Looked<RefundView>>;
  record(input: RecordInput): Promise<void>;
  /** One look by the gateway's own number. Fails where another try may tell more. */
  findOrder(input: FindInput): Promise<FindAnswer>;
  /** Checks a request that joins a running reversal. */
  checkRequest(input: unknown, now?: number): Promise<ReversalRequest>;
  /** Fails, to be tried again, while an act of the account is not confirmed by a look. */
  rotateKeys(input: RotateKeysInput): Promise<{ readonly rotated: boolean }>;
}
