/** What an account changes about its gateway's rules, and what it cannot. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { daxpayCRules } from '../../src/gateways/daxpay/rules.ts';
import { shouqianbaRules } from '../../src/gateways/shouqianba/rules.ts';
import { withOverrides } from '../../src/reversal/overrides.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import { ask, both, look, send, watch } from '../../src/reversal/tables.ts';
import { HOUR, MINUTE, SECOND } from './support.ts';

test('nothing changes where nothing is said', () => {
  for (const rules of [alipayRules, shouqianbaRules, daxpayCRules]) expect(withOverrides(rules, {})).toEqual(rules);
});

test('a duration, a permit and a pause of the back-off change alone', () => {
  const timing = { patience: 5 * SECOND, watch: [SECOND], backOff: { max: 7 * SECOND } };
  expect(withOverrides(alipayRules, { timing, permits: { refund: false } })).toEqual({
    ...alipayRules,
    permits: { cancel: true, refund: false, revoke: false },
    timing: {
      ...alipayRules.timing,
      patience: 5 * SECOND,
      watch: [SECOND],
      backOff: { ...alipayRules.timing.backOff, max: 7 * SECOND },
    },
  });
});

test("a window of an age can be another; a calendar's stays, and none is made", () => {
  expect(withOverrides(alipayRules, { cancelWindow: HOUR }).windows).toEqual({ cancel: { kind: 'age', max: HOUR } });
  expect(withOverrides(shouqianbaRules, { cancelWindow: HOUR }).windows).toEqual(shouqianbaRules.windows);
  expect(withOverrides(daxpayCRules, { cancelWindow: HOUR }).windows).toEqual({});
});

describe('a speed', () => {
  const cells = look(MINUTE, send(['cancel'], look(10 * MINUTE, ask('refused')), 3));
  const slow: Rules = {
    ...daxpayCRules,
    timing: { ...daxpayCRules.timing, minimumAge: 0, pollEvery: SECOND, gap: 1240, watch: [SECOND, HOUR] },
    windows: { cancel: { kind: 'age', max: HOUR } },
    before: { ...daxpayCRules.before, paid: both(cells), absent: both(watch), unpaid: both(look('patience', cells)) },
    afterUndo: { ...daxpayCRules.afterUndo, again: { paid: cells, absent: look('ever'), lookAfter: MINUTE } },
    afterClose: { ...daxpayCRules.afterClose, again: { unpaid: cells, lookAfter: 2 * MINUTE } },
    afterRefund: { ...daxpayCRules.afterRefund, again: { notFound: cells } },
  };
  const fast = withOverrides(slow, { speed: 10 });
  const shrunk = look(6 * SECOND, send(['cancel'], look(MINUTE, ask('refused')), 3));

  test('divides every duration, also in the tables, and nothing that is none', () => {
    const { backOff } = slow.timing;
    expect(fast.timing.backOff).toEqual({
      first: backOff.first / 10,
      factor: backOff.factor,
      max: backOff.max / 10,
      fastFor: backOff.fastFor / 10,
      slowEvery: backOff.slowEvery / 10,
      giveUpAfter: backOff.giveUpAfter / 10,
    });
    expect(fast.timing).toMatchObject({ minimumAge: 0, pollEvery: 100, gap: 124, watch: [100, 6 * MINUTE] });
    expect(fast.sync).toEqual({ ...slow.sync, repeatAfter: (slow.sync?.repeatAfter ?? 0) / 10 });
    expect(fast.before.paid).toEqual(both(shrunk));
    expect(fast.before.unpaid).toEqual(both(look('patience', shrunk)));
    expect(fast.before.absent).toEqual(both(watch));
    expect(fast.before.closed).toEqual(slow.before.closed);
    expect(fast.afterUndo.again).toEqual({ paid: shrunk, absent: look('ever'), lookAfter: 6 * SECOND });
    expect(fast.afterClose.again).toEqual({ unpaid: shrunk, lookAfter: 12 * SECOND });
    expect(fast.afterRefund.again).toEqual({ notFound: shrunk });
    expect(fast.windows).toEqual(slow.windows);
    expect(withOverrides(alipayRules, { speed: 10 })).not.toHaveProperty('sync');
  });

  test('leaves nothing but what is nothing shorter than the steps of a server, and whole milliseconds', () => {
    const { timing } = withOverrides(slow, { speed: 1000 });
    expect(timing).toMatchObject({ minimumAge: 0, pollEvery: 50, watch: [50, 3600] });
    expect(withOverrides(slow, { speed: 7 }).timing.pollEvery).toBe(143);
  });

  test('comes before durations that are given as they are', () => {
    expect(withOverrides(slow, { speed: 10, timing: { patience: 3000 } }).timing.patience).toBe(3000);
  });
});
