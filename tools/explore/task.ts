/** A piece of the exploration that one thread does alone, and what comes of it; plain data both ways. */
import { explore, type Finding } from './exhaustive.ts';
import type { Model } from './model.ts';
import { MODELS } from './models/index.ts';
import type { Listener } from './step.ts';
import { walk } from './walk.ts';

export type Task =
  | { readonly do: 'explore'; readonly gateway: string; readonly scenario: number; readonly depth: number }
  | { readonly do: 'walk'; readonly gateway: string; readonly from: number; readonly count: number };

/** A walk that broke a promise. */
export interface BadWalk {
  readonly promise: string;
  readonly message: string;
  readonly gateway: string;
  readonly seed: number;
}

export interface Result {
  readonly gateway: string;
  readonly states: number;
  readonly transitions: number;
  readonly walks: number;
  readonly steps: number;
  readonly cells: readonly string[];
  readonly findings: readonly Finding[];
  readonly badWalks: readonly BadWalk[];
}

/** Enough to work on; the rest is counted in the next run. */
const MAX_BAD_WALKS = 5;

export function modelOf(gateway: string): Model {
  const model = MODELS.find(({ name }) => name === gateway);
  if (model === undefined) throw new Error(`no model of ${gateway}; there are ${MODELS.map((m) => m.name).join(', ')}`);
  return model;
}

export function perform(task: Task, model = modelOf(task.gateway)): Result {
  const cells = new Set<string>();
  const hear: Listener = (_, step) => {
    if ('cell' in step && step.cell !== undefined) cells.add(step.cell);
  };
  const none = { states: 0, transitions: 0, walks: 0, steps: 0, findings: [], badWalks: [] };
  if (task.do === 'explore') {
    const explored = explore({ model, scenario: task.scenario, depth: task.depth, hear });
    return { ...none, ...explored, gateway: task.gateway, cells: [...cells] };
  }
  const badWalks: BadWalk[] = [];
  let steps = 0;
  for (let seed = task.from; seed < task.from + task.count; seed += 1) {
    const walked = walk(model, seed, hear);
    steps += walked.steps;
    const { violation } = walked;
    if (violation === undefined || badWalks.length >= MAX_BAD_WALKS) continue;
    badWalks.push({ promise: violation.promise, message: violation.message, gateway: task.gateway, seed });
  }
  return { ...none, gateway: task.gateway, walks: task.count, steps, cells: [...cells], badWalks };
}
