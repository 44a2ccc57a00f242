/** A case of very many acts carries few of them, and decides as if it carried them all. */
import { expect, test } from 'vitest';
import { RULES } from '../../src/gateways/rules.ts';
import { condensed } from '../../src/reversal/acts.ts';
import {
  foundNothing,
  horizonEnd,
  isCommitted,
  lastAct,
  lastSync,
  lastUndo,
  mayHaveWorked,
} from '../../src/reversal/facts.ts';
import type { Act, Reversal } from '../../src/reversal/state.ts';
import { Story, T0 } from './support.ts';

const ANSWERS: readonly { readonly answer: Act['answer'] }[] = [
  { answer: undefined },
  { answer: { kind: 'done', effect: 'closed' } },
  { answer: { kind: 'done', effect: 'refunded' } },
  { answer: { kind: 'done', effect: 'nothingFound' } },
  { answer: { kind: 'done', effect: 'nothingFound', hint: true } },
  { answer: { kind: 'again' } },
  { answer: { kind: 'again', afterMs: 5 } },
  { answer: { kind: 'refused', why: 'noFunds', code: 'A' } },
  { answer: { kind: 'refused', why: 'tooLate', code: 'B' } },
  { answer: { kind: 'unknown', why: 'timeout' } },
  { answer: { kind: 'notSent', why: 'no worker' } },
  { answer: { kind: 'rejected', why: 'config', code: 'C' } },
];
const VERBS: readonly Act['verb'][] = ['cancel', 'close', 'revoke', 'refund', 'sync'];

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 8;
  }
}

function randomActs(seed: number, count: number, everyMs = 300_000): Act[] {
  const random = numbers(seed);
  const pick = <T>(from: readonly T[]): T => {
    const [picked] = from.slice(random.next().value % from.length);
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
  // A few kinds only, so that some are long over and never come again.
  const kinds = Array.from({ length: 3 }, () => ({ verb: pick(VERBS), answer: pick(ANSWERS).answer }));
  return Array.from({ length: count }, (_, index) => {
    const { verb, answer } = index < count / 4 ? { verb: pick(VERBS), answer: pick(ANSWERS).answer } : pick(kinds);
    return { seq: index + 1, verb, sentAt: T0 + index * everyMs, ...(answer && { answer }) };
  });
}

const QUESTIONS: readonly ((r: Reversal) => unknown)[] = [isCommitted, lastUndo, lastSync, lastAct, foundNothing];

test.each(Array.from({ length: 200 }, (_, seed) => seed))('the same answers to every question, seed %i', (seed) => {
  const all = randomActs(seed, 100 + (seed % 7) * 137);
  const few = condensed(all);
  expect(few.length).toBeLessThanOrEqual(100 + VERBS.length * ANSWERS.length);
  const of = (acts: readonly Act[]): Reversal => ({ ...Story.of().reversal, acts });
  // Also of a case that was resubmitted after all but a few of them.
  for (const epoch of [T0, T0 + (all.length - 20) * 300_000]) {
    for (const question of QUESTIONS) {
      expect(question({ ...of(few), epoch })).toEqual(question({ ...of(all), epoch }));
    }
  }
  expect(new Set(few.map(({ answer }) => JSON.stringify(answer)))).toEqual(
    new Set(all.map(({ answer }) => JSON.stringify(answer))),
  );
});

test.each(Array.from({ length: 50 }, (_, seed) => seed))(
  'calls that may still run, hundreds within their horizon, seed %i',
  (seed) => {
    const all = randomActs(seed, 700, 80);
    const of = (acts: readonly Act[]): Reversal => ({ ...Story.of().reversal, acts });
    const now = T0 + 700 * 80;
    expect(horizonEnd(of(all), now)).toBeGreaterThan(now);
    expect(horizonEnd(of(condensed(all)), now)).toBe(horizonEnd(of(all), now));
    expect(condensed(all).some(mayHaveWorked)).toBe(all.some(mayHaveWorked));
  },
);

test('little by little as all at once', () => {
  const all = randomActs(1, 900);
  let little: readonly Act[] = [];
  for (const act of all) little = condensed([...little, act]);
  expect(little).toEqual(condensed(all));
});

test('no table allows as many tries as are kept whole', () => {
  const tries = [...JSON.stringify(RULES).matchAll(/"tries":(\d+)/g)].map(([, count]) => Number(count));
  expect(tries.length).toBeGreaterThan(0);
  expect(Math.max(...tries)).toBeLessThan(20);
});
