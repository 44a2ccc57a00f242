/**
 * DaxPay's two ways to sign. Profiles A to E digest the fields together with a shared secret (spec/daxpay.md 1.1, 1.2);
 * profile F signs the flattened message with RSA (1.4). Both work on parsed JSON with numbers kept as text.
 */
import {
  createHash,
  createHmac,
  type KeyObject,
  sign as rsaSign,
  verify as rsaVerify,
  timingSafeEqual,
} from 'node:crypto';
import { isLosslessNumber } from 'lossless-json';
import { isObject, type Json, type JsonObject, plainDecimal } from './json.ts';

export type SignType = 'HMAC_SHA256' | 'MD5' | 'SM3';

export interface Signer {
  /** The value of `sign` for these fields; a member `sign` among them is left out. */
  sign(fields: JsonObject): string;
  /** Whether `signature` is the server's signature over these fields. */
  verifies(fields: JsonObject, signature: string): boolean;
}

export interface SecretKeyRules {
  /** Profile E turns the whole text, secret included, to upper case before digesting. */
  readonly upper: boolean;
  /** Members that are a Java Map on the server: their own keys are sorted ignoring case. */
  readonly maps?: readonly string[];
}

/** UTF-16 code unit order, as Java's `String.compareTo` has it: 'A' < 'a'. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Java's `String.CASE_INSENSITIVE_ORDER`. */
const ignoringCase = (a: string, b: string): number =>
  byCodeUnit(a.toUpperCase().toLowerCase(), b.toUpperCase().toLowerCase());

const isSign = (name: string): boolean => name.toLowerCase() === 'sign';

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\t': 't', '\r': 'r', '\b': 'b', '\f': 'f' };
/** Ranges that hutool's JSON writer prints as `\uXXXX`; the backslash is removed afterwards. */
const ESCAPED: readonly (readonly [from: number, to: number])[] = [
  [0x0000, 0x001f],
  [0x0080, 0x00a0],
  [0x2000, 0x2010],
  [0x2028, 0x202f],
  [0x2066, 0x206f],
];

function escaped(text: string): string {
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (SHORT_ESCAPES[char] !== undefined) result += SHORT_ESCAPES[char];
    else if (ESCAPED.some(([from, to]) => code >= from && code <= to))
      result += `u${code.toString(16).padStart(4, '0')}`;
    else result += char;
  }
  return result;
}

/** A value inside a member, as JSON text without the quotes and backslashes that the signer removes anyway. */
function nestedText(value: Exclude<Json, null>, sortKeys: boolean): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'boolean') return String(value);
  if (isLosslessNumber(value)) return plainDecimal(value.value);
  if (Array.isArray(value)) {
    return `[${value.flatMap((item) => (item === null ? [] : [nestedText(item, false)])).join(',')}]`;
  }
  const names = Object.keys(value);
  if (sortKeys) names.sort(ignoringCase);
  const members = names.flatMap((name) => {
    const member = value[name];
    return member === null || member === undefined ? [] : [`${escaped(name)}:${nestedText(member, false)}`];
  });
  return `{${members.join(',')}}`;
}

/** The text of a member, or undefined when it takes no part: null, or a list without elements. */
function memberText(value: Json, isMap: boolean): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => (item === null ? [] : [nestedText(item, isObject(item))]));
    return value.length === 0 ? undefined : `[${items.join(',')}]`;
  }
  return nestedText(value, isMap);
}

/**
 * The text that profiles A to E digest: `name=value` of every member but `sign` and nulls, sorted by name, without any
 * `"` or `\`, then `&key=` and the secret (1.2). Empty strings are kept.
 */
export function secretKeyText(fields: JsonObject, secret: string, rules: SecretKeyRules): string {
  const pairs = Object.keys(fields)
    .filter((name) => !isSign(name))
    .sort(byCodeUnit)
    .flatMap((name) => {
      const text = memberText(fields[name] ?? null, rules.maps?.includes(name) ?? false);
      return text === undefined ? [] : [`${name}=${text}`];
    });
  const text = `${pairs.join('&').replace(/["\\]/g, '')}&key=${secret}`;
  return rules.upper ? text.toUpperCase() : text;
}

const DIGESTS: Readonly<Record<SignType, (text: string, secret: string) => string>> = {
  // The HMAC key is the secret as configured, never upper-cased.
  HMAC_SHA256: (text, secret) => createHmac('sha256', secret).update(text, 'utf8').digest('hex'),
  MD5: (text) => createHash('md5').update(text, 'utf8').digest('hex'),
  SM3: (text) => createHash('sm3').update(text, 'utf8').digest('hex'),
};

/** The signer of profiles A to E: lower-case hex, compared exactly. Throws at use when OpenSSL lacks the digest. */
export function secretKeySigner(signType: SignType, secret: string, rules: SecretKeyRules): Signer {
  const sign = (fields: JsonObject): string => DIGESTS[signType](secretKeyText(fields, secret, rules), secret);
  return {
    sign,
    verifies(fields, signature) {
      const expected = Buffer.from(sign(fields));
      const given = Buffer.from(signature);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}

function flatten(value: Json, path: string, into: Map<string, string>): void {
  if (value === null) return;
  if (typeof value === 'string') into.set(path, value);
  else if (typeof value === 'boolean') into.set(path, String(value));
  else if (isLosslessNumber(value)) into.set(path, plainDecimal(value.value));
  else if (Array.isArray(value)) {
    // The Java server drops nulls before it counts; the other SDKs keep the position (vectors, "disagreements").
    for (const [index, item] of value.filter((item) => item !== null).entries())
      flatten(item, `${path}[${index}]`, into);
  } else {
    for (const [name, member] of Object.entries(value)) flatten(member, path === '' ? name : `${path}.${name}`, into);
  }
}

/**
 * The text that profile F signs: every member flattened to `a.b[0].c=value`, sorted by name, joined by `&` (1.4).
 * Nulls, empty objects and empty lists vanish, empty strings stay, a top-level `sign` in any spelling is left out.
 */
export function flatText(fields: JsonObject): string {
  const flat = new Map<string, string>();
  flatten(fields, '', flat);
  return [...flat.keys()]
    .filter((name) => !isSign(name))
    .sort(byCodeUnit)
    .map((name) => `${name}=${flat.get(name)}`)
    .join('&');
}

/** The signer of profile F: base64 of SHA256withRSA (PKCS#1 v1.5), verified with the platform's public key. */
export function rsaSigner(privateKey: KeyObject, platformPublicKey: KeyObject): Signer {
  return {
    sign: (fields) => rsaSign('sha256', Buffer.from(flatText(fields)), privateKey).toString('base64'),
    verifies: (fields, signature) =>
      rsaVerify('sha256', Buffer.from(flatText(fields)), platformPublicKey, Buffer.from(signature, 'base64')),
  };
}
