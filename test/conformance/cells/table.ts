/** A decision table of a specification as data: every cell needs a case, or it says that the table leaves it blank. */
import type { Rules } from '../../../src/reversal/rules.ts';
import type { Case } from './play.ts';

export interface Cell {
  /** What the cell says. */
  readonly says: string;
  /** Why the expectation is not word for word what it says: a clarification, the real server. */
  readonly changedBy?: string;
  readonly cases: readonly Case[];
}

/** A cell that the specification leaves empty. */
export const BLANK = 'blank';

export interface SpecTable {
  /** Document and section: `alipay 8.3`. */
  readonly name: string;
  /** The variants it is played in: rules, and how the gateway's protocol alters views and answers. */
  readonly variants: readonly Variant[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: Readonly<Record<string, Cell | typeof BLANK>>;
}

export interface Variant {
  readonly name: string;
  readonly rules: Rules;
  alter?(c: Case): Case;
}

/** Checks at compile time that no cell of rows × columns is missing. */
export function specTable<Row extends string, Column extends string>(table: {
  readonly name: string;
  readonly variants: readonly Variant[];
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly cells: Readonly<Record<`${NoInfer<Row>}|${NoInfer<Column>}`, Cell | typeof BLANK>>;
}): SpecTable {
  return table;
}

export function cell(says: string, ...cases: readonly Case[]): Cell {
  return { says, cases };
}

export function changed(changedBy: string, says: string, ...cases: readonly Case[]): Cell {
  return { says, changedBy, cases };
}
