/** What people send to one reversal. */
import { hasEnded } from '../client/contract.ts';
import { isUnanswered, onceServerAnswers, within } from '../lib/within.ts';
import type { OrderKey, ReversalInput } from '../reversal/request.ts';
import type { ReversalState } from '../reversal/status.ts';
import type { Reversal } from './contract.ts';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';
import { readReversal } from './read.ts';
import { resourceOf } from './resource.ts';
import { refusal, toldOrShown } from './submit.ts';
import { whoIsAway } from './temporal.ts';

const WORKER_ANSWERS_WITHIN_MS = 10_000;
/** A worker, and the gateway that it asks. */
const LOOKED_WITHIN_MS = 10_000;

/** Sends a message that a worker has to answer, and gives the state that it led to. */
export async function operate(deps: ApiDeps, order: OrderKey, send: () => Promise<ReversalState>): Promise<Reversal> {
  try {
    return resourceOf(
      await onceServerAnswers(deps.temporal, () => within(deps.temporal, WORKER_ANSWERS_WITHIN_MS, send)),
    );
  } catch (error) {
    if (hasEnded(error)) throw await endedProblem(deps, order);
    if (isUnanswered(error)) throw await whoIsAway(deps, error);
    throw refusal(error);
  }
}

/** Has the reversal of an order look; without a worker it does so when one runs. */
export async function observe(deps: ApiDeps, input: ReversalInput): Promise<Reversal> {
  try {
    const ask = () => deps.reversals.paymentObserved(input, { graceMs: LOOKED_WITHIN_MS });
    return await toldOrShown(deps, input, () => onceServerAnswers(deps.temporal, ask));
  } catch (error) {
    throw hasEnded(error) ? await endedProblem(deps, input) : refusal(error);
  }
}

/** Nothing runs: it has ended, and the problem says how, or there never was a reversal. */
export async function endedProblem(deps: ApiDeps, order: OrderKey): Promise<Problem> {
  const reversal = await readReversal(deps, order);
  if (reversal === undefined) return unknownOrder(order);
  const how = reversal.finalAction ?? reversal.status;
  return new Problem('ended', `The reversal takes no messages: it has ended as ${how}.`, { reversal });
}

export function unknownOrder({ provider, account, orderId }: OrderKey): Problem {
  return new Problem('unknown-order', `Neither Temporal nor the ledger knows ${provider}/${account}/${orderId}.`);
}
