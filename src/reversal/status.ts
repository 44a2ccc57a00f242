/** What a case is called while it runs, and what a caller may be told of it. */

import { conclude } from './conclude.ts';
import type { Step } from './decide.ts';
import { isCommitted, lastAct } from './facts.ts';
import { firstVerdict } from './first-release.ts';
import { type OrderView, whyNothing } from './order-view.ts';
import type { FinalAction, StuckReason, Verdict } from './outcome.ts';
import { notPaidFrom } from './pace.ts';
import { ruleOf } from './rule.ts';
import type { Reversal } from './state.ts';

export const STATUSES = [
  'unserved', // no worker that takes its tasks knows its account: nothing is looked at, nothing sent
  'scheduled', // a closure that is not due yet
  'checking', // looking, nothing sent
  'reversing', // an act was sent, no look has confirmed its effect
  'watching', // nothing was found; a late payment may still come
  'held', // an operator holds it
  'unreachable', // no look tells anything at present; it is tried again by itself
  'stuck', // people are asked
  'final', // concluded
  'abandoned', // stopped on request, without a conclusion
] as const;
export type Status = (typeof STATUSES)[number];

/** The state of a reversal as callers and the query `status` see it. Times are epoch milliseconds. */
export interface ReversalState {
  readonly provider: string;
  readonly account: string;
  readonly orderId: string;
  /** `unattended`: its workflow ended without a conclusion, and `failure` says how. */
  readonly status: Status | 'unattended';
  /** What may be told to the payer or the cashier now. Absent: nothing yet, which is never "not paid". */
  readonly verdict?: Verdict;
  readonly finalAction?: FinalAction;
  readonly stuckReason?: StuckReason;
  /** The rule that decided the step under way, or the end: page and anchor in `docs/decisions`. */
  readonly rule?: string;
  /** What the last look showed. */
  readonly view?: string;
  readonly lookedAt?: number;
  /** Why the last look told nothing: the cause in one word, and what the gateway said. */
  readonly lookFailure?: string;
  /** Why its workflow ended without a conclusion, and what to do. */
  readonly failure?: string;
  readonly nextStepAt?: number;
  /** Calls that the ledger was told of so far, by every run; one that was not sent after all counts too. */
  readonly acts: number;
  readonly latePayment?: boolean;
}

/** Whether a step goes on until its time, as long as nobody asks for anything: a wait, or a look that the server repeats. */
export function lasts(step: Step): step is Extract<Step, { until: number }> {
  return step.kind === 'wait' || step.kind === 'park' || (step.kind === 'look' && step.every !== undefined);
}

/** The status while `step` is what comes next. */
export function statusOf(r: Reversal, step: Step): Status {
  if (step.kind === 'settle') return step.outcome.kind === 'final' ? 'final' : 'abandoned';
  if (step.kind === 'park') return 'stuck';
  if (r.held) return 'held';
  if (step.kind === 'wait' && step.why === 'not-due') return 'scheduled';
  if (r.silentSince !== undefined && (step.kind === 'wait' || step.kind === 'look')) return 'unreachable';
  if (step.kind === 'wait' && step.why === 'watch') return 'watching';
  return lastAct(r) !== undefined && isCommitted(r) ? 'reversing' : 'checking';
}

/**
 * What may be told while `step` is what comes next: the final action once it is concluded; during a watch what the same
 * look would be concluded as, and nothing where that is a question to people. `not_paid` needs a look that was asked for
 * late enough: see `notPaidFrom`. Whatever is told, a payment that shows up after it is reversed.
 */
export function verdictOf(r: Reversal, step: Step, now: number): Verdict | undefined {
  if (step.kind === 'settle') return step.outcome.kind === 'final' ? step.outcome.action : undefined;
  const isWatching = step.kind === 'wait' && step.why === 'watch';
  if (r.legacy === true) return firstVerdict(r, isWatching, now);
  if (!isWatching || !r.remembered || r.look === undefined) return undefined;
  const concluded = conclude(r);
  if (!('outcome' in concluded) || r.look.askedAt < notPaidFrom(r)) return undefined;
  const { action } = concluded.outcome;
  return action === 'closed' || action === 'nothing_to_reverse' ? 'not_paid' : action;
}

function lookFailed(view: OrderView | undefined): Pick<ReversalState, 'lookFailure'> {
  const lookFailure = view && whyNothing(view);
  return lookFailure === undefined ? {} : { lookFailure };
}

/** The state that a caller sees. */
export function stateOf(r: Reversal, step: Step, now: number): ReversalState {
  const { provider, account, orderId } = r.request;
  const verdict = verdictOf(r, step, now);
  const rule = ruleOf(r.rules, step);
  const outcome = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome : undefined;
  return {
    provider,
    account,
    orderId,
    status: statusOf(r, step),
    ...(verdict !== undefined && { verdict }),
    ...(outcome !== undefined && { finalAction: outcome.action }),
    ...(step.kind === 'park' && { stuckReason: step.reason }),
    ...(rule !== undefined && { rule }),
    ...(r.look !== undefined && { view: r.look.view.kind, lookedAt: r.look.seenAt }),
    ...lookFailed(r.look?.view),
    ...(lasts(step) && { nextStepAt: step.until }),
    acts: lastAct(r)?.seq ?? 0,
    ...(r.latePayment && { latePayment: true }),
  };
}
