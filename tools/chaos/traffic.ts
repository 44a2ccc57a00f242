/** A steady stream of random incidents, and what cashiers and operators send to them meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReversalInput } from '../../src/client.ts';
import { type RandomIncident, randomIncident } from '../../src/demo/random/generate.ts';
import { requestFor } from '../../src/demo/random/play.ts';
import { pickFrom, type Rng, rngOf } from '../../src/demo/random/rng.ts';
import { behind } from '../../src/stand/accounts.ts';
import { MESSAGES, untilDone } from './messages.ts';
import type { Site } from './site.ts';

export interface Started {
  readonly incident: RandomIncident;
  readonly request: ReversalInput;
  /** Somebody asked later to reverse it, and was told that this holds. */
  toBeReversed: boolean;
  /** Those that were taken, by name. */
  readonly messages: string[];
}

export interface Traffic {
  readonly started: readonly Started[];
  /** Resolves when every start and every message was taken. */
  finished(): Promise<void>;
}

/** Of a hundred orders, so many get messages, and each of them so many at most. */
const MEDDLED_WITH = 45;
const MESSAGES_EACH = 3;

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
  const started: Started = { incident, request, toBeReversed: incident.request.ifPaid === 'reverse', messages: [] };
  all.push(started);
  await untilDone(() => site.reversals.start(request));
  if (!rng.chance(MEDDLED_WITH)) return;
  for (let left = rng.between(1, MESSAGES_EACH); left > 0; left -= 1) {
    await sleep(rng.between(0, 4000));
    const [name, send] = pickFrom(rng, Object.entries(MESSAGES));
    // A message that finds nobody to take it is one more that its sender has to send again, or not.
    await send(site, started, rng).then(
      () => started.messages.push(name),
      () => {},
    );
  }
}
