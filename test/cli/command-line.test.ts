/** What the command line takes and refuses, without any server. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwind } from './support.ts';

const COMMANDS = [
  ...[
    'worker',
    'sandbox',
    'demo',
    'start',
    'status',
    'list',
    'resubmit',
    'hold',
    'release',
    'note',
    'resolve',
    'audit',
  ],
  ...['show', 'doctor', 'reschedule', 'cancel-closure', 'terminal'],
];
/** Nothing listens there: a command that gets so far fails. */
const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:9' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('unwind --help', () => {
  it('lists every command, and the exit codes', async () => {
    const { code, stdout } = await unwind(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Exit codes:');
  });

  it('explains each of them, with an example', async () => {
    for (const command of COMMANDS) {
      const { code, stdout } = await unwind([command, '--help']);
      expect(code, command).toBe(0);
      expect(stdout, command).toContain(`Usage: unwind ${command}`);
      expect(stdout, command).toMatch(/Example|Exit codes/);
    }
  });
});

describe('a wrong command line', () => {
  it.each([
    [['bogus']],
    [['list', '--status', 'lost']],
    [['list', '--since', 'yesterday']],
    [['list', '--stuck-reason', 'bad-luck']],
    [['list', '--from', 'temporal', '--open']],
    [['list', '--from', 'ledger']],
    [['show', 'alipay']],
    [['show', 'alipay', 'pos-east', 'RV1']],
    [['start', '--concurrency', '0', '--file', 'x']],
    [['hold', 'alipay', 'pos-east', 'RV1', '--reason', 'x']],
    [['status', 'alipay']],
    [['sandbox', '--system', 'paypal']],
    [['demo', '--gateway', 'paypal']],
    [['worker', '--deployment', 'unwind']],
    [['worker', '--build-id', '1']],
    [['worker', '--pinned']],
  ])('%j ends with 2 and says what is wrong on stderr only', async (args) => {
    const { code, stdout, stderr } = await unwind(args, nowhere);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/error:|unwind:/);
  });
});

describe('unwind start with wrong requests', () => {
  const good = { provider: 'alipay', account: 'a', orderId: 'R1', amount: 1, currency: 'CNY', reason: 'void' };

  it('lists every problem with its line, and starts nothing', async () => {
    const file = join(folder, 'requests.ndjson');
    const bad = { ...good, amount: 1.5, reason: 'because' };
    await writeFile(file, `${JSON.stringify(good)}\n\nnot json\n${JSON.stringify(bad)}\n`);
    const { code, stdout, stderr } = await unwind(['start', '--file', file, '--json'], nowhere);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Nothing was started');
    expect(stderr).toMatch(/line 3: is no JSON/);
    expect(stderr).toMatch(/line 4: .*amount.*reason/);
  });

  it.each([
    ['no file', ['--file', '/nonexistent/requests.ndjson']],
    ['no request', ['--file', '-']],
    ['no field', []],
    ['an amount that is none', ['--provider', 'alipay', '--amount', '1.2']],
  ])('%s: 2', async (_, args) => {
    const { code, stderr } = await unwind(['start', ...args], nowhere);
    expect(code, stderr).toBe(2);
  });
});

describe('what cannot be reached', () => {
  it('Temporal: 1, with its address and what to set', async () => {
    const { code, stderr } = await unwind(['list'], nowhere);
    expect(code).toBe(1);
    expect(stderr).toContain('this is the index of the Temporal server');
    expect(stderr).toContain('127.0.0.1:9');
    expect(stderr).toContain('TEMPORAL_ADDRESS');
  });

  it('a ledger that nobody has made yet: 1, and nothing is made', async () => {
    const file = join(folder, 'no-ledger.yaml');
    await writeFile(file, 'ledger: { dataDir: ./nothing-here }');
    for (const args of [['list'], ['show', 'alipay', 'pos-east', 'RV1']]) {
      const { code, stdout, stderr } = await unwind(args, { ...nowhere, UNWIND_CONFIG: file });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`There is no ledger in ${join(folder, 'nothing-here')}`);
    }
    expect(await readdir(folder)).not.toContain('nothing-here');
  });

  it('a configuration of the ledger that is wrong: 2, although its accounts are not looked at', async () => {
    const file = join(folder, 'wrong-ledger.yaml');
    await writeFile(file, 'accounts: { one: { provider: paypal } }\nledger: { urll: x, url: mysql://db/x }');
    const { code, stderr } = await unwind(['list'], { ...nowhere, UNWIND_CONFIG: file });
    expect(code).toBe(2);
    for (const place of ['ledger.urll', 'ledger.url:']) expect(stderr).toContain(place);
    expect(stderr).not.toContain('paypal');
    const missing = await unwind(['list'], { ...nowhere, UNWIND_CONFIG: join(folder, 'none.yaml') });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('cannot be read')]);
  });

  it('a configuration with problems: 2, and all of them', async () => {
    const file = join(folder, 'unwind.config.yaml');
    await writeFile(
      file,
      'accounts: { one: { provider: paypal }, two: { provider: alipay, api: v4, rules: { pollEvery: 3 } } }',
    );
    for (const command of ['worker', 'doctor']) {
      const { code, stderr } = await unwind([command], { ...nowhere, UNWIND_CONFIG: file });
      expect(code, command).toBe(2);
      for (const place of ['one.provider', 'two.api', 'two.rules.pollEvery']) expect(stderr, command).toContain(place);
    }
  });
});
