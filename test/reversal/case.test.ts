/** What each event changes in a case, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import { intervened, joined, rescheduled, resubmitted, unfit } from '../../src/reversal/asked.ts';
import { payableUntil } from '../../src/reversal/facts.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import {
  answered,
  openReversal,
  parked,
  remember,
  saw,
  sawRefund,
  sent,
  told,
  unsent,
} from '../../src/reversal/reversal.ts';
import type { Act, Reversal } from '../../src/reversal/state.ts';
import {
  ABSENT,
  CLOSED,
  done,
  HOUR,
  INPUT,
  LOST,
  MINUTE,
  PAID,
  REFUNDED,
  SECOND,
  Story,
  T0,
  UNPAID,
} from './support.ts';

const SILENT: OrderView = { kind: 'unknown', why: 'timeout' };
const REJECTED: OrderView = { kind: 'rejected', why: 'config', code: 'X' };
const opened = Story.of().reversal;
const act = (seq: number, more: Partial<Act> = {}): Act => ({ seq, verb: 'cancel', sentAt: T0, ...more });
const ANSWERED = { answer: LOST, answeredAt: T0 + 1 };
/** Looks a second apart. */
const seen = (r: Reversal, ...views: readonly OrderView[]) =>
  views.reduce((before, view, n) => saw(before, view, T0 + n * SECOND, T0 + n * SECOND + 50), r);

describe('a case that is opened', () => {
  test('knows nothing but its request', () => {
    const request = parseRequest(INPUT);
    expect(openReversal(request, alipayRules, undefined, T0)).toStrictEqual({
      request,
      rules: alipayRules,
      openedAt: T0,
      epoch: T0,
      dueAt: T0,
      remembered: false,
      acts: [],
      sights: [],
      interventions: [],
      sameLooks: 0,
      strangers: 0,
      sawPaid: false,
      latePayment: false,
      lookWanted: false,
      held: false,
      ledgerFirst: true,
    });
  });

  test('is due at its expiry when it is a closure, and at once else', () => {
    const expiresAt = '2026-11-20T04:00:00Z';
    const due = (input: object) => Story.of(input).reversal.dueAt;
    expect(due({ reason: 'timeout', expiresAt })).toBe(Date.parse(expiresAt));
    expect(due({ reason: 'timeout' })).toBe(T0);
    expect(due({ expiresAt })).toBe(T0);
    expect(due({ reason: 'void', expiresAt })).toBe(T0);
  });
});

describe('what the ledger remembers', () => {
  test('is put before what this run did, in the order of the numbers; an answer wins over none', () => {
    const mine = { ...opened, acts: [act(3), act(5, ANSWERED), act(7)] };
    const { acts, remembered } = remember(mine, { acts: [act(1), act(3, ANSWERED), act(5), act(7), act(9)] });
    expect(acts).toEqual([act(1), act(3, ANSWERED), act(5, ANSWERED), act(7), act(9)]);
    expect(remembered).toBe(true);
    expect(remember({ ...opened, acts: [act(2)] }, { acts: [act(4)] }).acts.map(({ seq }) => seq)).toEqual([2, 4]);
    // Answered in both: ours is by workflow time, the ledger's by the clock of a worker.
    const ours = act(1, { answer: LOST, answeredAt: T0 + 2 });
    expect(remember({ ...opened, acts: [ours] }, { acts: [act(1, ANSWERED)] }).acts).toEqual([ours]);
  });

  test('was told or seen is not taken back, by whichever run', () => {
    const tells = (mine: Reversal['told'], theirs: Reversal['told']) =>
      remember({ ...opened, ...(mine && { told: mine }) }, { acts: [], ...(theirs && { told: theirs }) }).told;
    expect(tells(undefined, undefined)).toBeUndefined();
    expect(tells(undefined, 'not_paid')).toBe('not_paid');
    expect(tells('kept', 'not_paid')).toBe('not_paid');
    expect(tells('kept', undefined)).toBe('kept');
    expect(tells('not_paid', 'kept')).toBe('not_paid');
    expect(remember(opened, { acts: [] })).not.toHaveProperty('told');
    expect(remember(opened, { acts: [] }).sawPaid).toBe(false);
    expect(remember(opened, { acts: [], sawPaid: true }).sawPaid).toBe(true);
    expect(remember({ ...opened, sawPaid: true }, { acts: [] }).sawPaid).toBe(true);
  });
});

