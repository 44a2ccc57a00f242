/** Members are cut out of the raw text, byte for byte. */
import { describe, expect, it } from 'vitest';
import { textOf, topLevelMembers } from '../../../src/gateways/alipay/envelope.ts';

const members = (raw: string) => {
  const found = topLevelMembers(raw);
  return found === undefined ? undefined : Object.fromEntries(found);
};

describe('topLevelMembers', () => {
  it.each([
    ['{}', {}],
    [' { } ', {}],
    ['{"a":{"b":"}{\\"sign\\":1"},"sign":"x"}', { a: '{"b":"}{\\"sign\\":1"}', sign: '"x"' }],
    ['{"sign":"x" , "a" : [ {"c":[]} , 1 ] }', { sign: '"x"', a: '[ {"c":[]} , 1 ]' }],
    ['{"a":1.20,"b":null,"c":true}', { a: '1.20', b: 'null', c: 'true' }],
    ['{"a":"\\\\","b":"\\u6d4b"}', { a: '"\\\\"', b: '"\\u6d4b"' }],
    ['{"\\u0061":1}', { a: '1' }],
    ['{"a":{"x":1, "x":2}}', { a: '{"x":1, "x":2}' }],
  ])('cuts %s', (raw, expected) => expect(members(raw)).toEqual(expected));

  it.each(['', 'null', '[]', '"a"', '{', '{"a":1', '{"a":1}x', '{"a":[}', '<html>', '{"a":1,}', '{a:1}'])(
    'does not read %j',
    (raw) => expect(members(raw)).toBeUndefined(),
  );

  it.each(['{"a":1,"a":1}', '{"a":1,"b":2,"\\u0061":3}'])('refuses the duplicate in %s', (raw) => {
    expect(members(raw)).toBeUndefined();
  });
});

describe('textOf', () => {
  const node = topLevelMembers('{"s":"a\\/b","n":12.30,"e":1E+1,"empty":"","nul":null,"o":{},"t":true}') ?? new Map();

  it.each([
    ['s', 'a/b'],
    ['n', '12.30'],
    ['e', '1E+1'],
    ['empty', undefined],
    ['nul', undefined],
    ['o', undefined],
    ['t', undefined],
    ['missing', undefined],
  ])('%s is %j', (name, text) => expect(textOf(node, name)).toBe(text));
});
