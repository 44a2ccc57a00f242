/** The cells of the published tables: which there are, which were visited, which a gateway can never show. */
import { ANSWER_KEYS, REFUND_KEYS, type Rules, VIEW_KEYS } from '../../src/reversal/rules.ts';
import type { Model } from './model.ts';

/** Every cell of a gateway's tables, by the name that `decide` gives its steps. */
export function cellsOf(rules: Rules): readonly string[] {
  const cells: string[] = [];
  for (const view of VIEW_KEYS) cells.push(`before.keep.${view}`, `before.reverse.${view}`);
  for (const table of ['afterUndo', 'afterClose'] as const) {
    for (const answer of ANSWER_KEYS) {
      for (const view of VIEW_KEYS) {
        if (rules[table][answer][view] !== undefined) cells.push(`${table}.${answer}.${view}`);
      }
    }
  }
  for (const answer of ANSWER_KEYS) {
    for (const view of REFUND_KEYS) {
      if (rules.afterRefund[answer][view] !== undefined) cells.push(`afterRefund.${answer}.${view}`);
    }
  }
  for (const view of rules.sync?.on ?? []) cells.push(`sync.${view}`);
  if (rules.sync?.inWatch) cells.push('sync.watch');
  if (rules.refundSync !== undefined) cells.push('syncRefund.running');
  return cells;
}

const patternOf = (text: string) =>
  new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('(', '(?:')}$`);

export interface Coverage {
  readonly cells: number;
  readonly visited: number;
  readonly unreachable: number;
  /** Neither visited nor listed. */
  readonly missed: readonly string[];
  /** Listed as unreachable, and visited all the same: the list is wrong. */
  readonly surprising: readonly string[];
  /** Patterns that match no cell at all. */
  readonly idle: readonly string[];
}

/** The cells that an order can come to. */
export function reachableCells({ rules, unreachable }: Model): readonly string[] {
  const patterns = Object.keys(unreachable).map(patternOf);
  return cellsOf(rules).filter((cell) => !patterns.some((pattern) => pattern.test(cell)));
}

export function coverageOf(model: Model, visits: ReadonlySet<string>): Coverage {
  const cells = cellsOf(model.rules);
  const reachable = new Set(reachableCells(model));
  const visited = cells.filter((cell) => visits.has(cell));
  const listed = cells.filter((cell) => !reachable.has(cell));
  return {
    cells: cells.length,
    visited: visited.length,
    unreachable: listed.length,
    missed: [...reachable].filter((cell) => !visits.has(cell)),
    surprising: listed.filter((cell) => visits.has(cell)),
    idle: Object.keys(model.unreachable).filter((text) => !cells.some((cell) => patternOf(text).test(cell))),
  };
}
