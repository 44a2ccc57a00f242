import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const made = new Map<string, KeyPair>();

/**
 * The RSA 2048 key pairs of the emulated world: the platform's, the application's, and a stranger's for forgeries.
 * Made once a process, since making them takes longer than most tests.
 */
export function keyPair(owner: 'platform' | 'application' | 'stranger'): KeyPair {
  const found = made.get(owner);
  if (found !== undefined) return found;
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  made.set(owner, pair);
  return pair;
}

/** SHA256withRSA, PKCS#1 v1.5, over UTF-8, as base64. */
export function signText(text: string | Buffer, key: KeyObject): string {
  return sign('sha256', typeof text === 'string' ? Buffer.from(text) : text, key).toString('base64');
}

/** Strict about the base64, so that a `+` that became a space on the way is found here as it would be there. */
export function verifyText(text: string, signature: string, key: KeyObject): boolean {
  if (!/^[A-Za-z0-9+/]{342}==$/.test(signature)) return false;
  return verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
}

export function publicPem(owner: 'platform' | 'application'): string {
  return keyPair(owner).publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/** PKCS#8. */
export function applicationPrivatePem(): string {
  return keyPair('application').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
