import { describe, expect, test } from 'vitest';
import { ask, both, keep, send, settle } from '../../src/reversal/tables.ts';
import { explore } from '../../tools/explore/exhaustive.ts';
import { alipay } from '../../tools/explore/models/alipay.ts';
import { daxpayC, daxpayE } from '../../tools/explore/models/daxpay.ts';
import { MODELS } from '../../tools/explore/models/index.ts';
import { shouqianba } from '../../tools/explore/models/shouqianba.ts';
import { scenarios } from '../../tools/explore/scenarios.ts';
import { storyOfFinding, storyOfSeed } from '../../tools/explore/story.ts';
import { firstBadWalk, found, withCell, withRules, withTiming } from './broken.ts';

describe.each(MODELS)('$name', (model) => {
  test('no run with one surprise breaks a promise', () => {
    const results = scenarios(model).map((_, scenario) => explore({ model, scenario, depth: 1, hear: () => {} }));
    expect(results.flatMap(({ findings }) => findings)).toEqual([]);
    expect(results.reduce((sum, { transitions }) => sum + transitions, 0)).toBeGreaterThan(20_000);
  });

  test('500 random walks break none', () => {
    expect(firstBadWalk(model, 500)).toBeUndefined();
  });

  test('a seed tells the same story every time', () => {
    for (const seed of [1, 17, 4711]) {
      const story = storyOfSeed(model, seed);
      expect(story.length).toBeGreaterThan(3);
      expect(storyOfSeed(model, seed)).toEqual(story);
    }
  });
});

describe('it can fail', () => {
  test('a cancel whose answer was lost and that is not waited for', () => {
    // Refused at the second try, which may be refused because the first is still at it: then a refund on top.
    expect(found(withTiming(shouqianba, { actHorizon: 0 }), 2)?.promise).toBe('one-verb');
  });

  test('a verb that is repeated although the gateway would run it twice', () => {
    const model = withRules(daxpayE, (rules) => ({ ...rules, repeatable: ['close', 'refund'] }));
    expect(found({ ...model, harmlessTwice: [] }, 2)?.promise).toBe('blind-repeat');
  });

  test('a missing order that is concluded at once', () => {
    const finding = found(withCell(alipay, 'absent', settle), 0);
    expect(finding?.message).toBe('conclusion: concluded nothing_to_reverse, but it can still be paid');
  });

  test('a watch that ends before a late payment can come', () => {
    const hasty = withTiming(shouqianba, { quiet: 5000, watch: [1000] });
    expect(found(hasty, 1)?.message).toBe('conclusion: concluded nothing_to_reverse, but it can still be paid');
  });

  test('a payment that is kept after a cancel was sent', () => {
    const model = withRules(alipay, (rules) => ({
      ...rules,
      before: { ...rules.before, paid: both(keep) },
      afterUndo: { ...rules.afterUndo, unknown: { ...rules.afterUndo.unknown, paid: keep } },
    }));
    expect(found(model, 2)?.message).toMatch(/^conclusion: concluded kept, but/);
  });

  test('a closed order that was paid and is taken for refunded', () => {
    // Profile C books `close` for a paid order of which only it has a memory: gone is no word about the money.
    const model = withRules(daxpayC, (rules) => ({
      ...rules,
      goneAfterPaid: 'refunded',
      before: { ...rules.before, gone: both(settle), closed: both(settle) },
      sync: undefined as never,
    }));
    expect(found(model, 2)?.promise).toBe('conclusion');
  });

  test('an act after a look that failed, where no table allows it', () => {
    expect(found(withCell(daxpayE, 'unknown', send(['close'])), 1)?.promise).toBe('fresh-look');
  });

  test('a call that is made again and again without a pause', () => {
    const model = withRules(withCell(alipay, 'absent', send(['cancel'], ask('refused'))), (rules) => ({
      ...rules,
      timing: { ...rules.timing, backOff: { ...rules.timing.backOff, first: 0, max: 0, slowEvery: 0 } },
      afterUndo: { ...rules.afterUndo, nothingFound: {} },
    }));
    expect(found(model, 0)?.promise).toBe('livelock');
  });

  test('what is found comes with its story', () => {
    const model = withCell(alipay, 'absent', settle);
    const finding = found(model, 0);
    const story = finding === undefined ? [] : storyOfFinding(model, finding);
    expect(story.at(0)).toContain('alipay: ambiguous, if paid keep');
    expect(story.at(-1)).toContain('! conclusion: concluded nothing_to_reverse, but it can still be paid');
  });
});
