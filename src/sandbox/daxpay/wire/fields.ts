import { isIP } from 'node:net';
import type { Json, JsonObject } from './json.ts';
import { parseWallTime } from './time.ts';

/**
 * A field of a request class. The server fills its own class from the body and signs that, not the body: what is not
 * listed is dropped before the signature is computed, and a `flag`, being a Java primitive, is there even when the
 * body lacks it (spec 1.1).
 */
export interface Field {
  readonly name: string;
  readonly kind: keyof typeof readers;
  /** What the server says when it is missing; a field without this is optional. */
  readonly required?: string;
  readonly max?: number;
  /** How a too long value is named: `支付订单号不可超过32位`. */
  readonly label?: string;
  readonly min?: number;
  readonly ip?: true;
}

export type Params = Readonly<Record<string, string | number | boolean>>;

/** The body cannot become that class: answered before anything else is looked at. */
export class UnreadableBody extends Error {
  override name = 'UnreadableBody';
}

type Reader = (value: Json | undefined) => string | number | boolean | undefined;

const readers = {
  text: (value) => {
    if (value === undefined || value === null) return undefined;
    // Jackson turns a number or a boolean into text for a String field (vector "orderNo as JSON number").
    if (typeof value === 'object') throw new UnreadableBody('Cannot deserialize value of type `java.lang.String`');
    return String(value);
  },
  integer: (value) => {
    const number = numeric(value);
    return number === undefined ? undefined : Math.trunc(number);
  },
  decimal: (value) => numeric(value),
  seconds: (value) => {
    const number = numeric(value);
    if (number !== undefined && !Number.isInteger(number)) throw new UnreadableBody(`For input string: "${number}"`);
    return number;
  },
  wallTime: (value) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || parseWallTime(value) === undefined) {
      throw new UnreadableBody('Cannot deserialize value of type `java.time.LocalDateTime`');
    }
    return value;
  },
  flag: (value) => {
    if (value === undefined || value === null || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    throw new UnreadableBody('Cannot deserialize value of type `boolean`');
  },
} satisfies Record<string, Reader>;

function numeric(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  if (Number.isNaN(number) || value === '') throw new UnreadableBody(`For input string: "${String(value)}"`);
  return number;
}

export function readParams(fields: readonly Field[], body: JsonObject): Params {
  const params: Record<string, string | number | boolean> = {};
  for (const { name, kind } of fields) {
    const value = readers[kind](body[name]);
    if (value !== undefined) params[name] = value;
  }
  return params;
}

/** One message a violation. The real order is random (real 2.3), here it is that of the class. */
export function violations(fields: readonly Field[], params: Params): string[] {
  return fields.flatMap((field) => {
    const value = params[field.name];
    if (value === undefined) return field.required === undefined ? [] : [field.required];
    const broken: string[] = [];
    if (field.max !== undefined && String(value).length > field.max) {
      broken.push(`${field.label ?? field.name}不可超过${field.max}位`);
    }
    if (field.min !== undefined && Number(value) < field.min) {
      broken.push(`must be greater than or equal to ${field.min}`);
    }
    if (field.ip && value !== '' && isIP(String(value)) === 0) broken.push('IP地址不合法！');
    return broken;
  });
}

export function textParam(params: Params, name: string): string | undefined {
  const value = params[name];
  return value === undefined ? undefined : String(value);
}
