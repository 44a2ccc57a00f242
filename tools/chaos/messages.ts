/** What services and people do to a reversal in the middle of it all: messages, and the Web UI's buttons. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { workflowIdOf } from '../../src/client.ts';
import { hasEnded } from '../../src/client-contract.ts';
import type { Rng } from '../../src/demo/random/rng.ts';
import { resetTo } from '../../test/workflows/reset.ts';
import type { Site } from './site.ts';
import type { Started } from './traffic.ts';

/** Sent by others than the one who started it; what must not be left half done is tried until it is done. */
type Message = (site: Site, started: Started, rng: Rng) => Promise<unknown>;

/** A service that does not give up either. */
const AGAIN_MS = 400;
const CHAOS = { operator: 'chaos', reason: 'in the middle of it' };

export const MESSAGES: Readonly<Record<string, Message>> = {
  join: async ({ reversals }, started) => {
    await reversals.start({ ...started.request, ifPaid: 'reverse' });
    started.toBeReversed = true;
  },
  paymentObserved: ({ reversals }, { request }) => reversals.paymentObserved(request),
  status: ({ reversals }, { request }) => reversals.status(request),
  hold: async ({ reversals }, { request }) => {
    try {
      await reversals.hold(request, CHAOS);
      await sleep(500);
    } finally {
      // A hold whose answer was lost may hold all the same.
      await untilDone(() => reversals.release(request, CHAOS));
    }
  },
  resubmit: ({ reversals }, { request }) => reversals.resubmit(request, CHAOS),
  reschedule: ({ reversals }, { request }, rng) => {
    const dueAt = new Date(Date.now() + rng.between(-1000, 4000)).toISOString();
    return reversals.reschedule(request, { ...CHAOS, dueAt });
  },
  cancelClosure: (site, started) =>
    stopAndStartAgain(site, started, () => site.reversals.cancelClosure(started.request, CHAOS)),
  requestCancellation: (site, started) => stopAndStartAgain(site, started, () => handleOf(site, started).cancel()),
  reset: (site, { request }, rng) =>
    resetTo(site.temporal, workflowIdOf(request), (points) => rng.between(0, Math.max(0, points - 1))),
};

const handleOf = ({ temporal }: Site, { request }: Started) => temporal.workflow.getHandle(workflowIdOf(request));

/**
 * A stopped reversal leaves its order as it is, whatever was asked for: who still wants it starts it again. An answer that
 * was lost tells nothing, so it is stopped until it has ended.
 */
async function stopAndStartAgain(site: Site, started: Started, stop: () => Promise<unknown>): Promise<void> {
  const refusal = await untilDone(stop);
  if (refusal !== undefined) throw refusal;
  await untilDone(async () => {
    const { status } = await handleOf(site, started).describe();
    if (status.name === 'RUNNING') throw new Error('it has not ended');
  });
  const { request, toBeReversed } = started;
  await untilDone(() => site.reversals.start({ ...request, ...(toBeReversed && { ifPaid: 'reverse' }) }));
}

/**
 * Until it is taken, or there is nothing any more that could take it.
 *
 * @returns what refuses it for good; undefined when it was not refused
 */
export async function untilDone(send: () => Promise<unknown>): Promise<WorkflowUpdateFailedError | undefined> {
  for (;;) {
    const error = await send().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined || error instanceof WorkflowNotFoundError || hasEnded(error)) return;
    if (error instanceof WorkflowUpdateFailedError) return error;
    await sleep(AGAIN_MS);
  }
}
