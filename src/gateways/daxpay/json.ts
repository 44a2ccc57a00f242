/** JSON whose numbers stay text: `10.00`, `10` and 64-bit integers are different things to a signature. */
import { isLosslessNumber, type LosslessNumber, parse, stringify } from 'lossless-json';

export type Json = null | boolean | string | LosslessNumber | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

/** Deeper than any DaxPay message; keeps a hostile answer from exhausting the stack of the signer. */
const MAX_DEPTH = 32;
/** A decimal exponent beyond this is no amount; keeps `1e999999999` from filling the memory. */
const MAX_EXPONENT = 1000;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || isLosslessNumber(value)) return true;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return false;
  return Object.values(value).every((member) => isJson(member, depth + 1));
}

/**
 * Parses a JSON object.
 *
 * @returns undefined when the text is not JSON, not an object, nested too deep, or names a member twice with different
 *   values (Java takes the last one: two readers would see two answers)
 */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parse(text);
    return isJson(value, 0) && isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An entry of a table by a key that the gateway gave: `constructor` and its like are no entries. */
export function entry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Compact JSON text, numbers exactly as they were given. */
export function print(value: JsonObject): string {
  return stringify(value) ?? '{}';
}

/**
 * A JSON number as Java's `BigDecimal.stripTrailingZeros().toPlainString()`: `10.10` → `10.1`, `1E+2` → `100`,
 * `1e-7` → `0.0000001`. Text that is no number, or an absurd one, comes back as it is.
 */
export function plainDecimal(literal: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal);
  if (parts === null) return literal;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const shift = Number(exponent);
  if (Math.abs(shift) > MAX_EXPONENT) return literal;
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift));
  const point = Math.max(0, -shift) + whole.length + shift;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const right = digits.slice(point).replace(/0+$/, '');
  const plain = right === '' ? left : `${left}.${right}`;
  return plain === '0' ? plain : sign + plain;
}
