import { createHash, createHmac } from 'node:crypto';
import { Decimal, type Json, type JsonObject, plainNumber } from './json.ts';

export interface SecretKey {
  readonly secret: string;
  readonly signType: 'HMAC_SHA256' | 'MD5';
  /** Tag 3.0.0 turns the whole text, secret included, into capitals; 2.0.8 does not (spec 1.2). */
  readonly upperCase: boolean;
}

/** The text that profiles C and E digest: members by name, nulls left out, quotes and backslashes taken away. */
export function secretText(members: JsonObject, key: SecretKey): string {
  const pairs = Object.entries(members)
    .filter(([name, value]) => value !== null && name.toLowerCase() !== 'sign')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${topLevel(value)}`);
  const text = `${pairs.join('&').replace(/["\\]/g, '')}&key=${key.secret}`;
  return key.upperCase ? text.toUpperCase() : text;
}

export function secretSign(members: JsonObject, key: SecretKey): string {
  const text = secretText(members, key);
  const digest = key.signType === 'MD5' ? createHash('md5') : createHmac('sha256', key.secret);
  return digest.update(text, 'utf8').digest('hex');
}

function topLevel(value: Json): string {
  return typeof value === 'string' ? value : nested(value);
}

/** Objects go in as JSON in declaration order without nulls; the quotes are gone in the end anyway, so none here. */
function nested(value: Json): string {
  if (typeof value === 'string') return value.replace(ESCAPED, escapeLetter);
  if (typeof value === 'number' || value instanceof Decimal) return plainNumber(value);
  if (Array.isArray(value)) return `[${value.filter((item) => item !== null).map(nested)}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return `{${members.map(([name, member]) => `${name}:${nested(member)}`)}}`;
}

/** What hutool escapes inside JSON; with the backslash removed only the letters stay (spec 1.5). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
const ESCAPED = /[\u0000-\u001f\u0080-\u00a0\u2000-\u2010\u2028-\u202f\u2066-\u206f]/g;
const LETTERS: Readonly<Record<string, string>> = { '\n': 'n', '\t': 't', '\r': 'r', '\b': 'b', '\f': 'f' };

function escapeLetter(character: string): string {
  return LETTERS[character] ?? `u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
