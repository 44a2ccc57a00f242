/** When the next look or try comes: fast, then slow, then people. Alipay's figures, at the very instants. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import {
  backOff,
  giveUpAt,
  isGivenUp,
  isUnreachable,
  nextLook,
  nextWatch,
  patienceEnd,
} from '../../src/reversal/pace.ts';
import type { Reversal } from '../../src/reversal/state.ts';
import { ask, look, lookOrWait } from '../../src/reversal/steps.ts';
import { ABSENT, HOUR, LOST, MINUTE, PAID, SECOND, Story, T0, UNPAID } from './support.ts';

const SILENT = { kind: 'unknown', why: 'timeout' } as const;
const unpaid = Story.of().saw(UNPAID).reversal;
const PAUSES = [1824, 3644, 7280, 14_544, 29_056, 54_420, 65_100];
const steady = alipayRules.timing.backOff;

describe('the back-off', () => {
  const pauses = (r: Reversal, now = T0) => [1, 2, 3, 4, 5, 6, 20].map((n) => backOff(r, n, now));

  test('doubles from two seconds to a minute, give or take a tenth, each order in its own way', () => {
    for (let order = 0; order < 300; order++) {
      const { reversal } = Story.of({ orderId: `RV${order}` }).saw(UNPAID);
      for (const [n, pause] of pauses(reversal).entries()) {
        const base = Math.min(MINUTE, 2 * SECOND * 2 ** (n === 6 ? 19 : n));
        expect(pause / base).toBeGreaterThanOrEqual(0.9);
        expect(pause / base).toBeLessThan(1.1);
      }
    }
    // The same in every version, so that what was waited for in a recorded history is waited for in its replay.
    expect(pauses(unpaid)).toEqual(PAUSES);
    expect(backOff(unpaid, 0, T0)).toBeLessThan(2200);
  });

  test('is one try in five minutes when nothing has changed for ten', () => {
    expect(pauses(unpaid, T0 + 10 * MINUTE - 1)).toEqual(PAUSES);
    expect(new Set(pauses(unpaid, T0 + 10 * MINUTE))).toEqual(new Set([5 * MINUTE]));
  });

  test('starts anew with another view, with silence, and with a resubmission', () => {
    const seen = Story.of().saw(UNPAID).after(HOUR);
    expect(giveUpAt(seen.saw(UNPAID).reversal)).toBe(T0 + 24 * HOUR);
    expect(giveUpAt(seen.saw(ABSENT).reversal)).toBe(T0 + 25 * HOUR);
    expect(giveUpAt(seen.saw(SILENT).reversal)).toBe(T0 + 25 * HOUR);
    expect(giveUpAt(seen.saw(SILENT).after(HOUR).saw(SILENT).reversal)).toBe(T0 + 25 * HOUR);
    expect(giveUpAt({ ...seen.reversal, epoch: T0 + 2 * HOUR })).toBe(T0 + 26 * HOUR);
    expect(giveUpAt(Story.of().reversal)).toBe(T0 + 24 * HOUR);
  });

  test('ends after a day, when people are asked', () => {
    expect(isGivenUp(unpaid, T0 + 24 * HOUR - 1)).toBe(false);
    expect(isGivenUp(unpaid, T0 + 24 * HOUR)).toBe(true);
  });
});

test('a gateway is down when no look has told anything for ten minutes, not when an order stays as it is', () => {
  const silent = Story.of().saw(SILENT).reversal;
  expect(isUnreachable(silent, T0 + 10 * MINUTE - 1)).toBe(false);
  expect(isUnreachable(silent, T0 + 10 * MINUTE)).toBe(true);
  expect(isUnreachable(unpaid, T0 + HOUR)).toBe(false);
});

describe('the next look', () => {
  const looks = (r: Reversal, n: number) => ({ ...r, sameLooks: n });

  test('comes every three seconds while a payer may pay, and with growing pauses after that', () => {
    expect(nextLook(looks(unpaid, 9), T0)).toBe(T0 + 3 * SECOND);
    expect(nextLook(looks(unpaid, 9), T0 + 30 * SECOND - 1)).toBe(T0 + 3 * SECOND);
    expect(nextLook(looks(unpaid, 9), T0 + 30 * SECOND)).toBe(T0 + backOff(unpaid, 10, T0));
    expect(nextLook(looks(unpaid, 0), T0 + 30 * SECOND)).toBe(T0 + 3 * SECOND);
    expect(nextLook(looks(unpaid, 2), T0 + 30 * SECOND)).toBe(T0 + backOff(unpaid, 3, T0));
  });

  test('of a closure has growing pauses from the start: it may sleep for hours', () => {
    const closure = Story.of({ reason: 'timeout', expiresAt: '2026-11-20T04:00:00Z' }).saw(UNPAID).reversal;
    expect(nextLook(looks(closure, 9), T0)).toBe(T0 + backOff(closure, 10, T0));
  });

  test('leaves an unpaid order alone until patience is over, a closure until it is due, a void not at all', () => {
    expect(patienceEnd(unpaid)).toBe(T0 + 30 * SECOND);
    const due = { reason: 'timeout', expiresAt: '2026-11-20T04:00:00Z' } as const;
    expect(patienceEnd(Story.of(due).reversal)).toBe(Date.parse(due.expiresAt));
    expect(patienceEnd(Story.of({ reason: 'void' }).reversal)).toBe(T0);
  });

  test('counts from the opening where there was none', () => {
    expect(nextLook(Story.of().reversal, T0)).toBe(T0 + 3 * SECOND);
  });
});

describe('the watch', () => {
  const times = (r: Reversal, seen = T0) => {
    const found: number[] = [];
    for (let at = nextWatch(r, seen, T0); at !== undefined; at = nextWatch(r, at, T0)) found.push(at - T0);
    return found;
  };
  const WATCH = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE];

  test('looks at its times, counted from what it watches', () => {
    expect(times(unpaid)).toEqual(WATCH);
    expect(times(Story.of().after(SECOND).saw(UNPAID).reversal)).toEqual(WATCH.map((at) => at + SECOND));
  });

  test('lasts until a code can no longer be paid and every replica has shown it', () => {
    const qr = Story.of({ method: 'qr' }).saw(UNPAID).reversal;
    expect(times(qr)).toEqual([...WATCH, 2 * HOUR + 10 * SECOND]);
    const expiring = Story.of({ expiresAt: '2026-11-20T03:30:00Z' }).saw(UNPAID).reversal;
    expect(times(expiring)).toEqual([...WATCH, 30 * MINUTE + 10 * SECOND]);
  });

  test('lasts until the quiet period is over and a lost call can no longer run', () => {
    const rules = { ...alipayRules, timing: { ...alipayRules.timing, quiet: HOUR } };
    expect(times({ ...unpaid, rules })).toEqual([...WATCH, HOUR]);
    const lost = Story.of({}, { acts: [{ seq: 1, verb: 'close', sentAt: T0 }] }).reversal;
    const slow = { ...alipayRules, timing: { ...alipayRules.timing, actHorizon: HOUR } };
    expect(times({ ...lost, rules: slow })).toEqual([...WATCH, HOUR + 20 * SECOND]);
  });

  test('has no time left at its last one', () => {
    expect(nextWatch(unpaid, T0 + 10 * MINUTE - 1, T0)).toBe(T0 + 10 * MINUTE);
    expect(nextWatch(unpaid, T0 + 10 * MINUTE, T0)).toBeUndefined();
  });
});

describe('a step', () => {
  test('that looks is tried for as long as the longest pause', () => {
    expect(look(unpaid, T0)).toEqual({ kind: 'look', what: 'order', until: T0 + steady.max });
    expect(look(unpaid, T0, 'refund')).toMatchObject({ what: 'refund' });
  });

  test('that looks or waits looks when it is time, and else waits for that, or for what ends it before', () => {
    const at = T0 + 3 * SECOND;
    expect(lookOrWait(unpaid, at - 1, 'poll', 'c')).toEqual({ kind: 'wait', until: at, why: 'poll', cell: 'c' });
    expect(lookOrWait(unpaid, T0, 'poll', 'c', T0 + SECOND)).toMatchObject({ kind: 'wait', until: T0 + SECOND });
    expect(lookOrWait(unpaid, T0, 'poll', 'c', T0 + HOUR)).toMatchObject({ kind: 'wait', until: at });
    expect(lookOrWait(unpaid, at, 'poll', 'c')).toEqual({ ...look(unpaid, at), cell: 'c' });
  });

  test('that looks at a gateway that is down goes on slowly, until it would end anyway', () => {
    const silent = Story.of().saw(SILENT).reversal;
    const now = T0 + 10 * MINUTE;
    const every = 5 * MINUTE;
    expect(lookOrWait(silent, now, 'poll', 'c')).toMatchObject({ kind: 'look', every, until: T0 + 24 * HOUR });
    expect(lookOrWait(silent, now, 'poll', 'c', T0 + HOUR)).toMatchObject({ kind: 'look', every, until: T0 + HOUR });
    expect(lookOrWait(silent, now, 'poll', 'c', now + every + 1)).toMatchObject({ kind: 'look', every });
    expect(lookOrWait(silent, now, 'poll', 'c', now + every)).not.toHaveProperty('every');
    expect(lookOrWait(silent, now - 1, 'poll', 'c', T0 + HOUR)).not.toHaveProperty('every');
  });

  test('that asks people looks again by itself: soon where it may mend itself, else in an hour', () => {
    expect(ask(unpaid, 'frozen', T0, 'c')).toEqual({ kind: 'park', reason: 'frozen', until: T0 + HOUR, cell: 'c' });
    for (const reason of ['no-funds', 'configuration'] as const) {
      expect(ask(unpaid, reason, T0)).toStrictEqual({ kind: 'park', reason, until: T0 + 5 * MINUTE });
    }
  });

  test('names the cell of the table that it comes from', () => {
    expect(Story.of({ ifPaid: 'reverse' }).saw(PAID).step).toMatchObject({ cell: 'before.reverse.paid' });
    expect(Story.of().saw(PAID).step).toMatchObject({ cell: 'before.keep.paid' });
    const lost = Story.of({ ifPaid: 'reverse' }).saw(PAID).did('cancel', LOST).saw(PAID);
    expect(lost.step).toMatchObject({ cell: 'afterUndo.unknown.paid' });
    const closing = Story.of({ ifPaid: 'reverse' }).saw(UNPAID).did('close', LOST).saw(UNPAID);
    expect(closing.step).toMatchObject({ cell: 'afterClose.unknown.unpaid' });
  });
});
