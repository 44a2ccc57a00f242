/** Changes to a JSON answer: its structure, and every way to change it that a careless signature would not notice. */
import fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { isObject, type Json, type JsonObject, parseObject, print } from '../../src/gateways/daxpay/json.ts';

/** Changes the text of a JSON object; what is no object is left as it is. */
export type JsonChange = (text: string, other: string) => string;

interface Member {
  readonly holder: JsonObject;
  readonly name: string;
}

function membersOf(value: Json, found: Member[] = []): Member[] {
  if (Array.isArray(value)) for (const item of value) membersOf(item, found);
  else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      found.push({ holder: value, name });
      membersOf(member, found);
    }
  }
  return found;
}

/** Puts other members in place of one, in its place: order counts for some signatures. */
function replace({ holder, name }: Member, by: readonly (readonly [string, Json])[]): void {
  const entries = Object.entries(holder).flatMap((entry) => (entry[0] === name ? by : [entry]));
  for (const key of Object.keys(holder)) delete holder[key];
  for (const [key, value] of entries) {
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  }
}

const pick = <T>(from: readonly T[], index: number): T | undefined => from[index % from.length];

function changed(text: string, change: (tree: JsonObject, members: readonly Member[]) => void): string {
  const tree = parseObject(text);
  const members = tree === undefined ? [] : membersOf(tree);
  if (tree === undefined || members.length === 0) return text;
  change(tree, members);
  return print(tree);
}

const onMember =
  (index: number, by: (value: Json, name: string, member: Member) => readonly (readonly [string, Json])[]) =>
  (text: string) =>
    changed(text, (_tree, members) => {
      const member = pick(members, index);
      if (member !== undefined) replace(member, by(member.holder[member.name] ?? null, member.name, member));
    });

const plain = (value: Json): string => (value instanceof LosslessNumber ? value.value : String(value));

const number = (text: string) => new LosslessNumber(text);
const STATES = [
  'paid',
  'PAID',
  'success',
  'TRADE_SUCCESS',
  'TRADE_CLOSED',
  'close',
  'REFUNDED',
  'refunded',
  'CANCELED',
];
const VALUES: readonly Json[] = [
  ...[null, true, false, '', [], {}, '0', 'true', '-1', '1e2', '00', ' ', '9'.repeat(400), 'x'.repeat(100_000)],
  ...['0', '-1', '1e2', '1E400', '9007199254740993', '0.1', '1e999999999', '-0', '12.30', '1280'].map(number),
  ...STATES,
  [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],
];

/** Members that no answer should gain: what a reader would act on, and what JavaScript would. */
const EXTRAS: readonly (readonly [string, Json])[] = [
  ...['__proto__', 'constructor', 'prototype'].map((name) => [name, { status: 'success', code: '0' }] as const),
  ['toString', 'x'],
  ...['status', 'order_status', 'trade_status', 'refundStatus'].flatMap((name) =>
    STATES.map((state) => [name, state] as const),
  ),
  ...['data.status', 'data.refundStatus', 'data.payTime', 'data'].map((name) => [name, 'close'] as const),
  ['retry_flag', 'Y'],
  ['action', 'refund'],
  ['fund_change', 'Y'],
  ['refund_status', 'REFUND_SUCCESS'],
  ['payTime', number('1795217497')],
  ['code', number('0')],
  ['code', '10000'],
];

/** A value of another type with the same text. */
function retyped(value: Json): Json {
  if (typeof value === 'string') {
    if (value === 'true' || value === 'false') return value === 'true';
    return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) ? number(value) : `${value}\\`;
  }
  return plain(value);
}

/** The next member goes into the value of this one, as the text that is signed would have both. */
function merged({ holder, name }: Member, between: string, pairs: string, prefix: string): void {
  const names = Object.keys(holder);
  const next = names[names.indexOf(name) + 1];
  if (next === undefined) return;
  const value = `${plain(holder[name] ?? null)}${between}${prefix}${next}${pairs}${plain(holder[next] ?? null)}`;
  replace({ holder, name }, [[name, value]]);
  delete holder[next];
}

/** The next in the order of names, which most signatures sort by. */
function sortedFirst(holder: JsonObject): void {
  const entries = Object.entries(holder).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const key of Object.keys(holder)) delete holder[key];
  for (const [key, value] of entries) holder[key] = value;
}

const index = fc.nat({ max: 60 });

const change = <T>(name: string, from: fc.Arbitrary<T>, make: (parameters: T) => JsonChange) =>
  from.map((parameters) => ({ name: `${name} ${fc.stringify(parameters).slice(0, 80)}`, change: make(parameters) }));

