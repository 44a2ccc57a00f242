/** The configuration file, damaged in every way: problems in words, never a crash, and never a secret among them. */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../src/config/index.ts';
import { PATIENCE_MS, tried } from './runs.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SECRET = 'sEcReT-0123456789-abcdefghij-KLMNOP';
const PASSWORD = 'pAsSwOrD-9876543210-zyxwvu';
const ENV = {
  PRIVATE: pem.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  PUBLIC: other.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  SECRET,
  WEBHOOK: `whsec_${Buffer.from(SECRET).toString('base64')}`,
  LEDGER_KEY: Buffer.alloc(32, 7).toString('base64'),
  LEDGER_URL: `postgres://unwind:${PASSWORD}@127.0.0.1:1/unwind`,
  BROKEN_KEY: `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`,
};

const GOOD = {
  accounts: {
    'pos-east': {
      provider: 'alipay',
      api: 'v3',
      endpoint: 'https://openapi.alipay.com',
      appId: '2021000000000000',
      privateKey: { env: 'PRIVATE' },
      alipayPublicKey: { env: 'PUBLIC' },
      rules: { watch: ['5s', '30s'], patience: '45s', backOff: { max: '2m' } },
      rateLimit: 20,
    },
    'till-1': {
      provider: 'shouqianba',
      endpoint: 'https://vsi-api.shouqianba.com',
      terminalSn: '100099990000123456',
      deviceId: 'till-1',
      terminalKey: { env: 'SECRET' },
      callbackPublicKey: { env: 'PUBLIC' },
    },
    online: { provider: 'daxpay', profile: 'c', endpoint: 'https://pay.example.com', secret: { env: 'SECRET' } },
    open: {
      provider: 'daxpay',
      profile: 'f',
      endpoint: 'https://open.example.com',
      mchNo: 'M1',
      privateKey: { env: 'PRIVATE' },
      platformPublicKey: { env: 'PUBLIC' },
    },
  },
  api: { keys: [{ name: 'pos', roles: ['start'], sha256: 'ab'.repeat(32) }] },
  webhooks: { url: 'https://pos.example.com/hooks', secrets: [{ env: 'WEBHOOK' }] },
  overdue: { url: { env: 'LEDGER_URL' } },
  ledger: { url: { env: 'LEDGER_URL' }, encryptionKey: { env: 'LEDGER_KEY' } },
};

/** Whatever a hasty person may have written, the secret itself first of all. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(SECRET, ENV.PRIVATE, ENV.WEBHOOK, ENV.LEDGER_KEY, ENV.LEDGER_URL, [SECRET], { key: SECRET }),
  fc.constantFrom<unknown>({ env: 'SECRET' }, { env: 'BROKEN_KEY' }, { env: 'NOWHERE' }, { file: '/nowhere/at/all' }),
  fc.constantFrom<unknown>({ env: 'SECRET', file: 'x' }, { file: '.' }, { env: SECRET.toLowerCase() }),
  fc.constantFrom<unknown>(
    null,
    true,
    [],
    {},
    '',
    0,
    -1,
    Number.MAX_VALUE,
    '5 bananas',
    'constructor',
    '__proto__',
    'toString',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder: Record<string, unknown> = Object.assign(value);
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesOf(holder[name])]);
}

const LEAST = 12;
/** Any part of a secret that is long enough to be one. */
function leaks(text: string): string | undefined {
  for (const secret of [SECRET, PASSWORD, ENV.LEDGER_KEY, ...ENV.PRIVATE.split('\n').slice(1, -2)]) {
    for (let at = 0; at + LEAST <= secret.length; at++) {
      const part = secret.slice(at, at + LEAST);
      if (text.includes(part)) return part;
    }
  }
  return undefined;
}

/** A secret that was written where a name belongs is a name by then: problems say where they are. */
function isName(text: string): boolean {
  try {
    return placesOf(parse(text)).some(({ name }) => leaks(name) !== undefined);
  } catch {
    return false;
  }
}

/** What is said of it; nothing when it can be used. */
function said(text: string): string {
  try {
    parseConfig(text, 'unwind.config.yaml', ENV);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const problem of error.problems) expect(error.message).toContain(problem);
    return `${error.message}\n${error.stack}\n${JSON.stringify(error)}`;
  }
}

test('as it is, it can be used; and a leak would be found', () => {
  expect(said(stringify(GOOD))).toBe('');
  expect(leaks(`the key ${SECRET.slice(3, 20)} is wrong`)).toBeDefined();
});

test.each([
  ['a provider that every object has', ['pos-east', 'provider'], 'constructor'],
  ['an endpoint that is no address', ['online', 'endpoint'], '5 bananas https://pay.example.com'],
  ['an endpoint that is no address', ['pos-east', 'endpoint'], 'https://:0:0'],
] as const)('%s is a problem, not a crash', (_, [account, field], value) => {
  const accounts = { ...GOOD.accounts, [account]: { ...GOOD.accounts[account], [field]: value } };
  expect(said(stringify({ ...GOOD, accounts }))).toContain(`accounts.${account}.${field}: `);
});

const change = fc.tuple(fc.nat({ max: 200 }), fc.constantFrom('set', 'remove', 'rename', 'add'), odd);

test('members changed', { timeout: PATIENCE_MS }, () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const config = structuredClone(GOOD);
      for (const [at, how, value] of changes) {
        const places = placesOf(config);
        const place = places[at % places.length];
        if (place === undefined) return;
        const { holder, name } = place;
        if (how === 'set') holder[name] = value;
        if (how === 'remove') delete holder[name];
        if (how === 'rename') {
          const was = holder[name];
          delete holder[name];
          Object.defineProperty(holder, typeof value === 'string' ? value : 'odd', {
            value: was,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        if (how === 'add') holder[`${name}2`] = value;
      }
      const text = stringify(config);
      const told = said(text);
      if (!isName(text)) expect(leaks(told)).toBeUndefined();
    }),
    tried(600),
  );
});

test('text damaged', { timeout: PATIENCE_MS }, () => {
  const good = stringify(GOOD);
  fc.assert(
    fc.property(fc.nat({ max: good.length }), fc.nat({ max: 30 }), odd, (at, length, value) => {
      const text = `${good.slice(0, at)}${typeof value === 'string' ? value : stringify(value)}${good.slice(at + length)}`;
      const told = said(text);
      if (!isName(text)) expect(leaks(told)).toBeUndefined();
    }),
    tried(600),
  );
});
