/** The workflow's hands: which activity runs how. Options depend on the case, so proxies are made a call. */
import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Acted, ActInput, Looked, LookInput, ReversalActivities } from '../activities/contract.ts';
import type { Verb } from '../reversal/answer.ts';
import { type OrderView, type RefundView, UNKNOWN_KINDS, type UnknownKind } from '../reversal/order-view.ts';
import type { Timing } from '../reversal/rules.ts';

/** Longer would hold up queries and updates that arrive during the workflow task. */
const LOCAL_LOOK_MS = 1000;
/** What an activity needs around its gateway call: the ledger, and handing the answer back. */
const MARGIN_MS = 5000;
/** Priority 1 is the most urgent: an act must not wait behind looks. */
const ACT_PRIORITY = { priorityKey: 2 };
const LOOK_PRIORITY = { priorityKey: 3 };

/** Tried until it works: only an input that cannot be used fails for good. */
const local = proxyLocalActivities<ReversalActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

const localLook = proxyLocalActivities<ReversalActivities>({
  startToCloseTimeout: LOCAL_LOOK_MS + 500,
  retry: { maximumAttempts: 1 },
});

export const openCase = local.openCase;

const regular = proxyActivities<ReversalActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  priority: { priorityKey: 4 },
});

export const record = regular.record;
/** Regular: a handler that resumes after a local activity could not tell the loop when that was. */
export const checkRequest = regular.checkRequest;

/** One try inside the workflow task; an answer that tells nothing is followed by a regular look. */
export async function lookLocally(input: LookInput): Promise<Looked<OrderView>> {
  try {
    return await localLook.lookOnce({ ...input, timeoutMs: Math.min(input.timeoutMs, LOCAL_LOOK_MS) });
  } catch (error) {
    return { view: viewOfFailure(error), runId: '', tookMs: LOCAL_LOOK_MS };
  }
}

function lookOptions(timing: Timing, now: number, until: number, fairnessKey: string) {
  return {
    startToCloseTimeout: timing.lookTimeout + MARGIN_MS,
    // At least one whole try, however near `until` is.
    scheduleToCloseTimeout: Math.max(until - now, timing.lookTimeout + MARGIN_MS),
    retry: {
      initialInterval: Math.min(1000, timing.backOff.first),
      backoffCoefficient: 2,
      maximumInterval: timing.backOff.max,
    },
    priority: { ...LOOK_PRIORITY, fairnessKey },
  };
}

/** The view that the last try of a look failed with: its failure's type says why nothing is known. */
function viewOfFailure(error: unknown): { readonly kind: 'unknown'; readonly why: UnknownKind } {
  if (!(error instanceof ActivityFailure)) throw error;
  const type = error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
  return { kind: 'unknown', why: UNKNOWN_KINDS.find((kind) => kind === type) ?? 'timeout' };
}

/** Tried again by the server, without a history event a try, until `until`; no answer by then is `unknown`. */
export async function lookAtOrder(
  input: LookInput,
  timing: Timing,
  now: number,
  until: number,
): Promise<Looked<OrderView>> {
  const { lookAtOrder: look } = proxyActivities<ReversalActivities>(
    lookOptions(timing, now, until, input.order.account),
  );
  try {
    return await look(input);
  } catch (error) {
    return { view: viewOfFailure(error), runId: '', tookMs: 0 };
  }
}

export async function lookAtRefund(
  input: LookInput,
  timing: Timing,
  now: number,
  until: number,
): Promise<Looked<RefundView>> {
  const { lookAtRefund: look } = proxyActivities<ReversalActivities>(
    lookOptions(timing, now, until, input.order.account),
  );
  try {
    return await look(input);
  } catch (error) {
    return { view: viewOfFailure(error), runId: '', tookMs: 0 };
  }
}

/** Sends once. An act that waited too long for a worker was not sent; any other failure may have been executed. */
export async function act(verb: Verb, input: ActInput, timing: Timing): Promise<Acted> {
  const acts = proxyActivities<ReversalActivities>({
    scheduleToStartTimeout: timing.freshness,
    startToCloseTimeout: timing.actTimeout + MARGIN_MS,
    retry: { maximumAttempts: 1 },
    priority: { ...ACT_PRIORITY, fairnessKey: input.order.account },
  });
  try {
    return await acts[verb](input);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const { cause } = error;
    if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START') {
      return { kind: 'answered', answer: { kind: 'notSent', why: 'no worker was free in time' } };
    }
    const why = cause instanceof ApplicationFailure ? 'reset' : 'timeout';
    return { kind: 'answered', answer: { kind: 'unknown', why } };
  }
}
