/** What binds a reversal: acts and verdicts of this run and of earlier ones, lost calls, requests that join. */
import { describe, expect, test } from 'vitest';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { joined, resubmitted } from '../../src/reversal/asked.ts';
import { horizonEnd, intentOf } from '../../src/reversal/facts.ts';
import type { Verdict } from '../../src/reversal/outcome.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { resolving, tooEarly } from '../../src/reversal/resolution.ts';
import { remember, told } from '../../src/reversal/reversal.ts';
import { ABSENT, CLOSED, done, INPUT, LOST, MINUTE, PAID, SECOND, Story, T0, UNPAID } from './support.ts';

const kept = { kind: 'settle', outcome: { action: 'kept' } };
const BUSY: Answer = { kind: 'again', afterMs: 1000 };

describe('the wish to keep a payment', () => {
  test.each<readonly [string, Verb, Answer | undefined, 'keep' | 'reverse']>([
    ['a cancel that was answered', 'cancel', done('nothingFound'), 'reverse'],
    ['a cancel whose answer was lost', 'cancel', LOST, 'reverse'],
    ['a cancel that has no answer', 'cancel', undefined, 'reverse'],
    ['a cancel that is to be repeated', 'cancel', { kind: 'again' }, 'reverse'],
    ['a cancel that was refused', 'cancel', { kind: 'refused', why: 'tooLate', code: 'X' }, 'reverse'],
    ['a revoke', 'revoke', LOST, 'reverse'],
    ['a refund', 'refund', LOST, 'reverse'],
    ['a close, which moves no money', 'close', LOST, 'keep'],
    ['a sync', 'sync', done('unspecified'), 'keep'],
    ['a cancel that was not sent', 'cancel', { kind: 'notSent', why: 'refused' }, 'keep'],
    [
      'a cancel that was refused before any business',
      'cancel',
      { kind: 'rejected', why: 'signature', code: 'X' },
      'keep',
    ],
    ['a cancel that a lock turned away', 'cancel', BUSY, 'keep'],
  ])('after %s: in this run or an earlier one', (_, verb, answer, intent) => {
    const act = { seq: 1, verb, sentAt: T0, ...(answer && { answer, answeredAt: T0 }) };
    expect(intentOf(Story.of({}, { acts: [act] }).reversal)).toBe(intent);
    expect(intentOf(Story.of().change((r) => ({ ...r, acts: [act] })).reversal)).toBe(intent);
  });

  test.each<readonly [Verdict, 'keep' | 'reverse']>([
    ['kept', 'keep'],
    ['not_paid', 'reverse'],
    ['nothing_to_reverse', 'reverse'],
    ['closed', 'reverse'],
    ['refunded', 'reverse'],
    ['manual', 'reverse'],
  ])('after somebody was told %s, in this run or an earlier one', (verdict, intent) => {
    expect(intentOf(Story.of({}, { acts: [], told: verdict }).reversal)).toBe(intent);
    expect(intentOf(told(Story.of().reversal, verdict))).toBe(intent);
  });

  test('a payment that comes after "not paid" is reversed and called late', () => {
    const late = Story.of({}, { acts: [], told: 'not_paid' }).saw(PAID);
    expect(late.step).toMatchObject({ kind: 'act', verb: 'cancel' });
    expect(late.reversal.latePayment).toBe(true);
    expect(Story.of({}, { acts: [], told: 'kept' }).saw(PAID).step).toMatchObject(kept);
  });
});

