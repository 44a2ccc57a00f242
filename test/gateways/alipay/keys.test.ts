/** Keys in every form that Alipay's tools and consoles give them out in, and the ones that are refused. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RSA2_KEYS, sign, verify } from '../../../src/gateways/alipay/sign.ts';
import { privateKeyOf, publicKeyOf } from '../../../src/gateways/keys.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const loadPrivateKey = (text: string) => privateKeyOf(text, RSA2_KEYS);
const loadPublicKey = (text: string) => publicKeyOf(text, undefined, RSA2_KEYS);
type Form = 'pkcs1' | 'pkcs8' | 'spki';
const pem = (key: KeyObject, type: Form) => key.export({ format: 'pem', type }).toString();
const bare = (key: KeyObject, type: Form) => key.export({ format: 'der', type }).toString('base64');

describe('a private key', () => {
  test.each([
    ['PKCS#8 in PEM', pem(privateKey, 'pkcs8')],
    ['PKCS#1 in PEM', pem(privateKey, 'pkcs1')],
    ['PKCS#8 in one line', bare(privateKey, 'pkcs8')],
    ['PKCS#1 in one line', bare(privateKey, 'pkcs1')],
    ['PKCS#1 under the header of PKCS#8', pem(privateKey, 'pkcs1').replaceAll('RSA PRIVATE', 'PRIVATE')],
    ['one with blanks and breaks in it', ` ${bare(privateKey, 'pkcs8').replace(/(.{50})/g, '$1 \r\n\t')}\n`],
  ])('%s signs', (_, text) => {
    expect(verify('text', sign('text', loadPrivateKey(text)), publicKey)).toBe(true);
  });

  test.each([
    ['an elliptic one', pem(elliptic.privateKey, 'pkcs8'), 'not an RSA key'],
    ['a short one', pem(weak.privateKey, 'pkcs8'), 'an RSA key of 1024 bits; RSA2 needs 2048 or more'],
    [
      'a public one',
      bare(publicKey, 'spki'),
      'is a public key, and a private key is needed: neither a PKCS#8 nor a PKCS#1',
    ],
    ['none', '', 'neither a PKCS#8 nor a PKCS#1 private key'],
  ])('%s is refused', (_, text, words) => {
    expect(() => loadPrivateKey(text)).toThrow(words);
  });
});

describe('a public key', () => {
  test.each([
    ['SPKI in PEM', pem(publicKey, 'spki')],
    ['PKCS#1 in PEM', pem(publicKey, 'pkcs1')],
    ['SPKI in one line', bare(publicKey, 'spki')],
    ['PKCS#1 in one line', bare(publicKey, 'pkcs1')],
  ])('%s verifies', (_, text) => {
    expect(verify('text', sign('text', privateKey), loadPublicKey(text))).toBe(true);
  });

  test.each([
    ['an elliptic one', pem(elliptic.publicKey, 'spki'), 'not an RSA key'],
    ['a short one', pem(weak.publicKey, 'spki'), 'an RSA key of 1024 bits'],
    [
      'a certificate that is none',
      '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----',
      'not a readable certificate',
    ],
    ['none', '', 'neither an SPKI nor a PKCS#1 public key'],
  ])('%s is refused', (_, text, words) => {
    expect(() => loadPublicKey(text)).toThrow(words);
  });
});
