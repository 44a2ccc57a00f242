/** A steady stream of random incidents, and what cashiers and operators send to them meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReversalInput } from '../../src/client.ts';
import { type RandomIncident, randomIncident } from '../../src/demo/random/generate.ts';
import { requestFor } from '../../src/demo/random/play.ts';
import { type Rng, rngOf } from '../../src/demo/random/rng.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Site } from './site.ts';

export interface Started {
  readonly incident: RandomIncident;
  readonly request: ReversalInput;
  /** Somebody asked later to reverse it, and was told that this holds. */
  toBeReversed: boolean;
  messages: number;
}

export interface Traffic {
  readonly started: readonly Started[];
  /** Resolves when every start and every message was taken. */
  finished(): Promise<void>;
}

/** A service that does not give up either. */
const AGAIN_MS = 400;
const CHAOS = { operator: 'chaos', reason: 'in the middle of it' };

type Send = (site: Site, started: Started) => Promise<unknown>;

/** Sent by others than the one who started it; what must not be left half done is tried until it is done. */
const MESSAGES: readonly Send[] = [
  async ({ reversals }, started) => {
    await reversals.start({ ...started.request, ifPaid: 'reverse' });
    started.toBeReversed = true;
  },
  ({ reversals }, { request }) => reversals.paymentObserved(request),
  ({ reversals }, { request }) => reversals.status(request),
  async ({ reversals }, { request }) => {
    try {
      await reversals.hold(request, CHAOS);
      await sleep(500);
    } finally {
      // A hold whose answer was lost may hold all the same.
      await untilDone(() => reversals.release(request, CHAOS));
    }
  },
  ({ reversals }, { request }) => reversals.resubmit(request, CHAOS),
];

/** Starts so many a second until `over`. */
export function startTraffic(site: Site, seed: number, rate: number, over: AbortSignal): Traffic {
  const started: Started[] = [];
  const pending: Promise<void>[] = [];
  const stream = (async () => {
    for (let index = 0; !over.aborted; index += 1) {
      const incident = randomIncident(seed, index);
      if (!site.gateways.includes(incident.gateway)) continue;
      pending.push(play(site, incident, rngOf(seed, 100_000 + index), started));
      await sleep(1000 / rate, undefined, { signal: over }).catch(() => {});
    }
  })();
  return {
    started,
    async finished() {
      await stream;
      await Promise.all(pending);
    },
  };
}

async function play(site: Site, incident: RandomIncident, rng: Rng, all: Started[]): Promise<void> {
  const request = requestFor(incident);
  const { system } = behind(incident.gateway);
  site.sandbox.seed(system, { ...incident.order, orderId: request.orderId });
  const started: Started = { incident, request, toBeReversed: incident.request.ifPaid === 'reverse', messages: 0 };
  all.push(started);
  await untilDone(() => site.reversals.start(request));
  if (!rng.chance(30)) return;
  await sleep(rng.between(0, 4000));
  const send = MESSAGES[rng.between(0, MESSAGES.length - 1)];
  // A message that finds nobody to take it is one more that its sender has to send again, or not.
  await send?.(site, started).then(
    () => {
      started.messages += 1;
    },
    () => {},
  );
}

/** Until it is taken, or there is nothing any more that could take it. */
async function untilDone(send: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const error = await send().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined || (error instanceof Error && error.name === 'ReversalEndedError')) return;
    await sleep(AGAIN_MS);
  }
}
