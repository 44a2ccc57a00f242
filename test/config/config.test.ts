/** The configuration: what is refused, with every problem at once, and what never shows. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadEncryption, parseConfig, parseDuration } from '../../src/config/index.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ENV = {
  APP_KEY: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ALIPAY_KEY: other.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  TERMINAL_KEY: 'a-terminal-key',
  DAXPAY: 'a-daxpay-secret',
};
const STORE = { load: async () => undefined, replace: async () => false };

const GOOD = `
accounts:
  pos-east:
    provider: alipay
    api: v3
    endpoint: https://openapi.alipay.com
    appId: "2021000000000000"
    privateKey: { env: APP_KEY }
    alipayPublicKey: { env: ALIPAY_KEY }
    rules: { watch: [5s, 30s], patience: 45s, backOff: { max: 2m }, cancelWindow: 23h50m }
    rateLimit: 20
  till-1:
    provider: shouqianba
    endpoint: https://vsi-api.shouqianba.com
    terminalSn: "100099990000123456"
    deviceId: till-1
    terminalKey: { env: TERMINAL_KEY }
    revoke: false
  online:
    provider: daxpay
    profile: c
    endpoint: http://127.0.0.1:9000
    secret: { env: DAXPAY }
ledger:
  dataDir: ./somewhere
`;

const problemsOf = (text: string, env: NodeJS.ProcessEnv = ENV): readonly string[] => {
  try {
    parseConfig(text, 'unwind.config.yaml', env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it('knows where the runbook is published, when it is told', () => {
    const at = (value: string) => `${GOOD}runbook: ${value}\n`;
    expect(parseConfig(at('https://wiki.example.com/runbook'), 'c.yaml', ENV).runbook).toBe(
      'https://wiki.example.com/runbook',
    );
    expect(parseConfig(GOOD, 'c.yaml', ENV)).not.toHaveProperty('runbook');
    for (const wrong of ['docs/runbook.md', 'javascript:alert(1)']) {
      expect(problemsOf(at(wrong))).toEqual(['runbook: must be the http or https address of the published runbook']);
    }
  });

  it('opens every account with its rules and limits', () => {
    const accounts = parseConfig(GOOD, '/etc/unwind/unwind.config.yaml', ENV).openAccounts(STORE);
    expect(accounts.map(({ provider, name, rules }) => [provider, name, rules])).toEqual([
      ['alipay', 'pos-east', 'alipay'],
      ['shouqianba', 'till-1', 'shouqianba'],
      ['daxpay', 'online', 'daxpay-c'],
    ]);
    const [alipay, shouqianba] = accounts;
    expect(alipay?.rateLimit).toBe(20);
    expect(alipay?.overrides).toMatchObject({
      timing: { watch: [5000, 30_000], patience: 45_000, backOff: { max: 120_000 } },
      cancelWindow: 85_800_000,
      permits: { refund: true },
    });
    expect(shouqianba?.overrides.permits).toMatchObject({ revoke: false });
    expect(shouqianba?.rotateKeys).toBeTypeOf('function');
  });

  it('needs no section for the ledger: it is embedded then', () => {
    expect(parseConfig('accounts: {}', 'unwind.config.yaml', {}).ledger).toEqual({});
  });

  it('knows the keys that encrypt what Temporal keeps, when it is told', () => {
    const [a, b] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const env = {
      ...ENV,
      KEY_A: a,
      KEY_B: b,
      SAME: a,
      SHORT: randomBytes(16).toString('base64'),
      HEX: 'ab'.repeat(32),
    };
    const withKeys = (section: string) => `${GOOD}encryption: ${section}\n`;
    const both = '[{ id: "2026-12", key: { env: KEY_B } }, { id: "2026-11", key: { env: KEY_A } }]';
    const codecOf = (section: string) => parseConfig(withKeys(section), 'c.yaml', env).encryption;
    expect(codecOf(`{ keys: ${both} }`)).toMatchObject({ keyIds: ['2026-12', '2026-11'], decryptOnly: false });
    expect(codecOf(`{ decryptOnly: true, keys: ${both} }`)).toMatchObject({ decryptOnly: true });
    expect(parseConfig(GOOD, 'c.yaml', env)).not.toHaveProperty('encryption');
    const wrongKeys =
      '[{ id: x, key: { env: KEY_A } }, { id: x, key: { env: KEY_B } }, { id: y, key: { env: SAME } }, ' +
      '{ id: z, key: { env: SHORT } }, { id: h, key: { env: HEX } }, { id: n, key: { env: NONE } }]';
    const wrong = problemsOf(withKeys(`{ keys: ${wrongKeys} }`), env);
    const LENGTH = 'must be 32 bytes in base64, such as `openssl rand -base64 32` prints';
    expect(wrong).toEqual([
      `encryption.keys.3.key: ${LENGTH}`,
      `encryption.keys.4.key: ${LENGTH}`,
      'encryption.keys.5.key: the environment variable NONE is not set',
      'encryption.keys.1: the id x is there twice',
      'encryption.keys.2: is the same key as x',
    ]);
    for (const secret of [a, b, env.SHORT, env.HEX]) expect(wrong.join()).not.toContain(secret);
    expect(problemsOf(withKeys(`{ keys: [{ id: "a b", key: "${a}" }, { id: 7 }], key: x }`), env).toSorted()).toEqual([
      'encryption.key: unknown field',
      'encryption.keys.0.id: must be 1 to 64 letters, digits, dots, underscores or hyphens',
      'encryption.keys.0.key: must be { file: … } or { env: … }; a secret itself never stands in the configuration',
      'encryption.keys.1.id: must be a text: put the number in quotes',
      'encryption.keys.1.key: must be { file: … } or { env: … }; a secret itself never stands in the configuration',
    ]);
    for (const none of ['{}', '']) expect(problemsOf(withKeys(none), env)).toHaveLength(1);
    expect(problemsOf(withKeys('{ keys: [] }'), env)).toEqual(['encryption.keys: needs at least one key']);
  });

  it('gives the encryption alone to whoever only speaks to Temporal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unwind-config-'));
    const file = join(folder, 'unwind.config.yaml');
    const env = { UNWIND_CONFIG: file, KEY_A: randomBytes(32).toString('base64') };
    const loaded = async (text: string, given: NodeJS.ProcessEnv = env) => {
      await writeFile(file, text);
      return loadEncryption(given);
    };
    // Other sections may be wrong, and their secrets out of reach.
    const wrong = 'accounts: { one: { provider: paypal } }\n';
    expect(await loaded(wrong)).toBeUndefined();
    expect(loadEncryption({})).toBeUndefined();
    const section = 'encryption: { keys: [{ id: "2026-11", key: { env: KEY_A } }] }\n';
    expect((await loaded(`${wrong}${section}`))?.keyIds).toEqual(['2026-11']);
    await expect(loaded(section, { UNWIND_CONFIG: file })).rejects.toThrow('KEY_A is not set');
    await expect(loaded('encryption:\n')).rejects.toThrow('encryption: must be a section with fields of its own');
    await rm(folder, { recursive: true });
    expect(() => loadEncryption(env)).toThrow('the file cannot be read');
  });

  it('knows where overdue orders are read, when it is told', () => {
    const url = 'postgres://unwind:secret@books.internal/shop';
    const overdueOf = (section: string) =>
      parseConfig(`${GOOD}overdue: ${section}\n`, 'c.yaml', { ...ENV, BOOKS: url }).overdue;
    expect(overdueOf('{ url: { env: BOOKS } }')).toEqual({
      url,
      view: 'unwind_overdue_orders',
      every: 300_000,
      ratePerSecond: 20,
    });
    expect(overdueOf('{ url: postgres://books/shop, view: shop.overdue, every: 1m, ratePerSecond: 0.5 }')).toEqual({
      url: 'postgres://books/shop',
      view: 'shop.overdue',
      every: 60_000,
      ratePerSecond: 0.5,
    });
    expect(parseConfig(GOOD, 'c.yaml', ENV)).not.toHaveProperty('overdue');
    const wrong = 'overdue: { url: { env: NONE }, view: a view, every: 1ms, ratePerSecond: 101, table: x }';
    expect(problemsOf(`${GOOD}${wrong}\n`).toSorted()).toEqual([
      'overdue.every: must be 1s or more',
      expect.stringMatching(/^overdue\.ratePerSecond: /),
      'overdue.table: unknown field',
      'overdue.view: must be a name such as unwind_overdue_orders or shop.overdue',
    ]);
    expect(problemsOf(`${GOOD}overdue: { url: { env: NONE } }\n`)).toEqual([
      'overdue.url: the environment variable NONE is not set',
    ]);
    expect(problemsOf(`${GOOD}overdue: { url: "${url}" }\n`)).toEqual([
      expect.stringMatching(/^overdue\.url: holds a password/),
    ]);
  });

  it('names every problem at once, with its path', () => {
    const text = GOOD.replace('watch: [5s, 30s]', 'watch: [soon]')
      .replace('terminalSn:', 'terminalNo:')
      .replace('profile: c', 'profile: z')
      .replace('dataDir: ./somewhere', 'dataDir: ./somewhere\n  colour: red');
    expect(problemsOf(`${text}\nlogging: true\n`).toSorted()).toEqual([
      expect.stringMatching(/^accounts\.online\.profile: /),
      expect.stringMatching(/^accounts\.pos-east\.rules\.watch\.0: must be a duration/),
      'accounts.till-1.terminalNo: unknown field',
      expect.stringMatching(/^accounts\.till-1\.terminalSn: /),
      'ledger.colour: unknown field',
      'logging: unknown field',
    ]);
  });

  it('says how a secret is referred to where one stands in the file, and shows it in no message', () => {
    expect(problemsOf(GOOD.replace('{ env: APP_KEY }', 'MIIsecret'))).toEqual([
      'accounts.pos-east.privateKey: must be { file: … } or { env: … }; a secret itself never stands in the configuration',
    ]);
    const broken = problemsOf(GOOD.replace('privateKey: { env: APP_KEY }', 'privateKey: MIIsecret\n      oops: [1'));
    expect(broken).toEqual([expect.stringMatching(/^not YAML: .* at line \d+, column \d+$/)]);
    const url = problemsOf(GOOD.replace('dataDir: ./somewhere', 'url: postgres://unwind:secret@db/unwind'));
    expect(url).toEqual([expect.stringMatching(/^ledger\.url: holds a password: give the whole URL as/)]);
    expect(JSON.stringify([broken, url])).not.toMatch(/MII|:secret/);
  });

  it('resolves the ledger, and wants an encryption key where terminal keys go to PostgreSQL', () => {
    expect(parseConfig(GOOD, '/etc/unwind/unwind.config.yaml', ENV).ledger).toEqual({
      dataDir: '/etc/unwind/somewhere',
    });
    const remote = GOOD.replace('dataDir: ./somewhere', 'url: { env: LEDGER_URL }');
    const env = { ...ENV, LEDGER_URL: 'postgres://unwind:secret@db/unwind', KEY: Buffer.alloc(32).toString('base64') };
    expect(problemsOf(remote, env)).toEqual([
      'ledger.encryptionKey: is needed for the terminal keys of accounts.till-1',
    ]);
    const keyed = `${remote}  encryptionKey: { env: KEY }\n`;
    expect(parseConfig(keyed, 'x.yaml', env).ledger).toEqual({ url: env.LEDGER_URL, encryptionKey: env.KEY });
    expect(problemsOf(keyed, { ...env, KEY: 'short', LEDGER_URL: 'mysql://db' })).toEqual([
      'ledger.url: what it refers to is not a postgres:// URL',
      expect.stringMatching(/^ledger\.encryptionKey: .* must be 32 bytes in base64/),
    ]);
  });

  it('names secrets that cannot be read by their reference, and shows no value', () => {
    const { APP_KEY: _, ...without } = ENV;
    const problems = problemsOf(GOOD.replace('{ env: TERMINAL_KEY }', '{ file: /nowhere/key }'), without);
    expect(problems).toEqual([
      expect.stringMatching(/^accounts\.pos-east: .*APP_KEY is not set/),
      expect.stringMatching(/^accounts\.till-1: .*\/nowhere\/key cannot be read/),
    ]);
    expect(JSON.stringify(problemsOf(GOOD, { ...ENV, APP_KEY: 'not-a-key-material' }))).not.toContain(
      'not-a-key-material',
    );
  });

  it('refuses two accounts of the same merchant', () => {
    const [, section = ''] = GOOD.split('  till-1:\n');
    const twin = `${GOOD.replace('ledger:', `  till-2:\n${section.split('  online:')[0]}ledger:`)}`;
    expect(problemsOf(twin)).toEqual(['accounts.till-2: is the same merchant at shouqianba as accounts.till-1']);
  });

  it.each([
    ['both', 'actTimeout: 30s, actHorizon: 20s', 'rules.actHorizon', 'longer than actTimeout'],
    ['the deadline alone', 'actTimeout: 2m', 'rules.actHorizon', 'longer than actTimeout'],
    ['the horizon alone', 'actHorizon: 0s', 'rules.actHorizon', 'longer than actTimeout'],
    ['a speed that makes both the shortest there is', 'speed: 5000', 'rules.actHorizon', 'longer than actTimeout'],
    ['looks that are never fresh enough to act on', 'lookTimeout: 11s', 'rules.freshness', 'as long as lookTimeout'],
    ['a gap beyond the freshness', 'freshness: 6s, gap: 7s', 'rules.freshness', 'as long as gap'],
    ['polling without a pause', 'pollEvery: 0s', 'rules.pollEvery', 'longer than nothing'],
    ['repeats without a pause', 'backOff: { first: 0s }', 'rules.backOff.first', 'longer than nothing'],
  ])('refuses durations that break a promise, whichever of them was overridden: %s', (_, rules, at, message) => {
    const given = GOOD.replace(/rules: .*/, `rules: { ${rules} }`);
    expect(problemsOf(given)).toEqual([expect.stringMatching(`^accounts\\.pos-east\\.${at}: .*${message}`)]);
  });

  it('refuses an unknown gateway and text that is no YAML', () => {
    expect(problemsOf(GOOD.replace('provider: daxpay', 'provider: paypal'))).toEqual([
      'accounts.online.provider: must be one of alipay, shouqianba, daxpay',
    ]);
    expect(problemsOf('accounts: [')).toEqual([expect.stringMatching(/^not YAML/)]);
  });
});

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5000],
    ['23h50m', 85_800_000],
    ['1d', 86_400_000],
    ['5', undefined],
    ['5 s', undefined],
    ['', undefined],
    ['-5s', undefined],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('the outbound proxy', () => {
  const at = (value: string) => `${GOOD}proxy: ${value}\n`;
  const env = { ...ENV, PROXY: 'http://unwind:s3cret@proxy.internal:3128' };

  it.each(['http://proxy.internal:3128', 'proxy.internal:3128', 'none'])('is %s', (value) => {
    expect(parseConfig(at(value), 'c.yaml', env).proxy).toBe(value);
  });

  it('may be a reference, since it may hold a password', () => {
    expect(parseConfig(at('{ env: PROXY }'), 'c.yaml', env).proxy).toBe(env.PROXY);
    const [problem] = problemsOf(at('http://unwind:s3cret@proxy.internal:3128'), env);
    expect(problem).toMatch(/^proxy: holds a password/);
    expect(problem).not.toContain('s3cret');
  });

  it('is an HTTP proxy, wherever it is named', () => {
    const wrong = /is not the address of an HTTP proxy, such as/;
    expect(problemsOf(at('socks5://proxy:1080'))).toEqual([expect.stringMatching(/^proxy: must be the address of an/)]);
    expect(problemsOf(at('{ env: DAXPAY }'), { ...ENV, DAXPAY: 'ftp://x' })).toEqual([expect.stringMatching(wrong)]);
    expect(problemsOf(GOOD, { ...ENV, HTTPS_PROXY: 'socks5://u:s3cret@p' })).toEqual([expect.stringMatching(wrong)]);
    expect(problemsOf(at('none'), { ...ENV, HTTPS_PROXY: 'socks5://u:s3cret@p' })).toEqual([]);
  });
});

