/** What services and people do to a reversal in the middle of it all: messages, and the Web UI's buttons. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { hasEnded } from '../../src/client/contract.ts';
import { type ReversalInput, workflowIdOf } from '../../src/client.ts';
import type { RandomIncident } from '../../src/demo/random/generate.ts';
import type { Rng } from '../../src/demo/random/rng.ts';
import { behind } from '../../src/stand/accounts.ts';
import { resetTo } from '../../test/workflows/reset.ts';
import type { Button, Buttons } from './buttons.ts';
import type { Site } from './site.ts';

export interface Started {
  readonly incident: RandomIncident;
  readonly request: ReversalInput;
  /** Somebody asked later to reverse it, and was told that this holds. */
  toBeReversed: boolean;
  /** Somebody did; where the answer was lost, nobody knows whether it holds. */
  askedToReverse: boolean;
  /** What became of what two people did at once, for the story. */
  readonly notes: { readonly at: number; readonly line: string }[];
  /** Those that were taken, by name. */
  readonly messages: string[];
  /** Somebody is at it: what two people do at once to one order is their own affair, and for the tests. */
  inHand: boolean;
}

export interface Sending {
  readonly site: Site;
  readonly started: Started;
  readonly rng: Rng;
  readonly buttons: Buttons;
}

/** Sent by others than the one who started it; what must not be left half done is tried until it is done. */
type Message = (sending: Sending) => Promise<unknown>;

/** A service that does not give up either. */
const AGAIN_MS = 400;
const CHAOS = { operator: 'chaos', reason: 'in the middle of it' };

export const MESSAGES: Readonly<Record<string, Message>> = {
  join: async ({ site, started }) => {
    started.askedToReverse = true;
    await site.reversals.start({ ...started.request, ifPaid: 'reverse' });
    started.toBeReversed = true;
  },
  paymentObserved: ({ site, started }) => site.reversals.paymentObserved(started.request),
  status: ({ site, started }) => site.reversals.status(started.request),
  hold: async ({ site: { reversals }, started: { request } }) => {
    try {
      await reversals.hold(request, CHAOS);
      await sleep(500);
    } finally {
      // A hold whose answer was lost may hold all the same.
      await untilDone(() => reversals.release(request, CHAOS));
    }
  },
  resubmit: ({ site, started }) => site.reversals.resubmit(started.request, CHAOS),
  reschedule: ({ site, started, rng }) => {
    const dueAt = new Date(Date.now() + rng.between(-1000, 4000)).toISOString();
    return site.reversals.reschedule(started.request, { ...CHAOS, dueAt });
  },
  cancelClosure: (sending) =>
    stopAndStartAgain(sending, () => sending.site.reversals.cancelClosure(sending.started.request, CHAOS)),
  requestCancellation: (sending) => stopAndStartAgain(sending, () => handleOf(sending).cancel()),
  terminateAndStart: pressed('terminateAndStart', async (sending) => {
    await handleOf(sending).terminate('in the middle of it');
    await startAgain(sending);
  }),
  reset: pressed('reset', ({ site, started, rng }) =>
    resetTo(site.temporal, workflowIdOf(started.request), (points) => rng.between(0, Math.max(0, points - 1))),
  ),
  lie: lieUnseen,
};

/** Counts what was taken. */
function pressed(button: Button, send: Message): Message {
  return async (sending) => {
    await send(sending);
    sending.buttons[button] += 1;
  };
}

const handleOf = ({ site, started }: Sending) => site.temporal.workflow.getHandle(workflowIdOf(started.request));

/**
 * A stopped reversal leaves its order as it is, whatever was asked for: who still wants it starts it again. An answer that
 * was lost tells nothing, so it is stopped until it has ended.
 */
async function stopAndStartAgain(sending: Sending, stop: () => Promise<unknown>): Promise<void> {
  const refusal = await untilDone(stop);
  note(sending.started, `stopped: ${refusal === undefined ? 'taken, or it has ended' : refusal.cause?.message}`);
  if (refusal !== undefined) throw refusal;
  await untilEnded(sending);
  await startAgain(sending);
}

async function untilEnded(sending: Sending): Promise<void> {
  await untilDone(async () => {
    const { status } = await handleOf(sending).describe();
    if (status.name === 'RUNNING') throw new Error('it has not ended');
  });
}

async function startAgain({ site, started }: Sending): Promise<void> {
  const { request, toBeReversed } = started;
  const again: ReversalInput = { ...request, ...(toBeReversed && { ifPaid: 'reverse' }) };
  const refusal = await untilTaken(() => site.reversals.start(again));
  note(started, `started again: ${refusal === undefined ? 'taken' : refusal.cause?.message}`);
}

/** For the story, if something is found about it. */
function note({ notes }: Started, what: string): void {
  notes.push({ at: Date.now(), line: `people   ${what}` });
}

/** Whoever voids and is told that it goes on has a reversal, however its closure was given up at that instant. */
export async function voidWhileGivenUp(sending: Sending): Promise<void> {
  const { site, started, rng, buttons } = sending;
  // One whose answer was lost may be in force all the same: it is given up until somebody says whether it is.
  const gaveUp = untilDone(() => site.reversals.cancelClosure(started.request, CHAOS));
  await sleep(rng.between(0, 80));
  const given = { ...started.request, reason: 'void', ifPaid: 'reverse' } as const;
  started.askedToReverse = true;
  const refusal = await untilTaken(() => site.reversals.start(given));
  note(started, `void while it is given up: ${refusal === undefined ? 'taken' : refusal.cause?.message}`);
  if (refusal === undefined) {
    started.toBeReversed = true;
    buttons.voidWhileGivenUp += 1;
    return;
  }
  const kept = await gaveUp;
  note(started, `giving it up: ${kept === undefined ? 'taken, or it has ended' : kept.cause?.message}`);
  if (kept !== undefined) return;
  // Its sender was told that it is not in force: the closure is what it was, once somebody starts it again.
  await untilEnded(sending);
  await startAgain(sending);
}

/** The opposite of what the books say at this moment, and that no look could show it: one that can tell refuses it. */
async function lieUnseen({ site, started, buttons }: Sending): Promise<void> {
  const { incident, request } = started;
  // Of an order that is not the one of the request, no look tells anything: whoever is asked does not lie.
  if (incident.sticks.includes('mismatch')) return;
  const truth = site.sandbox.truth(behind(incident.gateway).system, request.orderId);
  if (truth === undefined) return;
  const finalAction = truth.taken > truth.returned ? 'refunded' : 'kept';
  try {
    await site.reversals.resolve(request, { operator: 'chaos', evidence: 'a lie', finalAction, unseen: true });
    buttons.unseenLies += 1;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && !hasEnded(error)) buttons.unseenLies += 1;
    throw error;
  }
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

/** The same for a request, which is in force only when it was taken: one that an ending run took with it is sent again. */
async function untilTaken(start: () => Promise<unknown>): Promise<WorkflowUpdateFailedError | undefined> {
  for (;;) {
    let taken = false;
    const refusal = await untilDone(async () => {
      await start();
      taken = true;
    });
    if (taken || refusal !== undefined) return refusal;
    await sleep(AGAIN_MS);
  }
}
