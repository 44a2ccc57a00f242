/** Durations in words, exact to the second. */
import { DAY, HOUR, MINUTE, SECOND } from '../../src/reversal/rules.ts';

const UNITS = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
] as const;

/** `23 h 50 min`, `30 s`, `1.5 s`; `no time` for 0. */
export function duration(ms: number): string {
  if (ms === 0) return 'no time';
  if (ms < MINUTE) return `${ms / SECOND} s`;
  // 24 h and 60 min read better than 1 d and 1 h where they are limits of a window.
  if (ms % HOUR !== 0 || ms > 48 * HOUR) {
    const parts: string[] = [];
    let left = ms;
    for (const [unit, name] of UNITS) {
      const count = Math.floor(left / unit);
      if (count > 0) parts.push(`${count} ${name}`);
      left -= count * unit;
    }
    return parts.join(' ');
  }
  return `${ms / HOUR} h`;
}

/** `5 s, 30 s, 2 min and 10 min`. */
export function durations(list: readonly number[]): string {
  return listed(list.map(duration));
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `23:50`, from minutes after midnight. */
export function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
