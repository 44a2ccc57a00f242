/** What an open case hands on, to whichever run takes it up and to the one that continues it. */
import { describe, expect, test } from 'vitest';
import { storedCarried } from '../../src/ledger/carried.ts';
import { holding, intervened, joined, released, rescheduled, resubmitted } from '../../src/reversal/asked.ts';
import { decide } from '../../src/reversal/decide.ts';
import { carriedOf, mustBeWritten, paceOf, unseen } from '../../src/reversal/memory.ts';
import { openReversal, remember, saw, told } from '../../src/reversal/reversal.ts';
import type { Act, Memory, Reversal } from '../../src/reversal/state.ts';
import { ABSENT, LOST, PAID, Story, T0, UNPAID } from './support.ts';

const NOTHING: Memory = { acts: [] };
const LATER = T0 + 60_000;
const WHO = { operator: 'Li Na', reason: 'the shop asks' };

/** The case as another run opens it that was started as the first one was. */
function takenUpBy(r: Reversal, original: Reversal, more: Partial<Memory> = {}): Reversal {
  return openReversal(original.request, r.rules, { ...NOTHING, carried: carriedOf(r), ...more }, LATER);
}

describe('a run that takes up an open case', () => {
  const { reversal: started } = Story.of({ ifPaid: 'keep' }).saw(UNPAID);

  test('reverses what a request that joined wanted to be reversed', () => {
    const asked = joined(started, { ...started.request, reason: 'void', ifPaid: 'reverse' }, T0);
    expect(takenUpBy(asked, started).request).toMatchObject({ reason: 'void', ifPaid: 'reverse' });
  });

  test('knows what only grows: verdict, payment that was seen, late payment', () => {
    const memory: Partial<Memory> = { told: 'not_paid', sawPaid: true, latePayment: true };
    expect(takenUpBy(started, started, memory)).toMatchObject(memory);
    expect(remember(started, { ...NOTHING, ...memory })).toMatchObject(memory);
  });

  test('does not take an act that was not sent for the one that another run sent under its number', () => {
    const ours: Act = {
      seq: 1,
      verb: 'refund',
      sentAt: T0,
      answer: { kind: 'notSent', why: 'no ledger' },
      answeredAt: T0,
    };
    const theirs: Act = { ...ours, sentAt: T0 + 20_000, answer: { kind: 'done', effect: 'refunded' } };
    const lost: Act = { seq: 1, verb: 'cancel', sentAt: T0 + 20_000 };
    expect(remember({ ...started, acts: [ours] }, { acts: [theirs] }).acts).toEqual([theirs]);
    expect(remember({ ...started, acts: [ours] }, { acts: [lost] }).acts).toEqual([lost]);
    const answered: Act = { ...lost, answer: { kind: 'done', effect: 'refunded' }, answeredAt: LATER };
    expect(remember({ ...started, acts: [answered] }, { acts: [lost] }).acts).toEqual([answered]);
  });

  test('tells the address that the first request named', () => {
    const filled = joined(started, { ...started.request, clientIp: '10.0.0.7' }, T0);
    const again = joined(filled, { ...started.request, clientIp: '10.0.0.8' }, T0);
    const stored = storedCarried.parse(JSON.parse(JSON.stringify(carriedOf(again))));
    const taken = openReversal(started.request, started.rules, { ...NOTHING, carried: stored }, LATER);
    expect([again, taken].map(({ request }) => request.clientIp)).toEqual(['10.0.0.7', '10.0.0.7']);
  });

  test('sends nothing while a person holds it, and sends again once it was released', () => {
    const held = intervened(holding(started, T0), { at: T0, message: 'hold', ...WHO });
    const again = takenUpBy(held, started);
    expect(again).toMatchObject({ held: true, interventions: [{ message: 'hold' }] });
    expect(takenUpBy(released(again, LATER), started).held).toBe(false);
  });

  test('takes the last word on holding it, whichever of the two is older', () => {
    const held = holding(started, T0 + 10);
    const free = released(held, T0 + 20);
    const memoryOf = (r: Reversal): Memory => ({ ...NOTHING, carried: carriedOf(r) });
    expect(remember(held, memoryOf(free)).held).toBe(false);
    expect(remember(free, memoryOf(held)).held).toBe(false);
    expect(remember(free, memoryOf(holding(free, T0 + 30))).held).toBe(true);
  });

  test('knows every intervention once, in order', () => {
    const one = intervened(started, { at: T0, message: 'note', ...WHO });
    const both = intervened(one, { at: T0 + 1, message: 'note', ...WHO });
    expect(remember(one, { ...NOTHING, carried: carriedOf(both) }).interventions).toEqual(both.interventions);
  });

  test('closes when a person moved it to, or earlier when another request wants that', () => {
    const closure = Story.of({ reason: 'timeout', expiresAt: new Date(T0 + 600_000).toISOString() }).reversal;
    const moved = intervened(rescheduled(closure, T0 + 300_000, T0), { at: T0, message: 'reschedule', ...WHO });
    expect(takenUpBy(moved, closure).dueAt).toBe(T0 + 300_000);
    const later = intervened(rescheduled(closure, T0 + 900_000, T0), { at: T0, message: 'reschedule', ...WHO });
    expect(takenUpBy(later, closure).dueAt).toBe(T0 + 900_000);
    const unread = openReversal(closure.request, closure.rules, undefined, LATER);
    expect(remember(unread, { ...NOTHING, carried: carriedOf(later) }).dueAt).toBe(T0 + 900_000);
    const again = intervened(rescheduled(later, T0 + 950_000, T0 + 1), { at: T0 + 1, message: 'reschedule', ...WHO });
    expect(remember(again, { ...NOTHING, carried: carriedOf(later) }).dueAt).toBe(T0 + 950_000);
    const sooner = joined(closure, { ...closure.request, expiresAt: T0 + 100_000 }, T0);
    expect(takenUpBy(sooner, closure).dueAt).toBe(T0 + 100_000);
  });

  test('does not know how far it had come, and looks at the order first', () => {
    const again = takenUpBy(Story.of().saw(ABSENT).reversal, started);
    expect(again.openedAt).toBe(LATER);
    expect(decide(again, LATER)).toMatchObject({ kind: 'look', what: 'order' });
  });
});