/** What leaves a JSON object, mostly. */
export const jsonChange: fc.Arbitrary<{ readonly name: string; readonly change: JsonChange }> = fc.oneof(
  change('remove', index, (at) => onMember(at, () => [])),
  change('set', fc.tuple(index, fc.constantFrom(...VALUES)), ([at, value]) =>
    onMember(at, (_, name) => [[name, value]]),
  ),
  change('retype', index, (at) => onMember(at, (value, name) => [[name, retyped(value)]])),
  change('nest', index, (at) => onMember(at, (value, name) => [[name, { [name]: value }]])),
  change('wrap', index, (at) => onMember(at, (value, name) => [[name, [value]]])),
  change('add', fc.tuple(index, fc.constantFrom(...EXTRAS)), ([at, extra]) =>
    onMember(at, (value, name) => [[name, value], extra]),
  ),
  change(
    'rename',
    fc.tuple(
      index,
      fc.constantFrom<(name: string) => string>(
        (name) => name.toUpperCase(),
        (name) => name.toLowerCase(),
        (name) => `${name} `,
        (name) => `${name}"`,
        (name) => `\\${name}`,
        (name) => `${name}\u0000`,
        (name) => name.replace(/^(.)/, '$1\\'),
        (name) => `data.${name}`,
        () => '__proto__',
      ),
    ),
    ([at, renamed]) => onMember(at, (value, name) => [[renamed(name), value]]),
  ),
  change('decorate', fc.tuple(index, fc.constantFrom('"', '\\', ' ', '\u0000', '\uFEFF', '\u200B')), ([at, mark]) =>
    onMember(at, (value, name) => [[name, `${plain(value)}${mark}`]]),
  ),
  change('case', index, (at) =>
    onMember(at, (value, name) => [[name, typeof value === 'string' ? value.toUpperCase() : value]]),
  ),
  change(
    'merge',
    fc.tuple(
      index,
      fc.constantFrom(['&', '='], [',', ':'], ['&', '=data.']),
      fc.constantFrom('', 'data.'),
      fc.boolean(),
    ),
    ([at, [between = '', pairs = ''], prefix, sorted]) =>
      (text) =>
        changed(text, (_tree, members) => {
          const member = pick(members, at);
          if (member === undefined) return;
          if (sorted) sortedFirst(member.holder);
          merged(member, between, pairs, prefix);
        }),
  ),
  change(
    'swap',
    fc.tuple(index, index),
    ([one, other]) =>
      (text) =>
        changed(text, (_tree, members) => {
          const [a, b] = [pick(members, one), pick(members, other)];
          if (a === undefined || b === undefined) return;
          const [first = null, second = null] = [a.holder[a.name], b.holder[b.name]];
          // One may hold the other, and a ring cannot be printed.
          if (isObject(first) || isObject(second) || Array.isArray(first) || Array.isArray(second)) return;
          a.holder[a.name] = second;
          b.holder[b.name] = first;
        }),
  ),
  change(
    'graft',
    index,
    (at) => (text, other) =>
      changed(text, (_tree, members) => {
        const member = pick(members, at);
        const tree = parseObject(other);
        const from = tree && membersOf(tree).find(({ name }) => name === member?.name);
        if (member !== undefined && from !== undefined) member.holder[member.name] = from.holder[from.name] ?? null;
      }),
  ),
  change(
    'hoist',
    fc.tuple(index, index),
    ([at, into]) =>
      (text) =>
        changed(text, (tree, members) => {
          const [member, holder] = [pick(members, at), pick(members, into)?.holder ?? tree];
          const value = member?.holder[member.name];
          if (member !== undefined && value !== undefined && !isObject(value)) holder[member.name] = value;
        }),
  ),
  change(
    'twice',
    fc.tuple(index, fc.constantFrom('"close"', '"success"', 'null', '0'), fc.boolean()),
    ([at, value, after]) =>
      (text) => {
        const tree = parseObject(text);
        const member = tree && pick(membersOf(tree), at);
        if (member === undefined) return text;
        const name = JSON.stringify(member.name);
        return after
          ? text.replace(/\}(?=[^}]*$)/, `,${name}:${value}}`)
          : text.replace(`${name}:`, `${name}:${value},${name}:`);
      },
  ),
  change(
    'dotted',
    index,
    (at) => (text) =>
      changed(text, (tree, members) => {
        // `a.b` beside `a: { b }`: one text to a signature that flattens, two members to a reader.
        const member = pick(members, at);
        const parent = Object.keys(tree).find((name) => tree[name] === member?.holder);
        if (member !== undefined && parent !== undefined) {
          tree[`${parent}.${member.name}`] = member.holder[member.name] ?? null;
          member.holder[member.name] = pick(STATES, at) ?? null;
        }
      }),
  ),
  change('space', fc.constantFrom(' ', '\n', '\t'), (space) => (text) => text.replaceAll(/([,:{])"/g, `$1${space}"`)),
  change(
    'escape',
    fc.constant('letters'),
    () => (text) =>
      text.replaceAll(
        /"([a-z])(\w*)":/g,
        (_, first: string, rest: string) => `"\\u00${first.charCodeAt(0).toString(16)}${rest}":`,
      ),
  ),
);
