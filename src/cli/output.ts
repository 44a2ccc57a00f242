/** Results go to stdout, so that they can be piped; progress and trouble go to stderr. */
import Table from 'cli-table3';

/** A result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Progress, for people who watch. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One JSON object or array, the only thing on stdout. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Columns without lines between the rows, as wide as their contents. */
export function plainTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({
    head: [...head],
    chars: Object.fromEntries(
      ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left']
        .concat(['left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
        .map((name) => [name, ''])
        .concat([['middle', '  ']]),
    ),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `2026-11-20 03:36:00Z`: sortable, and the zone is seen. */
export function instant(at: number | string): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
