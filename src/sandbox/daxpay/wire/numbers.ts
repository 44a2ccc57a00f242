import { randomInt } from 'node:crypto';
import { stamp } from './time.ts';

/** One counter for all numbers, as in DaxPay. */
let counter = 0;

function serial(): string {
  counter += 1;
  return String(counter).padStart(6, '0');
}

const MACHINE = '63';

/** How a profile writes its numbers: `DEVP26112107313663000001` in C, `DEV_P2026112107313663000001` later. */
export interface NumberStyle {
  readonly prefix: string;
  readonly yearDigits: 2 | 4;
}

export function daxpayNumber(style: NumberStyle, letter: 'P' | 'R' | 'T', now: number): string {
  return `${style.prefix}${letter}${stamp(now).slice(4 - style.yearDigits)}${MACHINE}${serial()}`;
}

/** The number that the channel gives a trade. */
export function tradeNumber(now: number): string {
  return `${stamp(now).slice(0, 8)}22001${serial()}${randomInt(1e6, 1e7)}`;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function traceId(): string {
  return Array.from({ length: 12 }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('');
}
