/** What is broken, how often, and for how long. Each has a course of its own, so that several things break at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { delayOf, WIRE } from '../../src/demo/random/generate.ts';
import { pickFrom, type Rng, rngOf } from '../../src/demo/random/rng.ts';
import { EVERY_ORDER, type Fault } from '../../src/sandbox/index.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { FaultName } from '../../test/webhooks/receiver.ts';
import type { Site } from './site.ts';

export interface Tally {
  /** Processes ended without warning: workers, the Temporal server, PostgreSQL. */
  readonly kills: Record<'worker' | 'server' | 'ledger', number>;
  cutConnections: number;
  outages: number;
  skewedWorkers: number;
  receiverFailures: number;
}

interface Attack {
  /** Milliseconds between one's end, when what was broken works again, and the next. */
  readonly every: readonly [from: number, to: number];
  run(site: Site, rng: Rng, tally: Tally): Promise<void>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Alipay refuses more than ten minutes; the others do not look. */
const SKEWS = [0, 0, 0, 45 * SECOND, -45 * SECOND, 9 * MINUTE, -9 * MINUTE, 25 * MINUTE, -25 * MINUTE] as const;
/** Not `gone`: a receiver that says so wants no event any more, and gets none. */
const FAILURES: readonly FaultName[] = [
  ...(['serverError', 'badGateway', 'notFound', 'unauthorized', 'moved', 'busy', 'reset', 'hang'] as const),
];

const killWorker = (index: number): Attack => ({
  every: [4 * SECOND, 20 * SECOND],
  async run({ workers }, rng, tally) {
    const skew = rng.pick(SKEWS);
    const worker = workers[index];
    if (!(await worker?.kill({ CHAOS_CLOCK_SKEW_MS: String(skew) }))) return;
    tally.kills.worker += 1;
    if (skew !== 0) tally.skewedWorkers += 1;
    await worker?.up();
  },
});

const ATTACKS: readonly Attack[] = [
  killWorker(0),
  killWorker(1),
  {
    every: [15 * SECOND, 45 * SECOND],
    async run({ server }, rng, tally) {
      await server.kill();
      tally.kills.server += 1;
      await sleep(rng.between(100, 5000));
      await server.start();
    },
  },
  {
    every: [10 * SECOND, 40 * SECOND],
    async run({ postgres }, rng, tally) {
      await postgres.crash();
      tally.kills.ledger += 1;
      await sleep(rng.between(100, 6000));
      await postgres.resume();
    },
  },
  {
    every: [2 * SECOND, 12 * SECOND],
    async run({ cables }, rng, tally) {
      tally.cutConnections += pickFrom(rng, cables).cut();
    },
  },
  {
    every: [5 * SECOND, 25 * SECOND],
    async run({ sandbox, gateways }, rng, tally) {
      const { system } = behind(pickFrom(rng, gateways));
      sandbox.outage(system, true);
      tally.outages += 1;
      await sleep(rng.between(200, 8000));
      sandbox.outage(system, false);
    },
  },
  {
    every: [1 * SECOND, 4 * SECOND],
    async run({ sandbox, gateways }, rng) {
      const { system } = behind(pickFrom(rng, gateways));
      const wire = pickFrom(rng, WIRE);
      const fault: Fault = { operation: 'any', wire, times: rng.between(1, 6), delayMs: delayOf(rng, wire) };
      sandbox.fault(system, EVERY_ORDER, fault);
    },
  },
  {
    every: [8 * SECOND, 20 * SECOND],
    async run({ receiver }, rng, tally) {
      receiver.fail(pickFrom(rng, FAILURES), pickFrom(rng, FAILURES));
      tally.receiverFailures += 1;
      await sleep(rng.between(500, 8000));
      receiver.fail();
    },
  },
];

/** Breaks things until `over`; resolves when whatever was stopped runs again. */
export async function attack(site: Site, seed: number, over: AbortSignal): Promise<Tally> {
  const tally: Tally = {
    kills: { worker: 0, server: 0, ledger: 0 },
    ...{ cutConnections: 0, outages: 0, skewedWorkers: 0, receiverFailures: 0 },
  };
  await Promise.all(
    ATTACKS.map(async ({ every: [from, to], run }, index) => {
      const rng = rngOf(seed, index);
      for (;;) {
        await sleep(rng.between(from, to), undefined, { signal: over }).catch(() => {});
        if (over.aborted) return;
        await run(site, rng, tally);
      }
    }),
  );
  return tally;
}
