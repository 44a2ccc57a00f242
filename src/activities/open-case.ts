/** Opens a case: checks the request, finds its account and rules, reads what the ledger remembers of the order. */
import { ApplicationFailure } from '@temporalio/common';
import type { Remembered, StoredAct } from '../ledger/index.ts';
import { inTime } from '../lib/deadline.ts';
import type { OpenCaseInput, OpenedCase, UnservedCase } from '../protocol/activities.ts';
import { condensed } from '../reversal/acts.ts';
import { InvalidRequestError, parseRequest, type ReversalRequest } from '../reversal/request.ts';
import type { Act, Memory } from '../reversal/state.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import { type ActivityDeps, log, runId, stopwatch } from './deps.ts';
import type { ServerClock } from './server-clock.ts';

/** A ledger that does not answer must not hold up the first look. */
const LEDGER_PATIENCE_MS = 2000;

/** Histories of 7d0153f have none; whoever changes the order of a workflow's commands asks for it. From 2: `ledgerFirst`. */
const GENERATION = 2;

/** As much as people read. What is wrong with a request goes into a history, and a history has its limits. */
const [MAX_PROBLEMS, MAX_LENGTH] = [50, 200];

function fewOf(problems: readonly string[]): readonly string[] {
  const more = problems.length - MAX_PROBLEMS;
  const few = problems.slice(0, MAX_PROBLEMS).map((problem) => problem.slice(0, MAX_LENGTH));
  return more > 0 ? [...few, `and ${more} more`] : few;
}

/** A request that cannot be used ends its workflow at once, with its problems in the message. */
export function checkedRequest(input: unknown, now?: number): ReversalRequest {
  try {
    return parseRequest(input, now);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    const problems = fewOf(error.problems);
    throw ApplicationFailure.create({
      message: new InvalidRequestError(problems).message,
      type: 'InvalidRequest',
      nonRetryable: true,
      details: [problems],
    });
  }
}

/** What the decisions need of it; the rest of the row would only make histories larger. */
function memoryOf({ acts, told, sawPaid, latePayment, carried, handover }: Remembered, now: number): Memory {
  return {
    acts: decidingActs(acts, now),
    ...(told !== undefined && { told }),
    sawPaid,
    latePayment,
    ...(carried !== undefined && { carried }),
    ...(handover !== undefined && { pace: handover.pace }),
  };
}

/** Of hundreds only those that decisions ask about: a result has its limit, too. */
export function decidingActs(acts: readonly StoredAct[], now: number): readonly Act[] {
  return condensed(acts.map((act) => actOf(act, now)));
}

/** When an answer came is by the clock of the worker that got it; the workflow's says that it has come by now. */
function actOf({ seq, verb, sentAt, answer, answeredAt }: StoredAct, now: number): Act {
  return {
    seq,
    verb,
    sentAt,
    ...(answer !== undefined && { answer }),
    ...(answeredAt !== undefined && { answeredAt: Math.min(answeredAt, now) }),
  };
}

export function createOpenCase(deps: ActivityDeps, clock: ServerClock) {
  return async function openCase(asked: OpenCaseInput): Promise<OpenedCase | UnservedCase> {
    const { input, workflowId, continues, now, serverTime, isFirst } = asked;
    const tookMs = stopwatch();
    if (serverTime !== undefined) clock.heard(serverTime);
    // What runs already was taken as it is, and never fails by an instant.
    const request = checkedRequest(input, isFirst === true ? now : undefined);
    const expected = workflowIdOf(request);
    if (workflowId !== expected) {
      // Under another id two reversals of one order could run side by side.
      throw ApplicationFailure.nonRetryable(
        `The reversal request is not valid: the workflow id must be ${expected}, not ${workflowId}`,
        'InvalidRequest',
      );
    }
    const order = { provider: request.provider, account: request.account, orderId: request.orderId };
    const from = continues === undefined ? {} : { continues };
    const opening = deps.ledger.openCase({ order, workflowId, runId: runId(), request, now, ...from });
    const memory = await inTime(opening, LEDGER_PATIENCE_MS).catch((error: unknown) => {
      log().warn('The ledger cannot be reached: nothing is sent', { error: String(error) });
      return undefined;
    });
    const read = {
      generation: GENERATION,
      request,
      ...(memory !== undefined && { memory: memoryOf(memory, now) }),
      ...(memory?.handover !== undefined && { entries: memory.handover.entries }),
      runId: runId(),
      askedAt: now,
      ...(deps.runbook !== undefined && { runbook: deps.runbook }),
    } as const;
    const account = deps.accounts.find(request.provider, request.account);
    if (account === undefined) {
      log().warn(lacking(deps, request));
      return { ...read, unserved: true, tookMs: tookMs() };
    }
    const { rules, overrides, rateLimit } = account;
    return { ...read, rules, overrides, rateLimited: rateLimit !== undefined, tookMs: tookMs() };
  };
}

/** The server gives it to another worker when it fails, which a local activity's retries never do. */
export function createOpenCaseWhereServed(deps: ActivityDeps, clock: ServerClock) {
  const openCase = createOpenCase(deps, clock);
  return async ({ serverTime: _, ...input }: OpenCaseInput): Promise<OpenedCase> => {
    // By now the server's time of that workflow task is of the past.
    const opened = await openCase(input);
    if ('unserved' in opened) throw ApplicationFailure.retryable(lacking(deps, opened.request), 'NoAccount');
    return opened;
  };
}

function lacking({ accounts }: ActivityDeps, { provider, account }: ReversalRequest): string {
  const known = accounts.list().map((one) => `${one.provider}/${one.name}`);
  return (
    `This worker has no account ${provider}/${account}, and leaves the reversal to one that has; ` +
    `it knows ${known.join(', ') || 'none'}`
  );
}
