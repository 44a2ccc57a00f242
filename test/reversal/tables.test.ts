/** The helpers that gateways write their tables with, and the rows and columns that answers and views stand in. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/reversal/answer.ts';
import { answerKeyOf, refundKeyOf, viewKeyOf } from '../../src/reversal/keys.ts';
import { UNKNOWN_KINDS } from '../../src/reversal/order-view.ts';
import { ANSWER_KEYS, DAY, HOUR, MINUTE, REFUND_KEYS, SECOND, VIEW_KEYS } from '../../src/reversal/rules.ts';
import {
  ask,
  askAbout,
  both,
  COMMON_TIMING,
  DONE,
  look,
  noTable,
  REJECTED,
  refundRow,
  send,
  settle,
  table,
  UNANSWERED,
  watch,
} from '../../src/reversal/tables.ts';

describe('a table', () => {
  const row = { paid: settle };

  test('has a row for every answer, shared by a group', () => {
    const [first, ...rest] = ANSWER_KEYS;
    const made = table([
      { answers: [first], row },
      { answers: rest, row: {} },
    ]);
    expect(Object.keys(made).sort()).toEqual([...ANSWER_KEYS].sort());
    expect(made[first]).toEqual(row);
    expect(made.unknown).toEqual({});
    expect(noTable()).toEqual(table([{ answers: ANSWER_KEYS, row: {} }]));
  });

  test('with two rows for an answer, or none, is refused by name', () => {
    expect(() => table([{ answers: ['again', 'again'], row }])).toThrow('two rows for the answer again');
    const without = ANSWER_KEYS.filter((key) => key !== 'again' && key !== 'frozen');
    expect(() => table([{ answers: without, row }])).toThrow('no row for the answers again, frozen');
  });
});

test('moves and rows are what they say', () => {
  expect(look(MINUTE)).toStrictEqual({ do: 'look', for: MINUTE });
  expect(look('ever', watch)).toStrictEqual({ do: 'look', for: 'ever', next: { do: 'watch' } });
  expect(send('paid')).toStrictEqual({ do: 'send', verbs: 'paid' });
  expect(send(['close'], ask('refused'), 3)).toStrictEqual({
    do: 'send',
    verbs: ['close'],
    tries: 3,
    else: { do: 'ask', reason: 'refused' },
  });
  expect(both(settle)).toEqual({ keep: { do: 'settle' }, reverse: { do: 'settle' } });
  const ever = look('ever');
  expect(refundRow(settle, watch)).toEqual({
    notFound: settle,
    failed: watch,
    running: ever,
    unknown: ever,
    rejected: ask('configuration'),
  });
  const frozen = ask('frozen');
  expect(askAbout('frozen')).toEqual({ paid: frozen, unpaid: frozen, absent: frozen, unknown: frozen });
});

test('the groups of answers and the common figures are the specified ones', () => {
  expect(DONE).toEqual(['closed', 'refunded', 'nothingFound', 'unspecified']);
  expect(UNANSWERED).toEqual(['notSent', 'limited', 'gatewayFault', 'unknown']);
  expect(REJECTED).toEqual(['rejectedSignature', 'rejectedRequest', 'rejectedConfig']);
  expect([SECOND, MINUTE, HOUR, DAY]).toEqual([1000, 60_000, 3_600_000, 86_400_000]);
  expect(COMMON_TIMING).toEqual({
    pollEvery: 3000,
    patience: 30_000,
    minimumAge: 0,
    freshness: 10_000,
    gap: 1000,
    confirmWithin: 10_000,
    actHorizon: 60_000,
    quiet: 60_000,
    codeLife: 7_200_000,
    watch: [5000, 30_000, 120_000, 600_000],
    refundLookAfter: 10_000,
    selfCheck: 3_600_000,
    lookTimeout: 5000,
    actTimeout: 10_000,
    backOff: { first: 2000, factor: 2, max: 60_000, fastFor: 600_000, slowEvery: 300_000, giveUpAfter: 86_400_000 },
  });
});

describe('the keys', () => {
  test('of a view say what the gateway is busy with or does not know, and whether a payment can go back', () => {
    expect(viewKeyOf({ kind: 'paid' })).toBe('paid');
    expect(viewKeyOf({ kind: 'paid', reversible: true })).toBe('paid');
    expect(viewKeyOf({ kind: 'paid', reversible: false })).toBe('finished');
    const settling = (['payment', 'cancel', 'refund'] as const).map((what) => viewKeyOf({ kind: 'settling', what }));
    expect(settling).toEqual(['settlingPayment', 'settlingCancel', 'settlingRefund']);
    const faulty = (['payment', 'cancel', 'refund', 'status'] as const).map((at) =>
      viewKeyOf({ kind: 'faulty', in: at }),
    );
    expect(faulty).toEqual(['faultyPayment', 'faultyCancel', 'faultyRefund', 'faultyStatus']);
    expect(viewKeyOf({ kind: 'gone' })).toBe('gone');
    expect(new Set(VIEW_KEYS).size).toBe(17);
  });

  test('of an answer: none at all is unknown, and so is every unknown but a fault and a limit', () => {
    expect(answerKeyOf(undefined)).toBe('unknown');
    for (const why of UNKNOWN_KINDS) {
      if (why === 'notSent') continue;
      const own = why === 'gatewayFault' || why === 'limited';
      expect(answerKeyOf({ kind: 'unknown', why }), why).toBe(own ? why : 'unknown');
    }
    const keys = (['signature', 'request', 'config'] as const).map((why) =>
      answerKeyOf({ kind: 'rejected', why, code: 'X' }),
    );
    expect(keys).toEqual(['rejectedSignature', 'rejectedRequest', 'rejectedConfig']);
    const plain: readonly (readonly [Answer, string])[] = [
      [{ kind: 'done', effect: 'closed' }, 'closed'],
      [{ kind: 'refused', why: 'frozen', code: 'X' }, 'frozen'],
      [{ kind: 'again' }, 'again'],
      [{ kind: 'running' }, 'running'],
      [{ kind: 'notSent', why: 'reset' }, 'notSent'],
    ];
    for (const [answer, key] of plain) expect(answerKeyOf(answer)).toBe(key);
  });

  test('of a refund are what it says', () => {
    expect(refundKeyOf({ kind: 'failed', code: 'X' })).toBe('failed');
    expect(new Set(REFUND_KEYS).size).toBe(6);
  });
});
