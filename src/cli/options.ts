/** Values of options, checked. */
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../lib/duration.ts';

const whole = (value: string): number => (/^\d{1,9}$/.test(value) ? Number(value) : Number.NaN);

/** @throws InvalidArgumentError unless it is a TCP port */
export function port(value: string): number {
  const number = whole(value);
  if (!(number > 0 && number < 65_536)) throw new InvalidArgumentError('It is a port: 1 to 65535.');
  return number;
}

/** @throws InvalidArgumentError unless it is a whole number above 0 */
export function positive(value: string): number {
  const number = whole(value);
  if (!(number > 0)) throw new InvalidArgumentError('It is a whole number above 0.');
  return number;
}

/** @throws InvalidArgumentError unless it is a whole number */
export function natural(value: string): number {
  const number = whole(value);
  if (Number.isNaN(number)) throw new InvalidArgumentError('It is a whole number.');
  return number;
}

/** @throws InvalidArgumentError unless it is a number above 0, up to 100 */
export function ratePerSecond(value: string): number {
  const number = /^\d{1,3}(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number > 0 && number <= 100)) throw new InvalidArgumentError('It is a number above 0, up to 100.');
  return number;
}

/** @throws InvalidArgumentError unless it is a duration. @returns milliseconds */
export function length(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined) throw new InvalidArgumentError('It is a duration, such as 30m, 24h or 7d.');
  return ms;
}
