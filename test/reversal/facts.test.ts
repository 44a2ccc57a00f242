/** Which of the calls that were made still have a say. */
import { describe, expect, test } from 'vitest';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { foundNothing, horizonEnd, lastSync, lastUndo, mayHaveWorked, viewKey } from '../../src/reversal/facts.ts';
import type { Act } from '../../src/reversal/state.ts';
import { CLOSED, done, LOST, NOTHING, PAID, SECOND, Story, T0 } from './support.ts';

const act = (seq: number, verb: Verb, sentAt: number, answer?: Answer): Act => ({
  seq,
  verb,
  sentAt,
  ...(answer && { answer }),
});
const having = (...acts: readonly Act[]) => Story.of({ ifPaid: 'reverse' }, { acts });
const REFUSED: Answer = { kind: 'refused', why: 'state', code: 'X' };

describe('of an earlier run', () => {
  const before = T0 - 30 * SECOND;

  test('a refund that may have worked has the word, whatever was sent after it', () => {
    const refund = act(1, 'refund', before, LOST);
    for (const story of [having(refund), having(refund, act(2, 'cancel', before + 1, LOST))]) {
      expect(lastUndo(story.reversal)).toEqual(refund);
      expect(story.saw(PAID).step).toMatchObject({ kind: 'look', what: 'refund' });
    }
  });

  test('no other call has: it begins anew', () => {
    for (const one of [act(1, 'refund', before, REFUSED), act(1, 'cancel', before, done('refunded'))]) {
      expect(lastUndo(having(one).reversal)).toBeUndefined();
      expect(having(one).saw(PAID).step).toMatchObject({ kind: 'act', cell: 'before.reverse.paid' });
    }
  });

  test('what a sync saw says nothing of now', () => {
    const sync = act(1, 'sync', before, { ...done('unspecified'), channel: 'paid' });
    expect(lastSync(having(sync).reversal)).toBeUndefined();
    expect(having(sync).saw(CLOSED).step).toMatchObject({ kind: 'settle', outcome: { action: 'closed' } });
  });
});

test('a call may have worked unless it was refused or never executed; a sync undoes nothing', () => {
  const rows: readonly (readonly [Verb, Answer | undefined, boolean])[] = [
    ['cancel', undefined, true],
    ['cancel', LOST, true],
    ['close', { kind: 'again' }, true],
    ['refund', done('unspecified'), true],
    ['cancel', REFUSED, false],
    ['close', { kind: 'refused', why: 'unclear', code: 'data.1' }, true],
    ['cancel', { kind: 'notSent', why: 'reset' }, false],
    ['cancel', { kind: 'rejected', why: 'config', code: 'X' }, false],
    ['cancel', { kind: 'again', afterMs: 1 }, false],
    ['sync', done('unspecified'), false],
  ];
  for (const [verb, answer, may] of rows) expect(mayHaveWorked(act(1, verb, T0, answer)), answer?.kind).toBe(may);
});

test('nothing was found when an authenticated answer says so', () => {
  const found = (...answers: readonly (Answer | undefined)[]) =>
    foundNothing(having(...answers.map((answer, n) => act(n, 'cancel', T0, answer))).reversal);
  expect(found(done('nothingFound'))).toBe(true);
  expect(found(LOST, done('nothingFound'), REFUSED)).toBe(true);
  expect(found({ ...done('nothingFound'), hint: false })).toBe(true);
  expect(found({ ...done('nothingFound'), hint: true })).toBe(false);
  expect(found(undefined, LOST, REFUSED, done('closed'), done('unspecified'))).toBe(false);
});

test('a lost call can no longer run when its time is over, and the last of several counts', () => {
  const { reversal } = having(act(1, 'cancel', T0, LOST), act(2, 'close', T0 + SECOND), act(3, 'sync', T0, REFUSED));
  // The second has no answer: it may have left us twenty seconds after its decision.
  expect(horizonEnd(reversal, T0)).toBe(T0 + 81 * SECOND);
  expect(horizonEnd(reversal, T0 + 81 * SECOND - 1)).toBe(T0 + 81 * SECOND);
  expect(horizonEnd(reversal, T0 + 81 * SECOND)).toBe(0);
});

test('an order that was not looked at is in no column', () => {
  expect(viewKey(Story.of({}, NOTHING).reversal)).toBeUndefined();
  expect(viewKey(Story.of().saw({ ...PAID, reversible: false }).reversal)).toBe('finished');
});
