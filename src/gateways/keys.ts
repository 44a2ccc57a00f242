/**
 * The one loader of keys and certificates, for every gateway. What is wrong with one is said in words that complete the
 * name of the field, with no part of the content; one that is not clearly meant is refused rather than guessed.
 */
import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { type KeyItem, keyItemsOf } from './key-text.ts';

export interface KeyOptions {
  /** RSA2 asks for 2048. */
  readonly minBits?: number;
}

const A_KIND = { private: 'a private key', public: 'a public key', certificate: 'a certificate' } as const;
const FORMS = {
  private: 'neither a PKCS#8 nor a PKCS#1 private key (RSA, PEM or base64)',
  public: 'neither an SPKI nor a PKCS#1 public key (RSA, PEM or base64)',
  certificate: 'not a readable certificate (X.509, PEM or base64)',
} as const;

type Kind = keyof typeof FORMS;

/** Why a text holds nothing of the wanted kind. */
function missing(wanted: Kind, items: readonly KeyItem[]): Error {
  const found = items.find(({ kind }) => kind !== 'other');
  if (found !== undefined && found.kind !== 'other') {
    return new Error(`is ${A_KIND[found.kind]}, and ${A_KIND[wanted]} is needed: ${FORMS[wanted]}`);
  }
  const said = items.flatMap((item) => (item.kind === 'other' && item.words !== '' ? [item.words] : []));
  return new Error(said[0] ?? FORMS[wanted]);
}

/** @throws Error in words for another kind of key, and for a short one */
export function rsaKey(key: KeyObject, { minBits = 0 }: KeyOptions): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < minBits) throw new Error(`an RSA key of ${bits} bits; RSA2 needs ${minBits} or more`);
  return key;
}

/** The same key twice is one. */
function only(keys: readonly KeyObject[], what: string): KeyObject | undefined {
  const [first, ...more] = keys;
  if (first !== undefined && more.some((key) => !key.equals(first))) {
    throw new Error(`holds several ${what}, and which is meant cannot be told: keep that one`);
  }
  return first;
}

const keysOf = (items: readonly KeyItem[], kind: 'private' | 'public'): KeyObject[] =>
  items.flatMap((item) => (item.kind === kind ? [item.key] : []));

/** @throws Error in words, without any part of the key */
export function privateKeyOf(text: string, options: KeyOptions = {}): KeyObject {
  const items = keyItemsOf(text);
  const key = only(keysOf(items, 'private'), 'private keys');
  if (key === undefined) throw missing('private', items);
  return rsaKey(key, options);
}

/**
 * A public key that verifies what the other side signs. A private key beside it is refused: who has it could sign as they
 * do, and it belongs nowhere but to its owner.
 *
 * @param own our own private key, where there is one: its public half in this place is the most frequent mistake
 * @throws Error in words, without any part of the key
 */
export function publicKeyOf(text: string, own: KeyObject | undefined, options: KeyOptions = {}): KeyObject {
  const items = keyItemsOf(text);
  const [secret] = keysOf(items, 'private');
  if (secret !== undefined) {
    const isOwn = own !== undefined && createPublicKey(own).equals(createPublicKey(secret));
    throw new Error(`${isOwn ? 'is the own private key' : 'is a private key'}, and their public key is needed`);
  }
  const key = only(keysOf(items, 'public'), 'public keys');
  if (key === undefined) throw missing('public', items);
  if (own !== undefined && createPublicKey(own).equals(key)) {
    throw new Error(
      "is the application's own public key; the public key of the other side is needed to verify answers",
    );
  }
  return rsaKey(key, options);
}

/** Every certificate of a text. @throws Error in words when there is none, or a private key lies beside it */
export function certificatesOf(text: string): readonly { certificate: X509Certificate; der: Buffer }[] {
  const items = keyItemsOf(text);
  const found = items.flatMap((item) => (item.kind === 'certificate' ? [item] : []));
  if (found.length === 0) throw missing('certificate', items);
  if (keysOf(items, 'private').length > 0) {
    throw new Error('holds a private key beside the certificate: keep the certificate only');
  }
  return found;
}

/** A secret that is a plain text: without the line end that a file brings along. @throws Error in words */
export function plainSecretOf(text: string): string {
  const secret = text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
  if (secret.trim() === '') throw new Error('is empty');
  if (/BEGIN [A-Z0-9 ]*(KEY|CERTIFICATE)/.test(secret)) throw new Error('is a PEM, and a plain secret is needed');
  const hasControl = [...secret].some((char) => char < ' ' || char === '\u007f' || char === '\ufffd');
  if (hasControl) throw new Error('holds line breaks or bytes that are no text: it is one line of text');
  return secret;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** A certificate that is not valid, or not for long, in words that complete its name; undefined when it is well. */
export function validityOf(certificate: X509Certificate, now: number): string | undefined {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  if (now > to) return `expired on ${day(to)}: a new one is needed`;
  if (now < from) return `is valid only from ${day(from)} on: is this clock right, is it the right certificate`;
  return to - now < SOON_DAYS * DAY_MS ? `expires on ${day(to)}: renew it before` : undefined;
}
