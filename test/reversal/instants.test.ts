/** An instant that cannot be meant is refused with a word, by whoever has a clock. */
import { describe, expect, test } from 'vitest';
import { rescheduled } from '../../src/reversal/asked.ts';
import { YEAR } from '../../src/reversal/instants.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { HOUR, INPUT, MINUTE, Story, T0 } from './support.ts';

const iso = (instant: number) => new Date(instant).toISOString();
const problem = (request: object) => {
  try {
    parseRequest({ ...INPUT, ...request }, T0);
    return undefined;
  } catch (error) {
    return String(error);
  }
};

describe('of a request', () => {
  test.each<readonly [string, object, RegExp | undefined]>([
    ['sent now', { attemptedAt: iso(T0) }, undefined],
    ['sent by a clock that is a little ahead', { attemptedAt: iso(T0 + 5 * MINUTE) }, undefined],
    ['sent in the future', { attemptedAt: iso(T0 + 6 * MINUTE) }, /attemptedAt: is 6 minutes from now .*time zone/],
    ['in the wrong time zone', { attemptedAt: '2026-11-20T11:00:00Z' }, /attemptedAt: is 8 hours from now .*time zone/],
    ['in the year 9999', { attemptedAt: '9999-12-31T00:00:00Z' }, /attemptedAt: is \d+ days from now/],
    ['sent a year ago', { attemptedAt: iso(T0 - YEAR) }, undefined],
    ['sent in 1970', { attemptedAt: '1970-01-01T00:00:00Z' }, /attemptedAt: is \d+ days before now/],
    ['that expires in a year', { expiresAt: iso(T0 + YEAR) }, undefined],
    ['that expires later', { expiresAt: iso(T0 + YEAR + HOUR) }, /expiresAt: is 366 days from now/],
    ['that expires in the year 9999', { expiresAt: '9999-12-31T00:00:00Z' }, /expiresAt: is \d+ days from now/],
  ])('%s', (_, request, words) => {
    if (words === undefined) expect(problem(request)).toBeUndefined();
    else expect(problem(request)).toMatch(words);
  });

  test('both are named, and whoever has no clock takes any instant', () => {
    const far = { attemptedAt: '9999-12-31T00:00:00Z', expiresAt: '9999-12-31T00:00:00Z' };
    expect(problem(far)).toMatch(/attemptedAt: .*; expiresAt: /);
    expect(parseRequest({ ...INPUT, ...far }).attemptedAt).toBe(Date.parse(far.attemptedAt));
  });
});

test('a closure that an earlier release moved beyond what a date can hold comes back to a year', () => {
  const { reversal } = Story.of({ reason: 'timeout', expiresAt: iso(T0 + HOUR) });
  expect(rescheduled(reversal, 8.64e15, T0).dueAt).toBe(T0 + YEAR);
  expect(rescheduled(reversal, T0 + HOUR, T0).dueAt).toBe(T0 + HOUR);
});
