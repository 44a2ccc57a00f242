/** The workflow's hands: which activity runs how. Options depend on the case, so proxies are made a call. */
import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Acted, ActInput, Looked, LookInput, RecordInput, ReversalActivities } from '../protocol/activities.ts';
import type { Verb } from '../reversal/answer.ts';
import {
  type Evidence,
  type OrderView,
  type RefundView,
  UNKNOWN_KINDS,
  type UnknownKind,
} from '../reversal/order-view.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import type { Timing } from '../reversal/rules.ts';
import { ACT_MARGIN, actBound } from '../reversal/sending.ts';
import { plain } from './validate.ts';

/** Longer would hold up queries and updates that arrive during the workflow task. */
const LOCAL_LOOK_MS = 1000;
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

/** By the queue, for as long as it takes: a worker that lacks the account hands it on. */
export const openCaseWhereServed = proxyActivities<ReversalActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1.5, maximumInterval: '30 seconds' },
  priority: ACT_PRIORITY,
  summary: 'waits for a worker that knows the account',
}).openCaseWhereServed;

const ledger = {
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  priority: { priorityKey: 4 },
} as const;

export function record(input: RecordInput): Promise<void> {
  const { status, stuckReason, finalAction } = input.state;
  const what = finalAction ?? stuckReason;
  const summary = `${status}${what === undefined ? '' : `, ${what}`}`;
  return proxyActivities<ReversalActivities>({ ...ledger, summary }).record(input);
}

const { checkRequest: check } = proxyActivities<ReversalActivities>(ledger);

/**
 * Regular: a handler that resumes after a local activity could not tell the loop when that was.
 *
 * @throws ApplicationFailure with every problem
 */
export async function checkRequest(input: unknown, now: number): Promise<ReversalRequest> {
  try {
    return await check(input, now);
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

/**
 * The same for the loop, which has its own time: nothing is awaited that a queue could hold up, so that what joined is
 * in force before the next decision.
 */
export const checkRequestLocally = local.checkRequest;

/** What an activity refused, for the person who reads it; a local one fails with it, a regular one wraps it. */
export function refusalOf(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  return plain(ApplicationFailure.nonRetryable(cause.message, cause.type));
}

/** One try inside the workflow task; an answer that tells nothing is followed by a regular look. */
export async function lookLocally(input: LookInput): Promise<Looked<OrderView>> {
  try {
    const timeoutMs = Math.min(input.timeoutMs, LOCAL_LOOK_MS);
    return await localLook.look({ ...input, timeoutMs, serverTime: Date.now() });
  } catch (error) {
    return { view: viewOfFailure(error), runId: '', tookMs: LOCAL_LOOK_MS };
  }
}

/** How a look is repeated by the server; see the step of that name. */
export interface Repeats {
  readonly until: number;
  readonly every?: number;
}

/** By tries, not by a deadline: one that runs out in a queue would pass for a gateway that does not answer. */
function triesUntil(length: number, first: number, factor: number, max: number): number {
  let tries = 1;
  for (let passed = first, pause = first; passed <= length; passed += pause) {
    tries += 1;
    pause = Math.min(pause * factor, max);
  }
  return tries;
}

function lookOptions(timing: Timing, now: number, { until, every }: Repeats, fairnessKey: string) {
  const { first, max } = timing.backOff;
  const [initialInterval, backoffCoefficient, maximumInterval] =
    every === undefined ? [Math.min(1000, first), 2, max] : [every, 1, every];
  const maximumAttempts = triesUntil(until - now, initialInterval, backoffCoefficient, maximumInterval);
  return {
    startToCloseTimeout: timing.lookTimeout + ACT_MARGIN,
    retry: { initialInterval, backoffCoefficient, maximumInterval, maximumAttempts },
    priority: { ...LOOK_PRIORITY, fairnessKey },
  };
}

/** Resolves when the queue's rate limit lets the next call to the gateway through, however long that takes. */
export function takeTurn(account: string): Promise<true> {
  const priority = { ...LOOK_PRIORITY, fairnessKey: account };
  return proxyActivities<ReversalActivities>({ startToCloseTimeout: '10 seconds', priority }).takeTurn();
}

/** A look that told nothing. */
interface Silence {
  readonly kind: 'unknown';
  readonly why: UnknownKind;
  readonly evidence?: Evidence;
}

function isEvidence(value: unknown): value is Evidence {
  return typeof value === 'object' && value !== null && Object.values(value).every((fact) => typeof fact === 'string');
}

/**
 * The view that the last try of a look failed with: its failure's type says why nothing is known. A local activity fails
 * with the cause itself; one that timed out is wrapped when it happens, and is not when its marker is replayed.
 */
function viewOfFailure(error: unknown): Silence {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const failed = cause instanceof ApplicationFailure ? cause : undefined;
  if (!(error instanceof ActivityFailure || failed !== undefined || cause instanceof TimeoutFailure)) throw error;
  const { type, details } = failed ?? {};
  const evidence = details?.[0];
  return {
    kind: 'unknown',
    why: UNKNOWN_KINDS.find((kind) => kind === type) ?? 'timeout',
    ...(isEvidence(evidence) && { evidence }),
  };
}

type RegularLook<View> = (input: LookInput) => Promise<Looked<View>>;

/** Tried again by the server, without a history event a try, until `until`; no answer by then is `unknown`. */
async function repeated<View>(look: RegularLook<View>, input: LookInput): Promise<Looked<View | Silence>> {
  try {
    return await look(input);
  } catch (error) {
    return { view: viewOfFailure(error), runId: '', tookMs: 0 };
  }
}

export function lookAtOrder(
  input: LookInput,
  timing: Timing,
  now: number,
  repeats: Repeats,
): Promise<Looked<OrderView>> {
  const options = lookOptions(timing, now, repeats, input.order.account);
  const summary = repeats.every === undefined ? 'tried again until it answers' : 'slowly: the gateway is unreachable';
  return repeated(proxyActivities<ReversalActivities>({ ...options, summary }).lookAtOrder, input);
}

export function lookAtRefund(
  input: LookInput,
  timing: Timing,
  now: number,
  repeats: Repeats,
): Promise<Looked<RefundView>> {
  const options = lookOptions(timing, now, repeats, input.order.account);
  return repeated(proxyActivities<ReversalActivities>(options).lookAtRefund, input);
}

/** What the SDK (1.24) says of a worker that could not read the input, which has then not called the activity. */
const UNREAD = 'Failed to parse activity args';

/**
 * Sends once. An act that waited too long for a worker was not sent, nor was one that the worker could not read, since it
 * lacks a key; any other failure may have been executed.
 */
export async function act(verb: Verb, input: ActInput, timing: Timing): Promise<Acted> {
  const acts = proxyActivities<ReversalActivities>({
    scheduleToStartTimeout: timing.freshness,
    startToCloseTimeout: actBound(timing),
    retry: { maximumAttempts: 1 },
    priority: { ...ACT_PRIORITY, fairnessKey: input.order.account },
    // The timeline shows it beside the name of the activity, which is the verb.
    summary: `call ${input.seq}`,
  });
  try {
    return await acts[verb](input);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const { cause } = error;
    if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START') {
      return { kind: 'answered', answer: { kind: 'notSent', why: 'no worker was free in time' } };
    }
    if (cause instanceof ApplicationFailure && cause.message.startsWith(UNREAD)) {
      return { kind: 'answered', answer: { kind: 'notSent', why: 'the worker could not read what to send' } };
    }
    const why = cause instanceof ApplicationFailure ? 'reset' : 'timeout';
    return { kind: 'answered', answer: { kind: 'unknown', why } };
  }
}
