/** The commands together, each a process of its own: sandbox, worker, and everything that is asked of them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { type Env, lines, type Running, start, unwind } from './support.ts';

let server: TemporalServer;
let folder: string;
let sandbox: Running;
let worker: Running;
let receiver: Receiver;
let control: string;
let env: Env;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-cli-'));
  server = await startTemporalServer();
  sandbox = start([
    'sandbox',
    '--port',
    '0',
    '--json',
    '--config',
    folder,
    '--system',
    'alipay',
    '--system',
    'daxpay-c',
  ]);
  [{ control }] = lines(await sandbox.says('"control"'));
  const file = join(folder, 'unwind.config.yaml');
  const config = parse(await readFile(file, 'utf8'));
  for (const account of Object.values<{ rules?: unknown }>(config.accounts))
    account.rules = { speed: 40, codeLife: '10s', freshness: '10s', gap: '1s' };
  receiver = await startReceiver();
  await writeFile(join(folder, 'webhook.secret'), receiver.secret);
  config.webhooks = { url: receiver.url, secrets: [{ file: 'webhook.secret' }], backOff: { first: '10ms' } };
  await writeFile(file, stringify(config));
  env = { TEMPORAL_ADDRESS: server.address, UNWIND_CONFIG: file };
  worker = start(['worker', '--setup', '--log-level', 'ERROR'], env);
  await worker.says('Serving ');
});

afterAll(async () => {
  await worker?.stop();
  await receiver?.stop();
  await sandbox?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function seed(order: object, system = 'alipay'): Promise<void> {
  const response = await fetch(`${control}/systems/${system}/orders`, { method: 'POST', body: JSON.stringify(order) });
  expect(response.status, await response.text()).toBe(200);
}

const paid = { amount: 1280, state: 'PAID', createdMsAgo: 120_000, paidMsAgo: 60_000 };
const request = (orderId: string, more = {}) => ({
  provider: 'alipay',
  account: 'alipay-v3',
  orderId,
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
  method: 'barcode',
  attemptedAt: new Date(Date.now() - 600_000).toISOString(),
  ...more,
});
const ndjson = (requests: readonly object[]) => requests.map((one) => `${JSON.stringify(one)}\n`).join('');
const order = (orderId: string) => ['alipay', 'alipay-v3', orderId];
const by = ['--operator', 'li', '--reason', 'tested'];

describe('unwind start', () => {
  it('prints one outcome a line as each ends, and nothing else on stdout', async () => {
    await seed({ orderId: 'KEPT', ...paid });
    await seed({ orderId: 'BACK', ...paid });
    await seed({ orderId: 'OPEN', amount: 1280, state: 'WAITING', createdMsAgo: 600_000 });
    const input = ndjson([request('KEPT'), request('BACK', { reason: 'void' }), request('OPEN')]);
    const { code, stdout, stderr } = await unwind(['start', '--file', '-', '--wait', '--json'], env, input);
    expect(code, stderr).toBe(0);
    const byOrder = new Map(lines(stdout).map((outcome) => [outcome.orderId, outcome]));
    expect(byOrder.get('KEPT')).toEqual({
      orderId: 'KEPT',
      provider: 'alipay',
      account: 'alipay-v3',
      status: 'final',
      finalAction: 'kept',
      stuckReason: null,
    });
    expect(byOrder.get('BACK')).toMatchObject({ status: 'final', finalAction: 'refunded' });
    expect(byOrder.get('OPEN')).toMatchObject({ status: 'final', finalAction: 'closed' });
    expect(byOrder.size).toBe(3);
  });

  it('with --until-stuck, one that waits for people has ended', async () => {
    await seed({ orderId: 'FROZEN', ...paid, flags: { frozen: true } });
    const input = ndjson([request('FROZEN', { ifPaid: 'reverse' })]);
    const args = ['start', '--file', '-', '--wait', '--until-stuck', '--json'];
    const { code, stdout } = await unwind(args, env, input);
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([
      expect.objectContaining({ orderId: 'FROZEN', status: 'stuck', finalAction: null, stuckReason: 'frozen' }),
    ]);
  });

  it('takes one request by options, and joins when it runs', async () => {
    const { provider, account, method, attemptedAt } = request('FROZEN');
    const fields = ['--provider', provider, '--account', account, '--order-id', 'FROZEN', '--amount', '1280'];
    const more = ['--reason', 'void', '--method', method, '--attempted-at', attemptedAt, '--client-ip', '192.0.2.7'];
    const { code, stdout } = await unwind(['start', ...fields, ...more, '--json'], env);
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([expect.objectContaining({ orderId: 'FROZEN', status: 'joined' })]);
  });

  it("finds an order by the gateway's own number, and starts it by that", async () => {
    await seed({ orderId: 'LOST', ...paid });
    const of = ['--provider', 'alipay', '--account', 'alipay-v3'];
    const fields = [...of, '--order-id', 'LOST', '--amount', '1280', '--reason', 'ambiguous', '--wait', '--json'];
    expect((await unwind(['start', ...fields], env)).code).toBe(0);
    const shown = JSON.parse((await unwind(['show', ...order('LOST'), '--json'], env)).stdout);
    const { tradeNo, gatewayId = tradeNo } = shown.reversal.detail.proof.evidence;

    const found = await unwind(['find', ...of, '--gateway-id', gatewayId, '--json'], env);
    expect([found.code, JSON.parse(found.stdout)]).toEqual([
      0,
      {
        provider: 'alipay',
        account: 'alipay-v3',
        orderId: 'LOST',
        amount: 1280,
        currency: 'CNY',
        gatewayId,
        view: 'paid',
      },
    ]);
    expect((await unwind(['find', ...of, '--gateway-id', gatewayId], env)).stdout).toContain('alipay/alipay-v3/LOST');
    const missing = await unwind(['find', ...of, '--gateway-id', `${gatewayId}0`], env);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('There is no order')]);

    const undo = ['start', ...of, '--gateway-id', gatewayId, '--reason', 'void'];
    const another = await unwind([...undo, '--amount', '1'], env);
    expect([another.code, another.stderr]).toEqual([2, expect.stringContaining('amount: 1 was given')]);
    const { code, stdout } = await unwind([...undo, '--amount', '1280', '--wait', '--json'], env);
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([expect.objectContaining({ orderId: 'LOST', finalAction: 'refunded' })]);
  });

  it('with --skip-invalid, starts the valid lines and still ends with 2', async () => {
    await seed({ orderId: 'VALID', ...paid });
    const input = `{}\n${ndjson([request('VALID')])}`;
    const args = ['start', '--file', '-', '--wait', '--json', '--skip-invalid'];
    const { code, stdout, stderr } = await unwind(args, env, input);
    expect(code).toBe(2);
    expect(stderr).toContain('line 1:');
    expect(lines(stdout)).toEqual([expect.objectContaining({ orderId: 'VALID', finalAction: 'kept' })]);
  });

  it('says what could not be started, line by line, and ends with 1', async () => {
    const input = ndjson([request('FROZEN', { amount: 1 })]);
    const { code, stdout } = await unwind(['start', '--file', '-', '--json'], env, input);
    expect(code).toBe(1);
    expect(lines(stdout)).toEqual([
      expect.objectContaining({ status: 'failed', error: expect.stringMatching(/amount/) }),
    ]);
  });
});

describe('one reversal and many', () => {
  it('status tells how it stands, by its parts or its workflow id', async () => {
    const ended = await unwind(['status', ...order('BACK'), '--json'], env);
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'final', finalAction: 'refunded', acts: 1 });
    const stuck = await unwind(['status', 'reversal/alipay/alipay-v3/FROZEN'], env);
    expect(stuck.stdout).toMatch(/^stuck +frozen: /m);
    const unknown = await unwind(['status', ...order('NEVER')], env);
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
  });

  it('list filters by status, from the ledger while the worker owns it', async () => {
    // The loop does not wait for the record.
    await vi.waitFor(
      async () => {
        const { stdout } = await unwind(['list', '--status', 'stuck', '--stuck-reason', 'frozen', '--json'], env);
        expect(JSON.parse(stdout)).toEqual([
          expect.objectContaining({ orderId: 'FROZEN', status: 'stuck', stuckReason: 'frozen', open: true }),
        ]);
      },
      { timeout: 15_000, interval: 200 },
    );
    const table = await unwind(['list', '--open', '--since', '1h'], env);
    expect(table.stdout).toMatch(/^alipay +alipay-v3 +FROZEN +stuck +frozen +(\d+m )?\d+s +\d{4}-.*Z +12\.80 CNY /m);
    expect(table.stdout).not.toContain('KEPT');
    const kept = await unwind(['list', '--final-action', 'kept', '--limit', '1', '--json'], env);
    expect(JSON.parse(kept.stdout)).toEqual([expect.objectContaining({ orderId: 'VALID', finalAction: 'kept' })]);
    expect(kept.stderr).toContain('Only the newest 1 are shown');
    expect((await unwind(['list', '--final-action', 'manual'], env)).stderr).toBe(
      'No reversals match these filters.\n',
    );
  });

  it('list --from temporal asks the index of the server', async () => {
    const args = ['list', '--from', 'temporal', '--status', 'stuck'];
    await vi.waitFor(
      async () => {
        const { stdout } = await unwind([...args, '--json'], env);
        expect(JSON.parse(stdout)).toEqual([
          expect.objectContaining({ orderId: 'FROZEN', status: 'stuck', stuckReason: 'frozen', running: true }),
        ]);
      },
      { timeout: 15_000, interval: 200 },
    );
    const { stdout } = await unwind(args, env);
    expect(stdout).toMatch(/^alipay +alipay-v3 +FROZEN +stuck +frozen /m);
  });

  it('show tells the story of an order from the ledger, while the worker owns it', async () => {
    const { code, stdout } = await unwind(['show', ...order('BACK')], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^order +alipay\/alipay-v3\/BACK$/m);
    expect(stdout).toMatch(/^request +void, if paid reverse, 12\.80 CNY$/m);
    expect(stdout).toMatch(/^final action +refunded by Unwind, proved by the look at the (order|refund) of /m);
    expect(stdout).toMatch(/^final action .*, rule alipay#(before|afterUndo|afterRefund)\.[\w.]+$/m);
    expect(stdout).toMatch(/^1 +(refund|cancel) +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +\d+ ms +done \(.*traceId=/m);
    // Every line of the journal is condensed: none is shown as raw JSON.
    const journal = stdout.slice(stdout.indexOf('JOURNAL')).trim().split('\n').slice(1);
    expect(journal.map((line) => line.slice(22, 30).trim())).toEqual(
      expect.arrayContaining(['opened', 'look', 'act', 'told', 'final']),
    );
    for (const line of journal) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}\w+ +[^{\s]/);
    const stuck = await unwind(['show', 'reversal/alipay/alipay-v3/FROZEN'], env);
    expect(stuck.stdout).toMatch(/^stuck +frozen: The gateway has frozen the trade/m);
    expect(stuck.stdout).toMatch(
      /^\S+ \S+ {2}decision {2}stuck: frozen; looks again by itself at .*; rule alipay#afterUndo\.frozen\.paid$/m,
    );
    const state = await unwind(['status', ...order('FROZEN')], env);
    expect(state.stdout).toMatch(/^rule +alipay#afterUndo\.frozen\.paid$/m);
  });

  it('show tells what became of the webhooks of an order', async () => {
    await worker.says('Schedules created: unwind-webhooks');
    await vi.waitFor(
      () => expect(receiver.events.filter(({ data }) => data.orderId === 'BACK')).toHaveLength(2),
      20_000,
    );
    await vi.waitFor(async () => {
      const { stdout } = await unwind(['show', ...order('BACK')], env);
      expect(stdout).toMatch(/^EVENT +AT \(UTC\) +WEBHOOK$/m);
      expect(stdout).toMatch(/^reversal\.verdict +\S+ \S+ +delivered after /m);
      expect(stdout).toMatch(/^reversal\.final +\S+ \S+ +delivered after /m);
    }, 20_000);
  });

  it('show says that the ledger has nothing of an order', async () => {
    const { code, stdout, stderr } = await unwind(['show', ...order('NEVER'), '--json'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The ledger has nothing of alipay/alipay-v3/NEVER');
  });

  it('note, hold and release are sent, and what has ended is told so', async () => {
    for (const message of ['note', 'hold', 'release']) {
      const { code, stderr } = await unwind([message, ...order('FROZEN'), ...by, '--json'], env);
      expect(code, `${message}: ${stderr}`).toBe(0);
    }
    const { code, stderr } = await unwind(['hold', ...order('KEPT'), ...by], env);
    expect(code).toBe(1);
    expect(stderr).toContain('has ended as kept');
  });

  it('resubmit tries again when the trouble is over: all that are stuck for a reason', async () => {
    const thawed = await fetch(`${control}/systems/alipay/orders/FROZEN/events`, {
      method: 'POST',
      body: '{"name":"unfreeze"}',
    });
    expect(thawed.status).toBe(200);
    const resubmit = (...args: string[]) => unwind(['resubmit', '--stuck', ...args, ...by, '--json'], env);
    const others = await resubmit('--stuck-reason', 'no-funds');
    expect(others.code, others.stderr).toBe(0);
    expect(JSON.parse(others.stdout)).toMatchObject({ matched: 0, resubmitted: 0 });
    const dry = await resubmit('--stuck-reason', 'frozen', '--dry-run');
    expect(JSON.parse(dry.stdout)).toMatchObject({ matched: 1, byReason: { frozen: 1 }, resubmitted: 0 });
    const { code, stdout } = await resubmit('--stuck-reason', 'frozen', '--rate', '20');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ matched: 1, resubmitted: 1, concluded: 1, stuckAgain: 0 });
    await vi.waitFor(
      async () => {
        const state = await unwind(['status', ...order('FROZEN'), '--json'], env);
        expect(JSON.parse(state.stdout)).toMatchObject({ status: 'final', finalAction: 'refunded' });
      },
      { timeout: 20_000, interval: 300 },
    );
  });

  it('resolve records what a person settled', async () => {
    await seed({ orderId: 'OTHER', ...paid, amount: 9900 });
    await unwind(['start', '--file', '-', '--wait', '--until-stuck'], env, ndjson([request('OTHER')]));
    const settled = ['--operator', 'li', '--evidence', 'case 77', '--final-action', 'kept'];
    const { stdout } = await unwind(['resolve', ...order('OTHER'), ...settled, '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'final', finalAction: 'manual' });
  });

  it('audit looks again at what has ended, and finds nothing against it', async () => {
    const { code, stdout, stderr } = await unwind(['audit', '--since', '1h', '--rate', '50', '--json'], env);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ contradicted: [], withoutWorkflow: [] });
    expect(report.looked).toBeGreaterThan(1);
  });
});

describe('what operations look at', () => {
  it('doctor finds everything well, and no account changed', async () => {
    const { code, stdout, stderr } = await unwind(['doctor', '--json'], env);
    expect(code, stdout || stderr).toBe(0);
    const { ok, checks } = JSON.parse(stdout);
    expect(ok).toBe(true);
    const results = new Map<string, string>(checks.map(({ name, result }: Record<string, string>) => [name, result]));
    expect(results.get('account alipay-v3')).toBe('ok');
    expect(results.get('signatures daxpay-c')).toBe('ok');
    expect(results.get('search attributes')).toBe('ok');
    expect(results.get('queue unwind-alipay')).toBe('ok');
    // Plain http, as nobody should have it outside a test.
    expect(results.get('webhooks')).toBe('warn');
  });

  it('a second worker is refused the embedded ledger', async () => {
    const { code, stderr } = await unwind(['worker'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('is in use by process');
  });

  it('a worker ends in order on SIGTERM; then the ledger is read without it', async () => {
    const { code, stderr } = await worker.stop();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('Stopped cleanly');
    const { stdout } = await unwind(['show', ...order('BACK'), '--json'], env);
    const { reversal, acts, journal } = JSON.parse(stdout);
    expect(reversal).toMatchObject({ orderId: 'BACK', finalAction: 'refunded', open: false });
    expect(acts).toEqual([expect.objectContaining({ seq: 1, answer: expect.objectContaining({ kind: 'done' }) })]);
    expect(journal.map(({ kind }: { kind: string }) => kind)).toEqual(expect.arrayContaining(['look', 'act', 'final']));
    const { stdout: settled } = await unwind(['show', ...order('OTHER')], env);
    expect(settled).toMatch(/^final action +manual, li decided kept: case 77; the gateway showed paid$/m);
    expect(settled).toMatch(/^\S+ \S+ {2}operator {2}resolve kept by li: case 77$/m);
    const status = await unwind(['note', ...order('NEVER'), ...by], env);
    expect(status.code).toBe(1);
  });
});