describe('a lost call', () => {
  const earlier = (answer: Answer | undefined, verb: Verb = 'close') => ({
    acts: [{ seq: 7, verb, sentAt: T0, ...(answer && { answer, answeredAt: T0 }) }],
  });

  test.each<readonly [string, Answer | undefined, number]>([
    // Ten seconds in the queue, five for a second look, five for the ledger: it may have left us as late as that.
    ['no answer', undefined, 80 * SECOND],
    ['a lost answer', LOST, 60 * SECOND],
    ['an answer that says it runs', { kind: 'running' }, 60 * SECOND],
    ['retry_flag=Y', { kind: 'again' }, 60 * SECOND],
  ])('of an earlier run with %s: nothing is kept before it can no longer run', (_, answer, after) => {
    const story = Story.of({}, earlier(answer)).saw(PAID);
    expect(story.step).toMatchObject({ kind: 'wait', why: 'lost-act' });
    expect(horizonEnd(story.reversal, story.now)).toBe(T0 + after);
    const end = story.seeing(PAID);
    expect(end.step).toMatchObject(kept);
    expect(end.now).toBeGreaterThanOrEqual(T0 + after);
  });

  test('that we gave up may have left us just then: its horizon counts from there, not from its decision', () => {
    const gaveUp = { seq: 1, verb: 'cancel', sentAt: T0, answer: LOST, answeredAt: T0 + 20 * SECOND } as const;
    const { reversal } = Story.of({}, { acts: [gaveUp] });
    expect(horizonEnd(reversal, T0 + 79 * SECOND)).toBe(T0 + 80 * SECOND);
    expect(tooEarly(reversal, { finalAction: 'kept', operator: 'li', evidence: 'x' }, T0 + 79 * SECOND)).toContain(
      new Date(T0 + 80 * SECOND).toISOString(),
    );
    // Histories of before replay as they were decided.
    expect(horizonEnd({ ...reversal, legacy: true }, T0 + 59 * SECOND)).toBe(T0 + 60 * SECOND);
    expect(horizonEnd({ ...reversal, legacy: true }, T0 + 60 * SECOND)).toBe(0);
  });

  test.each<readonly [string, Answer]>([
    ['done', done('closed')],
    ['refused', { kind: 'refused', why: 'state', code: 'X' }],
    ['not sent', { kind: 'notSent', why: 'refused' }],
    ['turned away by a lock', BUSY],
  ])('that was %s is none', (_, answer) => {
    const story = Story.of({}, earlier(answer)).saw(PAID);
    expect(horizonEnd(story.reversal, story.now)).toBe(0);
    expect(story.step).toMatchObject(kept);
  });

  test('the numbers of acts go on where the earlier run ended', () => {
    expect(
      Story.of({ ifPaid: 'reverse' }, earlier(done('closed')))
        .after(MINUTE)
        .saw(PAID).step,
    ).toMatchObject({
      kind: 'act',
      seq: 8,
    });
  });

  test('what the ledger knows and this run does not is taken over, and an answer is never lost again', () => {
    const mine = { seq: 1, verb: 'cancel', sentAt: T0, answer: done('nothingFound'), answeredAt: T0 } as const;
    const { answer: _, answeredAt: __, ...unanswered } = mine;
    const other = { seq: 2, verb: 'refund', sentAt: T0 + 5 } as const;
    const after = remember({ ...Story.of().reversal, acts: [mine] }, { acts: [unanswered, other], told: 'not_paid' });
    expect(after.acts).toEqual([mine, other]);
    expect(after.told).toBe('not_paid');
  });
});

describe('an answer that reached the ledger and not this run', () => {
  const lost = { seq: 1, verb: 'cancel', sentAt: T0, answer: LOST, answeredAt: T0 + SECOND } as const;
  const told = (answer: Answer) =>
    Story.of({ ifPaid: 'reverse' })
      .change((r) => remember({ ...r, acts: [lost] }, { acts: [{ ...lost, answer, answeredAt: T0 + MINUTE }] }))
      .after(2 * SECOND);

  test('is taken over, and came when this run heard of it: the clock of a worker has no say', () => {
    const answer = done('refunded');
    expect(told(answer).reversal.acts).toEqual([{ ...lost, answer }]);
  });

  test('nobody is told that an order was closed whose cancel gave the money back', () => {
    expect(told(done('refunded')).seeing(CLOSED).step).toMatchObject({ kind: 'park', reason: 'contradiction' });
  });

  test('takes nothing from one that this run has', () => {
    const mine = { ...lost, answer: done('closed') };
    const after = remember({ ...Story.of().reversal, acts: [mine] }, { acts: [lost] });
    expect(after.acts).toEqual([mine]);
  });
});

