/** Starting a reversal, or joining the one that runs. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NotAnsweredError } from '../client/submit.ts';
import type { OrderKey, ReversalInput } from '../reversal/request.ts';
import type { ReversalState } from '../reversal/status.ts';
import type { Reversal } from './contract.ts';
import type { ApiDeps } from './deps.ts';
import { Problem, type ProblemName } from './problems.ts';
import { shownBy } from './read.ts';
import { resourceOf } from './resource.ts';
import { described, temporalUnavailable } from './temporal.ts';

/** A reversal answers at the first step after its time, and a busy machine later; the rest of three seconds is spare. */
const GRACE_MS = 2500;

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
export function requireAccount(
  { accounts }: Pick<ApiDeps, 'accounts'>,
  { provider, account }: Pick<ReversalInput, 'provider' | 'account'>,
): void {
  if (accounts.some((one) => one.provider === provider && one.account === account)) return;
  const detail = `the configuration has no account ${account} of ${provider}`;
  throw new Problem('invalid-request', 'The account is not known.', { errors: [{ path: '/account', detail }] });
}

async function submit(deps: ApiDeps, input: ReversalInput, waitMs: number): Promise<Reversal> {
  // A closure that is not due would be woken by a wait, only to go back to sleep.
  const isPending = input.reason === 'timeout' && Date.parse(input.expiresAt ?? '') > Date.now();
  try {
    if (waitMs > 0 && !isPending) {
      const options = { answerWithinMs: waitMs, graceMs: GRACE_MS };
      return await toldOrShown(deps, input, () => deps.reversals.reverse(input, options));
    }
    const { workflowId } = await deps.reversals.start(input, { graceMs: GRACE_MS });
    return await shown(deps, input, workflowId);
  } catch (error) {
    throw refusal(error);
  }
}

/**
 * The state that a worker answers with. When none answers, the run that has the message, as the server shows it: a
 * worker could tell what stood before the message, as if it were the answer.
 */
export async function toldOrShown(
  deps: ApiDeps,
  order: OrderKey,
  ask: () => Promise<ReversalState>,
): Promise<Reversal> {
  try {
    return resourceOf(await ask());
  } catch (error) {
    if (error instanceof NotAnsweredError) return shown(deps, order, error.workflowId, error.runId);
    throw error;
  }
}

async function shown(deps: ApiDeps, order: OrderKey, workflowId: string, runId?: string): Promise<Reversal> {
  const run = await described(deps.temporal, workflowId, runId);
  if (run === undefined) throw temporalUnavailable(undefined);
  return shownBy(run, order);
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
