import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { Decimal, type Json, type JsonObject, plainNumber } from './json.ts';

/** The text that profile F signs: the whole object flattened to `a.b[0]=value`, by name (spec 1.4). */
export function rsaText(members: JsonObject): string {
  return flatten('', members)
    .filter(([name]) => name.toLowerCase() !== 'sign')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
    .join('&');
}

export function rsaSign(members: JsonObject, privateKeyPem: string): string {
  return sign('sha256', Buffer.from(rsaText(members)), privateKeyPem).toString('base64');
}

export function rsaVerify(members: JsonObject, signature: string, publicKeyPem: string): boolean {
  return verify('sha256', Buffer.from(rsaText(members)), publicKeyPem, Buffer.from(signature, 'base64'));
}

function flatten(path: string, value: Json): [string, string][] {
  if (value === null) return [];
  if (typeof value === 'string' || typeof value === 'boolean') return [[path, String(value)]];
  if (typeof value === 'number' || value instanceof Decimal) return [[path, plainNumber(value)]];
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).flatMap((item, index) => flatten(`${path}[${index}]`, item));
  }
  return Object.entries(value).flatMap(([name, member]) => flatten(path === '' ? name : `${path}.${name}`, member));
}

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

export interface RsaKeys {
  readonly merchant: KeyPair;
  readonly platform: KeyPair;
}

let cached: RsaKeys | undefined;

/** Made when first asked for and kept for the process: a new pair a sandbox would cost every test its start. */
export function rsaKeys(): RsaKeys {
  cached ??= { merchant: keyPair(), platform: keyPair() };
  return cached;
}

function keyPair(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}
