/** At the end: what waits for people is decided by them, wrongly first, and then as the money is; or wrongly for good. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { inLanes } from '../../bench/fleet/lanes.ts';
import { hasEnded } from '../../src/client/contract.ts';
import { type Rng, rngOf } from '../../src/demo/random/rng.ts';
import type { Resolution } from '../../src/reversal/outcome.ts';
import type { OrderTruth } from '../../src/sandbox/index.ts';
import { behind } from '../../src/stand/accounts.ts';
import { agrees } from '../../src/stand/agreement.ts';
import type { Buttons } from './buttons.ts';
import type { Started } from './messages.ts';
import type { Site } from './site.ts';

export interface Decisions {
  /** Ended with what a person said who had seen the money. */
  readonly decided: number;
  /** Wrong words that were refused; those that no look could refute are counted with the button. */
  readonly refused: number;
  /** Still open, by order: why the right words were refused; undefined where somebody can still pay, and none are right. */
  readonly left: ReadonlyMap<string, string | undefined>;
}

type Word = Pick<Resolution, 'finalAction' | 'elsewhere' | 'unseen'>;
type Action = Resolution['finalAction'];

const IN_FLIGHT = 20;
const AGAIN_MS = 3000;
/**
 * Longer than any call of theirs may still be executed, until which people are told to wait; and than the server waits
 * before it gives a workflow whose tasks were cut off to a worker again, until which nobody answers.
 */
const PATIENCE_MS = 5 * 60_000;
/** For all together, so that a run ends. */
const AT_LONGEST_MS = 8 * 60_000;

/**
 * What is a lie beside what the gateway shows, when the money says so too. Where it shows nothing of this order, or does
 * not know itself (`faulty`), a person's word is all there is: nobody lies there.
 */
const LIES: Readonly<Record<string, readonly Action[]>> = {
  paid: ['closed', 'refunded', 'nothing_to_reverse'],
  partlyRefunded: ['closed', 'refunded', 'nothing_to_reverse'],
  refunded: ['closed', 'kept', 'nothing_to_reverse'],
  unpaid: ['closed', 'kept', 'refunded', 'nothing_to_reverse'],
  closed: ['kept', 'refunded'],
  absent: ['kept', 'refunded'],
  gone: ['kept'],
};
/** It tells nothing now, or has not ended what it does: what is a lie whatever it shows next, if nobody answers for it. */
const UNTOLD: ReadonlySet<string> = new Set(['unknown', 'rejected', 'settling']);
/** Of a hundred cases of which no look tells anything, so many are ended with a lie that somebody answers for. */
const LIED_ABOUT = 40;

function liesOf(view: string, truth: OrderTruth, rng: Rng): readonly Word[] {
  if (UNTOLD.has(view)) {
    const lie = { finalAction: truth.taken > truth.returned ? 'refunded' : 'kept' } as const;
    return rng.chance(LIED_ABOUT) ? [lie, { ...lie, unseen: true }] : [lie];
  }
  return (LIES[view] ?? [])
    .filter((finalAction) => !agrees(finalAction, truth))
    .flatMap((finalAction) => [{ finalAction }, { finalAction, unseen: true }]);
}

/** What a person would say who saw the books of all; undefined while somebody can still pay. */
function rightOf({ taken, returned, payable, gatewayId }: OrderTruth): Word | undefined {
  if (taken > returned) return { finalAction: 'kept', unseen: true };
  // It may have gone back where the gateway does not see it.
  if (taken > 0) return { finalAction: 'refunded', elsewhere: true, unseen: true };
  if (gatewayId === undefined) return { finalAction: 'nothing_to_reverse', unseen: true };
  return payable ? undefined : { finalAction: 'closed', unseen: true };
}

export interface ToDecide {
  readonly site: Site;
  readonly seed: number;
  readonly started: readonly Started[];
  /** By order, with the reasons. */
  readonly stuck: ReadonlyMap<string, string>;
  readonly buttons: Buttons;
}

/** Everybody who waits is answered; resolves when what could be decided is. */
export async function decideAll({ site, seed, started, stuck, buttons }: ToDecide): Promise<Decisions> {
  const left = new Map<string, string | undefined>();
  let decided = 0;
  let refused = 0;
  const giveUpAt = Date.now() + AT_LONGEST_MS;
  const waiting = started.filter(({ request }) => stuck.has(request.orderId));
  await inLanes(waiting, IN_FLIGHT, async (one) => {
    const { orderId } = one.request;
    const lies = await lie(site, one, stuck.get(orderId), rngOf(seed, 300_000 + one.incident.index));
    refused += lies.refused;
    buttons.unseenLies += lies.unseen;
    const end = await sayWhatIsSo(site, one, giveUpAt);
    if (end === 'decided') decided += 1;
    else left.set(orderId, end);
  });
  return { decided, refused, left };
}

function truthOf({ sandbox }: Site, { incident, request: { orderId } }: Started): OrderTruth {
  const truth = sandbox.truth(behind(incident.gateway).system, orderId);
  if (truth === undefined) throw new Error(`the gateway has no order ${orderId}`);
  return truth;
}

/** @returns how many lies were refused, and how many were sent as what no look can show */
async function lie(
  site: Site,
  one: Started,
  reason: string | undefined,
  rng: Rng,
): Promise<{ refused: number; unseen: number }> {
  // Of an order that is not the one of the request, no look tells anything.
  if (reason === 'mismatch') return { refused: 0, unseen: 0 };
  const state = await site.reversals.status(one.request).catch(() => undefined);
  let refused = 0;
  let unseen = 0;
  for (const word of state?.view === undefined ? [] : liesOf(state.view, truthOf(site, one), rng)) {
    if ((await resolve(site, one, word)) instanceof WorkflowUpdateFailedError) refused += 1;
    if (word.unseen === true) unseen += 1;
  }
  return { refused, unseen };
}

/** @returns why the right word is refused for good; undefined where there is none */
async function sayWhatIsSo(site: Site, one: Started, atLast: number): Promise<'decided' | string | undefined> {
  for (const giveUpAt = Math.min(Date.now() + PATIENCE_MS, atLast); ; ) {
    const right = rightOf(truthOf(site, one));
    if (right === undefined) return undefined;
    const error = await resolve(site, one, right);
    if (error === undefined) return 'decided';
    if (Date.now() > giveUpAt) return error.cause instanceof Error ? error.cause.message : error.message;
    await sleep(AGAIN_MS);
  }
}

/** @returns why it was refused, or not answered; undefined when it was taken, or the reversal has ended by itself */
async function resolve({ reversals }: Site, { request }: Started, word: Word): Promise<Error | undefined> {
  try {
    await reversals.resolve(request, { operator: 'chaos', evidence: 'the books', ...word });
    return undefined;
  } catch (error) {
    if (hasEnded(error)) return undefined;
    if (!(error instanceof Error)) throw error;
    return error;
  }
}
