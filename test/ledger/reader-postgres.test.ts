import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLedger, openLedgerReader } from '../../src/ledger/index.ts';
import { type Postgres, query, startPostgres } from '../support/postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

const order = { provider: 'alipay', account: 'a', orderId: '1' };
const tables = (url: string) => query(url, "select tablename from pg_tables where schemaname = 'public' order by 1");

it('is read beside its workers, by a user who may only read', async () => {
  const url = await postgres.database();
  const ledger = await openLedger({ url });
  await ledger.openCase({ order, workflowId: 'w', runId: 'r', request: {}, now: 1 });
  await query(url, 'create role onlooker login');
  for (const table of ['reversals', 'acts', 'journal', 'unwind_migration']) {
    await query(url, `grant select on ${table} to onlooker`);
  }
  const reader = await openLedgerReader({ url: url.replace('postgres@', 'onlooker@') });
  expect(await reader.reversal(order)).toEqual(await ledger.reversal(order));
  expect((await reader.list({ open: true, limit: 5 })).reversals).toHaveLength(1);
  await reader.close();
  await ledger.close();
});

it('makes no tables where there are none, and says who does', async () => {
  const url = await postgres.database();
  await expect(openLedgerReader({ url })).rejects.toThrow('holds no ledger: the first worker');
  expect(await tables(url)).toEqual([]);
});

it('changes no schema that is older, and trusts none that is newer', async () => {
  const url = await postgres.database();
  await (await openLedger({ url })).close();
  const before = await tables(url);
  await query(url, "delete from unwind_migration where name = '0005-memory'");
  await expect(openLedgerReader({ url })).rejects.toThrow('older than this program (it lacks 0005-memory)');
  expect(await query(url, 'select count(*)::int as n from unwind_migration')).toEqual([{ n: 4 }]);
  expect(await tables(url)).toEqual(before);
  await query(url, "insert into unwind_migration values ('0005-memory', ''), ('9999-later', '')");
  await expect(openLedgerReader({ url })).rejects.toThrow('newer than this program');
});

it('says that the server cannot be reached', async () => {
  await expect(openLedgerReader({ url: 'postgres://postgres@127.0.0.1:1/x' })).rejects.toThrow('ECONNREFUSED');
});
