/** Pairs of turns under one setting: Unwind and the bare workflow by turns, the first of a pair alternating. */
import type { Lab } from './lab.ts';
import { ACCOUNTS, type AccountName } from './processes/contract.ts';
import { median, quantile, round, type Spread, spread } from './statistics.ts';
import { type Turn, type TurnSize, takeTurn } from './turn.ts';

export interface Scenario {
  readonly server: 'tuned' | 'default';
  readonly account: AccountName;
  readonly pairs: number;
  readonly size: TurnSize;
}

/** Ratios are Unwind over bare, within a pair: lowest, median, highest. Below 1 is better but for throughput. */
export interface ScenarioResult {
  readonly server: Scenario['server'];
  readonly gatewayMs: number;
  readonly pairs: number;
  readonly cpuRatio: Spread;
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

const WARM_UP: TurnSize = { single: 10, batch: 100, inFlight: 50 };

export async function runScenario(
  lab: Lab,
  { server, account, pairs, size }: Scenario,
  log: (line: string) => void,
): Promise<ScenarioResult> {
  const warmUp = { ...WARM_UP, batch: Math.min(WARM_UP.batch, size.batch) };
  await takeTurn(lab, lab.bare, account, warmUp);
  await takeTurn(lab, lab.unwind, account, warmUp);
  const unwind: Turn[] = [];
  const bare: Turn[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const turnOfUnwind = async () => unwind.push(await takeTurn(lab, lab.unwind, account, size));
    const turnOfBare = async () => bare.push(await takeTurn(lab, lab.bare, account, size));
    const turns = pair % 2 === 0 ? [turnOfUnwind, turnOfBare] : [turnOfBare, turnOfUnwind];
    for (const turn of turns) await turn();
    log(`${server} server, gateway ${ACCOUNTS[account]} ms, pair ${pair + 1} of ${pairs}: ${told(unwind, bare)}`);
  }
  const ratio = (of: (turn: Turn) => number) => spread(ratios(unwind, bare, of));
  return {
    server,
    gatewayMs: ACCOUNTS[account],
    pairs,
    cpuRatio: ratio(cpuOf),
    firstVerdictRatio: ratio(({ verdictMs }) => median(verdictMs)),
    wholeRatio: ratio(({ wholeMs }) => median(wholeMs)),
    throughputRatio: ratio(({ perSecond }) => perSecond),
    unwind: sideResult(unwind),
    bare: sideResult(bare),
  };
}

const cpuOf = ({ cpuMs }: Turn) => cpuMs.server + cpuMs.worker;

function ratios(unwind: readonly Turn[], bare: readonly Turn[], of: (turn: Turn) => number): number[] {
  return unwind.flatMap((turn, pair) => {
    const other = bare[pair];
    return other === undefined ? [] : [of(turn) / of(other)];
  });
}

function told(unwind: readonly Turn[], bare: readonly Turn[]): string {
  const last = (of: (turn: Turn) => number) => ratios(unwind, bare, of).at(-1)?.toFixed(2);
  const verdict = last(({ verdictMs }) => median(verdictMs));
  return `CPU ${last(cpuOf)}, first verdict ${verdict}, throughput ${last(({ perSecond }) => perSecond)} of bare`;
}

function sideResult(turns: readonly Turn[]): SideResult {
  const verdicts = turns.flatMap(({ verdictMs }) => verdictMs);
  return {
    p50: round(median(verdicts), 1),
    p95: round(quantile(verdicts, 0.95), 1),
    wholeP50: round(median(turns.flatMap(({ wholeMs }) => wholeMs)), 1),
    perSecond: round(median(turns.map(({ perSecond }) => perSecond)), 1),
    cpuMs: {
      server: round(median(turns.map(({ cpuMs }) => cpuMs.server)), 1),
      worker: round(median(turns.map(({ cpuMs }) => cpuMs.worker)), 1),
    },
  };
}
