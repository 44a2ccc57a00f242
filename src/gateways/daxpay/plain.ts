/**
 * What DaxPay's signatures leave open. They cover a text that different messages share: quotes and backslashes are
 * dropped (C, E), E ignores case, F writes `a: { b }` and `"a.b"` alike, and a separator inside a value looks like one
 * between members. So a signed message could be rewritten until it said something else and still verify. What is read
 * from an answer must be the only thing that its signed text can mean.
 */
import { isObject, type Json, type JsonObject } from './json.ts';

/** Members whose absence means something, so that hiding one inside a value would change what is read. */
const TELLING = [
  ...['bizOrderNo', 'orderNo', 'channel', 'method', 'amount', 'refundableBalance', 'status', 'refundStatus'],
  ...['allocation', 'allocStatus', 'payTime', 'bizRefundNo', 'refundNo', 'orderStatus'],
];
/** Every member that is read, by its name in small letters. */
const SPELLING: ReadonlyMap<string, string> = new Map(
  [...TELLING, 'code', 'data', 'currency'].map((name) => [name.toLowerCase(), name]),
);

/** In capitals they would pass E's signature and be taken for others; a status in capitals is unfamiliar anyway. */
const SMALL = new Set(['channel', 'method', 'refundStatus', 'allocStatus']);

const PLAIN_NAME = /^[A-Za-z]\w*$/;
/** Quotes, backslashes and what the server's JSON writer would spell out. */
const DROPPED = /["\\\p{C}\u0080-\u00a0\u2000-\u2010\u2028-\u202f]/u;
/** A member inside a value: `&payTime=`, `&data.payTime=`, `,payTime:`. */
const MEMBER = new RegExp(`[&,{](?:data\\.)?(${TELLING.join('|')})[=:]`, 'gi');

/** Members of `holder` that a text among its values could have been, and that it does not have itself. */
function hides(text: string, holder: JsonObject): boolean {
  return [...text.replace(/["\\]/g, '').matchAll(MEMBER)].some(([, name = '']) => {
    const spelling = SPELLING.get(name.toLowerCase());
    return spelling !== undefined && (holder[spelling] ?? null) === null;
  });
}

function isPlainMember(name: string, value: Json, holder: JsonObject): boolean {
  if (!PLAIN_NAME.test(name)) return false;
  const spelling = SPELLING.get(name.toLowerCase());
  if (spelling !== undefined && spelling !== name) return false;
  if (typeof value !== 'string') return isPlain(value, holder);
  if (spelling !== undefined && DROPPED.test(value)) return false;
  if (SMALL.has(name) && value !== value.toLowerCase()) return false;
  return !hides(value, holder);
}

/** Whether the signed text of this message can only mean this message, as far as it is read. */
export function isPlain(value: Json, holder: JsonObject = {}): boolean {
  if (typeof value === 'string') return !hides(value, holder);
  if (Array.isArray(value)) return value.every((item) => isPlain(item, holder));
  return !isObject(value) || Object.entries(value).every(([name, member]) => isPlainMember(name, member, value));
}
