/** Lists of orders: filters and pages, on both databases. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ledger, type ListFilter, openLedger, type RowState } from '../../src/ledger/index.ts';
import { startPostgres } from '../support/postgres.ts';

const T = Date.parse('2026-11-20T03:36:00Z');
const KINDS = [
  {
    name: 'PGlite',
    async prepare() {
      const dataDir = await mkdtemp(join(tmpdir(), 'unwind-list-'));
      return { config: { dataDir }, clean: () => rm(dataDir, { recursive: true }) };
    },
  },
  {
    name: 'PostgreSQL',
    async prepare() {
      const postgres = await startPostgres();
      return { config: { url: await postgres.database() }, clean: () => postgres.stop() };
    },
  },
];

describe.each(KINDS)('the list on $name', ({ prepare }) => {
  let ledger: Ledger;
  let clean: () => Promise<void>;
  beforeAll(async () => {
    const prepared = await prepare();
    clean = prepared.clean;
    ledger = await openLedger(prepared.config);
  }, 60_000);
  afterAll(async () => {
    await ledger.close();
    await clean();
  });

  const record = (
    provider: string,
    orderId: string,
    at: number,
    state: Omit<RowState, 'workflowId' | 'runId' | 'at'>,
  ) =>
    ledger.record({
      order: { provider, account: 'a', orderId },
      row: { workflowId: 'w', runId: 'r1', at, ...state },
      entries: [],
    });
  const ids = async (filter: Omit<ListFilter, 'limit'>) =>
    (await ledger.list({ ...filter, limit: 100 })).reversals.map(({ orderId }) => orderId).sort();
  const final = (finalAction: string, settledAt: number) => ({ status: 'final', finalAction, settledAt });

  it('filters by everything that it is asked for', async () => {
    await record('alipay', 'frozen', T + 1, { status: 'stuck', stuckReason: 'frozen' });
    await record('alipay', 'no-funds', T + 2, { status: 'stuck', stuckReason: 'no-funds' });
    await record('daxpay', 'checking', T + 3, { status: 'checking' });
    await record('daxpay', 'kept', T + 4, final('kept', T + 4));
    await record('alipay', 'refunded', T + 5, final('refunded', T + 5));
    await record('alipay', 'abandoned', T + 6, { status: 'abandoned', settledAt: T + 6 });
    const cases: readonly (readonly [Omit<ListFilter, 'limit'>, readonly string[]])[] = [
      [{ status: 'stuck' }, ['frozen', 'no-funds']],
      [{ stuckReason: 'frozen' }, ['frozen']],
      [{ status: 'final', stuckReason: 'frozen' }, []],
      [{ finalAction: 'refunded' }, ['refunded']],
      [{ provider: 'daxpay' }, ['checking', 'kept']],
      [{ account: 'b' }, []],
      [{ open: true }, ['checking', 'frozen', 'no-funds']],
      [{ open: false }, ['abandoned', 'kept', 'refunded']],
      [{ open: true, provider: 'alipay' }, ['frozen', 'no-funds']],
      [{ updatedSince: T + 4 }, ['abandoned', 'kept', 'refunded']],
      [{ settledSince: T + 5 }, ['abandoned', 'refunded']],
      [{ settledSince: T + 5, status: 'final' }, ['refunded']],
    ];
    for (const [filter, expected] of cases) expect(await ids(filter), JSON.stringify(filter)).toEqual(expected);
  });

  it('is open again from when a newer run takes over until that has recorded an end', async () => {
    const order = { provider: 'reopened', account: 'a', orderId: '1' };
    await record('reopened', '1', T, final('kept', T));
    expect(await ledger.reversal(order)).toMatchObject({ open: false });
    await ledger.openCase({ order, workflowId: 'w', runId: 'r2', request: {}, now: T + 10 });
    expect(await ledger.reversal(order)).toMatchObject({ open: true, status: 'final', finalAction: 'kept' });
    expect(await ids({ open: true, provider: 'reopened' })).toEqual(['1']);
    await record('reopened', '1', T + 20, final('kept', T + 20));
    expect(await ledger.reversal(order)).toMatchObject({ open: false, statusSince: T + 20 });
    expect(await ids({ open: true, provider: 'reopened' })).toEqual([]);
  });

  it('tells since when it is stuck for a reason, however often its row is written', async () => {
    const order = { provider: 'since', account: 'a', orderId: '1' };
    const since = async () => (await ledger.reversal(order))?.statusSince;
    await ledger.openCase({ order, workflowId: 'w', runId: 'r1', request: {}, now: T });
    expect(await since()).toBe(T);
    await record('since', '1', T + 5, { status: 'stuck', stuckReason: 'no-funds' });
    await record('since', '1', T + 9, { status: 'stuck', stuckReason: 'no-funds' });
    expect(await since()).toBe(T + 5);
    await record('since', '1', T + 12, { status: 'stuck', stuckReason: 'frozen' });
    expect(await since()).toBe(T + 12);
    await record('since', '1', T + 15, { status: 'held' });
    expect(await since()).toBe(T + 15);
  });

  it('gives every order once, newest first, while rows are written between the pages', async () => {
    const all = Array.from({ length: 23 }, (_, index) => `P${String(index).padStart(2, '0')}`);
    // Many are opened in the same millisecond.
    for (const [index, orderId] of all.entries()) {
      await record('paged', orderId, T + Math.floor(index / 5), { status: 'checking' });
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await ledger.list({ provider: 'paged', open: true, limit: 4, ...(after && { after }) });
      seen.push(...page.reversals.map(({ orderId }) => orderId));
      after = page.next;
      // One that was seen and one that was not are changed; a new one comes.
      for (const orderId of ['P22', 'P00']) await record('paged', orderId, T + 100 + seen.length, { status: 'stuck' });
      await record('paged', `Q${seen.length}`, T + 200 + seen.length, { status: 'checking' });
    } while (after !== undefined);
    expect(seen).toEqual(all.toReversed());
  });

  it('refuses a limit or a cursor that cannot be used', async () => {
    for (const limit of [0, -1, 1.5, 1001, Number.NaN])
      await expect(ledger.list({ limit })).rejects.toThrow(RangeError);
    for (const after of ['', 'x', Buffer.from('[1]').toString('base64url')]) {
      await expect(ledger.list({ limit: 1, after })).rejects.toThrow('is not the `next` of a page');
    }
  });
});
