/** The end of an exploration, for people on stderr and for scripts as one object. */
import type { Model } from './model.ts';
import { storyOfFinding, storyOfSeed } from './story.ts';
import { modelOf } from './task.ts';
import type { GatewayTotals } from './totals.ts';

export interface Violated {
  readonly gateway: string;
  readonly promise: string;
  readonly message: string;
  /** A random walk: `--replay seed:gateway` tells it again. */
  readonly seed?: number;
  /** The exhaustive part: scenario and choices. */
  readonly scenario?: number;
  readonly path?: readonly number[];
  readonly story: readonly string[];
}

/** Cells that nobody visited and nobody excused, and excuses that are not true. */
function coverageProblems(totals: GatewayTotals): readonly Violated[] {
  const { missed, surprising, idle } = totals.coverage;
  const problem = (message: string): Violated => ({ gateway: totals.gateway, promise: 'cells', message, story: [] });
  return [
    ...missed.map((cell) => problem(`the cell ${cell} was never visited: explore deeper, or say why it cannot be`)),
    ...surprising.map((cell) => problem(`the cell ${cell} is said to be unreachable, and was visited`)),
    ...idle.map((pattern) => problem(`no cell is named ${pattern}: the reason explains nothing`)),
  ];
}

/** `complete`: both parts ran as deep as the cells need; a shorter run does not judge them. */
export function violationsOf(totals: GatewayTotals, complete: boolean): readonly Violated[] {
  const model: Model = modelOf(totals.gateway);
  return [
    ...totals.findings.map((finding) => ({ ...finding, story: storyOfFinding(model, finding) })),
    ...totals.badWalks.map((bad) => ({ ...bad, story: storyOfSeed(model, bad.seed) })),
    ...(complete ? coverageProblems(totals) : []),
  ];
}

export function summaryOf(all: readonly GatewayTotals[], violations: readonly Violated[], seconds: number) {
  const sum = (value: (totals: GatewayTotals) => number) => all.reduce((total, totals) => total + value(totals), 0);
  return {
    states: sum(({ states }) => states),
    transitions: sum(({ transitions }) => transitions),
    walks: sum(({ walks }) => walks),
    steps: sum(({ steps }) => steps),
    cells: sum(({ coverage }) => coverage.cells - coverage.unreachable),
    cellsVisited: sum(({ coverage }) => coverage.visited),
    cellsUnreachable: sum(({ coverage }) => coverage.unreachable),
    violations: violations.length,
    broken: violations,
    seconds,
    gateways: Object.fromEntries(
      all.map(({ gateway, states, transitions, walks, steps, coverage }) => [
        gateway,
        {
          states,
          transitions,
          walks,
          steps,
          cells: coverage.cells - coverage.unreachable,
          cellsVisited: coverage.visited,
          cellsUnreachable: coverage.unreachable,
          unreachable: modelOf(gateway).unreachable,
        },
      ]),
    ),
  };
}

export function lineOf({ gateway, states, transitions, walks, coverage }: GatewayTotals): string {
  const count = (value: number) => value.toLocaleString('en').padStart(12);
  const cells = `${coverage.visited} of ${coverage.cells - coverage.unreachable} cells`;
  return `${gateway.padEnd(12)}${count(states)} states${count(transitions)} transitions${count(walks)} walks  ${cells}`;
}

export function tell(violation: Violated): string {
  const { gateway, message, seed, scenario } = violation;
  const where =
    seed !== undefined
      ? ` (seed ${seed}: --replay ${seed}:${gateway})`
      : scenario !== undefined
        ? ` (exhaustive, scenario ${scenario})`
        : '';
  return [`VIOLATION ${gateway}: ${message}${where}`, ...violation.story, ''].join('\n');
}
