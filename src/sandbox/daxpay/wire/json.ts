import { z } from 'zod';

export type Json = null | boolean | number | string | Decimal | Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A number whose digits matter: profile E writes an amount as `10.00` and signs it as `10`. */
export class Decimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const objectSchema = z.record(z.string(), z.json());

/** The body as an object, or undefined when it is none. Of a member given twice the last one counts, as in Jackson. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return objectSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Nulls are printed, and characters beyond the basic plane as escapes, as the real server does (real 1.2). */
export function print(value: Json): string {
  if (value instanceof Decimal) return value.text;
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${print(name)}:${print(member)}`);
    return `{${members.join(',')}}`;
  }
  const text = JSON.stringify(value);
  return typeof value === 'string' ? text.replace(/[\ud800-\udfff]/g, escapeUnit) : text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** A number in a signed text: no exponent, no zeros at the end. */
export function plainNumber(value: number | Decimal): string {
  const text = value instanceof Decimal ? value.text : String(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
