/** Which verb may be sent, and why another may not. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import type { ReversalInput } from '../../src/reversal/request.ts';
import type { Rules, Window } from '../../src/reversal/rules.ts';
import type { Act } from '../../src/reversal/state.ts';
import { chooseVerb, isInWindow, verbsOf } from '../../src/reversal/verbs.ts';
import { HOUR, LOST, MINUTE, NOTHING, PAID, Story, T0, UNPAID } from './support.ts';

const ALL: Rules = { ...alipayRules, permits: { cancel: true, refund: true, revoke: true }, windows: {} };
const refused = (why: 'tooLate' | 'notAllowed' | 'state'): Answer => ({ kind: 'refused', why, code: 'X' });
const act = (seq: number, verb: Verb, sentAt: number, answer?: Answer): Act => ({
  seq,
  verb,
  sentAt,
  ...(answer && { answer }),
});
const story = (view: OrderView, rules: Rules = ALL, input: Partial<ReversalInput> = {}) =>
  Story.of({ ifPaid: 'reverse', ...input }, NOTHING, rules).saw(view).reversal;
const choose = (r: ReturnType<typeof story>, verbs: readonly Verb[], tries?: number, now = T0) =>
  chooseVerb(r, { do: 'send', verbs, ...(tries !== undefined && { tries }) }, now);

test('a cell names its verbs, the lists of the gateway, or the one that was sent last', () => {
  const lists: Rules = { ...ALL, verbs: { unpaid: ['close'], paid: ['cancel'], paidVoid: ['revoke'] } };
  const r = story(PAID, lists);
  expect(verbsOf(r, { do: 'send', verbs: 'unpaid' })).toEqual(['close']);
  expect(verbsOf(r, { do: 'send', verbs: 'paid' })).toEqual(['cancel']);
  expect(verbsOf(story(PAID, lists, { reason: 'void' }), { do: 'send', verbs: 'paid' })).toEqual(['revoke']);
  expect(verbsOf(story(PAID, lists, { reason: 'timeout' }), { do: 'send', verbs: 'paid' })).toEqual(['cancel']);
  expect(verbsOf(r, { do: 'send', verbs: ['refund', 'close'] })).toEqual(['refund', 'close']);
  expect(verbsOf(r, { do: 'send', verbs: 'same' })).toEqual(['close']);
  const acts = [act(1, 'cancel', T0), act(2, 'refund', T0), act(3, 'sync', T0)];
  expect(verbsOf({ ...r, acts }, { do: 'send', verbs: 'same' })).toEqual(['refund']);
  expect(verbsOf({ ...r, acts: [act(1, 'sync', T0)] }, { do: 'send', verbs: 'same' })).toEqual(['close']);
});

describe('the first verb that may be sent is chosen', () => {
  test.each(['cancel', 'refund', 'revoke'] as const)('%s where the account may', (verb) => {
    const may = { ...ALL.permits, [verb]: false };
    expect(choose(story(PAID), [verb])).toEqual({ verb });
    expect(choose(story(PAID, { ...ALL, permits: may }), [verb])).toEqual({ blocked: ['permit'] });
    expect(choose(story(PAID, { ...ALL, permits: may }), [verb, 'close'])).toEqual({ verb: 'close' });
  });

  test('unless it was refused for good, since the case was opened', () => {
    const having = (...acts: readonly Act[]) => choose({ ...story(PAID), acts }, ['cancel']);
    expect(having(act(1, 'cancel', T0, refused('tooLate')))).toEqual({ blocked: ['window'] });
    expect(having(act(1, 'cancel', T0, refused('notAllowed')), act(2, 'cancel', T0, LOST))).toEqual({
      blocked: ['refused'],
    });
    for (const acts of [
      [act(1, 'cancel', T0, refused('state')), act(2, 'cancel', T0)],
      [act(1, 'cancel', T0 - 1, refused('tooLate'))],
      [act(1, 'revoke', T0, refused('tooLate'))],
    ]) {
      expect(having(...acts)).toEqual({ verb: 'cancel' });
    }
  });

  test('unless it was tried as often as the cell allows, since the case was opened', () => {
    const acts = [act(1, 'cancel', T0 - 1), act(2, 'cancel', T0), act(3, 'refund', T0), act(4, 'cancel', T0 + 1)];
    expect(choose({ ...story(PAID), acts }, ['cancel'], 3)).toEqual({ verb: 'cancel' });
    expect(choose({ ...story(PAID), acts }, ['cancel'], 2)).toEqual({ blocked: ['tries'] });
    expect(choose({ ...story(PAID), acts }, ['cancel'])).toEqual({ verb: 'cancel' });
  });

  test('unless the money was split among receivers: no refund of ours gets that back', () => {
    const split: OrderView = { ...PAID, allocated: true };
    expect(choose(story(split), ['refund'])).toEqual({ blocked: ['allocated'] });
    expect(choose(story(split), ['refund', 'cancel'])).toEqual({ verb: 'cancel' });
    expect(choose(story({ ...PAID, allocated: false }), ['refund'])).toEqual({ verb: 'refund' });
  });

  test('also before any look', () => {
    const rules = { ...ALL, windows: { cancel: { kind: 'age', max: HOUR } } } as const;
    const r = Story.of({}, NOTHING, { ...rules, cautiousCancel: {} }).reversal;
    expect(choose(r, ['refund'])).toEqual({ verb: 'refund' });
    expect(choose(r, ['cancel'])).toEqual({ verb: 'cancel' });
    expect(choose(r, ['cancel'], undefined, T0 + HOUR)).toEqual({ blocked: ['window'] });
  });

  test('else every reason is told, in the order of the verbs', () => {
    const rules = { ...ALL, permits: { ...ALL.permits, refund: false } };
    const acts = [act(1, 'cancel', T0, refused('tooLate')), act(2, 'revoke', T0, refused('notAllowed'))];
    expect(choose({ ...story(PAID, rules), acts }, ['revoke', 'cancel', 'refund'])).toEqual({
      blocked: ['refused', 'window', 'permit'],
    });
  });
});

describe('a window', () => {
  const age: Window = { kind: 'age', max: HOUR };
  const within = (view: OrderView, window: Window, now: number, input: Partial<ReversalInput> = {}) =>
    choose(story(view, { ...ALL, windows: { cancel: window } }, input), ['cancel'], undefined, now);

  test('counts from the earliest that is known: the attempt, the creation, the payment', () => {
    const from = (view: OrderView, now: number) => {
      const rules = { ...ALL, windows: { cancel: age } };
      const bare = story(view, rules);
      const { attemptedAt: _, ...request } = bare.request;
      return choose({ ...bare, request }, ['cancel'], undefined, now);
    };
    expect(within({ ...PAID, paidAt: T0 + MINUTE }, age, T0 + HOUR - 1)).toEqual({ verb: 'cancel' });
    expect(within({ ...PAID, paidAt: T0 + MINUTE }, age, T0 + HOUR)).toEqual({ blocked: ['window'] });
    expect(from({ ...PAID, paidAt: T0 + MINUTE }, T0 + HOUR)).toEqual({ verb: 'cancel' });
    expect(from({ ...PAID, paidAt: T0 + MINUTE }, T0 + MINUTE + HOUR)).toEqual({ blocked: ['window'] });
    expect(from({ ...PAID, paidAt: T0 + MINUTE, createdAt: T0 - MINUTE }, T0 + HOUR - MINUTE)).toEqual({
      blocked: ['window'],
    });
    expect(from(UNPAID, T0 + 100 * HOUR)).toEqual({ verb: 'cancel' });
  });

  test('of a calendar day is one of paid orders only; of an age it is one of all', () => {
    const day: Window = { kind: 'sameDay', utcOffsetHours: 8, untilMinute: 23 * 60 + 50 };
    expect(within(PAID, day, T0 + 24 * HOUR)).toEqual({ blocked: ['window'] });
    expect(within(UNPAID, day, T0 + 24 * HOUR)).toEqual({ verb: 'cancel' });
    expect(within(UNPAID, age, T0 + 24 * HOUR)).toEqual({ blocked: ['window'] });
    const r = story({ kind: 'paid', amount: 1280 }, { ...ALL, windows: { cancel: day } });
    const { attemptedAt: _, ...undated } = r.request;
    expect(choose({ ...r, request: undated }, ['cancel'])).toEqual({ verb: 'cancel' });
  });

  test('of a calendar day holds before 1970 as well', () => {
    const day: Window = { kind: 'sameDay', utcOffsetHours: 0, untilMinute: 60 };
    expect(isInWindow(day, undefined, -24 * HOUR + 59 * MINUTE)).toBe(true);
    expect(isInWindow(day, undefined, -24 * HOUR + 60 * MINUTE)).toBe(false);
  });
});

describe('a cancel that may move money nobody asked to move', () => {
  const rules: Rules = { ...ALL, cautiousCancel: { wechat: 'barcode', union: 'never' } };
  const keep = { ifPaid: 'keep' } as const;
  type Asked = Omit<Partial<ReversalInput>, 'method'> & { readonly method?: 'barcode' | 'qr' | undefined };
  test.each<readonly [string, Asked, OrderView, boolean]>([
    ['an unknown payment in person', { ...keep, reason: 'ambiguous', method: 'barcode' }, UNPAID, true],
    ['one whose method nobody knows', { ...keep, reason: 'ambiguous', method: undefined }, UNPAID, true],
    ['one by a code that was shown', { ...keep, reason: 'ambiguous', method: 'qr' }, UNPAID, false],
    ['one that the gateway calls a code', { ...keep, method: 'barcode' }, { ...UNPAID, method: 'qr' }, false],
    ['one that the gateway calls in person', { ...keep, method: 'qr' }, { ...UNPAID, method: 'barcode' }, true],
    ['a closure', { ...keep, reason: 'timeout', method: 'barcode' }, UNPAID, false],
    ['a closure that is to be undone if paid', { reason: 'timeout', method: 'qr' }, UNPAID, true],
    ['a channel that takes it in person', { method: 'barcode' }, { ...UNPAID, channel: 'wechat' }, true],
    ['that channel, by a code', { method: 'qr' }, { ...UNPAID, channel: 'wechat' }, false],
    ['a channel that never takes it', { method: 'barcode' }, { ...UNPAID, channel: 'union' }, false],
    ['a channel of which nothing is said', { method: 'qr' }, { ...UNPAID, channel: 'alipay' }, true],
  ])('%s', (_, input, view, wanted) => {
    const { method, ...rest } = input;
    const r = story(view, rules, rest);
    const { method: __, ...request } = r.request;
    const asked = { ...r, request: { ...request, ...(method && { method }) } };
    expect(choose(asked, ['cancel', 'close'])).toEqual({ verb: wanted ? 'cancel' : 'close' });
    expect(choose(asked, ['cancel'])).toEqual(wanted ? { verb: 'cancel' } : { blocked: ['permit'] });
  });
});
