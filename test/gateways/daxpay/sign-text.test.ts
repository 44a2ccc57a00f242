/** The text that a secret digests, where values are lists, maps and signs that Java's writer escapes (1.2). */
import { expect, test } from 'vitest';
import { type SecretKeyRules, secretKeyText } from '../../../src/gateways/daxpay/sign.ts';

const text = (fields: Parameters<typeof secretKeyText>[0], rules: Partial<SecretKeyRules> = {}) =>
  secretKeyText(fields, 'S', { upper: false, ...rules }).replace('&key=S', '');

test('a list loses its nulls, and takes no part when it is empty', () => {
  expect(text({ a: ['x', null, 'y'], b: [], c: [null], d: null })).toBe('a=[x,y]&c=[]');
  expect(text({ m: { l: ['x', null, 'y'], e: [] } })).toBe('m={l:[x,y],e:[]}');
});

test('only the keys of a map itself are sorted, ignoring case, and those of objects in a list', () => {
  const map = { b: { d: '1', c: '2' }, A: 'x', n: null };
  expect(text({ m: map }, { maps: ['m'] })).toBe('m={A:x,b:{d:1,c:2}}');
  expect(text({ m: map }, { maps: ['other'] })).toBe('m={b:{d:1,c:2},A:x}');
  expect(text({ l: [{ b: '1', A: '2' }] })).toBe('l=[{A:2,b:1}]');
  expect(text({ m: { l: [{ b: '1', A: '2' }] } })).toBe('m={l:[{b:1,A:2}]}');
});

test.each([[{ ı: '1', j: '2' }], [{ j: '2', ı: '1' }]])(
  "a letter's capital decides, as in Java: the ı of %j is an i",
  (map) => expect(text({ m: map }, { maps: ['m'] })).toBe('m={ı:1,j:2}'),
);

test('members are sorted by code units: capitals first', () => {
  expect(text({ b: '1', a: '2', B: '3', aa: '4', sign: 'x', SIGN: 'y' })).toBe('B=3&a=2&aa=4&b=1');
});

test.each([
  ['\n\t\r\b\f', 'ntrbf'],
  ['\u0000\u001f', 'u0000u001f'],
  ['\u007f\u0080\u00a0\u00a1', '\u007fu0080u00a0\u00a1'],
  ['\u1fff\u2000\u2010\u2011', '\u1fffu2000u2010\u2011'],
  ['\u2027\u2028\u202f\u2030', '\u2027u2028u202f\u2030'],
  ['\u2065\u2066\u206f\u2070', '\u2065u2066u206f\u2070'],
])('%j within a member is written %s, and as it is at the top', (value, written) => {
  expect(text({ m: { x: value } })).toBe(`m={x:${written}}`);
  expect(text({ m: value })).toBe(`m=${value}`);
});
