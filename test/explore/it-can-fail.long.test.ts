/** The explorer finds rules that are wrong on purpose. Slow: a file of its own, so that others can run without it. */
import { describe, expect, test } from 'vitest';
import { joined } from '../../src/reversal/asked.ts';
import { decide } from '../../src/reversal/decide.ts';
import { attemptOf, horizonEnd } from '../../src/reversal/facts.ts';
import { carriedOf } from '../../src/reversal/memory.ts';
import { openReversal, saw } from '../../src/reversal/reversal.ts';
import { verdictOf } from '../../src/reversal/status.ts';
import { ask, both, keep, send, settle } from '../../src/reversal/tables.ts';
import type { Mind } from '../../tools/explore/mind.ts';
import { alipay } from '../../tools/explore/models/alipay.ts';
import { daxpayC, daxpayE } from '../../tools/explore/models/daxpay.ts';
import { shouqianba } from '../../tools/explore/models/shouqianba.ts';
import type { Scenario } from '../../tools/explore/sim.ts';
import { storyOfFinding } from '../../tools/explore/story.ts';
import { found, withCell, withMind, withRules, withTiming } from './broken.ts';

describe('it can fail', () => {
  test('a cancel whose answer was lost and that is not waited for', () => {
    // Refused at the second try, which may be refused because the first is still at it: then a refund on top.
    const message = /^one-verb/;
    const among = ({ request, truth }: Scenario) => request.reason === 'void' && truth === 'paid';
    expect(found(withTiming(shouqianba, { actHorizon: 0 }), 2, { message, among })).toBeDefined();
  });

  test('a verb that is repeated although the gateway would run it twice', () => {
    const model = withRules(daxpayE, (rules) => ({ ...rules, repeatable: ['close', 'refund'] }));
    expect(found({ ...model, harmlessTwice: [] }, 2, { message: /^blind-repeat/ })).toBeDefined();
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
    expect(found(model, 2, { message: /^conclusion: concluded kept, but/ })).toBeDefined();
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

  describe('a fault that outsiders found, put back', () => {
    test('A1: `not_paid` is told where the end would still wait, or would ask people', () => {
      // As soon as the quiet period is over, whatever the end would ask for.
      const hasty: Mind['verdictOf'] = (r, step, now) => {
        if (step.kind !== 'wait' || step.why !== 'watch' || r.sawPaid) return verdictOf(r, step, now);
        return now >= attemptOf(r) + r.rules.timing.quiet && horizonEnd(r, now) === 0 ? 'not_paid' : undefined;
      };
      const message = /^verdict: not_paid was told, but it can still be paid/;
      expect(found(withMind(shouqianba, { verdictOf: hasty }), 1, { message })).toBeDefined();
    });

    test('A2: a run that is reset to where it went on from another one forgets what the ledger has', () => {
      const forgets = withMind(alipay, {
        opened: (request, rules, _memory, now) => openReversal(request, rules, { acts: [] }, now),
        takenOver: (r) => ({ ...r, remembered: true }),
      });
      const message = /^conclusion: concluded kept, but somebody was told that it is not paid/;
      expect(found(forgets, 2, { message, among: ({ continued }) => continued === true })).toBeDefined();
    });

    test('chaos 9102, order 200577: a run that could not read the ledger writes its own request over what others asked', () => {
      const overwrites = withMind(alipay, { handedOn: (r) => ({ carried: carriedOf(r) }) });
      const message = /^message: a request to void it joined, and the payment is kept/;
      expect(found(overwrites, 1, { message, among: ({ earlier }) => earlier !== undefined })).toBeDefined();
    });

    test('chaos 9203, order 49: a payment of which somebody was told that it stays is cancelled when looks fail', () => {
      const forgets = withMind(alipay, {
        decide: (r, now) => decide(r.told === 'kept' ? { ...r, told: undefined as never } : r, now),
      });
      const message = /^verdict: cancel was sent although somebody was told that the payment stays/;
      expect(found(forgets, 2, { message, among: ({ truth }) => truth === 'paid' })).toBeDefined();
    });

    test('A5: a void that joins a closure which is being given up', () => {
      const swallows: Mind['joined'] = (r, request, now) => {
        const { stopRequestedAt } = r;
        return { ...joined(r, request, now), ...(stopRequestedAt !== undefined && { stopRequestedAt }) };
      };
      const message = /^message: a request to void it joined, and the end gives it up/;
      expect(found(withMind(alipay, { joined: swallows }), 2, { message })).toBeDefined();
    });

    test('A7: a verdict is heard before it is written down, and a reset forgets it', () => {
      const message = /^conclusion: concluded kept, but somebody was told that it is not paid/;
      const hasty = withMind(alipay, { mustBeWritten: () => false });
      expect(found(hasty, 2, { message, among: ({ truth }) => truth === 'paid' })).toBeDefined();
    });

    test('A11: a person resolves it to kept while a replica still shows the payment', () => {
      const trusting: Mind['saw'] = (r, view, askedAt, now) => {
        const { rules } = r;
        const hurried = { ...rules, timing: { ...rules.timing, confirmWithin: 0 } };
        return { ...saw({ ...r, rules: hurried }, view, askedAt, now), rules };
      };
      const message = /^resolution: resolved to kept what we gave back/;
      const among = ({ request, truth }: Scenario) => request.reason === 'void' && truth === 'paid';
      expect(found(withMind(alipay, { saw: trusting }), 2, { message, among })).toBeDefined();
    });
  });

  test('what is found comes with its story', () => {
    const model = withCell(alipay, 'absent', settle);
    const finding = found(model, 0);
    const story = finding === undefined ? [] : storyOfFinding(model, finding);
    expect(story.at(0)).toContain('alipay: ambiguous, if paid keep');
    expect(story.at(-1)).toContain('! conclusion: concluded nothing_to_reverse, but it can still be paid');
  });
});
