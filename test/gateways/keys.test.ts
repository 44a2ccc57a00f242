/** How keys and certificates are handed over, at every gateway: what is taken, and what is wrong with the others. */
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { alipay } from '../../src/gateways/alipay/index.ts';
import { daxpay } from '../../src/gateways/daxpay/index.ts';
import { privateKeyOf, publicKeyOf, validityOf } from '../../src/gateways/keys.ts';
import { shouqianba } from '../../src/gateways/shouqianba/index.ts';
import vectors from '../vectors/alipay.json' with { type: 'json' };
import { selfSigned } from './alipay/certificate.ts';

const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
const third = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const pkcs8 = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const pkcs1 = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs1' }).toString();
const spki = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString();
const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');

/** Everything that has been seen to happen to a PEM on its way into a variable or a file. */
const SHAPES: Readonly<Record<string, (pem: string) => string>> = {
  'as it is': (pem) => pem,
  'literal \\n': (pem) => pem.replaceAll('\n', '\\n'),
  'literal \\r\\n': (pem) => pem.replaceAll('\n', '\\r\\n'),
  'literal \\n, escaped twice': (pem) => pem.replaceAll('\n', '\\\\n'),
  'literal \\n in quotes': (pem) => `"${pem.replaceAll('\n', '\\n')}"`,
  'single quotes': (pem) => `'${pem.trim()}'`,
  'blanks for line breaks': (pem) => pem.replaceAll('\n', ' '),
  'line breaks of Windows': (pem) => pem.replaceAll('\n', '\r\n'),
  'line breaks of old Macs': (pem) => pem.replaceAll('\n', '\r'),
  'a byte order mark': (pem) => `\uFEFF${pem}`,
  'UTF-16, read as bytes': (pem) => [...`\uFFFD\uFFFD${pem}`].join('\u0000'),
  'blanks around and within': (pem) => pem.replaceAll('\n', ' \t\n  '),
  'blanks of a web page': (pem) => pem.replaceAll('\n', '\u00a0\n\u200b'),
  'dashes of a text processor': (pem) => pem.replaceAll('-----', '\u2014\u2013'),
  'four dashes': (pem) => pem.replaceAll('-----', '----'),
  'no dashes': (pem) => pem.replaceAll('-----', ''),
  'no end': (pem) => pem.replace(/-----END[^-]+-----/, ''),
  'no beginning': (pem) => pem.replace(/-----BEGIN[^-]+-----/, ''),
  'all in one line': (pem) => pem.replaceAll('\n', ''),
  'bare base64': bare,
  'bare base64 with literal \\n': (pem) => `${bare(pem)}\\n`,
  'twice the same': (pem) => pem + pem,
  'comments around it': (pem) => `Bag Attributes\n    friendlyName: pay\n${pem}\n# end\n`,
};

describe('the shapes of a key', () => {
  test.each(Object.entries(SHAPES))('%s', (_, shape) => {
    for (const text of [pkcs8(own.privateKey), pkcs1(own.privateKey)]) {
      expect(privateKeyOf(shape(text)).equals(own.privateKey)).toBe(true);
    }
    for (const text of [spki(theirs.publicKey), pkcs1(theirs.publicKey)]) {
      expect(publicKeyOf(shape(text), own.privateKey).equals(theirs.publicKey)).toBe(true);
    }
  });
});

