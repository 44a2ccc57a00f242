/** At the end: what waits for people is decided by them, wrongly first, and then as the money is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inLanes } from '../../bench/fleet/lanes.ts';
import { ReversalEndedError } from '../../src/client.ts';
import type { Resolution, StuckReason } from '../../src/reversal/outcome.ts';
import type { OrderTruth } from '../../src/sandbox/index.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Site } from './site.ts';
import type { Started } from './traffic.ts';

export interface Decisions {
  /** Ended with what a person said who had seen the money. */
  readonly decided: number;
  /** Wrong words that were refused. */
  readonly refused: number;
  /** Still open, by order: why the right words were refused; undefined where somebody can still pay, and none are right. */
  readonly left: ReadonlyMap<string, string | undefined>;
}

type Claim = Resolution['finalAction'];

const IN_FLIGHT = 20;
const AGAIN_MS = 3000;
/** Longer than any call of theirs may still be executed: until then people are told to wait. */
const PATIENCE_MS = 90_000;

/** What no look tells: the gateway itself does not know, or tells of something else. A person's word is taken for it. */
const UNTOLD: ReadonlySet<string> = new Set<StuckReason>(['mismatch', 'gateway-unsure', 'gateway-failed']);

/** What a person would say who saw the gateway's books; undefined while somebody can still pay. */
function rightOf({ taken, returned, payable, gatewayId }: OrderTruth): Claim | undefined {
  if (taken > returned) return 'kept';
  if (taken > 0) return 'refunded';
  if (gatewayId === undefined) return 'nothing_to_reverse';
  return payable ? undefined : 'closed';
}

/** The opposite: what would cost somebody the money. */
const wrongOf = ({ taken, returned }: OrderTruth): Claim => (taken > returned ? 'refunded' : 'kept');

/** Everybody who waits is answered; resolves when what could be decided is. */
export async function decideAll(
  site: Site,
  started: readonly Started[],
  stuck: ReadonlyMap<string, string>,
): Promise<Decisions> {
  const left = new Map<string, string | undefined>();
  let decided = 0;
  let refused = 0;
  const waiting = started.filter(({ request }) => stuck.has(request.orderId));
  await inLanes(waiting, IN_FLIGHT, async (one) => {
    const { orderId } = one.request;
    const truth = site.sandbox.truth(behind(one.incident.gateway).system, orderId);
    if (truth === undefined) throw new Error(`the gateway has no order ${orderId}`);
    const told = !UNTOLD.has(stuck.get(orderId) ?? '');
    if (told && (await resolve(site, one, wrongOf(truth))) !== undefined) refused += 1;
    const right = rightOf(truth);
    const why = right && (await resolveInTime(site, one, right));
    if (right !== undefined && why === undefined) decided += 1;
    else left.set(orderId, why);
  });
  return { decided, refused, left };
}

async function resolveInTime(site: Site, one: Started, claim: Claim): Promise<string | undefined> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const why = await resolve(site, one, claim, { unseen: true });
    if (why === undefined || Date.now() > giveUpAt) return why;
    await sleep(AGAIN_MS);
  }
}

/** @returns why it was not taken */
async function resolve(
  { reversals }: Site,
  { request }: Started,
  finalAction: Claim,
  more: Partial<Resolution> = {},
): Promise<string | undefined> {
  try {
    await reversals.resolve(request, { operator: 'chaos', evidence: 'the books', finalAction, ...more });
    return undefined;
  } catch (error) {
    // It ended by itself meanwhile.
    if (error instanceof ReversalEndedError) return undefined;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