describe('a look', () => {
  test('is kept with its times', () => {
    expect(saw(opened, PAID, T0, T0 + 50).look).toEqual({ view: PAID, askedAt: T0, seenAt: T0 + 50 });
    expect(saw(opened, PAID, T0, T0 + 50)).toMatchObject({ sawPaid: true, latePayment: false, lookWanted: false });
  });

  test('that cannot be compared keeps what it was made of', () => {
    const { amount: _, ...bare } = { ...PAID, evidence: { trade_status: 'TRADE_SUCCESS' } };
    expect(seen(opened, bare).look?.view).toStrictEqual({
      kind: 'unknown',
      why: 'unreadable',
      evidence: { trade_status: 'TRADE_SUCCESS' },
    });
    expect(seen(opened, { ...PAID, orderId: 'OTHER' }).look?.view).toStrictEqual({
      kind: 'unknown',
      why: 'otherOrder',
    });
    expect(seen(opened, { ...PAID, orderId: 'RV1' }).look?.view.kind).toBe('paid');
    expect(seen(opened, { kind: 'closed' }).look?.view.kind).toBe('closed');
  });

  test('that names another order counts, until one names ours', () => {
    const stranger: OrderView = { kind: 'unknown', why: 'otherOrder' };
    expect(seen(opened, stranger, stranger).mismatch).toBeUndefined();
    expect(seen(opened, stranger, stranger, stranger)).toMatchObject({ strangers: 3, mismatch: 'id' });
    expect(seen(opened, stranger, stranger, SILENT, stranger)).toMatchObject({ strangers: 1 });
  });

  test('with another amount or currency is a mismatch, until a look at the order says otherwise', () => {
    const wrong: OrderView = { ...UNPAID, amount: 1 };
    expect(seen(opened, wrong).mismatch).toBe('amount');
    expect(seen(opened, { ...UNPAID, currency: 'HKD' }).mismatch).toBe('currency');
    expect(seen(opened, wrong, SILENT).mismatch).toBe('amount');
    expect(seen(opened, wrong, REJECTED).mismatch).toBe('amount');
    expect(seen(opened, wrong, UNPAID)).not.toHaveProperty('mismatch');
    expect(seen(opened, UNPAID)).not.toHaveProperty('mismatch');
  });

  test('tells since when the order has been so; one that tells nothing changes none of it', () => {
    expect(seen(opened, UNPAID, UNPAID, SILENT, REJECTED, UNPAID).known).toEqual({ key: 'unpaid', since: T0 + 50 });
    expect(seen(opened, UNPAID, SILENT, ABSENT).known).toEqual({ key: 'absent', since: T0 + 2050 });
    expect(seen(opened, SILENT, REJECTED)).not.toHaveProperty('known');
  });

  test('that tells nothing begins a silence, and any other ends it', () => {
    expect(seen(opened, UNPAID, SILENT, SILENT).silentSince).toBe(T0 + 1050);
    expect(seen(opened, SILENT, UNPAID)).not.toHaveProperty('silentSince');
    expect(seen(opened, SILENT, REJECTED)).not.toHaveProperty('silentSince');
    expect(seen(opened, SILENT, UNPAID, SILENT).silentSince).toBe(T0 + 2050);
  });

  test('that shows the same is counted, and one that shows something else is kept for people, the last eight', () => {
    expect(seen(opened, UNPAID, UNPAID, UNPAID).sameLooks).toBe(2);
    expect(seen(opened, UNPAID, UNPAID, ABSENT).sameLooks).toBe(0);
    expect(seen(opened, UNPAID, UNPAID, ABSENT, UNPAID).sights.map(({ view }) => view.kind)).toEqual([
      'unpaid',
      'absent',
      'unpaid',
    ]);
    const restless = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? UNPAID : ABSENT));
    const { sights } = seen(opened, ...restless);
    expect(sights).toHaveLength(8);
    expect(sights.at(-1)?.askedAt).toBe(T0 + 9 * SECOND);
  });

  test("teaches the gateway's number, keeps it, and forgets it when nothing is there under it", () => {
    const known = seen(opened, { ...UNPAID, gatewayId: 'G1' }, UNPAID);
    expect(known.gatewayId).toBe('G1');
    expect(seen(known, ABSENT)).not.toHaveProperty('gatewayId');
    expect(seen(known, ABSENT).lookWanted).toBe(true);
    expect(seen(opened, ABSENT)).toMatchObject({ lookWanted: false });
    expect(seen(opened, UNPAID)).not.toHaveProperty('gatewayId');
  });

  test('of a payment is late after "nothing found", and after anything was told but "kept"', () => {
    const late = (r: Partial<Reversal>, view: OrderView = PAID) => seen({ ...opened, ...r }, view).latePayment;
    expect(late({})).toBe(false);
    expect(late({ acts: [act(1, { answer: done('nothingFound') })] })).toBe(true);
    expect(late({ acts: [act(1), act(2, { answer: LOST }), act(3, { answer: done('closed') })] })).toBe(false);
    expect(late({ told: 'not_paid' })).toBe(true);
    expect(late({ told: 'kept' })).toBe(false);
    expect(late({ told: 'not_paid' }, UNPAID)).toBe(false);
    expect(late({ told: 'not_paid' }, { kind: 'partlyRefunded' })).toBe(true);
    expect(late({ latePayment: true }, UNPAID)).toBe(true);
    expect(seen(opened, PAID, REFUNDED).sawPaid).toBe(true);
  });
});