describe('an address without TLS', () => {
  const alipayAt = (endpoint: string) => GOOD.replace('https://openapi.alipay.com', endpoint);
  const daxpayAt = (endpoint: string) => GOOD.replace('http://127.0.0.1:9000', endpoint);
  const tillAt = (endpoint: string) => GOOD.replace('https://vsi-api.shouqianba.com', endpoint);
  const hookAt = (url: string) => `${GOOD}webhooks: { url: ${url}, secrets: [{ env: HOOK }] }\n`;
  const env = { ...ENV, HOOK: `whsec_${'A'.repeat(32)}` };

  it.each([
    ['accounts.pos-east.endpoint', alipayAt, '"2021000000000000"'],
    ['accounts.online.endpoint', daxpayAt, '{ env: DAXPAY }'],
    ['accounts.till-1.endpoint', tillAt, 'till-1\n    terminalKey'],
  ])('%s: only to this machine, or by a word', (path, at, before) => {
    for (const own of ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1']) {
      expect(problemsOf(at(own), env)).toEqual([]);
    }
    for (const other of ['http://gateway.example.com', 'http://10.0.0.5', 'http://127.0.0.1.example.com']) {
      expect(problemsOf(at(other), env)).toEqual([expect.stringMatching(`^${path}: must be https: .*insecure: true`)]);
      const allowed = at(`${other}\n    insecure: true`);
      expect(problemsOf(allowed, env)).toEqual([]);
      expect(allowed).toContain(before);
    }
  });

  it('webhooks: only to this machine, or by a word', () => {
    expect(problemsOf(hookAt('http://127.0.0.1:1/x'), env)).toEqual([]);
    expect(problemsOf(hookAt('http://hooks.example.com/x'), env)).toEqual([
      expect.stringMatching(/^webhooks\.url: must be https: .*insecure: true/),
    ]);
    expect(problemsOf(hookAt('http://hooks.example.com/x, insecure: true'), env)).toEqual([]);
  });
});

