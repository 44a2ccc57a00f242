/** Markdown tables: rows that say the same are merged, columns that always say the same as well. */

/** A cell's text may not end the cell. */
const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', '<br>');

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

export interface Grid {
  /** What the rows are about. */
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly cells: readonly string[];
    /** Of each cell, the names under which a reader looks for it. */
    readonly names?: readonly (readonly string[])[];
  }[];
}

function columnAt(grid: Grid, at: number): readonly string[] {
  return grid.rows.map(({ cells }) => cells[at] ?? '');
}

/** Groups of indices that have equal keys, in the order of their first one. */
function groupsBy<T>(items: readonly T[], keyOf: (item: T, at: number) => string): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [at, item] of items.entries()) {
    const key = keyOf(item, at);
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  return [...groups.values()];
}

/** The grid as a table, with equal columns and equal rows merged; labels of merged ones are lines of one cell. */
export function gridTable(grid: Grid): string {
  const columns = groupsBy(grid.columns, (_, at) => JSON.stringify(columnAt(grid, at)));
  const rows = groupsBy(grid.rows, ({ cells }) => JSON.stringify(cells));
  const head = columns.map((group) => joined(group.map((at) => grid.columns[at] ?? '')));
  return markdownTable(
    [grid.corner, ...head],
    rows.map((group) => [
      joined(group.map((at) => grid.rows[at]?.label ?? '')),
      ...columns.map((merged) => {
        const names = group.flatMap((row) => merged.flatMap((column) => grid.rows[row]?.names?.[column] ?? []));
        const anchors = names.map((name) => `<a id="${name}"></a>`).join('');
        return anchors + (grid.rows[group[0] ?? 0]?.cells[merged[0] ?? 0] ?? '');
      }),
    ]),
  );
}

const joined = (labels: readonly string[]) => [...new Set(labels)].join('\n');
