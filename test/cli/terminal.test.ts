/** `unwind terminal activate`, against the sandbox: a terminal that has only a vendor and a code gets to work. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/index.ts';
import { accountsOf } from '../../src/gateways/accounts.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { shouqianbaSystem } from '../../src/sandbox/shouqianba/index.ts';
import { createReversalWorkers, type WorkerOptions } from '../../src/worker.ts';
import { type Env, unwind } from './support.ts';

const SYSTEM = 'shouqianba';
let sandbox: Sandbox;
let folder = '';
let env: Env;
let file = '';

const credentials = () => sandbox.system(SYSTEM).credentials();

/** The configuration of one till, and a ledger of its own. */
async function configure(more: Readonly<Record<string, unknown>> = {}, account = {}) {
  const { vendorSn, appId, deviceId } = credentials();
  const till = {
    ...{ provider: SYSTEM, endpoint: sandbox.url(SYSTEM), deviceId, vendorSn, appId },
    ...{ vendorKey: { env: 'VENDOR_KEY' }, ...account },
  };
  await writeFile(file, stringify({ accounts: { till }, ledger: { dataDir: './data' }, ...more }));
}

const activate = (...more: readonly string[]) =>
  unwind(['terminal', 'activate', 'till', '--code-env', 'CODE', ...more], env);

/** What `unwind doctor` says of the till. */
async function doctorOfTill(): Promise<unknown> {
  const { stdout } = await unwind(['doctor', '--json'], env);
  return JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === 'account till');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-terminal-'));
  file = join(folder, 'unwind.config.yaml');
  sandbox = await startSandbox({ systems: { [SYSTEM]: shouqianbaSystem } });
  const { vendorKey = '', activationCode = '' } = credentials();
  env = {
    ...{ UNWIND_CONFIG: file, TEMPORAL_ADDRESS: '127.0.0.1:9', VENDOR_KEY: vendorKey, CODE: activationCode },
    TERMINAL_KEY: credentials().terminalKey ?? '',
  };
});
afterAll(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('unwind terminal activate', { timeout: 60_000 }, () => {
  let terminalSn = '';

  it('needs a code by reference, an account that is there, and all that an activation needs', async () => {
    await configure();
    const twice = await unwind(['terminal', 'activate', 'till', '--code-env', 'CODE', '--code-file', 'x'], env);
    expect([twice.code, twice.stdout]).toEqual([2, '']);
    const none = await unwind(['terminal', 'activate', 'till'], env);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--code-env')]);
    const unset = await unwind(['terminal', 'activate', 'till', '--code-env', 'NOT_SET'], env);
    expect([unset.code, unset.stderr]).toEqual([2, expect.stringContaining('NOT_SET is not set')]);
    const unknown = await unwind(['terminal', 'activate', 'tilll', '--code-env', 'CODE'], env);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('accounts.tilll: is not there')]);
    await writeFile(
      file,
      stringify({ accounts: { till: { provider: SYSTEM, endpoint: 'https://x', deviceId: 'd' } } }),
    );
    const bare = await activate();
    expect(bare.code).toBe(2);
    for (const field of ['vendorSn', 'vendorKey', 'appId']) expect(bare.stderr).toContain(`accounts.till.${field}`);
    await writeFile(file, stringify({ accounts: { till: { provider: 'alipay' } } }));
    expect((await activate()).stderr).toContain('only terminals of shouqianba');
    expect(sandbox.log()).toEqual([]);
  });

  it('sends nothing while the ledger cannot be opened: the code is for few uses', async () => {
    await configure({ ledger: { dataDir: './held' } });
    const holder = await openLedger({ dataDir: join(folder, 'held') });
    try {
      const { code, stderr } = await activate();
      expect([code, stderr]).toEqual([1, expect.stringMatching(/Nothing was sent.*is in use/)]);
    } finally {
      await holder.close();
    }
    const url = 'postgres://127.0.0.1:9/x';
    await configure({ ledger: { url } });
    expect(await activate()).toMatchObject({ code: 2, stderr: expect.stringContaining('ledger.encryptionKey') });
    expect(sandbox.log()).toEqual([]);
  });

  it('stores the key encrypted, prints what the configuration needs, and no secret', async () => {
    await configure();
    const { code, stdout, stderr } = await activate('--name', 'till 1');
    expect([code, stderr]).toEqual([0, '']);
    terminalSn = /terminalSn: "(\d+)"/.exec(stdout)?.[1] ?? '';
    expect(terminalSn).toMatch(/^1000\d{14}$/);
    expect(stdout).toContain('accounts.till of');

    const ledger = await openLedger({ dataDir: join(folder, 'data') });
    const key = (await ledger.terminalKeys.load(terminalSn))?.current ?? '';
    await ledger.close();
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const secrets = [key, env.VENDOR_KEY ?? '', env.CODE ?? ''];
    for (const secret of secrets) expect(stdout).not.toContain(secret);
    for (const name of await readdir(join(folder, 'data'), { recursive: true })) {
      const bytes = await readFile(join(folder, 'data', name), 'latin1').catch(() => '');
      expect([name, bytes.includes(key)]).toEqual([name, false]);
    }
  });

  it('gives a terminal that works without a key in the configuration', async () => {
    await configure({}, { terminalSn });
    expect(await doctorOfTill()).toMatchObject({ result: 'ok' });
  });

  it('is not repeated for a terminal that has a key, in the ledger or in the configuration', async () => {
    const before = sandbox.log().length;
    for (const terminalKey of [undefined, { env: 'TERMINAL_KEY' }]) {
      await configure(
        terminalKey && { ledger: { dataDir: './other' } },
        terminalKey ? { terminalSn: credentials().terminalSn, terminalKey } : { terminalSn },
      );
      const { code, stdout } = await activate('--json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        activated: false,
        problem: expect.stringMatching(/nothing was sent.*--again/),
      });
    }
    expect(sandbox.log()).toHaveLength(before);
  });

  it('is repeated by an explicit word; a code that is used up says what is needed', async () => {
    await configure({}, { terminalSn });
    const again = await activate('--again', '--json');
    expect(JSON.parse(again.stdout)).toEqual({ activated: true, terminalSn: expect.stringMatching(/^\d{18}$/) });
    sandbox.happen(SYSTEM, 'any', { name: 'policy', with: { activationUses: 2 } });
    const used = await activate('--again');
    expect([used.code, used.stdout]).toEqual([1, '']);
    expect(used.stderr).toMatch(/ACTIVATE_FAIL.*used up after few activations.*seven days/);
  });
});

describe('a terminal without any key', { timeout: 60_000 }, () => {
  const MISSING = /no key of terminal 100099990000123456.*`unwind terminal activate` gets one/;
  const lacking = { terminalSn: '100099990000123456' };

  it('is told by doctor, with a ledger and without one', async () => {
    for (const dataDir of ['./data', './none-yet']) {
      await configure({ ledger: { dataDir } }, lacking);
      expect(await doctorOfTill()).toMatchObject({ result: 'fail', detail: expect.stringMatching(MISSING) });
    }
  });

  it('keeps a worker from starting, with the account that lacks it', async () => {
    await configure({}, lacking);
    const config = parseConfig(await readFile(file, 'utf8'), file, env);
    const empty = { load: async () => undefined, replace: async () => false };
    const accounts = accountsOf(config.openAccounts(empty));
    await expect(createReversalWorkers({ accounts } as unknown as WorkerOptions)).rejects.toThrow(
      /accounts\.till: no key of terminal/,
    );
  });
});