describe('a stuck one', () => {
  const stuck = (view: OrderView, reason: 'frozen' | 'no-funds' = 'frozen') =>
    parked(seen(opened, view), reason, T0 + MINUTE, T0 + SECOND);

  test('knows what it showed, and since when it is stuck for that reason', () => {
    const first = stuck(PAID);
    expect(first.stuck).toEqual({ reason: 'frozen', since: T0 + SECOND, checkAt: T0 + MINUTE, view: 'paid' });
    expect(parked(first, 'frozen', T0 + HOUR, T0 + MINUTE).stuck).toMatchObject({
      since: T0 + SECOND,
      checkAt: T0 + HOUR,
    });
    expect(parked(first, 'finished', T0 + HOUR, T0 + MINUTE).stuck).toMatchObject({ since: T0 + MINUTE });
    expect(parked(opened, 'frozen', T0 + HOUR, T0).stuck).toMatchObject({ view: 'none' });
  });

  test('stays so by a look that shows the same or nothing, and is taken up by another', () => {
    for (const view of [PAID, SILENT, REJECTED]) expect(saw(stuck(PAID), view, T0 + 1, T0 + 2).stuck).toBeDefined();
    expect(saw(stuck(PAID), CLOSED, T0 + 1, T0 + 2)).not.toHaveProperty('stuck');
  });

  test('that may mend itself starts anew at its self-check, once; one that may not does not', () => {
    const checked = (r: Reversal, askedAt: number) => saw(r, PAID, askedAt, askedAt + 1).epoch;
    expect(checked(stuck(PAID, 'no-funds'), T0 + MINUTE)).toBe(T0 + MINUTE + 1);
    expect(checked(stuck(PAID, 'no-funds'), T0 + MINUTE - 1)).toBe(T0);
    expect(checked(stuck(PAID, 'frozen'), T0 + MINUTE)).toBe(T0);
    const again = { ...stuck(PAID, 'no-funds'), epoch: T0 + MINUTE };
    expect(checked(again, T0 + MINUTE + SECOND)).toBe(T0 + MINUTE);
  });
});

