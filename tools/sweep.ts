/**
 * `node tools/sweep.ts --count 20000 --rate 100`: a sweep of many overdue orders in a real PostgreSQL by `unwind worker`,
 * which is killed after a third of them and stopped in order after two thirds; then a second sweep. Nothing serves the
 * gateway's queue: what is counted is starts, by what the server has. Exits with 1 when one is lost or started twice.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { type Child, startChild } from '../src/dev/child-process.ts';
import { startTemporalServer } from '../src/dev/temporal-server.ts';
import { openOverdueOrders, type Tally } from '../src/overdue/index.ts';
import { SWEEP_SCHEDULE } from '../src/worker/schedules.ts';
import { query, startPostgres } from '../test/support/postgres.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '20000' }, rate: { type: 'string', default: '100' } },
});
const [count, rate] = [Number(values.count), Number(values.rate)];
const tell = (line: string) => process.stderr.write(`${line}\n`);
const since = (from: number) => Math.round((Date.now() - from) / 100) / 10;

const VIEW = 'unwind_overdue_orders';
const BOOKS = `
  create table orders (order_id text primary key, amount bigint not null, expires_at timestamptz not null);
  insert into orders
    select 'RV' || to_char(n, 'FM00000000'), 1 + n, now() - interval '1 minute' from generate_series(1, ${count}) as n;
  create view ${VIEW} as
    select 'daxpay' as provider, 'online' as account, order_id, amount, 'CNY' as currency, expires_at as expired_at,
      null::timestamptz as attempted_at, 'qr' as method
    from orders;`;
const CONFIG = `
accounts:
  online: { provider: daxpay, profile: c, endpoint: "http://127.0.0.1:9", secret: { env: DAXPAY } }
ledger: { url: { env: LEDGER } }
overdue: { url: { env: BOOKS }, every: 1d, ratePerSecond: ${rate} }
`;
const OF_REVERSALS = "WorkflowType = 'reversePayment'";

const folder = await mkdtemp(join(tmpdir(), 'unwind-sweep-'));
const postgres = await startPostgres();
const server = await startTemporalServer({ dbFile: join(folder, 'temporal.db'), log: tell });
const connection = await Connection.connect({ address: server.address });
const temporal = new Client({ connection, namespace: server.namespace });
let worker: Child | undefined;
try {
  const books = await postgres.database();
  await query(books, BOOKS);
  const env = {
    UNWIND_CONFIG: join(folder, 'unwind.config.yaml'),
    TEMPORAL_ADDRESS: server.address,
    DAXPAY: 'not used',
    LEDGER: await postgres.database(),
    BOOKS: books,
  };
  await writeFile(env.UNWIND_CONFIG, CONFIG);
  const start = async () => {
    const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
    const child = await startChild(process.execPath, [main, 'worker', '--provider', 'nobody'], { env });
    while (!child.lastLines().some((line) => line.startsWith('Serving '))) {
      if (!child.running()) throw new Error(`The worker ended:\n${child.lastLines().join('\n')}`);
      await sleep(50);
    }
    return child;
  };
  const started = async () => (await temporal.workflow.count(OF_REVERSALS)).count;
  const untilStarted = async (enough: number) => {
    while ((await started()) < enough) await sleep(200);
  };
  const trigger = async () => {
    const schedule = temporal.schedule.getHandle(SWEEP_SCHEDULE);
    const before = (await schedule.describe()).info.numActionsTaken;
    await schedule.trigger();
    while ((await schedule.describe()).info.numActionsTaken === before) await sleep(100);
    const { action } = (await schedule.describe()).info.recentActions.at(-1) ?? {};
    return temporal.workflow.getHandle(action?.workflow.workflowId ?? '');
  };
  const result = async (handle: { result(): Promise<Tally> }) => handle.result();

  worker = await start();
  const began = Date.now();
  const first = await trigger();
  await untilStarted(count / 3);
  const killedAfter = await started();
  process.kill(worker.pid, 'SIGKILL');
  await worker.ended;
  worker = await start();
  tell(`killed after ${killedAfter} starts, ${since(began)} s; another worker serves`);
  await untilStarted((count * 2) / 3);
  const stoppedAfter = await started();
  await worker.stop(60_000);
  worker = await start();
  tell(`stopped after ${stoppedAfter} starts, ${since(began)} s; another worker serves`);
  const tally = await result(first);
  const seconds = since(began);
  tell(`first sweep: ${JSON.stringify(tally)}, ${seconds} s`);

  const secondBegan = Date.now();
  const second = await result(await trigger());
  const secondSeconds = since(secondBegan);

  const runs = new Map<string, number>();
  const bySecond = new Map<number, number>();
  for await (const { workflowId, startTime } of temporal.workflow.list({ query: OF_REVERSALS })) {
    runs.set(workflowId, (runs.get(workflowId) ?? 0) + 1);
    const second = Math.floor(startTime.getTime() / 1000);
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
  }
  const source = openOverdueOrders({ url: books, view: VIEW });
  const listed = await source.page(undefined, count);
  await source.close();
  const lost = listed.filter(({ order_id }) => !runs.has(`reversal/daxpay/online/${order_id}`)).length;
  const duplicates = [...runs.values()].filter((of) => of > 1).length;
  const report = {
    ...{ rows: listed.length, rate, killedAfter, stoppedAfter, first: tally, seconds, second, secondSeconds },
    perSecondWhileStarting: Math.round(count / bySecond.size),
    busiestSecond: Math.max(...bySecond.values()),
    ...{ duplicates, lost },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const right = listed.length === count && tally.started === count && second.started === 0 && second.running === count;
  process.exitCode = right && lost === 0 && duplicates === 0 ? 0 : 1;
} finally {
  await worker?.stop(2000);
  await connection.close();
  await server.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
