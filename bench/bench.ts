/** The whole run: the tuned server first, then, unless it is to be short, the server as it comes. */
import { availableParallelism } from 'node:os';
import { withStops } from './fleet/stopping.ts';
import { type Histories, readHistories } from './history.ts';
import { type Lab, openLab } from './lab.ts';
import { type MemoryResult, measureMemory } from './memory.ts';
import type { BenchOptions } from './options.ts';
import type { PairSize } from './pair.ts';
import { runScenario, type Scenario, type ScenarioResult } from './scenario.ts';

export interface BenchResult {
  readonly histories: Histories;
  /** The first is the tuned server with a gateway that answers at once. */
  readonly scenarios: readonly ScenarioResult[];
  readonly memory: MemoryResult;
  readonly machine: { readonly cores: number; readonly platform: string; readonly node: string };
  readonly seconds: number;
}

const IN_FLIGHT = 50;
const SMALL: PairSize = { single: 5, batch: 50, inFlight: IN_FLIGHT };
const FULL: PairSize = { single: 30, batch: 75, inFlight: IN_FLIGHT };
const SIDE_SHOW: PairSize = { single: 12, batch: 50, inFlight: IN_FLIGHT };

export async function bench(options: BenchOptions, log: (line: string) => void): Promise<BenchResult> {
  const { pairs, quick, main } = options;
  const began = performance.now();
  const scenarios: ScenarioResult[] = [];
  const run = async (lab: Lab, scenario: Omit<Scenario, 'pairs'>) => {
    scenarios.push(await runScenario(lab, { ...scenario, pairs }, log));
  };
  const histories = await withLab(true, log, async (lab) => {
    const found = await readHistories(lab);
    await run(lab, { server: 'tuned', account: 'prompt', size: quick ? SMALL : FULL });
    if (!quick && !main) await run(lab, { server: 'tuned', account: 'distant', size: SIDE_SHOW });
    return found;
  });
  if (!quick && !main) {
    await withLab(false, log, async (lab) => {
      await run(lab, { server: 'default', account: 'prompt', size: SIDE_SHOW });
    });
  }
  log('memory of parked reversals');
  // On a server and a worker that have done nothing else, whose garbage would hide what they keep.
  const memory = await withLab(true, log, (lab) => measureMemory(lab, quick ? 50 : 400));
  return {
    histories,
    scenarios,
    memory,
    machine: {
      cores: availableParallelism(),
      platform: `${process.platform} ${process.arch}`,
      node: process.versions.node,
    },
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

async function withLab<T>(tuned: boolean, log: (line: string) => void, use: (lab: Lab) => Promise<T>): Promise<T> {
  log(`starting a ${tuned ? 'tuned' : 'default'} server, the gateway and the worker`);
  return withStops(async (stops) => {
    const lab = await openLab({ tuned, log });
    stops.push(() => lab.stop());
    return use(lab);
  });
}
