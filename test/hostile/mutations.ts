/** Changes to an answer on the wire: its bytes, its JSON, its headers and status, and other answers in its place. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { jsonChange } from './json-mutations.ts';
import type { WireAnswer } from './wire.ts';

/** `others`: genuine answers of the same gateway, to other calls and about other orders. */
export type Mutate = (answer: WireAnswer, others: readonly WireAnswer[]) => WireAnswer;

export interface Mutation {
  readonly name: string;
  readonly mutate: Mutate;
}

const other = (others: readonly WireAnswer[], index: number, otherwise: WireAnswer): WireAnswer =>
  others[index % others.length] ?? otherwise;

const named = <T>(name: string, from: fc.Arbitrary<T>, make: (parameters: T) => Mutate): fc.Arbitrary<Mutation> =>
  from.map((parameters) => ({ name: `${name} ${fc.stringify(parameters).slice(0, 80)}`, mutate: make(parameters) }));

const onBody =
  (change: (body: Buffer) => Buffer): Mutate =>
  (answer) => ({ ...answer, body: change(answer.body) });

const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (body: Buffer, where: number) => Math.floor(where * body.length);
const index = fc.nat({ max: 500 });

const BYTES = fc.oneof(
  named('flip', fc.tuple(position, fc.nat({ max: 7 })), ([where, bit]) =>
    onBody((body) => {
      const flipped = Buffer.from(body);
      const place = at(body, where);
      if (body.length > 0) flipped[place] = (body[place] ?? 0) ^ (1 << bit);
      return flipped;
    }),
  ),
  named('insert', fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 5 })), ([where, bytes]) =>
    onBody((body) => Buffer.concat([body.subarray(0, at(body, where)), bytes, body.subarray(at(body, where))])),
  ),
  named('cut', fc.tuple(position, fc.integer({ min: 1, max: 40 })), ([where, length]) =>
    onBody((body) => Buffer.concat([body.subarray(0, at(body, where)), body.subarray(at(body, where) + length)])),
  ),
  named('end at', position, (where) => onBody((body) => body.subarray(0, at(body, where)))),
  named('prefix', fc.constantFrom('\uFEFF', ' ', '\n', '\u0000', ")]}',\n", '[', '<!-- -->'), (text) =>
    onBody((body) => Buffer.concat([Buffer.from(text), body])),
  ),
  named('suffix', fc.constantFrom('\n', ' ', '\u0000', '}', '{}', ',{}', 'x', '<html>'), (text) =>
    onBody((body) => Buffer.concat([body, Buffer.from(text)])),
  ),
  named('charset', fc.constantFrom('latin1', 'utf16le', 'hex', 'base64'), (charset) =>
    onBody((body) =>
      charset === 'utf16le' ? Buffer.from(body.toString(), charset) : Buffer.from(body.toString(charset)),
    ),
  ),
  named('twice', fc.constant('the body'), () => onBody((body) => Buffer.concat([body, body]))),
  named(
    'deep',
    fc.tuple(fc.constantFrom('[', '{"a":', '{"data":', '{"biz_response":'), fc.constantFrom(40, 3000, 100_000)),
    ([open, depth]) => onBody(() => Buffer.from(open.repeat(depth))),
  ),
);

const JSON_TEXT = jsonChange.chain(({ name, change }) =>
  index.map(
    (which): Mutation => ({
      name: `${name}, ${which}`,
      mutate: (answer, others) => ({
        ...answer,
        body: Buffer.from(change(answer.body.toString(), other(others, which, answer).body.toString())),
      }),
    }),
  ),
);

const STATUSES = [200, 201, 202, 204, 206, 301, 304, 307, 400, 401, 403, 404, 408, 418, 429, 500, 502, 503, 504, 599];
const HEADERS: readonly (readonly [string, string])[] = [
  ['content-encoding', 'gzip'],
  ['content-encoding', 'br'],
  ['content-encoding', 'gzip, gzip'],
  ['content-type', 'text/html; charset=GBK'],
  ['content-type', 'application/json; charset=utf-16'],
  ['alipay-signature', 'null'],
  ['alipay-signature', ''],
  ['alipay-timestamp', '0'],
  ['alipay-sn', 'x'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['location', 'http://127.0.0.1:9/'],
  ['retry-after', '0'],
  ['set-cookie', 'a=b'],
  ['x-long', 'x'.repeat(20_000)],
];

const HTTP = fc.oneof(
  named('status', fc.constantFrom(...STATUSES), (status) => (answer) => ({ ...answer, status })),
  named('header', fc.constantFrom(...HEADERS), (header) => (answer) => ({
    ...answer,
    headers: [...answer.headers, header],
  })),
  named('without header', index, (which) => (answer) => ({
    ...answer,
    headers: answer.headers.filter((_, place) => place !== which % answer.headers.length),
  })),
  named('header value', fc.tuple(index, fc.constantFrom('', 'x', 'null', '0')), ([which, value]) => (answer) => ({
    ...answer,
    headers: answer.headers.map(([name, was], place) => [name, place === which % answer.headers.length ? value : was]),
  })),
  named('content-length', fc.integer({ min: -300, max: 300 }), (more) => (answer) => ({
    ...answer,
    declared: Math.max(0, answer.body.length + more),
  })),
  named('gzip', fc.constantFrom('gzip', 'x-gzip', 'GZIP', 'deflate'), (encoding) => (answer) => ({
    ...answer,
    headers: [...answer.headers, ['content-encoding', encoding]],
    body: gzipSync(answer.body),
  })),
);

const OTHERS = fc.oneof(
  named('the answer of', index, (which) => (answer, others) => other(others, which, answer)),
  named('the body of', index, (which) => (answer, others) => ({ ...answer, body: other(others, which, answer).body })),
  named('the headers of', index, (which) => (answer, others) => ({
    ...answer,
    headers: other(others, which, answer).headers,
  })),
  named('the signature of', index, (which) => (answer, others) => {
    const sign = /"sign":"[^"]+"/;
    const theirs = sign.exec(other(others, which, answer).body.toString())?.[0];
    return theirs === undefined
      ? answer
      : { ...answer, body: Buffer.from(answer.body.toString().replace(sign, theirs)) };
  }),
  named('the node of, as ours', index, (which) => (answer, others) => {
    // The classic gateway signs a node without its name.
    const name = /"alipay_[a-z_]+_response"/;
    const ours = name.exec(answer.body.toString())?.[0];
    const theirs = other(others, which, answer).body.toString();
    return ours === undefined ? answer : { ...answer, body: Buffer.from(theirs.replace(name, ours)) };
  }),
);

/** One to three changes, one after the other. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof({ weight: 2, arbitrary: BYTES }, { weight: 5, arbitrary: JSON_TEXT }, HTTP, {
    weight: 2,
    arbitrary: OTHERS,
  }),
  { minLength: 1, maxLength: 3 },
);

/** @param used gets the other answers that a change took something from */
export function mutated(
  answer: WireAnswer,
  changes: readonly Mutation[],
  others: readonly WireAnswer[],
  used: Set<WireAnswer>,
): WireAnswer {
  const watched = others.map((one): WireAnswer => {
    const use = <T>(value: T): T => {
      used.add(one);
      return value;
    };
    return {
      status: one.status,
      get headers() {
        return use(one.headers);
      },
      get body() {
        return use(one.body);
      },
    };
  });
  return changes.reduce((changed, { mutate }) => mutate(changed, watched), answer);
}
