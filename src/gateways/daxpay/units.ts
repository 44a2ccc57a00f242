/** DaxPay's amounts and times on the wire, and what they are to us: fen and epoch milliseconds. No floats. */
import { LosslessNumber } from 'lossless-json';
import { plainDecimal } from './json.ts';

export interface AmountFormat {
  /** Fen to the number that the profile's requests carry. */
  write(fen: number): LosslessNumber;
  /** The text of a number to fen; undefined when it is no exact, safe amount. */
  read(text: string): number | undefined;
}

export interface TimeFormat {
  write(epochMs: number, utcOffsetHours: number): string | LosslessNumber;
  /** Epoch milliseconds; undefined when the text is no such time. */
  read(text: string, utcOffsetHours: number): number | undefined;
}

function safeInteger(digits: string): number | undefined {
  const value = Number(digits);
  return /^\d+$/.test(digits) && Number.isSafeInteger(value) ? value : undefined;
}

/** Profiles C and F: integers. */
export const fen: AmountFormat = {
  write: (amount) => new LosslessNumber(String(amount)),
  read: (text) => safeInteger(plainDecimal(text)),
};

/** Profile E: decimals with at most two places, without trailing zeros as the signature has them (1.2, BigDecimal). */
export const yuan: AmountFormat = {
  write(amount) {
    const digits = String(amount).padStart(3, '0');
    return new LosslessNumber(plainDecimal(`${digits.slice(0, -2)}.${digits.slice(-2)}`));
  },
  read(text) {
    const [whole = '', places = ''] = plainDecimal(text).split('.');
    return places.length > 2 ? undefined : safeInteger(whole + places.padEnd(2, '0'));
  },
};

const HOUR_MS = 3_600_000;

/** Profile C: epoch seconds, ten digits; its server multiplies by 1000, so thirteen digits are refused. */
export const epochSeconds: TimeFormat = {
  write: (epochMs) => new LosslessNumber(String(Math.floor(epochMs / 1000))),
  read(text) {
    const seconds = safeInteger(text);
    return seconds === undefined || seconds > 1e11 ? undefined : seconds * 1000;
  },
};

const MOMENT = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:\d{2})?$/;

/** Date.parse rolls 31 February over into March. */
const exists = (day: string) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;

/**
 * Profiles E and F: `yyyy-MM-dd HH:mm:ss` in the server's zone; an ISO instant is understood too (2.2). Nothing else
 * is: `Date.parse` reads whatever has no zone in the zone of this process.
 */
export const wallClock: TimeFormat = {
  write: (epochMs, utcOffsetHours) =>
    new Date(epochMs + utcOffsetHours * HOUR_MS).toISOString().slice(0, 19).replace('T', ' '),
  read(text, utcOffsetHours) {
    const [, day = '', time, zone] = MOMENT.exec(text) ?? [];
    if (!exists(day)) return undefined;
    const offsetMs = zone === undefined ? utcOffsetHours * HOUR_MS : 0;
    const epochMs = Date.parse(`${day}T${time}${zone ?? 'Z'}`) - offsetMs;
    return Number.isFinite(epochMs) ? epochMs : undefined;
  },
};
