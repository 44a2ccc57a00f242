import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ledger, type LedgerConfig, openLedger, type RowState, readAll } from '../../src/ledger/index.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import type { Act } from '../../src/reversal/state.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';

const T = Date.parse('2026-11-20T03:36:00Z');
const KEY = Buffer.alloc(32, 7).toString('base64');

let orders = 0;
function newOrder(): OrderKey {
  orders += 1;
  return { provider: 'alipay', account: 'pos-east', orderId: `RV${orders}` };
}

const run = (runId: string) => ({ workflowId: 'reversal/x', runId });
const row = (runId: string, at: number, rest: Partial<RowState> = {}): RowState => ({
  ...run(runId),
  at,
  status: 'reversing',
  ...rest,
});
const act = (order: OrderKey, seq: number, now = T) => ({ order, seq, verb: 'cancel' as const, ...run('r1'), now });

interface Kind {
  readonly name: string;
  prepare(): Promise<{ readonly config: LedgerConfig; clean(): Promise<void> }>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'PGlite',
    async prepare() {
      const dataDir = await mkdtemp(join(tmpdir(), 'unwind-ledger-'));
      return { config: { dataDir, encryptionKey: KEY }, clean: () => rm(dataDir, { recursive: true }) };
    },
  },
  {
    name: 'PostgreSQL',
    async prepare() {
      const postgres: Postgres = await startPostgres();
      return { config: { url: await postgres.database(), encryptionKey: KEY }, clean: () => postgres.stop() };
    },
  },
];

