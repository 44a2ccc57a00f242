import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../../src/gateways/daxpay/envelope.ts';
import { parseObject, plainDecimal } from '../../../src/gateways/daxpay/json.ts';
import { PROFILES } from '../../../src/gateways/daxpay/profiles.ts';
import { flatText, rsaSigner, secretKeySigner, secretKeyText } from '../../../src/gateways/daxpay/sign.ts';
import vectors from '../../vectors/daxpay.json' with { type: 'json' };
import { lossless, replyOf } from './support.ts';

const MAPS = ['extraParam', 'kv'];

describe('what the documentation published', () => {
  it.each(vectors.published)(
    '$generation $kind $endpoint: $sign',
    ({ generation, algorithm, input, secret, sign, signString }) => {
      const rules = { upper: generation.startsWith('3.') };
      const signType = algorithm === 'MD5' ? 'MD5' : 'HMAC_SHA256';
      const fields = lossless(input);
      expect(secretKeyText(fields, secret, rules)).toBe(signString);
      expect(secretKeySigner(signType, secret, rules).sign(fields)).toBe(sign);
      expect(secretKeySigner(signType, secret, rules).verifies(fields, sign)).toBe(true);
    },
  );

  it('names two signatures that nobody could reproduce', () => {
    expect(vectors.published).toHaveLength(28);
    const reproduced: string[] = vectors.published.map((one) => one.sign);
    expect(vectors.publishedNotReproduced.map((one) => one.endpoint)).toEqual([
      'pay notice',
      '/unipay/query/refundOrder',
    ]);
    for (const { publishedSign } of vectors.publishedNotReproduced) expect(reproduced).not.toContain(publishedSign);
  });
});

describe('what the Java signers gave', () => {
  it.each(vectors.secretKeySigners)('$generation $name', (vector) => {
    const { generation, rawJson, secret, signString, md5, hmacSha256 } = vector;
    const notice = vector.name.startsWith('notice body');
    const rules = { upper: generation === '3.0.0', maps: notice ? [...MAPS, 'data'] : MAPS };
    // A primitive of the server's class is in its text even when it is not on the wire (1.1).
    const implied = signString.toLowerCase().includes('usecancel=false') ? { useCancel: false } : {};
    const fields = { ...lossless(rawJson), ...implied };
    expect(secretKeyText(fields, secret, rules)).toBe(signString);
    expect(secretKeySigner('MD5', secret, rules).sign(fields)).toBe(md5);
    expect(secretKeySigner('HMAC_SHA256', secret, rules).sign(fields)).toBe(hmacSha256);
    const sm3 = 'sm3ComputedWithOpenSSL' in vector ? vector.sm3ComputedWithOpenSSL : undefined;
    if (sm3 !== undefined) expect(secretKeySigner('SM3', secret, rules).sign(fields)).toBe(sm3);
  });

  it('covers all of them', () => expect(vectors.secretKeySigners).toHaveLength(24));
});

describe('what the RSA SDKs gave', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = rsaSigner(privateKey, createPublicKey(vectors.rsaTestKey.publicKeySpkiPem));

  it.each(vectors.rsaSigners)('$name', ({ rawJson, signString, signature }) => {
    const fields = lossless(rawJson);
    expect(flatText(fields)).toBe(signString);
    expect(signer.verifies(fields, signature)).toBe(true);
    expect(signer.verifies({ ...fields, extra: '1' }, signature)).toBe(false);
    expect(signer.verifies(fields, 'not base64 at all')).toBe(false);
  });

  it('covers all of them', () => expect(vectors.rsaSigners).toHaveLength(12));
});

describe('the seeds, whose success and failure bodies are swapped (0.3)', () => {
  const read = (text: string) => {
    const signer = secretKeySigner('HMAC_SHA256', '123456', { upper: false });
    return readReply(replyOf(text), { profile: PROFILES.c, signer, call: 'close' });
  };

  it('sign bizTradeNo, a name of profile B', () => {
    const fields = lossless({ bizTradeNo: 'P0001', clientIp: '127.0.0.1', reqTime: 1715347558 });
    expect(secretKeySigner('HMAC_SHA256', '123456', { upper: false }).sign(fields)).toBe(
      '458565a54e959fa206dcda9b44eecaf0d5907e8af40f9457d404e533e092a9ed',
    );
  });

  it('print a success under "failure"', () => {
    const sign = '3e71c47b15fc9c3da9487acdb1848870712dbbd130fce99eb99ed0c893537ffb';
    const body = { msg: 'success', code: 0, data: { code: 0, resTime: 1715347771, sign }, traceId: 'JQWKpAeCJGlX' };
    expect(read(JSON.stringify(body))).toMatchObject({ kind: 'answered', code: '0', signed: true });
    const other = { ...body, data: { ...body.data, resTime: 1715347772 } };
    expect(read(JSON.stringify(other))).toMatchObject({ kind: 'unanswered', why: 'forged' });
  });

  it('print profile A under "success", which profile C does not believe', () => {
    const body = { msg: '', code: 0, sign: '', traceId: 'vHugexb46msh' };
    expect(read(JSON.stringify(body))).toMatchObject({ kind: 'unanswered', why: 'unsigned' });
  });
});

describe('JSON with its numbers as text', () => {
  it.each([
    ['10.00', '10'],
    ['10.10', '10.1'],
    ['0.10', '0.1'],
    ['1E+2', '100'],
    ['1.50e1', '15'],
    ['1e-7', '0.0000001'],
    ['-5.500', '-5.5'],
    ['-0.0', '0'],
    ['9007199254740993', '9007199254740993'],
    ['1e999999999', '1e999999999'],
    ['abc', 'abc'],
  ])('prints %s as %s', (literal, plain) => expect(plainDecimal(literal)).toBe(plain));

  it.each(['', '[]', '"x"', '{', '{"a":1,"a":2}', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`])(
    'takes %j for no object',
    (text) => expect(parseObject(text)).toBeUndefined(),
  );

  it('gives a member called __proto__ no power', () => {
    const parsed = lossless('{"__proto__":{"status":"close"},"code":0}');
    expect(parsed.status).toBeUndefined();
    expect(flatText(parsed)).toBe('__proto__.status=close&code=0');
  });
});
