/** The raw text of every member of a JSON object: signatures cover bytes, so nothing is parsed and written again. */

/** Member name to the exact substring of its value. */
export type Members = ReadonlyMap<string, string>;

const SPACE = ' \t\r\n';
const AFTER_LITERAL = ',}] \t\r\n';

/**
 * Cuts a JSON object into its members by matching braces outside strings (specification 1.5).
 *
 * @returns undefined when the text is not one JSON object, or when it has a member twice: with a duplicate, what was
 *   verified and what is read could differ
 */
export function topLevelMembers(raw: string): Members | undefined {
  if (!isObject(raw)) return undefined;
  const members = new Map<string, string>();
  let at = skipSpace(raw, skipSpace(raw, 0) + 1);
  while (raw[at] !== '}') {
    const nameEnd = endOfValue(raw, at);
    const name: unknown = JSON.parse(raw.slice(at, nameEnd));
    const start = skipSpace(raw, skipSpace(raw, nameEnd) + 1);
    const end = endOfValue(raw, start);
    if (typeof name !== 'string' || members.has(name)) return undefined;
    members.set(name, raw.slice(start, end));
    at = skipSpace(raw, end);
    if (raw[at] === ',') at = skipSpace(raw, at + 1);
  }
  return members;
}

/**
 * A member as text: a string decoded, a number as the digits that were sent (`12.30` stays `12.30`, no float between).
 * Anything else, and a string that is empty or blank, counts as absent.
 */
export function textOf(members: Members, name: string): string | undefined {
  const raw = members.get(name);
  if (raw === undefined) return undefined;
  if (/^[-\d]/.test(raw)) return raw;
  const value: unknown = raw.startsWith('"') ? JSON.parse(raw) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Once the whole text is known to be JSON, the scanner below needs no error paths of its own. */
function isObject(raw: string): boolean {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function skipSpace(raw: string, from: number): number {
  let at = from;
  while (at < raw.length && SPACE.includes(raw.charAt(at))) at++;
  return at;
}

function endOfValue(raw: string, from: number): number {
  const first = raw.charAt(from);
  if (first === '"') return endOfString(raw, from);
  let at = from;
  if (first !== '{' && first !== '[') {
    while (at < raw.length && !AFTER_LITERAL.includes(raw.charAt(at))) at++;
    return at;
  }
  let depth = 0;
  do {
    const char = raw.charAt(at);
    if (char === '"') {
      at = endOfString(raw, at);
      continue;
    }
    if (char === '{' || char === '[') depth++;
    if (char === '}' || char === ']') depth--;
    at++;
  } while (depth > 0);
  return at;
}

function endOfString(raw: string, from: number): number {
  let at = from + 1;
  while (at < raw.length && raw.charAt(at) !== '"') at += raw.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