describe.each(KINDS)('the ledger on $name', ({ prepare }) => {
  let config: LedgerConfig;
  let clean: () => Promise<void>;
  let ledger: Ledger;

  beforeAll(async () => {
    ({ config, clean } = await prepare());
    ledger = await openLedger(config);
  }, 240_000);
  afterAll(async () => {
    await ledger.close();
    await clean();
  });

  describe('openCase', () => {
    it('opens a row with the money of the request', async () => {
      const order = newOrder();
      const request = { ...order, amount: 1280, currency: 'CNY', reason: 'void' };
      const opened = await ledger.openCase({ order, ...run('r1'), request, now: T });
      expect(opened).toEqual({ acts: [], sawPaid: false, latePayment: false, status: 'checking' });
      expect(await ledger.reversal(order)).toEqual({
        ...order,
        ...run('r1'),
        request,
        status: 'checking',
        statusSince: T,
        open: true,
        sawPaid: false,
        latePayment: false,
        amount: 1280,
        currency: 'CNY',
        openedAt: T,
        updatedAt: T,
      });
    });

    it('remembers the acts, the verdict told and the conclusion of earlier runs, however often it is asked', async () => {
      const order = newOrder();
      await ledger.openCase({ order, ...run('r1'), request: {}, now: T });
      await ledger.aboutToSend({ ...act(order, 1, T + 1), verb: 'refund', refundNo: 'RF1', amount: 500 });
      const ended = { status: 'final', finalAction: 'closed', told: 'not_paid', sawPaid: true, settledAt: T + 5 };
      await ledger.record({ order, row: row('r1', T + 5, ended), entries: [] });

      const again = { order, ...run('r2'), request: {}, now: T + 10 };
      const remembered = {
        acts: [{ seq: 1, verb: 'refund', ...run('r1'), sentAt: T + 1, refundNo: 'RF1', amount: 500 }],
        told: 'not_paid',
        sawPaid: true,
        latePayment: false,
        status: 'final',
        finalAction: 'closed',
      };
      expect(await ledger.openCase(again)).toEqual(remembered);
      expect(await ledger.openCase(again)).toEqual(remembered);
      expect(await ledger.reversal(order)).toMatchObject({ runId: 'r1', openedAt: T, updatedAt: T + 10 });
    });

    it('hands over what was asked of an open case to every run, and its pace only to the one that continues it', async () => {
      const order = newOrder();
      const handed = { held: true, holdChangedAt: T, interventions: [] };
      const handover = { runId: 'r1', entries: 7, pace: { openedAt: T, epoch: T + 1, strangers: 0 } };
      const opened = (runId: string, continues?: string) =>
        ledger.openCase({
          order,
          ...run(runId),
          request: {},
          now: T + 10,
          ...(continues !== undefined && { continues }),
        });
      await ledger.record({ order, row: row('r1', T + 2, { carried: { ...handed, handover } }), entries: [] });
      for (const continues of ['r1', 'r1']) {
        expect(await opened('r2', continues)).toMatchObject({ carried: handed, handover });
      }
      expect(await opened('r3')).toMatchObject({ carried: handed });
      for (const stranger of [undefined, 'r0', 'r3']) {
        expect(await opened('r3', stranger)).not.toHaveProperty('handover');
      }
      // Whatever is recorded since is newer.
      await ledger.record({ order, row: row('r2', T + 11, { carried: handed }), entries: [] });
      expect(await opened('r4', 'r1')).not.toHaveProperty('handover');
      // A run that could not read it says nothing of what was asked.
      await ledger.record({ order, row: row('r4', T + 11), entries: [] });
      expect(await opened('r4')).toMatchObject({ carried: handed });
      await ledger.record({ order, row: row('r4', T + 12, { status: 'final', settledAt: T + 12 }), entries: [] });
      expect(await opened('r5', 'r1')).not.toHaveProperty('carried');
      await ledger.record({ order, row: row('r5', T + 13), entries: [] });
      expect(await opened('r6')).not.toHaveProperty('carried');
    });

    it('leaves the row with a newer run when an older one comes late', async () => {
      const order = newOrder();
      await ledger.openCase({ order, ...run('r2'), request: {}, now: T + 10 });
      await ledger.openCase({ order, ...run('r1'), request: {}, now: T });
      expect(await ledger.reversal(order)).toMatchObject({ runId: 'r2', updatedAt: T + 10 });
    });
  });

  describe('aboutToSend', () => {
    it('gives a number to one act only, also when ten ask at once', async () => {
      const order = newOrder();
      const asked = Array.from({ length: 10 }, (_, i) => ledger.aboutToSend({ ...act(order, 1), runId: `r${i}` }));
      const allowed = (await Promise.all(asked)).filter(({ ok }) => ok);
      expect(allowed).toHaveLength(1);
      expect(await readAll(ledger.acts, order)).toHaveLength(1);
    });

    it('refuses the very same act a second time, and says what is known', async () => {
      const order = newOrder();
      expect(await ledger.aboutToSend(act(order, 1))).toEqual({ ok: true });
      expect(await ledger.aboutToSend(act(order, 1))).toEqual({
        ok: false,
        acts: [{ seq: 1, verb: 'cancel', ...run('r1'), sentAt: T }],
      });
    });

    it('keeps orders with the same number apart by account and gateway', async () => {
      const order = newOrder();
      for (const other of [order, { ...order, account: 'pos-west' }, { ...order, provider: 'daxpay' }]) {
        expect(await ledger.aboutToSend(act(other, 1))).toEqual({ ok: true });
      }
    });
  });

  describe('answered', () => {
    it('keeps the first answer, evidence included', async () => {
      const order = newOrder();
      const answer = { kind: 'done', effect: 'closed', hint: true, evidence: { code: '10000' } } as const;
      await ledger.aboutToSend(act(order, 1));
      await ledger.answered({ order, seq: 1, answer, now: T + 9 });
      await ledger.answered({ order, seq: 1, answer: { kind: 'running' }, now: T + 10 });
      expect(await readAll(ledger.acts, order)).toMatchObject([{ answer, answeredAt: T + 9 }]);
    });

    it('fails for an act that was never written down', async () => {
      const order = newOrder();
      const answer = { kind: 'running' } as const;
      await expect(ledger.answered({ order, seq: 4, answer, now: T })).rejects.toThrow('has no act 4 of order alipay/');
    });
  });

  describe('record', () => {
    it('writes journal, events and row once, however often it is repeated', async () => {
      const order = newOrder();
      await ledger.openCase({ order, ...run('r1'), request: {}, now: T });
      const recording = {
        order,
        row: row('r1', T + 4, { status: 'final', finalAction: 'closed', by: 'us', settledAt: T + 4, detail: [1, 'a'] }),
        entries: [
          { key: 'r1/look/1', at: T + 1, kind: 'look', body: { view: 'unpaid', quote: `'"\\ 退款` } },
          { key: 'r1/act/1', at: T + 2, kind: 'act', body: null },
        ],
        events: [{ key: 'final', at: T + 4, type: 'reversal.final', body: 'closed' }],
      } as const;
      const before = (await ledger.events(0, 1000)).length;
      expect(await ledger.record(recording)).toBe(true);
      expect(await ledger.record(recording)).toBe(true);

      const journal = await readAll(ledger.journal, order);
      expect(journal.map(({ key, at, kind, body }) => ({ key, at, kind, body }))).toEqual(recording.entries);
      expect(Math.abs((journal[0]?.recordedAt ?? 0) - Date.now())).toBeLessThan(60_000);
      expect((await ledger.events(0, 1000)).slice(before)).toMatchObject([{ ...order, body: 'closed' }]);
      expect(await ledger.reversal(order)).toMatchObject({ status: 'final', by: 'us', detail: [1, 'a'] });
    });

    it('tells the same end once: who looked again and sent nothing has no news, whoever decided it', async () => {
      const order = newOrder();
      let at = T;
      const event = (type: string, data: object) => {
        at += 10;
        return { key: `${at - T}`, at, type, body: { id: at, timestamp: at, data } };
      };
      const write = (runId: string, ...events: ReturnType<typeof event>[]) =>
        ledger.record({ order, row: row(runId, at, { status: 'final' }), entries: [], events, deliver: true });
      const end = (runId: string, data: object = {}) =>
        write(
          runId,
          event('reversal.final', { finalAction: 'closed', by: 'us', latePayment: false, rule: runId, ...data }),
        );
      const told = async () => (await ledger.dueEvents(order, 100)).map(({ at: told }) => (told - T) / 10);
      await ledger.aboutToSend({ ...act(order, 1, T), ...run('r1') });
      await end('r1');
      // The same run, after a message that came into its ending, and other runs.
      await end('r1');
      await write('r2');
      await end('r2');
      expect(await told()).toEqual([1]);
      await end('r3', { latePayment: true });
      await ledger.aboutToSend({ ...act(order, 2, at + 1), ...run('r4') });
      await end('r4', { latePayment: true });
      await ledger.aboutToSend({ ...act(order, 3, at + 1), ...run('r5'), verb: 'sync' });
      await end('r5', { latePayment: true });
      expect(await told()).toEqual([1, 4, 5]);
      await end('r6', { finalAction: 'manual', resolvedAs: 'refunded' });
      await end('r7', { finalAction: 'manual', resolvedAs: 'refunded' });
      await end('r8', { finalAction: 'manual', resolvedAs: 'kept' });
      expect(await told()).toEqual([1, 4, 5, 7, 9]);
      // Something else was told meanwhile, also in the same record.
      const kept = { finalAction: 'manual', resolvedAs: 'kept' };
      await write('r9', event('reversal.stuck', kept));
      await write('r9', event('reversal.final', kept));
      await write('r9', event('reversal.stuck', kept), event('reversal.final', kept), event('reversal.final', kept));
      expect(await told()).toEqual([1, 4, 5, 7, 9, 10, 11, 12, 13]);
    });

    it('tells the same end once when an act was written down and not sent, whenever the ledger learns of that', async () => {
      const order = newOrder();
      const ended = (at: number, acts: readonly Act[] = []) => {
        const events = [{ key: `${at}`, at, type: 'reversal.final', body: { data: { finalAction: 'closed' } } }];
        const final = row('r1', at, { status: 'final' });
        return ledger.record({ order, row: final, entries: [], events, deliver: true, acts });
      };
      const told = async () => (await ledger.dueEvents(order, 100)).map(({ at }) => at - T);
      await ended(T + 10);
      await ledger.aboutToSend(act(order, 1, T + 20));
      const answer = { kind: 'notSent', why: 'the ledger could not be written' } as const;
      await ended(T + 30, [{ seq: 1, verb: 'cancel', sentAt: T + 20, answer, answeredAt: T + 25 }]);
      await ended(T + 40);
      expect(await told()).toEqual([10]);
      await ledger.aboutToSend(act(order, 2, T + 50));
      await ended(T + 60);
      expect(await told()).toEqual([10, 60]);
    });

    it('tells the same end once also of a late payment, which every record says again', async () => {
      const order = newOrder();
      const ended = (at: number) => {
        const body = { data: { finalAction: 'refunded', latePayment: true } };
        const late = { key: 'late-payment', at, type: 'reversal.late_payment', body };
        const events = [late, { key: `${at}`, at, type: 'reversal.final', body }];
        return ledger.record({ order, row: row('r1', at, { status: 'final' }), entries: [], events, deliver: true });
      };
      for (const at of [T + 10, T + 20, T + 30]) await ended(at);
      const told = (await ledger.dueEvents(order, 100)).map(({ type, at }) => [type, at - T]);
      expect(told).toEqual([
        ['reversal.late_payment', 10],
        ['reversal.final', 10],
      ]);
    });

    it('leaves the row to the run that the server has as open, whatever the clock of another one says', async () => {
      const order = newOrder();
      const end = (runId: string, at: number, open?: string) =>
        ledger.record({
          ...{ order, row: row(runId, at, { status: 'final', finalAction: runId === 'old' ? 'kept' : 'closed' }) },
          ...{ entries: [{ key: `${runId}/${at}`, at, kind: 'final', body: null }] },
          ...(open !== undefined && { isOpen: async () => open === runId }),
        });
      await ledger.openCase({ order, ...run('old'), request: {}, now: T });
      // Its own row: nobody is asked.
      expect(await end('old', T + 1, 'nobody')).toBe(true);
      await ledger.openCase({ order, ...run('new'), request: {}, now: T + 2 });
      expect(await end('new', T + 3, 'new')).toBe(true);
      await ledger.openCase({ order, ...run('old'), request: {}, now: T + 4 });
      expect(await end('old', T + 5, 'new')).toBe(false);
      expect(await ledger.reversal(order)).toMatchObject({ runId: 'new', finalAction: 'closed' });
      expect(await readAll(ledger.journal, order)).toHaveLength(3);
      // Its own again, and earlier than what was recorded.
      expect(await end('new', T + 2, 'new')).toBe(false);
      expect(await end('new', T + 6, 'nobody')).toBe(true);
      // Reset to a task of before that: its clock goes on from there (chaos, seed 1, orders 94 and 123).
      expect(await end('reset', T + 1, 'nobody')).toBe(false);
      expect(await end('reset', T + 1, 'reset')).toBe(true);
      expect(await ledger.reversal(order)).toMatchObject({ runId: 'reset', updatedAt: T + 1 });
    });

    it('holds events that are to be delivered until they are', async () => {
      const [order, other] = [newOrder(), newOrder()];
      const event = (key: string, at: number) => ({ key, at, type: 'reversal.final', body: { key, data: { key } } });
      const write = (of: OrderKey, deliver: boolean, ...keys: readonly string[]) =>
        ledger.record({ order: of, row: row('r1', T), entries: [], events: keys.map((key) => event(key, T)), deliver });
      await write(other, false, 'for nobody');
      await write(order, true, 'a', 'b', 'c');
      await write(order, true, 'a', 'b', 'c');
      await write(other, true, 'for nobody');
      expect(await ledger.dueEvents(other, 10)).toEqual([]);
      expect((await readAll(ledger.deliveries, other)).map(({ delivery }) => delivery)).toEqual([undefined]);

      const [a, b, c] = (await ledger.dueEvents(order, 10)).map(({ id }) => id);
      if (a === undefined || b === undefined || c === undefined) throw new Error('three are due');
      expect((await ledger.dueEvents(order, 2)).map(({ id }) => id)).toEqual([a, b]);
      expect(await ledger.lateEvents(T, 0, 10)).toEqual([]);
      expect((await ledger.lateEvents(T + 1, a, 10)).map(({ id }) => id)).toEqual([b, c]);

      await ledger.triedEvent({ id: a, at: T + 1, attempts: 1, problem: 'HTTP 500' });
      expect(await ledger.dueEvent(a)).toMatchObject({ body: { key: 'a' } });
      await ledger.triedEvent({ id: a, at: T + 2, attempts: 2 });
      expect(await ledger.dueEvent(a)).toBeUndefined();
      await ledger.triedEvent({ id: b, at: T + 3, attempts: 7, problem: 'TIMEOUT' });
      expect(await ledger.giveUpEvent(b, T + 4)).toBe('TIMEOUT');
      // Late: a try that was cut off, and one more giving up.
      await ledger.triedEvent({ id: b, at: T + 5, attempts: 8 });
      await ledger.triedEvent({ id: a, at: T + 5, attempts: 3, problem: 'HTTP 500' });
      await ledger.giveUpEvent(a, T + 5);
      const fates = async () =>
        (await readAll(ledger.deliveries, order)).map(({ id, delivery, settledAt, attempts, problem }) => [
          [id, delivery],
          [settledAt, attempts, problem],
        ]);
      expect(await fates()).toEqual([
        [
          [a, 'delivered'],
          [T + 2, 2, undefined],
        ],
        [
          [b, 'given-up'],
          [T + 4, 7, 'TIMEOUT'],
        ],
        [
          [c, 'due'],
          [undefined, undefined, undefined],
        ],
      ]);
      await ledger.dueAgain(order);
      expect((await ledger.dueEvents(order, 10)).map(({ id }) => id)).toEqual([b, c]);
    });

    it('writes the journal, and leaves the row alone, when a newer state is there', async () => {
      const order = newOrder();
      await ledger.openCase({ order, ...run('r2'), request: {}, now: T + 10 });
      const final = { status: 'final', finalAction: 'refunded', settledAt: T + 12 };
      await ledger.record({ order, row: row('r2', T + 12, final), entries: [] });
      const entries = [{ key: 'late', at: T + 5, kind: 'look', body: {} }] as const;
      expect(await ledger.record({ order, row: row('r1', T + 5), entries })).toBe(false);
      expect(await ledger.reversal(order)).toMatchObject({ runId: 'r2', ...final });
      expect(await readAll(ledger.journal, order)).toHaveLength(1);
    });

    it('takes whatever a gateway may have said', async () => {
      const order = newOrder();
      const entries = [{ key: 'odd', at: T, kind: 'look', body: { code: 'a\0b\ud800c' } }] as const;
      await ledger.record({ order, row: row('r1', T), entries });
      expect(await readAll(ledger.journal, order)).toMatchObject([{ body: { code: 'a\ufffdb\ufffdc' } }]);
    });

    it('never takes back a verdict or a payment that was seen', async () => {
      const order = newOrder();
      await ledger.record({
        order,
        row: row('r1', T, { told: 'not_paid', latePayment: true, sawPaid: true }),
        entries: [],
      });
      await ledger.record({ order, row: row('r1', T + 1, { latePayment: false, sawPaid: false }), entries: [] });
      expect(await ledger.reversal(order)).toMatchObject({ told: 'not_paid', latePayment: true, sawPaid: true });
    });

    it('merges what only grows from a record that comes late, and tells nobody of it', async () => {
      const order = newOrder();
      await ledger.openCase({ order, ...run('r1'), request: {}, now: T });
      await ledger.record({
        order,
        row: row('r2', T + 10, { status: 'final', finalAction: 'kept', told: 'kept' }),
        entries: [],
      });
      const before = (await ledger.events(0, 1000)).length;
      const late = { status: 'final', finalAction: 'closed', told: 'closed', sawPaid: true, latePayment: true };
      const events = [{ key: 'late', at: T + 5, type: 'reversal.final', body: {} }];
      expect(await ledger.record({ order, row: row('r1', T + 5, late), entries: [], events })).toBe(false);
      const remembered = { told: 'closed', sawPaid: true, latePayment: true };
      expect(await ledger.reversal(order)).toMatchObject({ ...remembered, finalAction: 'kept', updatedAt: T + 10 });
      expect(await ledger.openCase({ order, ...run('r3'), request: {}, now: T + 20 })).toMatchObject(remembered);
      expect((await ledger.events(0, 1000)).length).toBe(before);
    });

    it.each([
      ['kept', 'final', 'kept', 'not_paid'],
      ['closed', 'final', 'closed', 'closed'],
      // A person decided so.
      ['kept', 'final', 'manual', 'kept'],
    ])('after "not paid", %s that is told with %s, %s leaves %s', async (told, status, finalAction, remembered) => {
      const order = newOrder();
      await ledger.record({ order, row: row('r1', T, { told: 'not_paid' }), entries: [] });
      await ledger.record({
        order,
        row: row('r1', T + 1, { status, finalAction, told, settledAt: T + 1 }),
        entries: [],
      });
      expect(await ledger.reversal(order)).toMatchObject({ told: remembered });
    });

    it('keeps an end, its instant and its detail when a later run is stopped', async () => {
      const order = newOrder();
      const detail = { kind: 'final', action: 'refunded', by: 'us' };
      const end = { status: 'final', finalAction: 'refunded', by: 'us', settledAt: T + 5, detail };
      await ledger.openCase({ order, ...run('r1'), request: {}, now: T });
      await ledger.record({ order, row: row('r1', T + 5, end), entries: [] });
      await ledger.openCase({ order, ...run('r2'), request: {}, now: T + 10 });
      await ledger.record({ order, row: row('r2', T + 11, { status: 'stuck', stuckReason: 'frozen' }), entries: [] });
      expect(await ledger.reversal(order)).toMatchObject({ open: true, status: 'stuck' });
      const stop = { status: 'abandoned', settledAt: T + 12, detail: { kind: 'abandoned', lastView: 'none' } };
      await ledger.record({ order, row: row('r2', T + 12, stop), entries: [] });
      const stopped = { ...end, status: 'abandoned', open: false, updatedAt: T + 12 };
      expect(await ledger.reversal(order)).toMatchObject(stopped);
      const { reversals } = await ledger.list({ open: false, settledSince: T + 5, limit: 100 });
      expect(reversals.map(({ orderId }) => orderId)).toContain(order.orderId);
      await ledger.openCase({ order, ...run('r3'), request: {}, now: T + 20 });
      expect(await ledger.reversal(order)).toMatchObject({ open: true });
    });

    it('does not claim an end that an act has followed, when that run is stopped', async () => {
      const order = newOrder();
      const detail = { kind: 'final', action: 'kept', by: 'payer' };
      const end = { status: 'final', finalAction: 'kept', by: 'payer', settledAt: T + 5, detail };
      await ledger.record({ order, row: row('r1', T + 5, end), entries: [] });
      await ledger.aboutToSend(act(order, 1, T + 6));
      const stop = { status: 'abandoned', settledAt: T + 7, detail: { kind: 'abandoned', lastView: 'paid' } };
      await ledger.record({ order, row: row('r2', T + 7, stop), entries: [] });
      expect(await ledger.reversal(order)).not.toHaveProperty('finalAction');
      expect(await ledger.reversal(order)).toMatchObject({ settledAt: T + 7, detail: stop.detail });
    });

    it('adds the answers that the ledger missed, to the very act that was sent', async () => {
      const order = newOrder();
      for (const seq of [1, 2, 3]) await ledger.aboutToSend(act(order, seq, T + seq));
      await ledger.answered({ order, seq: 2, answer: { kind: 'running' }, now: T + 20 });
      const answer = { kind: 'unknown', why: 'timeout' } as const;
      const known = (seq: number, sentAt: number) =>
        ({ seq, verb: 'cancel', sentAt, answer, answeredAt: T + 30 }) as const;
      const acts = [known(1, T + 1), known(2, T + 2), known(3, T + 99), known(4, T + 4)];
      await ledger.record({ order, row: row('r1', T + 31), entries: [], acts });
      const stored = await readAll(ledger.acts, order);
      expect(stored.map((one) => one.answer?.kind)).toEqual(['unknown', 'running', undefined]);
    });
  });

  it('lists by status, newest first', async () => {
    const [first, second, third] = [newOrder(), newOrder(), newOrder()];
    await ledger.record({
      order: first,
      row: row('r1', T + 1, { status: 'stuck', stuckReason: 'frozen' }),
      entries: [],
    });
    await ledger.record({ order: second, row: row('r1', T + 2, { status: 'stuck' }), entries: [] });
    await ledger.record({ order: third, row: row('r1', T + 3), entries: [] });
    const stuck = await ledger.list({ status: 'stuck', limit: 10 });
    expect(stuck.reversals.map(({ orderId }) => orderId)).toEqual([second.orderId, first.orderId]);
    expect((await ledger.list({ limit: 2 })).reversals).toHaveLength(2);
  });

  describe('terminalKeys', () => {
    it('replaces a key only when the stored one is the one that was expected', async () => {
      const { terminalKeys } = ledger;
      expect(await terminalKeys.load('t1')).toBeUndefined();
      expect(await terminalKeys.replace('t1', 'k0', { current: 'k1', rotatedAt: T })).toBe(false);
      const asked = ['a', 'b', 'c'].map((current) => terminalKeys.replace('t1', undefined, { current, rotatedAt: T }));
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
      const { current: first = '' } = (await terminalKeys.load('t1')) ?? {};
      const next = { current: 'k2', previous: first, rotatedAt: T + 1 };
      expect(await terminalKeys.replace('t1', first, next)).toBe(true);
      expect(await terminalKeys.replace('t1', first, { current: 'k3', rotatedAt: T + 2 })).toBe(false);
      expect(await terminalKeys.load('t1')).toEqual(next);
    });
  });

  it('is there again after it was closed, and opens keys with the right encryption key only', async () => {
    const order = newOrder();
    await ledger.aboutToSend(act(order, 1));
    await ledger.terminalKeys.replace('t2', undefined, { current: 'secret', rotatedAt: T });
    await ledger.close();
    const stranger = await openLedger({ ...config, encryptionKey: '0'.repeat(64) });
    await expect(stranger.terminalKeys.load('t2')).rejects.toThrow('does not open what was sealed for t2');
    await stranger.close();
    ledger = await openLedger(config);
    expect(await readAll(ledger.acts, order)).toHaveLength(1);
    expect(await ledger.terminalKeys.load('t2')).toEqual({ current: 'secret', rotatedAt: T });
  });
});
