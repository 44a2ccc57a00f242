/** Accounts: both key modes, key formats, rotated certificates, and errors that name the field and never the secret. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alipay } from '../../../src/gateways/alipay/index.ts';
import { privateKeyOf, publicKeyOf } from '../../../src/gateways/keys.ts';
import { RULES } from '../../../src/gateways/rules.ts';
import { withOverrides } from '../../../src/reversal/overrides.ts';
import { ABSENT, NOTHING, PAID, Story, UNPAID } from '../../reversal/support.ts';
import vectors from '../../vectors/alipay.json' with { type: 'json' };
import { selfSigned } from './certificate.ts';
import {
  ALIPAY,
  APP,
  CALLS,
  classicBody,
  deps,
  nodeName,
  ORDER,
  PEM,
  type Stub,
  signed,
  startStub,
  v3Headers,
} from './stub.ts';

const basic = {
  api: 'v3',
  endpoint: 'https://openapi.alipay.com',
  appId: '2021000199990001',
  privateKey: { env: 'appPrivate' },
} as const;
const keyMode = { ...basic, alipayPublicKey: { env: 'alipayPublic' } };
const certificates = {
  appCert: { env: 'appCert' },
  alipayRootCert: { env: 'root' },
  alipayCert: { env: 'alipayCert' },
};

describe('the account section', () => {
  it.each<[string, object]>([
    ['key mode', keyMode],
    ['certificate mode', { ...basic, ...certificates }],
    ['classic', { ...keyMode, api: 'classic', endpoint: 'https://openapi.alipay.com/gateway.do' }],
    ['a local endpoint', { ...keyMode, endpoint: 'http://127.0.0.1:4001' }],
  ])('takes %s and allows cancels and refunds by default', (_name, section) => {
    expect(alipay.account.parse(section)).toMatchObject({ cancel: true, refunds: true });
  });

  it.each<[string, object]>([
    ['no way to verify', basic],
    ['both modes', { ...keyMode, ...certificates }],
    ['two certificates', { ...basic, appCert: { env: 'a' }, alipayCert: { env: 'b' } }],
    ['a secret in the clear', { ...keyMode, privateKey: 'MIIE' }],
    ['gateway.do for v3', { ...keyMode, endpoint: 'https://openapi.alipay.com/gateway.do' }],
    ['an endpoint with a query', { ...keyMode, endpoint: 'https://openapi.alipay.com/?a=1' }],
    ['an endpoint with a user', { ...keyMode, endpoint: 'https://me:you@openapi.alipay.com' }],
    ['another scheme', { ...keyMode, endpoint: 'ftp://openapi.alipay.com' }],
    ['an app id that would change the header', { ...keyMode, appId: '1,nonce=2' }],
    ['an unknown field', { ...keyMode, notifyUrl: 'x' }],
  ])('refuses %s', (_name, section) => expect(alipay.account.safeParse(section).success).toBe(false));

  it('is identified by its app, and by its token where it acts for others', () => {
    const identity = (section: object) => alipay.identity(alipay.account.parse(section));
    expect(identity(keyMode)).toBe(identity({ ...keyMode, api: 'classic', refunds: false }));
    const tokens = ['a', 'b'].map((env) => identity({ ...keyMode, appAuthToken: { env } }));
    expect(new Set([...tokens, identity(keyMode)]).size).toBe(3);
  });
});

describe('keys', () => {
  const der = (type: 'pkcs1' | 'pkcs8') => APP.privateKey.export({ format: 'der', type }).toString('base64');

  it.each([
    ['PKCS#8 PEM', PEM.appPrivate],
    ['PKCS#1 PEM', APP.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()],
    ['bare PKCS#8', der('pkcs8')],
    ['bare PKCS#1', `${der('pkcs1')}\n`],
    [
      'PKCS#8 under the wrong header',
      `-----BEGIN RSA PRIVATE KEY-----\n${der('pkcs8')}\n-----END RSA PRIVATE KEY-----`,
    ],
  ])('loads a private key as %s', (_name, text) => {
    expect(createPublicKey(privateKeyOf(text)).equals(APP.publicKey)).toBe(true);
  });

  it.each([
    ['SPKI PEM', PEM.alipayPublic],
    ['bare SPKI', ALIPAY.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')],
    ['PKCS#1 PEM', ALIPAY.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()],
  ])('loads a public key as %s', (_name, text) =>
    expect(publicKeyOf(text, undefined).equals(ALIPAY.publicKey)).toBe(true),
  );

  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it.each<[string, Record<string, string>, string]>([
    ['garbage', { appPrivate: 'SECRET', alipayPublic: 'SECRET' }, 'privateKey: neither a PKCS#8 nor a PKCS#1'],
    ['garbage', { appPrivate: 'SECRET', alipayPublic: 'SECRET' }, 'alipayPublicKey: neither an SPKI'],
    ['a missing secret', { appPrivate: PEM.appPrivate }, 'alipayPublicKey: secret alipayPublic is missing'],
    ['the own public key', { ...PEM, alipayPublic: PEM.appPublic }, "the application's own public key"],
    ['a certificate', { ...PEM, alipayPublic: vectors.cert_sn.leaf[1]?.pem ?? '' }, 'use certificate mode'],
    [
      'a small key',
      { ...PEM, appPrivate: small.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() },
      '1024 bits',
    ],
    [
      'a curve',
      { ...PEM, alipayPublic: curve.publicKey.export({ format: 'pem', type: 'spki' }).toString() },
      'not an RSA',
    ],
  ])('%s is a clear error without the secret', (_name, secrets, message) => {
    const opening = () => alipay.open(alipay.account.parse(keyMode), deps(secrets));
    expect(opening).toThrow(message);
    expect(opening).not.toThrow('SECRET');
  });

  it('drops the line feed after a token, and refuses what would break the header', () => {
    const account = alipay.account.parse({ ...keyMode, appAuthToken: { env: 'token' } });
    expect(() => alipay.open(account, deps({ ...PEM, token: 'abc\n' }))).not.toThrow();
    expect(() => alipay.open(account, deps({ ...PEM, token: 'a\r\nx: y' }))).toThrow('appAuthToken');
    expect(() => alipay.open(account, deps({ ...PEM, token: ' ' }))).toThrow('appAuthToken');
  });
});

describe('certificate mode', () => {
  let stub: Stub;
  const serialNumbers = { appCert: '2001', alipayCert: '2002', rotated: '7fffffffffffffffffff' };
  type Name = keyof typeof serialNumbers;
  const rotatedKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secrets: Record<string, string> = {
    ...PEM,
    appCert: selfSigned('appCert', serialNumbers.appCert, APP),
    alipayCert: selfSigned('alipayCert', serialNumbers.alipayCert, ALIPAY),
    root: vectors.cert_sn.root_bundle.pem,
    token: '202605BB0123456789abcdef0123456789abcX01',
  };
  beforeAll(async () => {
    stub = await startStub();
  });
  afterAll(() => stub.close());

  const opened = (api: 'classic' | 'v3') => {
    const section = { ...basic, ...certificates, api, endpoint: stub.origin, appAuthToken: { env: 'token' } };
    return alipay.open(alipay.account.parse(section), deps(secrets));
  };
  const serial = (name: Name) =>
    createHash('md5')
      .update(`CN=${name},O=Test,C=CN${BigInt(`0x${serialNumbers[name]}`)}`)
      .digest('hex');
  const success = { out_trade_no: ORDER.orderId, action: 'close' };
  const raw = JSON.stringify({ code: '10000', ...success });
  const body = (sn: string, key: KeyObject) =>
    `{"${nodeName('cancel')}":${raw},"alipay_cert_sn":"${sn}","sign":"${signed(raw, key)}"}`;

  it('sends the serials and the token on classic, and verifies with the certificate', async () => {
    stub.answer = (_request, response) => response.end(body(serial('alipayCert'), ALIPAY.privateKey));
    expect(await CALLS.cancel(opened('classic'))).toMatchObject({ kind: 'done', effect: 'closed' });
    const query = new URL(stub.received.at(-1)?.target ?? '', stub.origin).searchParams;
    expect(query.get('app_cert_sn')).toBe(serial('appCert'));
    expect(query.get('alipay_root_cert_sn')).toBe(vectors.cert_sn.root_bundle.sn);
    expect(query.get('app_auth_token')).toBe(secrets.token);
  });

  it('sends the serials and the token on v3, and verifies with the certificate', async () => {
    stub.answer = (_request, response) => {
      const text = JSON.stringify(success);
      const headers = v3Headers(text, ALIPAY.privateKey);
      response.writeHead(200, { ...headers, 'alipay-sn': serial('alipayCert') }).end(text);
    };
    expect(await CALLS.cancel(opened('v3'))).toMatchObject({ kind: 'done', effect: 'closed' });
    const headers = stub.received.at(-1)?.headers;
    expect(headers?.authorization).toContain(`,app_cert_sn=${serial('appCert')},nonce=`);
    expect(headers?.['alipay-root-cert-sn']).toBe(vectors.cert_sn.root_bundle.sn);
    expect(headers?.['alipay-app-auth-token']).toBe(secrets.token);
  });

  it('tells a rotated certificate from a forgery: a look says so, an act may have been executed', async () => {
    const rotated = { kind: 'rejected', why: 'config', code: 'ALIPAY_CERT_ROTATED' };
    const acted = { kind: 'unknown', why: 'forged', evidence: { certificate: 'rotated' } };
    stub.answer = (request, response) => {
      const text = JSON.stringify(success);
      const key = rotatedKeys.privateKey;
      if (request.target.startsWith('/v3')) {
        response.writeHead(200, { ...v3Headers(text, key), 'alipay-sn': serial('rotated') }).end(text);
        return;
      }
      const method = new URL(request.target, stub.origin).searchParams.get('method') ?? '';
      response.end(
        body(serial('rotated'), rotatedKeys.privateKey).replace(
          nodeName('cancel'),
          `${method.replaceAll('.', '_')}_response`,
        ),
      );
    };
    for (const api of ['classic', 'v3'] as const) {
      expect(await CALLS.query(opened(api))).toMatchObject(rotated);
      expect(await CALLS.refundQuery(opened(api))).toMatchObject(rotated);
      expect(await CALLS.cancel(opened(api))).toMatchObject(acted);
    }
    stub.answer = (_request, response) => response.end(body(serial('alipayCert'), rotatedKeys.privateKey));
    const forged = await CALLS.cancel(opened('classic'));
    expect(forged).toMatchObject({ kind: 'unknown', why: 'forged' });
    expect(forged.evidence).not.toHaveProperty('certificate');
  });

  it('refuses an application certificate of another key', () => {
    const account = alipay.account.parse({ ...basic, ...certificates });
    expect(() => alipay.open(account, deps({ ...secrets, appCert: secrets.alipayCert ?? '' }))).toThrow(
      'appCert: does not belong to privateKey',
    );
  });

  it('still reads an unsigned gateway error', async () => {
    stub.answer = (_request, response) =>
      response.end(classicBody('cancel', { code: '40002', sub_code: 'isv.app-cert-expired' }, false));
    expect(await CALLS.cancel(opened('classic'))).toMatchObject({ kind: 'rejected', why: 'config' });
  });
});

describe('the permit for cancel', () => {
  it('of an app without the face-to-face product closes an order that nobody has paid, and cancels none', () => {
    const account = alipay.account.parse({ ...keyMode, cancel: false });
    const { name, permits } = alipay.rules(account);
    const rules = withOverrides(RULES[name], { permits });
    const story = Story.of({ ifPaid: 'reverse' }, NOTHING, rules);
    expect(story.saw(UNPAID).step).toMatchObject({ kind: 'act', verb: 'close' });
    expect(story.saw(PAID).step).toMatchObject({ kind: 'act', verb: 'refund' });
    expect(story.saw(ABSENT).step).toMatchObject({ kind: 'wait', why: 'watch' });
    expect(story.saw({ kind: 'unknown', why: 'timeout' }).step).not.toMatchObject({ kind: 'act' });
  });
});
