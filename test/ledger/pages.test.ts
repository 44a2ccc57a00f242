/** An order that was tried for a month: thousands of lines and acts, page by page, on both databases. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decidingActs } from '../../src/activities/open-case.ts';
import { type Ledger, openLedger, pagesOf, readAll } from '../../src/ledger/index.ts';
import { condensed } from '../../src/reversal/acts.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { Act } from '../../src/reversal/state.ts';
import { startPostgres } from '../support/postgres.ts';
import { fill } from './many.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const KINDS = [
  {
    name: 'PGlite',
    async prepare() {
      const dataDir = await mkdtemp(join(tmpdir(), 'unwind-pages-'));
      return { config: { dataDir }, clean: () => rm(dataDir, { recursive: true }) };
    },
  },
  {
    name: 'PostgreSQL',
    async prepare() {
      const postgres = await startPostgres();
      const config = { url: await postgres.database(), encryptionKey: KEY };
      return { config, clean: () => postgres.stop() };
    },
  },
];

const LINES = 6000;
const ACTS = 2500;
const EVENTS = 1200;
/** Every kind of answer comes among the oldest acts, and some of them never again. */
const ANSWERS: readonly (Answer | undefined)[] = [
  undefined,
  { kind: 'done', effect: 'closed' },
  { kind: 'done', effect: 'refunded' },
  { kind: 'done', effect: 'nothingFound' },
  { kind: 'done', effect: 'nothingFound', hint: true },
  { kind: 'done', effect: 'nothingFound', hint: false },
  { kind: 'again' },
  { kind: 'again', afterMs: 5 },
  { kind: 'running' },
  { kind: 'refused', why: 'tooLate', code: 'A' },
  { kind: 'refused', why: 'state', code: 'B', hint: true },
  { kind: 'unknown', why: 'timeout' },
  { kind: 'unknown', why: 'reset' },
  { kind: 'notSent', why: 'no worker' },
  { kind: 'rejected', why: 'config', code: 'C' },
];
const refused: Answer = { kind: 'refused', why: 'noFunds', code: 'NO_FUNDS' };
const answerOf = (seq: number) => (seq <= 60 ? ANSWERS[(seq * 7) % ANSWERS.length] : refused);
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe.each(KINDS)('an order of thousands of lines on $name', ({ prepare }) => {
  let ledger: Ledger;
  let clean: () => Promise<void>;
  const order = { provider: 'alipay', account: 'a', orderId: 'LONG' };
  const other = { ...order, orderId: 'OTHER' };
  beforeAll(async () => {
    const prepared = await prepare();
    clean = prepared.clean;
    ledger = await openLedger(prepared.config);
    await fill(ledger, other, { lines: 700, acts: 3, events: 3 });
    await fill(ledger, order, { lines: LINES, acts: ACTS, events: EVENTS, answerOf });
    await fill(ledger, { ...order, orderId: 'LATER' }, { lines: 700, acts: 3, events: 3 });
  }, 120_000);
  afterAll(async () => {
    await ledger.close();
    await clean();
  });

  it('tells the newest, how many there are, and where the earlier ones begin', async () => {
    const { items, total, next } = await ledger.journal(order, { from: 'newest', limit: 3 });
    expect(items.map(({ key }) => key)).toEqual([1, 2, 3].map((back) => `k${LINES - back}`));
    expect(total).toBe(LINES);
    expect(next).toBe(items.at(-1)?.id);
    const earlier = await ledger.journal(order, { from: 'newest', limit: 2, ...(next && { after: next }) });
    expect(earlier.items.map(({ key }) => key)).toEqual([`k${LINES - 4}`, `k${LINES - 5}`]);
    expect(await ledger.acts(order, { from: 'newest', limit: 1 })).toMatchObject({
      ...{ items: [{ seq: ACTS }], total: ACTS, next: ACTS },
    });
    expect(await ledger.deliveries(order, { from: 'newest', limit: 1 })).toMatchObject({
      ...{ items: [{ body: { n: EVENTS - 1 }, delivery: 'due' }], total: EVENTS },
    });
  });

  it('gives every line once, from either end, in pages that are bounded', async () => {
    const keys = Array.from({ length: LINES }, (_, n) => `k${n}`);
    const seen: string[] = [];
    let after: number | undefined;
    do {
      const page = await ledger.journal(order, { from: 'newest', limit: 999, ...(after !== undefined && { after }) });
      seen.push(...page.items.map(({ key }) => key));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(keys.toReversed());
    const sizes: number[] = [];
    for await (const page of pagesOf(ledger.journal, order)) sizes.push(bytesOf(page));
    expect(sizes).toHaveLength(LINES / 1000);
    expect(Math.max(...sizes)).toBeLessThan(512 * 1024);
    expect((await readAll(ledger.journal, order)).map(({ key }) => key)).toEqual(keys);
    expect((await readAll(ledger.acts, order)).map(({ seq }) => seq)).toEqual(keys.slice(0, ACTS).map((_, n) => n + 1));
    expect(await readAll(ledger.deliveries, order)).toHaveLength(EVENTS);
    expect((await readAll(ledger.journal, other)).map(({ key }) => key)).toEqual(keys.slice(0, 700));
  });

  it('gives a last page without a next, and nothing of an order that it does not know', async () => {
    const [last] = (await ledger.journal(order, { from: 'newest', limit: 1 })).items;
    const end = await ledger.journal(order, { from: 'oldest', limit: 5, ...(last && { after: last.id }) });
    expect(end).toEqual({ items: [], total: LINES });
    expect((await ledger.acts(other, { from: 'oldest', limit: 3 })).next).toBeUndefined();
    expect((await ledger.acts(other, { from: 'oldest', limit: 2 })).next).toBe(2);
    const never = { ...order, orderId: 'NEVER' };
    expect(await ledger.acts(never, { from: 'newest', limit: 5 })).toEqual({ items: [], total: 0 });
  });

  it('refuses a page that is not bounded', async () => {
    for (const limit of [0, -1, 1.5, 1001, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(ledger.journal(order, { from: 'newest', limit })).rejects.toThrow(RangeError);
    }
  });

  it('remembers of thousands of acts exactly what decisions ask about, and reads little more', async () => {
    const known = { workflowId: 'w', runId: 'r', now: Date.parse('2027-01-01T00:00:00Z') };
    const all = (await readAll(ledger.acts, order)).map(
      ({ seq, verb, sentAt, answer, answeredAt }): Act => ({
        ...{ seq, verb, sentAt },
        ...(answer !== undefined && { answer }),
        ...(answeredAt !== undefined && { answeredAt }),
      }),
    );
    const wanted = condensed(all);
    expect(wanted.length).toBeGreaterThan(100 + 10); // or the older ones would be tested by nothing
    const opened = await ledger.openCase({ order, ...known, request: {} });
    expect(decidingActs(opened.acts, known.now)).toEqual(wanted);
    expect(opened.acts.length).toBeLessThanOrEqual(100 + ANSWERS.length + 1);
    expect(bytesOf(opened)).toBeLessThan(64 * 1024);
    const taken = await ledger.aboutToSend({ order, seq: 5, verb: 'refund', ...known });
    expect(taken).toEqual({ ok: false, acts: opened.acts });
  });
});