test('the run that continues another goes on at its pace, after a look of its own', () => {
  const before: Reversal = {
    ...Story.of().saw(PAID).reversal,
    gatewayId: 'G1',
    stuck: { reason: 'no-funds', since: T0, checkAt: LATER + 60_000, view: 'paid' },
  };
  const memory = { ...NOTHING, carried: carriedOf(before), pace: paceOf(before) };
  const next = openReversal(before.request, before.rules, memory, LATER);
  const { openedAt, epoch, known, stuck, gatewayId } = before;
  expect(next).toMatchObject({ openedAt, epoch, known, stuck, gatewayId });
  expect(decide(next, LATER)).toMatchObject({ kind: 'look' });
});

test('a run that is held reads the ledger, so that it can be continued: its history must not grow for ever', () => {
  const held = holding(Story.of({ ifPaid: 'reverse' }).saw(PAID).reversal, T0);
  const unread = resubmitted(held, T0);
  expect(unread.remembered).toBe(false);
  const looked = saw(unread, PAID, T0 + 10, T0 + 10);
  expect(decide(looked, T0 + 10)).toMatchObject({ kind: 'open' });
  expect(decide(remember(looked, NOTHING), T0 + 10)).toMatchObject({ kind: 'wait', why: 'held' });
});

test('after a Reset nothing is decided on what was seen before it', () => {
  const r = unseen(Story.of({ ifPaid: 'keep' }).saw(PAID).reversal);
  expect(decide(r, T0)).toMatchObject({ kind: 'look', what: 'order' });
  expect(decide({ ...r, stopRequestedAt: T0 - 1 }, T0)).toMatchObject({ kind: 'look', what: 'order' });
});

describe('a verdict is in the ledger before it is heard', () => {
  const { reversal } = Story.of();
  const cancel = (rest: Partial<Act>): Reversal => ({
    ...reversal,
    acts: [{ seq: 1, verb: 'cancel', sentAt: T0, answeredAt: T0, ...rest }],
  });

  test.each(['not_paid', 'closed', 'nothing_to_reverse', 'refunded', 'reversed', 'manual'] as const)(
    '%s',
    (verdict) => {
      expect(mustBeWritten(reversal, verdict)).toBe(true);
      expect(mustBeWritten(told(reversal, verdict), verdict)).toBe(true);
      expect(mustBeWritten(cancel({ answer: LOST }), verdict)).toBe(true);
      expect(mustBeWritten(cancel({ answer: { kind: 'notSent', why: 'x' } }), verdict)).toBe(true);
      expect(mustBeWritten(cancel({ verb: 'close', answer: { kind: 'done', effect: 'closed' } }), verdict)).toBe(true);
    },
  );

  test('but not "kept", nor what an act forbids to forget whose answer is in the ledger', () => {
    expect(mustBeWritten(reversal, 'kept')).toBe(false);
    expect(mustBeWritten(cancel({ answer: { kind: 'done', effect: 'refunded' } }), 'refunded')).toBe(false);
  });
});
