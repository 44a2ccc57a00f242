/** What an operator may settle: what the gateway shows then has a say, and so has a call that may still run. */
import { describe, expect, test } from 'vitest';
import type { OrderView } from '../../src/reversal/order-view.ts';
import type { Resolution } from '../../src/reversal/outcome.ts';
import { CONTRADICTS, judged, resolving, tooEarly } from '../../src/reversal/resolution.ts';
import { saw } from '../../src/reversal/reversal.ts';
import { VIEW_KEYS } from '../../src/reversal/rules.ts';
import { ABSENT, CLOSED, done, LOST, MINUTE, PAID, REFUNDED, SECOND, Story, T0, UNPAID } from './support.ts';

type Action = Resolution['finalAction'];
const settling = (finalAction: Action, more: Partial<Resolution> = {}): Resolution => ({
  finalAction,
  operator: 'li',
  evidence: 'case 77',
  ...more,
});
const asked = (resolution: Resolution, story: Story = Story.of().saw(UNPAID).after(SECOND)) =>
  story.change((r) => resolving(r, resolution, story.now));
const judgedBy = (view: OrderView, resolution: Resolution) => asked(resolution).after(1).saw(view);

test('these views contradict a resolution, and no other', () => {
  const paid = ['paid', 'finished', 'partlyRefunded'];
  const rows = {
    kept: ['absent', 'unpaid', 'closed', 'refunded', 'gone'],
    closed: [...paid, 'refunded', 'unpaid', 'settlingPayment', 'settlingRefund'],
    refunded: [...paid, 'absent', 'unpaid', 'closed', 'settlingPayment'],
    nothing_to_reverse: [...paid, 'refunded', 'unpaid', 'settlingPayment', 'settlingRefund'],
  } satisfies Record<Action, string[]>;
  for (const action of ['kept', 'closed', 'refunded', 'nothing_to_reverse'] as const) {
    const views = VIEW_KEYS.filter((view) => CONTRADICTS[action].has(view));
    expect(new Set<string>(views), action).toEqual(new Set(rows[action]));
  }
});

describe('a resolution', () => {
  test('waits for a look that was asked for after it: one look, at once', () => {
    const story = asked(settling('kept'));
    expect(story.step).toMatchObject({ kind: 'look', what: 'order', until: story.now });
    // One that was in flight when the resolution came says nothing about it, neither for nor against.
    for (const view of [PAID, REFUNDED]) {
      const early = story.change((r) => saw(r, view, story.now - 1, story.now + 5));
      expect(early.reversal).not.toHaveProperty('resolution.shown');
      expect(early.reversal).not.toHaveProperty('refusal');
      expect(early.step).toMatchObject({ kind: 'look' });
    }
    const unseen = asked(settling('kept'), Story.of()).reversal;
    expect(judged(unseen)).toBe(unseen);
  });

  test('that the look bears out is recorded at once, with what it showed', () => {
    const story = judgedBy(PAID, settling('kept'));
    expect(story.step).toMatchObject({
      kind: 'settle',
      outcome: { action: 'manual', by: 'operator', resolution: { finalAction: 'kept', operator: 'li', shown: 'paid' } },
    });
    expect(story.reversal.refusal).toBeUndefined();
  });

  test('reads the ledger before anything else: it may know of a call that can still run', () => {
    const story = asked(settling('kept')).change((r) => ({ ...r, remembered: false }));
    expect(story.step).toEqual({ kind: 'open' });
  });

  test.each<readonly [Action, OrderView, string]>([
    ['kept', REFUNDED, 'contradicts "kept": it shows "refunded"'],
    ['closed', PAID, 'contradicts "closed": it shows "paid"'],
    ['nothing_to_reverse', UNPAID, 'contradicts "nothing_to_reverse": it shows "unpaid"'],
    ['refunded', PAID, 'send it again with "elsewhere": true'],
    ['refunded', { kind: 'unknown', why: 'timeout' }, 'send it again with "unseen": true'],
    ['kept', { kind: 'rejected', why: 'signature', code: 'X' }, 'send it again with "unseen": true'],
    ['refunded', { kind: 'settling', what: 'refund' }, 'still works on this order'],
    ['refunded', { kind: 'settling', what: 'cancel' }, 'still works on this order'],
    ['closed', { kind: 'settling', what: 'cancel' }, 'send it again with "unseen": true'],
    ['kept', { kind: 'settling', what: 'payment' }, 'send it again with "unseen": true'],
    ['kept', { kind: 'settling', what: 'cancel' }, 'still works on this order'],
    ['kept', { kind: 'settling', what: 'refund' }, 'still works on this order'],
  ])('%s that the look does not bear out is refused, and the reversal goes on', (action, view, words) => {
    const { reversal, step } = judgedBy(view, settling(action));
    expect(reversal.refusal).toContain(words);
    expect(reversal.resolution).toBeUndefined();
    expect(reversal.look?.view.kind).toBe(view.kind);
    expect(step).not.toMatchObject({ outcome: { action: 'manual' } });
  });

  test('a second one forgets why the first was refused', () => {
    const refused = judgedBy(REFUNDED, settling('kept'));
    expect(asked(settling('refunded'), refused).reversal.refusal).toBeUndefined();
  });

  test('refunded elsewhere is believed of an order that did not move, and of no other', () => {
    const elsewhere = settling('refunded', { elsewhere: true });
    for (const view of [PAID, { ...PAID, reversible: false }, { kind: 'partlyRefunded' }, ABSENT, CLOSED] as const) {
      expect(judgedBy(view, elsewhere).reversal, view.kind).toHaveProperty('resolution.shown');
    }
    const payable = judgedBy(UNPAID, elsewhere).reversal.refusal;
    expect(payable).toContain('contradicts "refunded"');
    expect(payable).toMatch(/Nothing was recorded\.$/);
    expect(judgedBy(PAID, settling('closed', { elsewhere: true })).reversal.refusal).not.toContain('elsewhere');
  });

  test('refunded elsewhere while the gateway gives it back itself is no word for both: it is asked about that too', () => {
    const view = { kind: 'settling', what: 'refund' } as const;
    expect(judgedBy(view, settling('refunded', { elsewhere: true })).reversal.refusal).toContain('"unseen": true');
    const knowingly = settling('refunded', { elsewhere: true, unseen: true });
    expect(judgedBy(view, knowingly).reversal).toHaveProperty('resolution.shown', 'settlingRefund');
  });

  test('unseen is believed where the gateway does not tell, and changes nothing where it does', () => {
    const unseen = settling('kept', { unseen: true });
    for (const view of [
      { kind: 'unknown', why: 'timeout' },
      { kind: 'rejected', why: 'config', code: 'X' },
      // At DaxPay a refund that has failed leaves its order so.
      { kind: 'settling', what: 'refund' },
    ] as const) {
      const shown = view.kind === 'settling' ? 'settlingRefund' : view.kind;
      expect(judgedBy(view, unseen).step, shown).toMatchObject({ outcome: { resolution: { shown } } });
    }
    expect(judgedBy(REFUNDED, unseen).reversal.refusal).toContain('contradicts "kept"');
  });

  test('a look at something else than this order has no say in it', () => {
    expect(judgedBy({ ...REFUNDED, amount: 1 }, settling('kept')).reversal.refusal).toBeUndefined();
  });
});

