/** Starting a reversal, or joining the one that runs. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ReversalInput } from '../reversal/request.ts';
import type { Reversal } from './contract.ts';
import type { ApiDeps } from './deps.ts';
import { Problem, type ProblemName } from './problems.ts';
import { readReversal, shownBy } from './read.ts';
import { resourceOf } from './resource.ts';
import { isTaken } from './taken.ts';
import { described, isServerFailure, NoAnswer, temporalUnavailable, within } from './temporal.ts';

/** A reversal answers at the first step after its time, and a busy machine later. */
const GRACE_MS = 3000;
const JOINS_WITHIN_MS = 10_000;

export type Submit = (input: ReversalInput, waitMs: number) => Promise<Reversal>;

/**
 * Equal requests at the same time are one: the server takes ten updates in flight a workflow, and a caller that repeats
 * itself would use them up.
 */
export function submitting(deps: ApiDeps): Submit {
  const underWay = new Map<string, Promise<Reversal>>();
  return (input, waitMs) => {
    requireAccount(deps, input);
    const same = JSON.stringify([input, waitMs]);
    const running = underWay.get(same);
    if (running !== undefined) return running;
    const submitted = submit(deps, input, waitMs).finally(() => underWay.delete(same));
    underWay.set(same, submitted);
    return submitted;
  };
}

/** @throws Problem for an account that no worker has: nobody would ever look at the order */
export function requireAccount({ accounts }: Pick<ApiDeps, 'accounts'>, { provider, account }: ReversalInput): void {
  if (accounts.some((one) => one.provider === provider && one.account === account)) return;
  const detail = `the configuration has no account ${account} of ${provider}`;
  throw new Problem('invalid-request', 'The account is not known.', { errors: [{ path: '/account', detail }] });
}

async function submit(deps: ApiDeps, input: ReversalInput, waitMs: number): Promise<Reversal> {
  const sentAt = Date.now();
  // A closure that is not due would be woken by a wait, only to go back to sleep.
  const isPending = input.reason === 'timeout' && Date.parse(input.expiresAt ?? '') > sentAt;
  try {
    if (waitMs > 0 && !isPending) {
      const answerWithinMs = waitMs;
      return resourceOf(
        await within(deps.temporal, waitMs + GRACE_MS, () => deps.reversals.reverse(input, { answerWithinMs })),
      );
    }
    const { workflowId } = await within(deps.temporal, GRACE_MS, () => deps.reversals.start(input));
    const run = await described(deps.temporal, workflowId);
    if (run !== undefined) return shownBy(run, input);
    throw temporalUnavailable(undefined);
  } catch (error) {
    if (!(error instanceof NoAnswer) && !isServerFailure(error)) throw refusal(error);
    if (await isTaken(deps, input, sentAt, error)) return goesOn(deps, input, error);
    return joinAgain(deps, input, error);
  }
}

async function goesOn(deps: ApiDeps, input: ReversalInput, cause: unknown): Promise<Reversal> {
  const state = await readReversal(deps, input);
  if (state === undefined) throw temporalUnavailable(cause);
  return state;
}

/** It asks for more than what runs, and only a worker can take that: once more, before it is told that none did. */
async function joinAgain(deps: ApiDeps, input: ReversalInput, cause: unknown): Promise<Reversal> {
  try {
    return resourceOf(
      await within(deps.temporal, JOINS_WITHIN_MS, () => deps.reversals.reverse(input, { answerWithinMs: 0 })),
    );
  } catch (error) {
    if (!(error instanceof NoAnswer) && !isServerFailure(error)) throw refusal(error);
    const detail =
      'Another request for this order runs, and no worker has taken this one yet. It may still join, or not: send it ' +
      'again, nothing happens twice.';
    throw new Problem('not-joined', detail, { retryAfterSeconds: 2 }, { cause });
  }
}

/** What the reversal says to a request, by the type of its failure. */
const REFUSALS: Readonly<Record<string, ProblemName>> = {
  AnotherAmount: 'another-amount',
  InvalidRequest: 'invalid-request',
};

/** An update that was refused, as a problem; any other error as it is. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof WorkflowUpdateFailedError)) return error;
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  return new Problem(REFUSALS[type ?? ''] ?? 'refused', cause?.message ?? error.message, {}, { cause: error });
}
