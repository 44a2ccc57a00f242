/** One long random run: a stormy time in which anything may happen, then quiet, then an end or a question to people. */
import { checkEnded } from './checks.ts';
import type { Model } from './model.ts';
import { type Rng, rngOf } from './rng.ts';
import { randomScenario } from './scenarios.ts';
import { begin, type Sim, START } from './sim.ts';
import { advance, type Listener } from './step.ts';
import { befall, KINDS, type Kind, type Surprise } from './surprise.ts';
import { surprises } from './surprises.ts';
import { Violation } from './violation.ts';

/** How to look over a walk's shoulder: every change, with the surprise that brought it about. */
export type Witness = (before: Sim, name: string | undefined, next: () => Sim) => Sim;

export interface Walked {
  readonly steps: number;
  readonly last: Sim;
  readonly violation?: Violation;
}

const MAX_STEPS = 4000;
const MAX_QUIET = 40 * 24 * 3_600_000;
const HOUR = 3_600_000;

/**
 * Each walk has weather of its own: which kinds of surprise there are at all, which of them it favours, how often they
 * come, how long the storm lasts, and whether the same thing happens again and again (after swarm testing).
 */
interface Weather {
  readonly often: number;
  readonly kinds: ReadonlySet<Kind>;
  readonly storm: number;
  readonly sticky: number;
  readonly salt: number;
}

function weatherOf(rng: Rng): Weather {
  const calm = rng.below(20) === 0;
  const kinds = new Set(KINDS.filter(() => rng.below(3) > 0));
  return {
    often: calm ? 0 : rng.pick([0.05, 0.15, 0.3, 0.6]),
    kinds,
    storm: rng.pick([20, 60, 150]),
    sticky: rng.pick([0, 0, 0.5, 0.95]),
    salt: rng.below(0x7fffffff),
  };
}

const FAVOUR = [0, 0, 0, 1, 1, 10] as const;
const hashes = new Map<string, number>();

function hashOf(name: string): number {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  let hash = 0;
  for (let i = 0; i < name.length; i += 1) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
  hashes.set(name, hash);
  return hash;
}

/** How much this walk likes a surprise: a few are favoured, so that rare ones meet each other in some walks. */
function weightOf(name: string, salt: number): number {
  let mixed = Math.imul(hashOf(name) ^ salt, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  return FAVOUR[(mixed >>> 0) % FAVOUR.length] ?? 0;
}

/** Drawn by kind first: a verb with twenty refusals must not drown the payer. */
function draw(s: Sim, weather: Weather, last: Surprise | undefined, rng: Rng): Surprise | undefined {
  const list = surprises(s);
  if (last !== undefined && rng.next() < weather.sticky && list.includes(last)) return last;
  const kinds = KINDS.filter((kind) => weather.kinds.has(kind) && list.some((surprise) => surprise.kind === kind));
  if (kinds.length === 0) return undefined;
  const kind = rng.pick(kinds);
  const likely = list.filter((surprise) => surprise.kind === kind);
  let left = rng.next() * likely.reduce((sum, { name }) => sum + weightOf(name, weather.salt), 0);
  return likely.find(({ name }) => {
    left -= weightOf(name, weather.salt);
    return left < 0;
  });
}

/** Runs one walk. The same seed and gateway give the same walk. */
export function walk(model: Model, seed: number, hear: Listener, witness?: Witness): Walked {
  const rng = rngOf(seed);
  const weather = weatherOf(rng);
  const start = START + rng.below(24) * HOUR + rng.below(HOUR);
  const scenario = randomScenario(model, rng);
  const { request } = scenario;
  const shifted = {
    ...scenario,
    request: {
      ...request,
      ...(request.attemptedAt !== undefined && { attemptedAt: request.attemptedAt + start - START }),
      ...(request.expiresAt !== undefined && { expiresAt: request.expiresAt + start - START }),
    },
  };
  let sim = begin(model, shifted, start);
  let last: Surprise | undefined;
  let quietSince = start;
  let steps = 0;
  try {
    for (; ; steps += 1) {
      const isStorm = steps < weather.storm;
      // Acts are few and looks are many: what an act is answered decides about the rest.
      const isTurn = sim.doing.at === 'act' || sim.doing.at === 'ending' || sim.doing.at === 'ended';
      const often = isTurn ? Math.min(0.7, weather.often * 10) : weather.often;
      const surprise = isStorm && rng.next() < often ? draw(sim, weather, last, rng) : undefined;
      if (surprise === undefined && sim.doing.at === 'ended') break;
      // People who are asked and do not come: in the storm somebody may, afterwards it is an end.
      if (surprise === undefined && sim.doing.at === 'parked' && (!isStorm || rng.below(3) > 0)) break;
      const at = sim;
      const go = () => (surprise === undefined ? advance(at, hear) : befall(at, surprise));
      sim = witness === undefined ? go() : witness(at, surprise?.name, go);
      if (surprise !== undefined) {
        last = surprise;
        quietSince = sim.now;
      }
      checkEnded(sim, steps, MAX_STEPS, quietSince, MAX_QUIET);
    }
    return { steps, last: sim };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { steps, last: sim, violation: error };
  }
}