describe('one merchant by two names', () => {
  const daxpay = (name: string, endpoint: string) =>
    `  ${name}: { provider: daxpay, profile: c, endpoint: "${endpoint}", secret: { env: DAXPAY } }\n`;
  const same = /^accounts\.two: is the same merchant at daxpay as accounts\.one$/;

  it.each([
    ['http://localhost:9000', 'http://127.0.0.1:9000'],
    ['http://[::1]:9000/', 'http://LOCALHOST:9000'],
    ['http://[::ffff:127.0.0.1]:9000', 'http://127.0.0.1:9000'],
    ['http://localhost.:9000', 'http://127.1:9000'],
    ['https://pay.example.com', 'https://pay.example.com.'],
    ['https://pay.example.com', 'https://PAY.Example.com:443/'],
    ['https://pay.example.com/dax', 'https://pay.example.com//dax/'],
  ])('%s and %s', (one, two) => {
    expect(problemsOf(`accounts:\n${daxpay('one', one)}${daxpay('two', two)}`)).toEqual([expect.stringMatching(same)]);
  });

  it('two ports, or two paths, are two', () => {
    const [one, two] = ['https://pay.example.com/a', 'https://pay.example.com:8443/a'];
    expect(problemsOf(`accounts:\n${daxpay('one', one)}${daxpay('two', two)}`)).toEqual([]);
  });

  it('the same token by two references', () => {
    const alipay = (name: string, token: string) =>
      `  ${name}: { provider: alipay, api: v3, endpoint: "https://openapi.alipay.com", appId: "2021", ` +
      `privateKey: { env: APP_KEY }, alipayPublicKey: { env: ALIPAY_KEY }, appAuthToken: { env: ${token} } }\n`;
    const env = { ...ENV, TOKEN_A: '202605BBabc', TOKEN_B: '202605BBabc\n', TOKEN_C: '202605BBother' };
    const two = `accounts:\n${alipay('one', 'TOKEN_A')}${alipay('two', 'TOKEN_B')}`;
    expect(problemsOf(two, env)).toEqual(['accounts.two: is the same merchant at alipay as accounts.one']);
    expect(problemsOf(two.replace('TOKEN_B', 'TOKEN_C'), env)).toEqual([]);
  });
});

describe('what is wrong is said in words of ours', () => {
  it.each([
    [
      'appId: "2021000000000000"',
      'appId: 2021000000000000',
      'accounts.pos-east.appId: must be a text: put the number in',
    ],
    ['    terminalSn: "100099990000123456"\n', '', 'accounts.till-1.terminalSn: is missing'],
    ['rateLimit: 20', 'rateLimit: "20"', 'accounts.pos-east.rateLimit: must be a number'],
    ['rateLimit: 20', 'rateLimit: 0', 'accounts.pos-east.rateLimit: must be above 0'],
    ['revoke: false', 'revoke: "no"', 'accounts.till-1.revoke: must be true or false'],
    ['api: v3', 'api: v2', 'accounts.pos-east.api: must be one of v3, classic'],
    ['deviceId: till-1', 'deviceId: ""', 'accounts.till-1.deviceId: must not be empty'],
  ])('%s as %s', (good, wrong, words) => {
    const [problem] = problemsOf(GOOD.replace(good, wrong));
    expect(problem).toContain(words);
    expect(problem).not.toMatch(/Invalid|expected|received/);
  });
});