const CERTIFICATE = selfSigned('Alipay', '2002', theirs);
const WRONG: readonly [string, string, 'private' | 'public', RegExp][] = [
  ['nothing', ' \n', 'private', /neither a PKCS#8 nor a PKCS#1 private key/],
  ['garbage', 'SECRET', 'private', /neither a PKCS#8 nor a PKCS#1 private key/],
  ['garbage', 'SECRET', 'public', /neither an SPKI nor a PKCS#1 public key/],
  ['a public key', spki(own.publicKey), 'private', /is a public key, and a private key is needed/],
  ['a certificate', CERTIFICATE, 'private', /is a certificate, and a private key is needed/],
  ['the own private key', pkcs8(own.privateKey), 'public', /is the own private key, and their public key is needed/],
  ['a private key', pkcs1(third.privateKey), 'public', /is a private key, and their public key is needed/],
  ['a pair', pkcs8(third.privateKey) + spki(third.publicKey), 'public', /is a private key/],
  ['the own public key', spki(own.publicKey), 'public', /is the application's own public key/],
  ['two public keys', spki(theirs.publicKey) + spki(third.publicKey), 'public', /holds several public keys/],
  ['two private keys', pkcs8(own.privateKey) + pkcs8(third.privateKey), 'private', /holds several private keys/],
  ['an elliptic key', pkcs8(curve.privateKey), 'private', /not an RSA key/],
  ['an elliptic key', spki(curve.publicKey), 'public', /not an RSA key/],
  [
    'an encrypted key',
    own.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'SECRET' }).toString(),
    'private',
    /is an encrypted key/,
  ],
  [
    'a certificate request',
    '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----',
    'public',
    /is a certificate request/,
  ],
];

const STORE = { load: async () => undefined, replace: async () => false };
const depsOf = (secrets: Record<string, string>, warnings: string[] = [], now = Date.UTC(2026, 11, 1)) => ({
  secret: (ref: { env: string } | { file: string }) => secrets['env' in ref ? ref.env : ref.file] ?? '',
  now: () => now,
  terminalKeys: STORE,
  warn: (message: string) => void warnings.push(message),
});

/** Opens an account whose two keys are these. */
const OPENERS: Readonly<
  Record<string, { opens(mine: string, other: string): unknown; hasOwn: boolean; name: string }>
> = {
  alipay: {
    hasOwn: true,
    name: 'alipayPublicKey',
    opens: (mine, other) =>
      alipay.open(
        alipay.account.parse({
          ...{ api: 'v3', endpoint: 'https://openapi.alipay.com', appId: '2021000199990001' },
          ...{ privateKey: { env: 'MINE' }, alipayPublicKey: { env: 'THEIRS' } },
        }),
        depsOf({ MINE: mine, THEIRS: other }),
      ),
  },
  'DaxPay Open 1.0': {
    hasOwn: true,
    name: 'platformPublicKey',
    opens: (mine, other) =>
      daxpay.open(
        daxpay.account.parse({
          ...{ profile: 'f', endpoint: 'https://pay.example.com', mchNo: 'M1' },
          ...{ privateKey: { env: 'MINE' }, platformPublicKey: { env: 'THEIRS' } },
        }),
        depsOf({ MINE: mine, THEIRS: other }),
      ),
  },
  shouqianba: {
    hasOwn: false,
    name: 'callbackPublicKey',
    opens: (_, other) =>
      shouqianba.notifications?.(
        shouqianba.account.parse({
          ...{ endpoint: 'https://vsi-api.shouqianba.com', terminalSn: '1', deviceId: 'till' },
          ...{ terminalKey: { env: 'TERMINAL' }, callbackPublicKey: { env: 'THEIRS' } },
        }),
        depsOf({ TERMINAL: 'key', THEIRS: other }),
      ),
  },
};

describe.each(Object.entries(OPENERS))('%s', (_, { opens, hasOwn, name }) => {
  const [mine, other] = [pkcs8(own.privateKey), spki(theirs.publicKey)];

  it.each(Object.entries(SHAPES))('takes keys with %s', (_shape, shape) => {
    expect(() => opens(shape(mine), shape(other))).not.toThrow();
  });

  it.each(WRONG)('says what is wrong with %s', (what, text, wanted, words) => {
    if (!hasOwn && (wanted === 'private' || what.includes('own'))) return;
    const opening = () => (wanted === 'private' ? opens(text, other) : opens(mine, text));
    expect(opening).toThrow(words);
    expect(opening).toThrow(wanted === 'private' ? 'privateKey' : name);
    expect(opening).not.toThrow('SECRET');
    expect(opening).not.toThrow(bare(text).slice(40, 60) || 'SECRET');
  });
});

describe("Alipay's three certificates", () => {
  const [rootOne, ecRoot, rootTwo] =
    vectors.cert_sn.root_bundle.pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n?/g) ?? [];
  const good = {
    appCert: selfSigned('app', '2001', own),
    alipayCert: CERTIFICATE,
    root: vectors.cert_sn.root_bundle.pem,
    privateKey: pkcs8(own.privateKey),
  };
  const opens = (secrets: Partial<typeof good>, warnings: string[] = [], now?: number) =>
    alipay.open(
      alipay.account.parse({
        ...{ api: 'v3', endpoint: 'https://openapi.alipay.com', appId: '2021000199990001' },
        ...{ privateKey: { env: 'privateKey' }, appCert: { env: 'appCert' } },
        ...{ alipayCert: { env: 'alipayCert' }, alipayRootCert: { env: 'root' } },
      }),
      depsOf({ ...good, ...secrets }, warnings, now),
    );

  it.each(Object.entries(SHAPES))('are taken with %s', (_, shape) => {
    const { appCert, alipayCert, privateKey } = good;
    const secrets = { appCert: shape(appCert), alipayCert: shape(alipayCert), privateKey: shape(privateKey) };
    expect(() => opens({ ...secrets, root: shape(rootOne ?? '') })).not.toThrow();
  });

  it("Alipay's own may come with the authorities above it, in any order", () => {
    expect(() => opens({ alipayCert: `${good.alipayCert}${rootTwo}` })).not.toThrow();
    expect(() => opens({ alipayCert: `${rootTwo}${ecRoot}${good.alipayCert}` })).not.toThrow();
  });

  const leaf = (name: string) => vectors.cert_sn.leaf.find((one) => one.name === name)?.pem ?? '';
  it.each<[string, Partial<typeof good>, RegExp]>([
    ["the application's as Alipay's", { alipayCert: good.appCert }, /alipayCert: is the application's own certificate/],
    ["Alipay's as the application's", { appCert: good.alipayCert }, /appCert: does not belong to privateKey/],
    ["the root as Alipay's", { alipayCert: good.root }, /alipayCert: is an authority's certificate/],
    ['the root as the application', { appCert: good.root }, /appCert: is an authority's certificate/],
    ["Alipay's as the root", { root: leaf('alipay') }, /alipayRootCert: holds no root/],
    ['both swapped', { root: leaf('alipay'), alipayCert: good.root }, /alipayCert: .*; alipayRootCert: holds no root/],
    [
      'a key as a certificate',
      { alipayCert: spki(theirs.publicKey) },
      /alipayCert: is a public key, and a certificate/,
    ],
    ['the private key as a certificate', { appCert: good.privateKey }, /appCert: is a private key, and a certificate/],
    ['a private key beside it', { alipayCert: good.alipayCert + good.privateKey }, /alipayCert: holds a private key/],
    ['two of them', { alipayCert: good.alipayCert + good.appCert }, /alipayCert: holds several certificates/],
    ['a certificate as the key', { privateKey: good.appCert }, /privateKey: is a certificate, and a private key/],
  ])('%s is told', (_, secrets, words) => {
    expect(() => opens(secrets)).toThrow(words);
  });

  it('one that has expired, or will soon, is told and does not stop the others', () => {
    const at = (day: string) => {
      const warnings: string[] = [];
      opens({}, warnings, Date.parse(day));
      return warnings;
    };
    expect(at('2026-12-01')).toEqual([]);
    expect(at('2036-02-01')).toEqual([
      'appCert: expired on 2036-01-01: a new one is needed',
      'alipayCert: expired on 2036-01-01: a new one is needed',
    ]);
    expect(at('2035-12-20')).toContain('alipayCert: expires on 2036-01-01: renew it before');
    expect(at('2025-12-20')[0]).toMatch(/^appCert: is valid only from 2026-01-01 on/);
    expect(validityOf(new X509Certificate(CERTIFICATE), Date.parse('2030-01-01'))).toBeUndefined();
  });
});

describe('a secret that is a plain text', () => {
  const daxpayOpens = (secret: string) =>
    daxpay.open(
      daxpay.account.parse({ profile: 'c', endpoint: 'https://pay.example.com', secret: { env: 'S' } }),
      depsOf({ S: secret }),
    );
  const terminalOpens = (key: string) =>
    shouqianba.open(
      shouqianba.account.parse({
        ...{ endpoint: 'https://vsi-api.shouqianba.com', terminalSn: '1', deviceId: 'till' },
        terminalKey: { env: 'T' },
      }),
      depsOf({ T: key }),
    );

  it.each([daxpayOpens, terminalOpens])('loses the line end of a file, and is no PEM', (opens) => {
    for (const good of ['s3cret', 's3cret\n', 's3cret\r\n', '\uFEFFs3cret']) expect(() => opens(good)).not.toThrow();
    expect(() => opens('')).toThrow('is empty');
    expect(() => opens(pkcs8(own.privateKey))).toThrow('is a PEM, and a plain secret is needed');
    expect(() => opens('s3cret\nother')).toThrow('holds line breaks');
    expect(() => opens('s3cret\nother')).not.toThrow('s3cret');
  });
});
