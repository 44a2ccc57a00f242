/** What is broken, how often, and for how long. Each has a course of its own, so that several things break at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { delayOf, WIRE } from '../../src/demo/random/generate.ts';
import { pickFrom, type Rng, rngOf } from '../../src/demo/random/rng.ts';
import { EVERY_ORDER, type Fault } from '../../src/sandbox/index.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { FaultName } from '../../test/webhooks/receiver.ts';
import type { Button, Buttons } from './buttons.ts';
import { ask, batchReset, type Pressing, replayNotifications, resetContinued, voidGivenUpClosure } from './presses.ts';
import type { Site } from './site.ts';
import type { Traffic } from './traffic.ts';
import { closuresFor, resubmitAll } from './without-account.ts';

export interface Tally {
  /** Processes ended without warning: workers, the Temporal server, PostgreSQL. */
  readonly kills: Record<'worker' | 'server' | 'ledger', number>;
  cutConnections: number;
  outages: number;
  skewedWorkers: number;
  receiverFailures: number;
  /** Attacks that did not end: their course went on without them, and somebody has to find out what they hang on. */
  hung: number;
  readonly buttons: Buttons;
}

interface Attack {
  readonly name: string;
  /** Milliseconds between one's end, when what was broken works again, and the next. */
  readonly every: readonly [from: number, to: number];
  run(site: Site, rng: Rng, tally: Tally, traffic: Traffic): Promise<void>;
  /** What it is for: it goes on for a while when that has had no effect yet, as on a machine that is slow. */
  readonly button?: Button;
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
  name: `killing worker ${index}`,
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

/** One that does nothing to the site but press something; what finds nobody to take it is not pressed. */
const press = (
  button: Button | undefined,
  every: Attack['every'],
  send: (pressing: Pressing) => Promise<unknown>,
): Attack => ({
  name: send.name,
  ...(button !== undefined && { button }),
  every,
  async run(site, rng, { buttons }, traffic) {
    if (traffic.started.length === 0) return;
    await send({ site, traffic, rng, buttons }).catch(() => {});
  },
});

/** How long the ledger takes to say that it has written down what is about to be sent. */
const WRITES_FOR = [200, 700, 1500, 3000, 5500, 7000, 9000, 12_000, 15_000] as const;
const ABOUT_TO_SEND = 'insert into "acts"';

const ATTACKS: readonly Attack[] = [
  killWorker(0),
  killWorker(1),
  {
    name: 'killing the server',
    every: [15 * SECOND, 45 * SECOND],
    async run({ server }, rng, tally) {
      await server.kill();
      tally.kills.server += 1;
      await sleep(rng.between(100, 5000));
      await server.start();
    },
  },
  {
    name: 'crashing the ledger',
    every: [10 * SECOND, 40 * SECOND],
    async run({ postgres }, rng, tally) {
      await postgres.crash();
      tally.kills.ledger += 1;
      await sleep(rng.between(100, 6000));
      await postgres.resume();
    },
  },
  {
    name: 'cutting cables',
    every: [2 * SECOND, 12 * SECOND],
    async run({ cables }, rng, tally) {
      tally.cutConnections += pickFrom(rng, cables).cut();
    },
  },
  {
    name: 'a slow ledger',
    every: [1 * SECOND, 5 * SECOND],
    async run({ cables: [, toLedger] }, rng) {
      const everything = { delayMs: rng.between(20, 400) };
      toLedger.slow(rng.chance(70) ? { delayMs: rng.pick(WRITES_FOR), after: ABOUT_TO_SEND } : everything);
      await sleep(rng.between(3000, 12_000));
      toLedger.slow(undefined);
    },
  },
  {
    name: 'workers without an account',
    button: 'workerWithoutAccount',
    every: [5 * SECOND, 20 * SECOND],
    async run(site, rng, { buttons }, traffic) {
      const gateway = pickFrom(rng, site.gateways);
      // Beside one that knows it, or alone.
      const lacking = rng.chance(50) ? site.workers : [pickFrom(rng, site.workers)];
      buttons.closuresWithoutAccount += closuresFor(gateway, traffic, rng);
      buttons.workerWithoutAccount += await comeUpWith(site.configs.without.get(gateway) ?? {}, lacking);
      for (let left = rng.between(2, 6); left > 0; left -= 1) {
        await sleep(SECOND);
        buttons.resubmittedWithoutAccount += await resubmitAll(site, gateway).catch(() => 0);
      }
      await comeUpWith(site.configs.whole, lacking);
    },
  },
  press('resetContinued', [1 * SECOND, 4 * SECOND], resetContinued),
  press('batchReset', [5 * SECOND, 15 * SECOND], batchReset),
  press('replayedNotifications', [300, 2 * SECOND], replayNotifications),
  press(undefined, [50, 500], ask),
  press('voidWhileGivenUp', [3 * SECOND, 12 * SECOND], voidGivenUpClosure),
  {
    name: 'an outage of a gateway',
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
    name: 'faults of a gateway',
    every: [1 * SECOND, 4 * SECOND],
    async run({ sandbox, gateways }, rng) {
      const { system } = behind(pickFrom(rng, gateways));
      const wire = pickFrom(rng, WIRE);
      const fault: Fault = { operation: 'any', wire, times: rng.between(1, 6), delayMs: delayOf(rng, wire) };
      sandbox.fault(system, EVERY_ORDER, fault);
    },
  },
  {
    name: 'a receiver that fails',
    every: [8 * SECOND, 20 * SECOND],
    async run({ receiver }, rng, tally) {
      receiver.fail(pickFrom(rng, FAILURES), pickFrom(rng, FAILURES));
      tally.receiverFailures += 1;
      await sleep(rng.between(500, 8000));
      receiver.fail();
    },
  },
];

/** @returns how many of them came up so */
async function comeUpWith(env: Readonly<Record<string, string>>, workers: Site['workers']): Promise<number> {
  await Promise.all(workers.map((worker) => worker.kill(env)));
  await Promise.all(workers.map((worker) => worker.up()));
  return workers.length;
}

export interface AttackPlan {
  readonly site: Site;
  readonly traffic: Traffic;
  readonly seed: number;
  readonly over: AbortSignal;
  readonly buttons: Buttons;
  readonly log: (line: string) => void;
}

/** Longer than the longest of them on a machine with much to do. */
const HUNG_AFTER_MS = 4 * MINUTE;

/** Of a hundred looks that could be answered with an older answer, so many are. */
const REPLAYED = 15;
const LONGER_MS = 45 * SECOND;

/** Breaks things until `over`; resolves when whatever was stopped runs again. */
export async function attack({ site, traffic, seed, over, buttons, log }: AttackPlan): Promise<Tally> {
  const tally: Tally = {
    kills: { worker: 0, server: 0, ledger: 0 },
    ...{ cutConnections: 0, outages: 0, skewedWorkers: 0, receiverFailures: 0, hung: 0, buttons },
  };
  for (const replayer of site.replayers) replayer.replay(REPLAYED);
  let overAt = Number.POSITIVE_INFINITY;
  over.addEventListener('abort', () => {
    overAt = Date.now();
  });
  await Promise.all(
    ATTACKS.map(async ({ name, every: [from, to], run, button }, index) => {
      const rng = rngOf(seed, index);
      const missed = () => button !== undefined && buttons[button] === 0 && Date.now() < overAt + LONGER_MS;
      for (;;) {
        const pause = rng.between(from, to);
        await sleep(pause, undefined, { signal: over }).catch(() => sleep(Math.min(pause, SECOND)));
        if (over.aborted && !missed()) return;
        const ended = run(site, rng, tally, traffic).then(() => true);
        if (await Promise.race([ended, sleep(HUNG_AFTER_MS, false, { ref: false })])) continue;
        tally.hung += 1;
        const hands = traffic.started
          .flatMap(({ inHand, notes, request }) =>
            inHand ? [[request.orderId, ...notes.map(({ line }) => line)].join(': ')] : [],
          )
          .join(', ');
        log(`${name}: has not ended after ${HUNG_AFTER_MS / MINUTE} minutes, and is left (in hand: ${hands})`);
      }
    }),
  );
  for (const replayer of site.replayers) replayer.replay(0);
  buttons.replayedAnswers = site.replayers.reduce((sum, { replayed }) => sum + replayed(), 0);
  buttons.slowLedger = site.cables[1].held();
  return tally;
}