describe('a call', () => {
  test('is written down before it is sent, and its answer beside it', () => {
    const calling = sent({ ...opened, sameLooks: 4 }, act(2));
    expect(calling).toMatchObject({ acts: [act(2)], sameLooks: 0 });
    const two = sent(calling, act(3));
    expect(answered(two, 2, LOST, T0 + 1).acts).toEqual([act(2, ANSWERED), act(3)]);
    expect(unsent(two, 3).acts).toEqual([act(2)]);
    expect(sawRefund(two, { kind: 'running' }, T0, T0 + 1).refundLook).toEqual({
      view: { kind: 'running' },
      askedAt: T0,
      seenAt: T0 + 1,
    });
  });

  test("never teaches the gateway's number: only looks do", () => {
    const calling = sent(opened, act(1));
    for (const answer of [{ ...LOST, gatewayId: 'G2' }, { ...done('unspecified'), gatewayId: 'G2' }, LOST]) {
      expect(answered(calling, 1, answer, T0)).not.toHaveProperty('gatewayId');
      expect(answered({ ...calling, gatewayId: 'G1' }, 1, answer, T0).gatewayId).toBe('G1');
    }
    const remembered = remember(opened, { acts: [act(1, { answer: { ...done('unspecified'), gatewayId: 'G2' } })] });
    expect(remembered).not.toHaveProperty('gatewayId');
  });

  test('looks, acts and refund queries keep the time of the newest answer that was believed', () => {
    const looked = seen(opened, { ...UNPAID, signedAt: T0 }, { ...UNPAID, signedAt: T0 - SECOND });
    expect(looked.signedSince).toBe(T0);
    expect(seen(looked, UNPAID).signedSince).toBe(T0);
    const acted = answered(sent(looked, act(1)), 1, { ...done('closed'), signedAt: T0 + 1 }, T0);
    expect(acted.signedSince).toBe(T0 + 1);
    expect(sawRefund(acted, { kind: 'running', signedAt: T0 + 2 }, T0, T0).signedSince).toBe(T0 + 2);
    expect(sawRefund(acted, { kind: 'running' }, T0, T0).signedSince).toBe(T0 + 1);
    // Another order's answer teaches nothing.
    expect(seen(opened, { ...UNPAID, orderId: 'RV2', signedAt: T0 })).not.toHaveProperty('signedSince');
    expect(seen(opened, UNPAID)).not.toHaveProperty('signedSince');
  });

  test('and a verdict that was told are remembered', () => {
    expect(told(opened, 'not_paid').told).toBe('not_paid');
    const once = told(opened, 'kept');
    expect(told(once, 'kept')).toBe(once);
  });
});

