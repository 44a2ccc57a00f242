/** Windows by the gateway's calendar: Beijing time, whatever the zone of this process. */
import { afterAll, describe, expect, test } from 'vitest';
import { shouqianbaRules } from '../../src/gateways/shouqianba/rules.ts';
import type { Window } from '../../src/reversal/rules.ts';
import { isInWindow } from '../../src/reversal/verbs.ts';
import { HOUR, MINUTE, PAID, Story, T0 } from './support.ts';

const SAME_DAY: Window = { kind: 'sameDay', utcOffsetHours: 8, untilMinute: 23 * 60 + 50 };
const beijing = (time: string) => Date.parse(`${time}+08:00`);
const ZONE = process.env.TZ;

afterAll(() => {
  if (ZONE === undefined) delete process.env.TZ;
  else process.env.TZ = ZONE;
});

describe.each(['UTC', 'Asia/Shanghai', 'America/Los_Angeles', 'Pacific/Kiritimati'])('in a process in %s', (zone) => {
  test.each([
    ['a minute after the order', '2026-11-20T10:00:00', '2026-11-20T10:01:00', true],
    ['at 23:49', '2026-11-20T10:00:00', '2026-11-20T23:49:59.999', true],
    ['at 23:50', '2026-11-20T10:00:00', '2026-11-20T23:50:00', false],
    ['at midnight', '2026-11-20T23:49:00', '2026-11-21T00:00:00', false],
    ['after midnight, the order of after midnight', '2026-11-21T00:00:00', '2026-11-21T00:00:01', true],
    ['before eight, which is yesterday in Greenwich', '2026-11-21T00:10:00', '2026-11-21T07:59:00', true],
    ['the same time of the next day', '2026-11-20T10:00:00', '2026-11-21T10:00:00', false],
    ['the same day of the next year', '2026-11-20T10:00:00', '2027-11-20T10:00:00', false],
  ])('%s', (_, start, now, open) => {
    process.env.TZ = zone;
    expect(isInWindow(SAME_DAY, beijing(start), beijing(now))).toBe(open);
  });
});

test('an order whose beginning nobody knows is in the window of the day until it closes', () => {
  expect(isInWindow(SAME_DAY, undefined, beijing('2026-11-20T23:49:00'))).toBe(true);
  expect(isInWindow(SAME_DAY, undefined, beijing('2026-11-20T23:50:00'))).toBe(false);
});

test('a window of an age ends with it, and none means always', () => {
  const day: Window = { kind: 'age', max: 24 * HOUR };
  expect(isInWindow(day, T0, T0 + 24 * HOUR - 1)).toBe(true);
  expect(isInWindow(day, T0, T0 + 24 * HOUR)).toBe(false);
  expect(isInWindow(undefined, T0, T0 + 1000 * HOUR)).toBe(true);
});

describe('over windows', () => {
  const reverse = { ifPaid: 'reverse' } as const;

  test('the earliest instant that is known of an order counts', () => {
    const at = T0 + 23 * HOUR;
    const verb = (createdAt: number) =>
      Story.of(reverse)
        .after(23 * HOUR)
        .saw({ ...PAID, createdAt, paidAt: at }).step;
    expect(verb(T0)).toMatchObject({ kind: 'act', verb: 'cancel' });
    expect(verb(T0 - HOUR)).toMatchObject({ kind: 'act', verb: 'refund' });
  });

  test('Alipay refunds what is too old to be cancelled, and people are asked where it may not', () => {
    const late = 23 * HOUR + 50 * MINUTE;
    expect(Story.of(reverse).after(late).saw(PAID).step).toMatchObject({ kind: 'act', verb: 'refund' });
    const poor = Story.of(reverse).change((r) => ({
      ...r,
      rules: { ...r.rules, permits: { ...r.rules.permits, refund: false } },
    }));
    expect(poor.after(late).saw(PAID).step).toMatchObject({ kind: 'park', reason: 'window-over' });
  });

  test('Shouqianba cancels at 23:49 and refunds at 23:50 of the same day', () => {
    const paid = (time: string) => {
      const story = Story.of(
        { provider: 'shouqianba', attemptedAt: '2026-11-20T10:00:00+08:00', ...reverse },
        { acts: [] },
        shouqianbaRules,
      );
      return story.after(beijing(`2026-11-20T${time}`) - T0).saw({ ...PAID, paidAt: beijing('2026-11-20T10:00:00') });
    };
    expect(paid('23:49:00').step).toMatchObject({ kind: 'act', verb: 'cancel' });
    expect(paid('23:50:00').step).toMatchObject({ kind: 'act', verb: 'refund' });
  });
});
