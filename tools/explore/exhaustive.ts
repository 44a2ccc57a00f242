/**
 * Every run with at most so many surprises, each to its end. States are met in the order of the surprises they took,
 * so that a state that was met before had at least as many left (after CHESS's bound on preemptions).
 */
import { fingerprint } from './fingerprint.ts';
import type { Model } from './model.ts';
import { scenarios } from './scenarios.ts';
import { begin, type Sim } from './sim.ts';
import { advance, type Listener } from './step.ts';
import { befall } from './surprise.ts';
import { surprises } from './surprises.ts';
import { Violation } from './violation.ts';

/** The way to a state: the place of each surprise in its list, or -1 for the usual step. */
interface Way {
  readonly from: Way | undefined;
  readonly choice: number;
}

interface Node {
  readonly sim: Sim;
  readonly way: Way | undefined;
  readonly mark: number;
}

/** A broken promise, and how to get there again. */
export interface Finding {
  readonly promise: string;
  readonly message: string;
  readonly gateway: string;
  readonly scenario: number;
  readonly path: readonly number[];
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  readonly findings: readonly Finding[];
}

const USUAL = -1;

function pathOf(way: Way | undefined): readonly number[] {
  const path: number[] = [];
  for (let at = way; at !== undefined; at = at.from) path.push(at.choice);
  return path.reverse();
}

const isRound = (n: number) => (n & (n - 1)) === 0;

/** In a long row of equal looks, or of acts, surprises are tried at the first two, and then at every doubling. */
function isDull({ r: { sameLooks, acts } }: Sim): boolean {
  // What the gateway was made to ask about our refund begins nothing new.
  const made = acts.filter(({ verb }) => verb !== 'syncRefund').length;
  return (sameLooks > 2 && !isRound(sameLooks)) || (made > 2 && !isRound(made));
}

export interface Plan {
  readonly model: Model;
  readonly scenario: number;
  readonly depth: number;
  readonly hear: Listener;
  readonly maxFindings: number;
}

/** One scenario. */
class Search {
  states = 0;
  transitions = 0;
  readonly findings: Finding[] = [];
  readonly #visited = new Set<number>();
  readonly #layers: Node[][];
  readonly #seen = new Set<string>();

  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#layers = Array.from({ length: plan.depth + 1 }, () => []);
  }

  run(start: Sim): void {
    this.#layers[0]?.push({ sim: start, way: undefined, mark: fingerprint(start) });
    for (let used = 0; used <= this.#plan.depth; used += 1) {
      const layer = this.#layers[used] ?? [];
      for (let node = layer.pop(); node !== undefined; node = layer.pop()) {
        this.#open(node, used, layer);
        if (this.findings.length >= this.#plan.maxFindings) return;
      }
    }
  }

  #open(node: Node, used: number, layer: Node[]): void {
    if (this.#visited.has(node.mark)) return;
    this.#visited.add(node.mark);
    this.states += 1;
    const { sim } = node;
    if (sim.doing.at !== 'ended' && sim.doing.at !== 'parked') {
      this.#try(node, USUAL, () => advance(sim, this.#plan.hear), layer);
    }
    const next = this.#layers[used + 1];
    if (next === undefined || isDull(sim)) return;
    const list = surprises(sim);
    for (let i = 0; i < list.length; i += 1) {
      const surprise = list[i];
      if (surprise !== undefined) this.#try(node, i, () => befall(sim, surprise), next);
    }
  }

  #try(node: Node, choice: number, run: () => Sim, into: Node[]): void {
    this.transitions += 1;
    const way: Way = { from: node.way, choice };
    try {
      const sim = run();
      const mark = fingerprint(sim);
      if (!this.#visited.has(mark)) into.push({ sim, way, mark });
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      // One story a broken promise is enough; the shortest comes first.
      if (this.#seen.has(error.message)) return;
      this.#seen.add(error.message);
      const { promise, message } = error;
      const { model, scenario } = this.#plan;
      this.findings.push({ promise, message, gateway: model.name, scenario, path: pathOf(way) });
    }
  }
}

/** All runs of one scenario. */
export function explore(plan: Omit<Plan, 'maxFindings'> & { readonly maxFindings?: number }): Exploration {
  const scenario = scenarios(plan.model)[plan.scenario];
  if (scenario === undefined) throw new Error(`${plan.model.name} has no scenario ${plan.scenario}`);
  const search = new Search({ maxFindings: 5, ...plan });
  search.run(begin(plan.model, scenario));
  const { states, transitions, findings } = search;
  return { states, transitions, findings };
}

/** Walks a path again. `hear` gets every state with the name of what led to it. */
export function follow(
  model: Model,
  finding: Pick<Finding, 'scenario' | 'path'>,
  hear: (before: Sim, name: string | undefined, next: () => Sim) => Sim,
): void {
  const scenario = scenarios(model)[finding.scenario];
  if (scenario === undefined) throw new Error(`no scenario ${finding.scenario}`);
  let sim = begin(model, scenario);
  for (const choice of finding.path) {
    const at = sim;
    const surprise = choice === USUAL ? undefined : surprises(at)[choice];
    sim = hear(at, surprise?.name, () => (surprise === undefined ? advance(at) : befall(at, surprise)));
  }
}
