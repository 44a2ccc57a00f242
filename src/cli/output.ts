/** Results go to stdout, so that they can be piped; progress and trouble go to stderr. */
import { once } from 'node:events';
import Table from 'cli-table3';

/** A result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resolves when whoever reads has room for more: what is long must not pile up here. */
export async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
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

/**
 * A line of columns of these widths, the last one as wide as it is: for what is printed while it is read. `plainTable`
 * has to see every row first, and takes seconds for a thousand.
 */
export function columnsOf(widths: readonly number[]): (cells: readonly (string | number)[]) => string {
  return (cells) =>
    cells
      .map((cell, column) => oneLine(String(cell)).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
}

/** `2026-11-20 03:36:00Z`: sortable, and the zone is seen. */
export function instant(at: number | string): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `3d 4h`: the two largest units of a length of time in milliseconds. */
export function lengthOf(ms: number): string {
  const first = UNITS.findIndex(([, unit]) => ms >= unit);
  if (first < 0) return '0s';
  return UNITS.slice(first, first + 2)
    .map(([name, unit], index) => [name, Math.floor((index === 0 ? ms : ms % (UNITS[first]?.[1] ?? unit)) / unit)])
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${count}${name}`)
    .join(' ');
}

/** Text from outside on one line, and without the control characters that a terminal would obey. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
