/** `unwind show` of a reversal that was tried for a month, asked of the process that owns the ledger. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { fill } from '../ledger/many.ts';
import { type Env, unwind } from './support.ts';

const [LINES, ACTS, EVENTS] = [4200, 2100, 1001];
const order = { provider: 'alipay', account: 'pos-east', orderId: 'LONG' };
const args = ['show', ...Object.values(order)];
let folder: string;
let ledger: Ledger;
let env: Env;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-show-'));
  const file = join(folder, 'unwind.config.yaml');
  await writeFile(file, 'ledger: { dataDir: ./ledger }');
  env = { UNWIND_CONFIG: file, TEMPORAL_ADDRESS: '127.0.0.1:9' };
  ledger = await openLedger({ dataDir: join(folder, 'ledger') });
  await fill(ledger, order, { lines: LINES, acts: ACTS, events: EVENTS });
  await fill(ledger, { ...order, orderId: 'SHORT' }, { lines: 200, acts: 0, events: 0 });
}, 60_000);
afterAll(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const linesLike = (text: string, pattern: RegExp) => text.split('\n').filter((line) => pattern.test(line));
const CALL = /^\d+ +refund /;
const EVENT = /^reversal\.stuck /;
const LINE = /^\d{4}-\d\d-\d\d \S+ {2}look /;

it('prints the newest and says how many there are', async () => {
  const { code, stdout, stderr } = await unwind(args, env);
  // The ledger is there and Temporal is not: that is said, and the order is shown all the same.
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Temporal cannot be asked how its workflow stands: /)]);
  for (const [name, count] of [
    ['CALLS', ACTS],
    ['EVENTS', EVENTS],
    ['JOURNAL (UTC)', LINES],
  ]) {
    expect(stdout).toContain(`${name}: only the newest 200 of ${count}; --all shows every one\n`);
  }
  for (const pattern of [CALL, EVENT, LINE]) expect(linesLike(stdout, pattern)).toHaveLength(200);
  const calls = linesLike(stdout, CALL).map((line) => Number.parseInt(line, 10));
  expect([calls[0], calls.at(-1)]).toEqual([ACTS - 199, ACTS]);
  expect(linesLike(stdout, LINE)).toEqual(linesLike(stdout, LINE).toSorted());
  expect(Buffer.byteLength(stdout)).toBeLessThan(128 * 1024);
});

it('prints every one with --all, oldest first', async () => {
  const { code, stdout } = await unwind([...args, '--all'], env);
  expect(code).toBe(0);
  expect(stdout).not.toContain('--all');
  expect(linesLike(stdout, CALL).map((line) => Number.parseInt(line, 10))).toEqual(
    Array.from({ length: ACTS }, (_, index) => index + 1),
  );
  expect(linesLike(stdout, EVENT)).toHaveLength(EVENTS);
  const journal = linesLike(stdout, LINE);
  expect(new Set(journal).size).toBe(LINES);
  expect(journal).toEqual(journal.toSorted());
});

it('prints with --json one object of the newest, and of everything with --all', async () => {
  const newest = JSON.parse((await unwind([...args, '--json'], env)).stdout);
  expect(Object.keys(newest)).toEqual(['reversal', 'leftOut', 'acts', 'events', 'journal']);
  expect(newest.leftOut).toEqual({ acts: ACTS - 200, events: EVENTS - 200, journal: LINES - 200 });
  const { stdout } = await unwind([...args, '--json', '--all'], env);
  const all = JSON.parse(stdout);
  expect(stdout).toBe(`${JSON.stringify(all, null, 2)}\n`);
  expect(all.leftOut).toEqual({ acts: 0, events: 0, journal: 0 });
  expect([all.acts, all.events, all.journal].map(({ length }) => length)).toEqual([ACTS, EVENTS, LINES]);
  expect(all.journal.map(({ key }: { key: string }) => key)).toEqual(Array.from({ length: LINES }, (_, n) => `k${n}`));
  for (const name of ['acts', 'events', 'journal']) expect(newest[name]).toEqual(all[name].slice(-200));
});

it('says nothing is left out where all of it is shown, and an empty list is one', async () => {
  const short = ['show', order.provider, order.account, 'SHORT'];
  const { stdout } = await unwind(short, env);
  expect(stdout).toContain('CALLS: nothing was sent.\n\nJOURNAL (UTC)\n');
  expect(stdout).not.toContain('--all');
  expect(linesLike(stdout, LINE)).toHaveLength(200);
  const { acts, events, leftOut } = JSON.parse((await unwind([...short, '--json'], env)).stdout);
  expect([acts, events, leftOut]).toEqual([[], [], { acts: 0, events: 0, journal: 0 }]);
});
