/** Alipay's amounts and times: yuan as decimal text, Beijing wall clock as text. No floats, no process time zone. */

const DECIMAL = /^(\d{1,20})(?:\.(\d{1,20}))?(?:[eE]([+-]?\d{1,2}))?$/;
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Yuan as decimal text, or as the raw text of a JSON number (v3 documentation shows both), to fen.
 *
 * @returns whole fen, or undefined for anything that is not a non-negative amount of whole fen
 */
export function minorUnits(yuanText: string): number | undefined {
  const match = DECIMAL.exec(yuanText);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) + 2 - fraction.length;
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && digits % scale !== 0n) return undefined;
  const fen = shift < 0 ? digits / scale : digits * scale;
  return fen > LARGEST ? undefined : Number(fen);
}

/**
 * Fen to yuan with two decimals, as the refund request wants it.
 *
 * @throws RangeError for anything but whole, non-negative fen: a caller's mistake that must not become a request
 */
export function yuan(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen < 0) throw new RangeError('an amount is a whole, non-negative number of fen');
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Beijing is eight hours ahead all year round (no daylight saving since 1991). */
const BEIJING_MS = 8 * 60 * 60 * 1000;
const WALL_CLOCK = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** Epoch milliseconds to `yyyy-MM-dd HH:mm:ss` in Beijing, as the classic gateway's `timestamp` wants it (1.2). */
export function beijingTime(epochMs: number): string {
  return new Date(epochMs + BEIJING_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing to epoch milliseconds; undefined for anything that is not such a moment. */
export function beijingEpoch(text: string): number | undefined {
  if (!WALL_CLOCK.test(text)) return undefined;
  const epochMs = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  // Date.parse rolls 31 February over into March; a date that does not come back unchanged never existed.
  return Number.isNaN(epochMs) || beijingTime(epochMs) !== text ? undefined : epochMs;
}
