/** Windows and wall clocks against an independent computation: the zone tables of `Intl`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beijingEpoch, beijingTime } from '../../src/gateways/alipay/values.ts';
import { wallClock } from '../../src/gateways/daxpay/units.ts';
import { RULES } from '../../src/gateways/rules.ts';
import type { Window } from '../../src/reversal/rules.ts';
import { isInWindow } from '../../src/reversal/verbs.ts';

const DAY = 86_400_000;
const from = Date.UTC(2026, 0, 1);
const to = Date.UTC(2029, 0, 1);

/** Chinese midnights and the closing time before them, month ends, leap days, and changes of the clocks elsewhere. */
const EDGES = [
  ...['2026-11-20T16:00:00Z', '2026-11-20T15:50:00Z', '2026-11-30T16:00:00Z', '2026-12-31T16:00:00Z'],
  ...['2028-02-28T16:00:00Z', '2028-02-29T16:00:00Z', '2027-02-28T16:00:00Z', '2028-02-29T15:50:00Z'],
  ...['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ...['2026-04-04T14:00:00Z', '2026-09-26T14:00:00Z', '2027-01-01T00:00:00Z'],
].map((text) => Date.parse(text));

/** Any instant, half of them within two hours of an edge. */
const instant = fc.oneof(
  fc.integer({ min: from, max: to }),
  fc.tuple(fc.constantFrom(...EDGES), fc.integer({ min: -7_200_000, max: 7_200_000 })).map(([edge, by]) => edge + by),
  fc.tuple(fc.constantFrom(...EDGES), fc.integer({ min: -2, max: 2 })).map(([edge, by]) => edge + by),
);

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  hourCycle: 'h23',
});
/** `yyyy-MM-dd HH:mm:ss` as a clock in Shanghai shows it. */
function shanghai(at: number): string {
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${found.year}-${found.month}-${found.day} ${found.hour}:${found.minute}:${found.second}`;
}

const sameDay: Window | undefined = RULES.shouqianba.windows.cancel;

test('the rules under test are the same-day window of Shouqianba and the age of Alipay', () => {
  expect(sameDay).toMatchObject({ kind: 'sameDay', utcOffsetHours: 8, untilMinute: 23 * 60 + 50 });
  expect(RULES.alipay.windows.cancel).toEqual({ kind: 'age', max: 23 * 3_600_000 + 50 * 60_000 });
});

describe('a window is open exactly as a calendar on the wall says', () => {
  test('the same day until 23:50, for an order and a moment on either side of every edge', () => {
    fc.assert(
      fc.property(instant, fc.oneof(instant, fc.integer({ min: 0, max: 2 * DAY })), (start, second) => {
        const now = second < from ? start + second : second;
        const [day, clock = ''] = shanghai(now).split(' ');
        const open = shanghai(start).split(' ')[0] === day && clock < '23:50:00';
        expect(isInWindow(sameDay, start, now)).toBe(open);
      }),
      { numRuns: 20_000 },
    );
  });

  test('an age is a length of time, whatever clocks were changed meanwhile', () => {
    const window = RULES.alipay.windows.cancel;
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 2 * DAY }), (start, age) => {
        expect(isInWindow(window, start, start + age)).toBe(age < 23 * 3_600_000 + 50 * 60_000);
      }),
    );
  });
});

describe('wall clocks of gateways', () => {
  test('are written as a clock in Shanghai shows them, and read back to the second', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const text = shanghai(at);
        const second = Math.floor(at / 1000) * 1000;
        expect(beijingTime(at)).toBe(text);
        expect(wallClock.write(at, 8)).toBe(text);
        expect(beijingEpoch(text)).toBe(second);
        expect(wallClock.read(text, 8)).toBe(second);
        expect(wallClock.read(`${text.replace(' ', 'T')}+08:00`, 0)).toBe(second);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    '2026-02-29 10:00:00',
    '2026-02-31 10:00:00',
    '2026-04-31 10:00:00',
    '2026-13-01 10:00:00',
    '2026-11-20 24:00:01',
    '2026-11-20 10:00',
    '20 Nov 2026 10:00:00',
    '1795144496',
    '',
  ])('%j is no moment at all', (text) => {
    expect(wallClock.read(text, 8)).toBeUndefined();
    expect(beijingEpoch(text)).toBeUndefined();
  });
});
