/** How far from now an instant may be that somebody gives: farther is a slip, most often of the time zone. */
import { DAY, HOUR, MINUTE } from './rules.ts';

/** Two clocks differ by less than this. */
export const CLOCKS_DIFFER = 5 * MINUTE;
export const YEAR = 366 * DAY;

const spanOf = (ms: number): string => {
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} minutes`;
  return ms < 3 * DAY ? `${Math.round(ms / HOUR)} hours` : `${Math.round(ms / DAY)} days`;
};

/**
 * What is wrong with an instant, in words; undefined when it can be meant.
 *
 * @param ahead how far ahead of now it may be
 */
export function implausible(instant: number, now: number, ahead: number): string | undefined {
  const from = `from now (${new Date(now).toISOString()})`;
  if (instant - now > ahead) return `is ${spanOf(instant - now)} ${from}: check its date and its time zone`;
  if (now - instant > 2 * YEAR) return `is ${spanOf(now - instant)} before now: check its date`;
  return undefined;
}
