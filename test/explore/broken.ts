/** Rules that are wrong on purpose, to see the explorer find it. */

import type { Move, Rules, ViewKey } from '../../src/reversal/rules.ts';
import { explore, type Finding } from '../../tools/explore/exhaustive.ts';
import type { Mind } from '../../tools/explore/mind.ts';
import type { Model } from '../../tools/explore/model.ts';
import { scenarios } from '../../tools/explore/scenarios.ts';
import type { Scenario } from '../../tools/explore/sim.ts';
import { walk } from '../../tools/explore/walk.ts';

export function withRules(model: Model, change: (rules: Rules) => Rules): Model {
  return { ...model, rules: change(model.rules), accounts: [] };
}

/** One of the functions that a walk obeys is as it was before a fault was mended. */
export function withMind(model: Model, mind: Partial<Mind>): Model {
  return { ...model, mind: { ...model.mind, ...mind } };
}

export function withTiming(model: Model, timing: Partial<Rules['timing']>): Model {
  return withRules(model, (rules) => ({ ...rules, timing: { ...rules.timing, ...timing } }));
}

/** One cell of `before` for both intents. */
export function withCell(model: Model, view: ViewKey, move: Move): Model {
  return withRules(model, (rules) => ({
    ...rules,
    before: { ...rules.before, [view]: { keep: move, reverse: move } },
  }));
}

export interface Sought {
  readonly message?: RegExp;
  readonly among?: (scenario: Scenario) => boolean;
}

/** What the exhaustive part finds, scenario by scenario, until it finds something, or that which is sought. */
export function found(model: Model, depth: number, { message = /./, among }: Sought = {}): Finding | undefined {
  const maxFindings = message.source === '.' ? 1 : 100;
  for (const [scenario, candidate] of scenarios(model).entries()) {
    if (among?.(candidate) === false) continue;
    const { findings } = explore({ model, scenario, depth, hear: () => {}, maxFindings });
    const finding = findings.find((one) => message.test(one.message));
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/** The first of so many walks that breaks a promise. */
export function firstBadWalk(model: Model, count: number): { seed: number; message: string } | undefined {
  for (let seed = 1; seed <= count; seed += 1) {
    const { violation } = walk(model, seed, () => {});
    if (violation !== undefined) return { seed, message: violation.message };
  }
  return undefined;
}