describe('freshness', () => {
  const seen = Story.of({ ifPaid: 'reverse' }).saw(PAID);

  test('an act follows its look at once, or there is another look', () => {
    expect(seen.after(SECOND).step).toMatchObject({ kind: 'act' });
    expect(seen.after(SECOND + 1).step).toMatchObject({ kind: 'look' });
  });

  test('the age of a look counts from when it was asked for', () => {
    const slow = seen.change((r) => ({ ...r, look: { view: PAID, askedAt: T0, seenAt: T0 + 11 * SECOND } }));
    expect(slow.after(11 * SECOND).step).toMatchObject({ kind: 'look' });
  });

  test('a payment is not kept on an old look either', () => {
    expect(
      Story.of()
        .saw(PAID)
        .after(2 * SECOND).step,
    ).toMatchObject({ kind: 'look' });
  });
});

describe('a request that joins', () => {
  const join = (story: Story, change: Partial<typeof INPUT>) =>
    story.change((r) => joined(r, parseRequest({ ...INPUT, ...change }), story.now));

  test('takes over the stronger intent and the more urgent reason, and looks again', () => {
    const story = join(Story.of().saw(UNPAID), { reason: 'void' });
    expect(story.reversal.request).toMatchObject({ reason: 'void', ifPaid: 'reverse' });
    expect(story.step).toMatchObject({ kind: 'look' });
    expect(story.saw(PAID).step).toMatchObject({ kind: 'act', verb: 'refund' });
  });

  test('never weakens what runs', () => {
    const story = join(Story.of({ reason: 'void' }).saw(UNPAID), {
      reason: 'timeout',
      expiresAt: '2026-11-20T05:00:00Z',
    });
    expect(story.reversal.request).toMatchObject({ reason: 'void', ifPaid: 'reverse' });
    expect(story.reversal.dueAt).toBe(T0);
  });

  test('makes a sleeping closure due at once', () => {
    const closure = Story.of({ reason: 'timeout', expiresAt: '2026-11-20T05:00:00Z' }).saw(UNPAID);
    expect(closure.step).toMatchObject({ kind: 'wait', why: 'not-due' });
    expect(join(closure, { reason: 'void' }).saw(UNPAID).step).toMatchObject({ kind: 'act' });
  });

  test('keeps the later attempt and expiry: no watch ends too early', () => {
    const later = { attemptedAt: '2026-11-20T03:10:00Z', expiresAt: '2026-11-20T06:00:00Z' };
    const { request } = join(Story.of({ expiresAt: '2026-11-20T05:00:00Z' }), later).reversal;
    expect(request.attemptedAt).toBe(Date.parse(later.attemptedAt));
    expect(request.expiresAt).toBe(Date.parse(later.expiresAt));
  });
});

test('tries count from the last resubmission, and what was sent before still binds', () => {
  const story = Story.of().saw(ABSENT).seeing(ABSENT).did('cancel', done('nothingFound')).saw(CLOSED);
  const again = story.after(1).change((r) => resubmitted(r, story.now + 1));
  expect(again.step).toMatchObject({ kind: 'look' });
  expect(intentOf(again.reversal)).toBe('reverse');
  expect(again.reversal.epoch).toBe(story.now + 1);
});

test('a resolution that was judged before the ledger told of a lost call is judged again, and refused', () => {
  const resolution = { finalAction: 'kept', operator: 'Li Na', evidence: 'case 77' } as const;
  const story = Story.of().saw(PAID);
  const judged = story.change((r) => resolving(r, resolution, story.now)).saw(PAID);
  expect(judged.step).toMatchObject({ kind: 'settle', outcome: { action: 'manual' } });
  const lost = { seq: 1, verb: 'cancel', sentAt: judged.now - SECOND, answer: LOST, answeredAt: judged.now } as const;
  const told = judged.change((r) => remember(r, { acts: [lost] }));
  expect(told.step).toMatchObject({ kind: 'look' });
  expect(told.saw(PAID).reversal.refusal).toContain('may still be executed');
});
