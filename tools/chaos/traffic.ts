/** A steady stream of random incidents, and what cashiers and operators send to them meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RandomIncident, randomIncident } from '../../src/demo/random/generate.ts';
import { requestFor } from '../../src/demo/random/play.ts';
import { pickFrom, rngOf } from '../../src/demo/random/rng.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Buttons } from './buttons.ts';
import { MESSAGES, type Sending, type Started, untilDone } from './messages.ts';
import type { Site } from './site.ts';

export interface Traffic {
  readonly started: readonly Started[];
  /** One more, at once. */
  play(incident: RandomIncident): Started;
  /** Resolves when every start and every message was taken. */
  finished(): Promise<void>;
}

export interface TrafficPlan {
  readonly site: Site;
  readonly seed: number;
  /** So many are started a second … */
  readonly rate: number;
  /** … until then. */
  readonly over: AbortSignal;
  readonly buttons: Buttons;
}

/** Of a hundred orders, so many get messages, and each of them so many at most. */
const MEDDLED_WITH = 45;
const MESSAGES_EACH = 3;
/** Of a hundred, so many are started by a cashier who waits for the verdict. */
const WAITED_FOR = 30;

export function startTraffic({ site, seed, rate, over, buttons }: TrafficPlan): Traffic {
  const started: Started[] = [];
  const pending: Promise<void>[] = [];
  const play = (incident: RandomIncident) => {
    const one = seeded(site, incident);
    started.push(one);
    pending.push(playOne({ site, started: one, rng: rngOf(seed, 100_000 + incident.index), buttons }));
    return one;
  };
  const stream = (async () => {
    for (let index = 0; !over.aborted; index += 1) {
      const incident = randomIncident(seed, index);
      if (!site.gateways.includes(incident.gateway)) continue;
      play(incident);
      await sleep(1000 / rate, undefined, { signal: over }).catch(() => {});
    }
  })();
  return {
    started,
    play,
    async finished() {
      await stream;
      await Promise.all(pending);
    },
  };
}

function seeded({ door, sandbox }: Site, incident: RandomIncident): Started {
  const request = requestFor(incident);
  const { orderId } = request;
  const notifyUrl = door.urlFor(incident.gateway, orderId);
  sandbox.seed(behind(incident.gateway).system, { ...incident.order, orderId, notifyUrl });
  const toBeReversed = incident.request.ifPaid === 'reverse';
  return { incident, request, toBeReversed, askedToReverse: toBeReversed, messages: [], notes: [], inHand: false };
}

async function playOne({ site, started, rng, buttons }: Sending): Promise<void> {
  const { request } = started;
  await untilDone(() => (rng.chance(WAITED_FOR) ? site.reversals.reverse(request) : site.reversals.start(request)));
  if (!rng.chance(MEDDLED_WITH)) return;
  for (let left = rng.between(1, MESSAGES_EACH); left > 0; left -= 1) {
    await sleep(rng.between(0, 4000));
    const [name, send] = pickFrom(rng, Object.entries(MESSAGES));
    // A message that finds nobody to take it is one more that its sender has to send again, or not.
    await inHands(started, () => send({ site, started, rng, buttons })).then(
      () => started.messages.push(name),
      () => {},
    );
  }
}

/** Waits until nobody else is at that order. */
export async function inHands<T>(started: Started, work: () => Promise<T>): Promise<T> {
  while (started.inHand) await sleep(50);
  started.inHand = true;
  try {
    return await work();
  } finally {
    started.inHand = false;
  }
}
