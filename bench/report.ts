/** The result as people and as programs read it. */
import Table from 'cli-table3';
import type { BenchResult } from './bench.ts';
import type { ScenarioResult, SideResult } from './scenario.ts';
import type { Spread } from './statistics.ts';

/** The summary that everyone can rely on, of the tuned server and a gateway that answers at once; then everything. */
export function toJson(result: BenchResult): Record<string, unknown> {
  const { histories, scenarios } = result;
  const main = mainOf(scenarios);
  return {
    cpuRatio: orNull(main.cpuRatio[1]),
    firstVerdictRatio: main.firstVerdictRatio[1],
    throughputRatio: main.throughputRatio[1],
    p50: main.unwind.p50,
    bareP50: main.bare.p50,
    events: histories.clean.events,
    eventsSubmit: histories.bySubmit.events,
    eventsKept: histories.kept.events,
    bareEvents: histories.bare.events,
    ...result,
  };
}

function mainOf([main]: readonly ScenarioResult[]): ScenarioResult {
  if (main === undefined) throw new Error('nothing was measured');
  return main;
}

/** CPU time is read on Linux only. */
const orNull = (value: number) => (Number.isNaN(value) ? null : value);

export function toText({ histories, scenarios, memory, machine, seconds }: BenchResult): string {
  const ratios = new Table({
    head: [
      'Unwind : bare, median (lowest to highest)',
      'CPU',
      'of the server',
      'of the worker',
      'first verdict',
      'whole',
      'throughput',
    ],
    style: { head: [], border: [] },
  });
  const figures = new Table({
    head: ['', 'verdict p50 ms', 'p95', 'whole p50', 'reversals/s', 'CPU ms server', 'worker'],
    style: { head: [], border: [] },
  });
  for (const scenario of scenarios) {
    const name = `${scenario.server} server, gateway ${scenario.gatewayMs} ms`;
    const { cpuRatio, serverCpuRatio, workerCpuRatio, firstVerdictRatio, wholeRatio, throughputRatio } = scenario;
    const spreads = [cpuRatio, serverCpuRatio, workerCpuRatio, firstVerdictRatio, wholeRatio, throughputRatio];
    ratios.push([name, ...spreads.map(ratio)]);
    figures.push([`${name}: Unwind`, ...figuresOf(scenario.unwind)], ['bare', ...figuresOf(scenario.bare)]);
  }
  const lengths = Object.entries(histories).map(([name, { events, bytes }]) => `${name} ${events} (${bytes} B)`);
  return [
    ratios.toString(),
    figures.toString(),
    `History events: ${lengths.join(', ')}`,
    `Memory of a parked reversal, over ${memory.reversals}: worker ${memory.workerKib} KiB, server ${memory.serverKib} KiB`,
    `${scenarios[0]?.pairs ?? 0} pairs on ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; ${seconds} s`,
  ].join('\n');
}

function ratio([low, middle, high]: Spread): string {
  return `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function figuresOf({ p50, p95, wholeP50, perSecond, cpuMs }: SideResult): number[] {
  return [p50, p95, wholeP50, perSecond, cpuMs.server, cpuMs.worker];
}