describe('what people and callers ask', () => {
  test('a resubmission starts anew from a fresh look, after the ledger and the rules were read', () => {
    const before = {
      ...parked(seen(opened, SILENT), 'unreachable', T0 + HOUR, T0),
      mismatch: 'id' as const,
      strangers: 3,
    };
    const after = resubmitted({ ...before, batch: 'old', remembered: true, sameLooks: 5 }, T0 + MINUTE);
    expect(after).toMatchObject({
      epoch: T0 + MINUTE,
      strangers: 0,
      sameLooks: 0,
      lookWanted: true,
      remembered: false,
    });
    for (const gone of ['stuck', 'mismatch', 'silentSince', 'batch']) expect(after).not.toHaveProperty(gone);
  });

  test('a batch resubmits each once', () => {
    const once = resubmitted(opened, T0 + 1, 'b1');
    expect(once.batch).toBe('b1');
    expect(resubmitted(once, T0 + 2, 'b1')).toBe(once);
    expect(resubmitted(once, T0 + 2, 'b2')).toMatchObject({ batch: 'b2', epoch: T0 + 2 });
    expect(resubmitted(resubmitted(opened, T0), T0 + 2).epoch).toBe(T0 + 2);
  });

  test('the last twenty that people did are kept', () => {
    let r = opened;
    for (let at = 0; at < 25; at++) r = intervened(r, { at, message: 'note', operator: 'li', reason: 'x' });
    expect(r.interventions.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, n) => n + 5));
  });

  test('another order or another amount cannot join, and is told so', () => {
    const { request } = opened;
    expect(unfit(request, { ...request, reason: 'void' })).toBeUndefined();
    expect(unfit(request, { ...request, account: 'pos-west' })).toEqual({
      type: 'InvalidRequest',
      message: expect.stringContaining('reversal/alipay/pos-east/RV1, not reversal/alipay/pos-west/RV1'),
    });
    for (const other of [
      { ...request, amount: 1279 },
      { ...request, currency: 'HKD' },
    ]) {
      expect(unfit(request, other)).toEqual({
        type: 'AnotherAmount',
        message: expect.stringMatching(/running for 1280 CNY .* not for (1279 CNY|1280 HKD)\. Check/),
      });
    }
  });

  describe('an end that is under way', () => {
    const again = (r: Reversal, change: object) => joined(r, parseRequest({ ...INPUT, ...change }), T0 + MINUTE);
    const stopped = { ...Story.of().saw(UNPAID).reversal, stopRequestedAt: T0 };
    const resolution = { finalAction: 'kept', operator: 'li', evidence: 'seen', askedAt: T0 } as const;

    test('by a request to stop is taken back by whoever asks after it, for more or for the same', () => {
      for (const change of [{ reason: 'void' }, {}]) {
        expect(again(stopped, change).stopRequestedAt).toBeUndefined();
        expect(again(stopped, change).lookWanted).toBe(true);
      }
      // As the first release decided it: its histories have to replay.
      expect(again({ ...stopped, legacy: true }, { reason: 'void' }).stopRequestedAt).toBe(T0);
    });

    test('by a resolution is taken back by a stronger request only, and the operator is told', () => {
      const resolving = { ...Story.of().saw(PAID).reversal, resolution };
      const overtaken = again(resolving, { reason: 'void' });
      expect(overtaken.resolution).toBeUndefined();
      expect(overtaken.refusal).toContain('joined this reversal meanwhile');
      expect(again(resolving, {}).resolution).toBe(resolution);
      expect(again({ ...resolving, stopRequestedAt: T0 }, {})).toMatchObject({ resolution, lookWanted: true });
    });
  });

  const join = (r: Reversal, change: object) => joined(r, parseRequest({ ...INPUT, ...change }), T0 + MINUTE);

  test('a request that joins makes it more urgent, stronger, earlier: any of these looks again', () => {
    expect(join(opened, {})).toMatchObject({ lookWanted: false, dueAt: T0 });
    expect(join({ ...opened, lookWanted: true }, {}).lookWanted).toBe(true);
    expect(join(opened, { ifPaid: 'reverse' })).toMatchObject({ lookWanted: true, request: { ifPaid: 'reverse' } });
    expect(join(opened, { reason: 'timeout' })).toMatchObject({ lookWanted: false, request: { reason: 'ambiguous' } });
    const closure = Story.of({ reason: 'timeout', expiresAt: '2026-11-20T05:00:00Z' }).reversal;
    expect(join(closure, { reason: 'ambiguous' })).toMatchObject({
      lookWanted: true,
      dueAt: T0 + MINUTE,
      request: { reason: 'ambiguous', ifPaid: 'keep' },
    });
    const expiring = { reason: 'ambiguous', expiresAt: '2026-11-20T06:00:00Z' };
    expect(join(closure, expiring).dueAt, 'only a closure waits for an expiry').toBe(T0 + MINUTE);
    const overdue = Story.of({ reason: 'timeout' }).reversal;
    expect(join(overdue, { reason: 'ambiguous' })).toMatchObject({
      lookWanted: true,
      request: { reason: 'ambiguous' },
    });
    expect(join(closure, { reason: 'timeout' })).toMatchObject({ lookWanted: true, dueAt: T0 + MINUTE });
    const earlier = { reason: 'timeout', expiresAt: '2026-11-20T04:00:00Z' };
    expect(join(closure, earlier)).toMatchObject({ lookWanted: true, dueAt: Date.parse(earlier.expiresAt) });
    expect(join(closure, { reason: 'timeout', expiresAt: '2026-11-20T06:00:00Z' })).toMatchObject({
      lookWanted: false,
      dueAt: closure.dueAt,
      request: { expiresAt: Date.parse('2026-11-20T06:00:00Z') },
    });
  });

  test('a closure that is moved earlier leaves its order as long to live; one that is moved later, longer', () => {
    const closure = Story.of({ reason: 'timeout', expiresAt: '2026-11-20T05:00:00Z' }).reversal;
    const until = Date.parse('2026-11-20T05:00:00Z');
    expect(rescheduled(closure, T0 + 1, T0)).toMatchObject({ dueAt: T0 + 1, request: { expiresAt: until } });
    expect(rescheduled(closure, until + 1, T0)).toMatchObject({ dueAt: until + 1, request: { expiresAt: until + 1 } });
    const undated = Story.of({ reason: 'timeout' }).reversal;
    expect(rescheduled(undated, T0 + 1, T0)).toMatchObject({ dueAt: T0 + 1, request: { expiresAt: T0 + 1 } });
  });

  test.each([
    ['barcode', 'barcode', 'barcode'],
    ['barcode', undefined, undefined],
    [undefined, 'barcode', undefined],
    ['barcode', 'qr', 'qr'],
    ['qr', 'barcode', 'qr'],
    ['qr', undefined, 'qr'],
    [undefined, 'qr', 'qr'],
    [undefined, undefined, undefined],
  ] as const)('what was started for %s and joined for %s lives as long as %s', (started, joins, method) => {
    const { method: _, ...without } = INPUT;
    const request = (of: 'barcode' | 'qr' | undefined) => parseRequest({ ...without, ...(of && { method: of }) });
    const running = openReversal(request(started), alipayRules, { acts: [] }, T0);
    expect(joined(running, request(joins), T0).request.method).toBe(method);
  });

  test('what a look shows of the method outranks what callers said', () => {
    const until = (story: Story) => payableUntil(story.reversal) - T0;
    const [barcode, qr] = [Story.of({ method: 'barcode' }), Story.of({ method: 'qr' })];
    expect([until(barcode), until(qr)]).toEqual([0 - T0, 2 * HOUR]);
    expect(until(barcode.saw({ ...UNPAID, method: 'qrcode' }))).toBe(2 * HOUR);
    expect(until(qr.saw({ ...UNPAID, method: 'barcode' }))).toBe(0 - T0);
    // A later look that does not tell leaves it as it was seen.
    expect(until(barcode.saw({ ...UNPAID, method: 'qrcode' }).saw(ABSENT))).toBe(2 * HOUR);
  });

  test('the later attempt and expiry count, and none where none was given', () => {
    const { attemptedAt: _, ...bare } = INPUT;
    const undated = openReversal(parseRequest(bare), alipayRules, { acts: [] }, T0);
    expect(joined(undated, parseRequest(bare), T0).request).toStrictEqual(undated.request);
    expect(join(undated, {}).request.attemptedAt).toBe(T0);
    expect(joined(opened, parseRequest(bare), T0).request.attemptedAt).toBe(T0);
    expect(join(opened, { attemptedAt: '2026-11-20T02:00:00Z' }).request.attemptedAt).toBe(T0);
  });
});
