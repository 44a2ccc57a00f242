import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/index.ts';
import { type Postgres, query, startPostgres } from '../support/postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

const order = { provider: 'alipay', account: 'a', orderId: '1' };
const act = (seq: number) => ({ order, seq, verb: 'cancel', workflowId: 'w', runId: 'r', now: seq }) as const;

it('brings the schema up to date once when several workers start at the same time', async () => {
  const url = await postgres.database();
  const ledgers = await Promise.all(Array.from({ length: 5 }, () => openLedger({ url })));
  const taken = await Promise.all(ledgers.map((ledger) => ledger.aboutToSend(act(1))));
  expect(taken.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await query(url, 'select name from unwind_migration')).toEqual([
    { name: '0001-first-tables' },
    { name: '0002-questions' },
    { name: '0003-webhooks' },
    { name: '0004-pages' },
    { name: '0005-memory' },
  ]);
  await Promise.all(ledgers.map((ledger) => ledger.close()));
});

it('fails while the server is away, and works again once it is back', { timeout: 30_000 }, async () => {
  const ledger = await openLedger({ url: await postgres.database() });
  await ledger.aboutToSend(act(1));
  await postgres.pause();
  await expect(ledger.aboutToSend(act(2))).rejects.toThrow();
  await postgres.resume();
  expect(await ledger.aboutToSend(act(2))).toEqual({ ok: true });
  await ledger.close();
});

it('outlives a server that crashes in the middle of statements', { timeout: 60_000 }, async () => {
  const ledger = await openLedger({ url: await postgres.database() });
  const write = (n: number) => ledger.aboutToSend({ ...act(1), order: { ...order, orderId: `${n}` } });
  await write(0);
  const writing = Promise.allSettled(Array.from({ length: 500 }, (_, n) => write(n + 1)));
  await postgres.crash();
  expect((await writing).some(({ status }) => status === 'rejected')).toBe(true);
  await postgres.resume();
  expect(await write(501)).toEqual({ ok: true });
  await ledger.close();
});

it('stores no terminal key in the clear, and none at all without an encryption key', async () => {
  const url = await postgres.database();
  const ledger = await openLedger({ url });
  const replaced = ledger.terminalKeys.replace('t', undefined, { current: 'k', rotatedAt: 1 });
  await expect(replaced).rejects.toThrow('need ledger.encryptionKey or UNWIND_LEDGER_KEY');
  await ledger.close();

  const sealed = await openLedger({ url, encryptionKey: Buffer.alloc(32, 1).toString('base64') });
  const keys = { current: 'plain-current', previous: 'plain-previous', rotatedAt: 1 };
  await sealed.terminalKeys.replace('t', undefined, keys);
  await sealed.close();
  const [stored] = await query(url, 'select current, previous from terminal_keys');
  expect(JSON.stringify(stored)).not.toContain('plain');
});

it('says that the server cannot be reached', async () => {
  await expect(openLedger({ url: 'postgres://postgres@127.0.0.1:1/x' })).rejects.toThrow('ECONNREFUSED');
});