describe('while a lost call may still run', () => {
  const lost = Story.of({ ifPaid: 'reverse' }).saw(PAID).did('cancel', LOST);
  const until = lost.now + 60 * SECOND;

  test.each<readonly [Action, boolean | undefined, boolean]>([
    ['kept', undefined, false],
    ['closed', undefined, false],
    ['nothing_to_reverse', undefined, false],
    ['refunded', true, false],
    ['refunded', undefined, true],
    ['refunded', false, true],
  ])('%s (elsewhere: %s) may be settled: %s', (action, elsewhere, may) => {
    const resolution = settling(action, elsewhere === undefined ? {} : { elsewhere });
    const words = tooEarly(lost.reversal, resolution, lost.now);
    expect(words === undefined).toBe(may);
    if (!may) expect(words).toContain(`until ${new Date(until).toISOString()}: "${action}"`);
    expect(tooEarly(lost.reversal, resolution, until)).toBeUndefined();
  });

  test('the look that judges does not make it less early', () => {
    const story = asked(settling('kept'), lost).saw(PAID);
    expect(story.reversal.refusal).toContain('may still be executed');
    expect(asked(settling('kept'), lost.after(MINUTE)).saw(PAID).reversal.refusal).toBeUndefined();
  });

  test('a look that was asked for before its horizon does not judge, however late it came back', () => {
    const slow = asked(settling('kept'), lost.after(50 * SECOND)).change((r) =>
      saw(r, PAID, T0 + 59 * SECOND, T0 + 61 * SECOND),
    );
    expect(slow.reversal.refusal).toContain('may still be executed');
  });
});

describe('while a copy may still show the state before a success', () => {
  const cancelled = Story.of({ ifPaid: 'reverse' }).saw(PAID).did('cancel', done('refunded'));
  const refunded = Story.of({ reason: 'void' }).saw(PAID).did('refund', done('refunded'));

  test.each<readonly [string, Story]>([
    ['cancel', cancelled],
    ['refund', refunded],
  ])('kept is refused after a %s that was answered', (_, acted) => {
    const early = asked(settling('kept'), acted.after(9 * SECOND)).saw(PAID);
    expect(early.reversal.refusal).toContain('its looks may lag behind that');
    expect(asked(settling('kept'), acted.after(10 * SECOND)).saw(PAID).reversal.refusal).toBeUndefined();
  });

  test('refunded elsewhere is refused, too: it would go back twice', () => {
    const elsewhere = settling('refunded', { elsewhere: true });
    expect(asked(elsewhere, cancelled).saw(PAID).reversal.refusal).toContain('its looks may lag behind that');
  });

  test('an answer that found nothing makes nobody wait', () => {
    const nothing = Story.of({ ifPaid: 'reverse' }).saw(ABSENT).did('cancel', done('nothingFound'));
    expect(asked(settling('nothing_to_reverse'), nothing).saw(ABSENT).reversal.refusal).toBeUndefined();
  });
});

describe('while the order can still be paid', () => {
  const code = Story.of({ method: 'qr', expiresAt: '2026-11-20T03:30:00Z' });
  const nothing = settling('nothing_to_reverse');

  test('nobody decides by mistake that there is nothing to reverse', () => {
    const { refusal } = asked(nothing, code).saw(ABSENT).reversal;
    expect(refusal).toContain('can still be paid until 2026-11-20T03:30:00.000Z');
    expect(refusal).toContain('"unseen": true');
    const knowingly = settling('nothing_to_reverse', { unseen: true });
    expect(asked(knowingly, code).saw(ABSENT).reversal.refusal).toBeUndefined();
    expect(asked(nothing, code.after(30 * MINUTE)).saw(ABSENT).reversal.refusal).toBeUndefined();
  });
});
