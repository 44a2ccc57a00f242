/** Rules that are wrong on purpose, to see the explorer find it. */

import type { Move, Rules, ViewKey } from '../../src/reversal/rules.ts';
import { explore, type Finding } from '../../tools/explore/exhaustive.ts';
import type { Model } from '../../tools/explore/model.ts';
import { scenarios } from '../../tools/explore/scenarios.ts';
import { walk } from '../../tools/explore/walk.ts';

export function withRules(model: Model, change: (rules: Rules) => Rules): Model {
  return { ...model, rules: change(model.rules), accounts: [] };
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

/** What the exhaustive part finds, scenario by scenario, until it finds something. */
export function found(model: Model, depth: number): Finding | undefined {
  for (const [scenario] of scenarios(model).entries()) {
    const [finding] = explore({ model, scenario, depth, hear: () => {}, maxFindings: 1 }).findings;
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
