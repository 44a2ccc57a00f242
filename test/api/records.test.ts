/** The record of a reversal that was tried for a month, page by page over HTTP. */
import { beforeAll, expect, test } from 'vitest';
import { fill } from '../ledger/many.ts';
import { newCase, useStand } from '../workflows/support.ts';
import { pathOfCase, useApi } from './support.ts';

const world = useStand({ withoutWorkers: true });
const api = useApi(world);
const the = newCase();
const record = `${pathOfCase(the)}/record`;
const [LINES, ACTS] = [4200, 2100];
beforeAll(() => fill(world.stand.ledger, the.order, { lines: LINES, acts: ACTS, events: 1 }), 60_000);

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('gives the newest of thousands, how many there are, and where the earlier ones are', async () => {
  const { status, body } = await api.get(record);
  expect(status).toBe(200);
  expect(body.reversal).toMatchObject({ ...the.order, status: 'stuck' });
  expect([body.acts.total, body.journal.total]).toEqual([ACTS, LINES]);
  expect([body.acts.items.length, body.journal.items.length]).toEqual([100, 100]);
  expect(body.acts.items[0].seq).toBe(ACTS);
  expect(bytesOf(body)).toBeLessThan(128 * 1024);
  const earlier = await api.get(`${record}/acts?limit=1&after=${body.acts.next}`);
  expect(earlier.body.items[0].seq).toBe(ACTS - 100);
  expect((await api.get(`${record}?limit=1`)).body.journal.items).toHaveLength(1);
});

test.each([
  ['acts', ACTS],
  ['journal', LINES],
] as const)('gives all %s, each once, newest first, in pages that are bounded', async (what, count) => {
  const seen: string[] = [];
  let [after, pages] = ['', 0];
  do {
    const { status, body } = await api.get(`${record}/${what}?limit=1000${after}`);
    expect([status, body.total]).toEqual([200, count]);
    expect(bytesOf(body)).toBeLessThan(512 * 1024);
    seen.push(...body.items.map(({ at, sentAt }: { at?: string; sentAt?: string }) => at ?? sentAt));
    after = body.next === undefined ? '' : `&after=${body.next}`;
    pages += 1;
  } while (after !== '');
  expect(pages).toBe(Math.ceil(count / 1000));
  expect(new Set(seen).size).toBe(count);
  expect(seen).toEqual(seen.toSorted().toReversed());
});

test.each([
  ['?limit=1001'],
  ['?limit=0'],
  ['?after=1'],
  ['/acts?limit=1001'],
  ['/acts?after=x'],
  ['/journal?after=-1'],
  ['/journal?from=oldest'],
])('%s is a 400', async (query) => {
  const { status, body } = await api.get(`${record}${query}`);
  expect([status, body.type, body.errors.length]).toEqual([400, 'urn:unwind:problem:invalid-request', 1]);
});
