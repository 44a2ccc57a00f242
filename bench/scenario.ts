/** Pairs of turns under one setting: Unwind and the bare workflow by turns, the first of a pair alternating. */
import type { Lab } from './lab.ts';
import { type Pair, type PairSize, type Turn, takePair } from './pair.ts';
import { ACCOUNTS, type AccountName } from './processes/contract.ts';
import { median, quantile, round, type Spread, spread } from './statistics.ts';

export interface Scenario {
  readonly server: 'tuned' | 'default';
  readonly account: AccountName;
  readonly pairs: number;
  readonly size: PairSize;
}

/** Ratios are Unwind over bare, within a pair: lowest, median, highest. Below 1 is better but for throughput. */
export interface ScenarioResult {
  readonly server: Scenario['server'];
  readonly gatewayMs: number;
  readonly pairs: number;
  readonly cpuRatio: Spread;
  readonly serverCpuRatio: Spread;
  readonly workerCpuRatio: Spread;
  readonly firstVerdictRatio: Spread;
  readonly wholeRatio: Spread;
  readonly throughputRatio: Spread;
  readonly unwind: SideResult;
  readonly bare: SideResult;
}

/** Medians over all turns; CPU in milliseconds a reversal. */
export interface SideResult {
  readonly p50: number;
  readonly p95: number;
  readonly wholeP50: number;
  readonly perSecond: number;
  readonly cpuMs: { readonly server: number; readonly worker: number };
}

const WARM_UP: PairSize = { single: 10, batch: 200, inFlight: 50 };

const FIGURES = {
  cpuRatio: ({ cpuMs }: Turn) => cpuMs.server + cpuMs.worker,
  serverCpuRatio: ({ cpuMs }: Turn) => cpuMs.server,
  workerCpuRatio: ({ cpuMs }: Turn) => cpuMs.worker,
  firstVerdictRatio: ({ verdictMs }: Turn) => median(verdictMs),
  wholeRatio: ({ wholeMs }: Turn) => median(wholeMs),
  throughputRatio: ({ perSecond }: Turn) => perSecond,
} as const;
type Figure = keyof typeof FIGURES;

export async function runScenario(
  lab: Lab,
  { server, account, pairs: count, size }: Scenario,
  log: (line: string) => void,
): Promise<ScenarioResult> {
  // The worker's code is compiled as it gets hot, and the first orders pay for it.
  await takePair(lab, account, { ...WARM_UP, batch: Math.min(WARM_UP.batch, size.batch) }, true);
  const pairs: Pair[] = [];
  for (let at = 0; at < count; at++) {
    const pair = await takePair(lab, account, size, at % 2 === 1);
    pairs.push(pair);
    const told = (figure: Figure) => ratioOf(pair, figure).toFixed(2);
    log(
      `${server} server, gateway ${ACCOUNTS[account]} ms, pair ${at + 1} of ${count}, Unwind : bare: ` +
        `CPU ${told('cpuRatio')}, first verdict ${told('firstVerdictRatio')}, throughput ${told('throughputRatio')}`,
    );
  }
  const ratio = (figure: Figure) => spread(pairs.map((pair) => ratioOf(pair, figure)));
  return {
    server,
    gatewayMs: ACCOUNTS[account],
    pairs: count,
    cpuRatio: ratio('cpuRatio'),
    serverCpuRatio: ratio('serverCpuRatio'),
    workerCpuRatio: ratio('workerCpuRatio'),
    firstVerdictRatio: ratio('firstVerdictRatio'),
    wholeRatio: ratio('wholeRatio'),
    throughputRatio: ratio('throughputRatio'),
    unwind: sideResult(pairs.map(({ unwind }) => unwind)),
    bare: sideResult(pairs.map(({ bare }) => bare)),
  };
}

function ratioOf({ unwind, bare }: Pair, figure: Figure): number {
  const of = FIGURES[figure];
  return of(unwind) / of(bare);
}

function sideResult(turns: readonly Turn[]): SideResult {
  const verdicts = turns.flatMap(({ verdictMs }) => verdictMs);
  const middle = (of: (turn: Turn) => number) => round(median(turns.map(of)), 1);
  return {
    p50: round(median(verdicts), 1),
    p95: round(quantile(verdicts, 0.95), 1),
    wholeP50: round(median(turns.flatMap(({ wholeMs }) => wholeMs)), 1),
    perSecond: middle(FIGURES.throughputRatio),
    cpuMs: { server: middle(FIGURES.serverCpuRatio), worker: middle(FIGURES.workerCpuRatio) },
  };
}
