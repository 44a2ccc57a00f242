/** Plays random incidents on a stand. */
import { SEARCH_ATTRIBUTES } from '../../protocol/visibility.ts';
import type { ReversalInput } from '../../reversal/request.ts';
import { behind } from '../../stand/accounts.ts';
import type { Stand } from '../../stand/stand.ts';
import { AMOUNT } from '../incident.ts';
import type { RandomIncident } from './generate.ts';
import type { Ending } from './judge.ts';

export interface Played {
  readonly incident: RandomIncident;
  readonly request: ReversalInput;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly ending: Ending;
}

const POLL_MS = 300;
/** The slowest, a watch of an hour at the pace of these rules, takes half of it. */
const PATIENCE_MS = 110_000;
/** A stuck one looks again by itself, and may find that all is well now. */
const STUCK_FOR_MS = 10_000;

/** What is asked of whoever plays the incident; its instants count from now. */
export function requestFor({ gateway, index, request }: RandomIncident): ReversalInput {
  const { attemptedMsAgo, expiresInMs, ...rest } = request;
  const now = Date.now();
  return {
    provider: behind(gateway).provider,
    account: gateway,
    orderId: `R${String(index).padStart(5, '0')}`,
    amount: AMOUNT,
    currency: 'CNY',
    ...rest,
    attemptedAt: new Date(now - attemptedMsAgo).toISOString(),
    ...(expiresInMs !== undefined && { expiresAt: new Date(now + expiresInMs).toISOString() }),
  };
}

async function endOf(stand: Stand, workflowId: string): Promise<Ending> {
  const handle = stand.temporal.workflow.getHandle(workflowId);
  const giveUpAt = Date.now() + PATIENCE_MS;
  let stuckSince: number | undefined;
  for (;;) {
    const { status, typedSearchAttributes: attributes } = await handle.describe();
    const shown = attributes.get(SEARCH_ATTRIBUTES.status) ?? 'unknown';
    const finalAction = attributes.get(SEARCH_ATTRIBUTES.finalAction);
    const stuckReason = attributes.get(SEARCH_ATTRIBUTES.stuckReason);
    const running = status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
    if (shown !== 'stuck') stuckSince = undefined;
    else stuckSince ??= Date.now();
    const stuck = stuckSince !== undefined && Date.now() - stuckSince > STUCK_FOR_MS;
    if (!running || stuck || Date.now() > giveUpAt) {
      return {
        status: running || status.name === 'COMPLETED' ? shown : `${shown}, workflow ${status.name}`,
        ...(finalAction !== undefined && { finalAction }),
        ...(stuckReason !== undefined && { stuckReason }),
      };
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Seeds the order, starts the reversal, and waits until it has ended or stays stuck. */
export async function playRandom(stand: Stand, incident: RandomIncident): Promise<Played> {
  const request = requestFor(incident);
  stand.sandbox.seed(behind(incident.gateway).system, { ...incident.order, orderId: request.orderId });
  const startedAt = Date.now();
  const { workflowId } = await stand.client.start(request);
  return { incident, request, startedAt, ending: await endOf(stand, workflowId) };
}
