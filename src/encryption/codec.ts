/**
 * Encrypts what Temporal keeps: a payload becomes a compact JWE (`alg: dir`, `enc: A256GCM`) around the payload as its
 * protocol buffer, so that every SDK can read it that has the key. The first key encrypts; the `kid` of a JWE says
 * which key decrypts it.
 *
 * A payload that is not encrypted is handed on: open reversals of before, and clients without a codec, are still heard.
 * A payload that is encrypted and cannot be decrypted is an error and nothing else. The SDK then fails the workflow task
 * or the activity, and the server gives the work to another worker: what it asks for is late, and not lost.
 */
import type { KeyObject } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import { ENCRYPTED } from '../protocol/encryption.ts';
import { clashesOf, type EncryptionKey, KEY_ID, KEY_ID_RULE, secretKeyOf } from './key.ts';

export interface EncryptionOptions {
  /** The first encrypts, all decrypt. */
  readonly keys: readonly EncryptionKey[];
  /** Reads what is encrypted and writes plain, for a fleet in which some cannot read it yet. False when left out. */
  readonly decryptOnly?: boolean;
}

/** A payload that is encrypted and cannot be decrypted here. */
export class UndecryptablePayloadError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UndecryptablePayloadError';
  }
}

const ENCODING = new TextEncoder().encode(ENCRYPTED);
// CommonJS whose exports Node cannot see by name.
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const isEncrypted = ({ metadata }: Payload) => new TextDecoder().decode(metadata?.encoding) === ENCRYPTED;
const listed = (ids: Iterable<string>) => [...ids].map((id) => `"${id}"`).join(', ');

export class EncryptionCodec implements PayloadCodec {
  readonly decryptOnly: boolean;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #first: readonly [id: string, key: KeyObject];

  /** @throws with every problem of the keys */
  constructor({ keys, decryptOnly = false }: EncryptionOptions) {
    const problems: string[] = [];
    const opened = keys.flatMap(({ id, key }, at): (readonly [string, KeyObject])[] => {
      if (!KEY_ID.test(id)) problems.push(`keys.${at}.id: ${KEY_ID_RULE}`);
      try {
        return [[id, secretKeyOf(key)]];
      } catch (error) {
        problems.push(`keys.${at}.key: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    });
    problems.push(...clashesOf(keys).map(({ at, problem }) => `keys.${at}: ${problem}`));
    const [first] = opened;
    if (keys.length === 0) problems.push('keys: needs at least one key');
    if (first === undefined || problems.length > 0)
      throw new TypeError(`Encryption cannot be used: ${problems.join('; ')}`);
    this.decryptOnly = decryptOnly;
    this.#keys = new Map(opened);
    this.#first = first;
  }

  /** The one that encrypts first. */
  get keyIds(): readonly string[] {
    return [...this.#keys.keys()];
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return this.decryptOnly ? payloads : Promise.all(payloads.map((payload) => this.#encrypted(payload)));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => (isEncrypted(payload) ? this.#decrypted(payload) : payload)));
  }

  async #encrypted(payload: Payload): Promise<Payload> {
    const [kid, key] = this.#first;
    const jwe = await new CompactEncrypt(PayloadMessage.encode(payload).finish())
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .encrypt(key);
    return { metadata: { encoding: ENCODING }, data: new TextEncoder().encode(jwe) };
  }

  async #decrypted({ data }: Payload): Promise<Payload> {
    const jwe = new TextDecoder().decode(data ?? new Uint8Array());
    const kid = kidOf(jwe);
    const key = this.#keys.get(kid);
    if (key === undefined) {
      throw new UndecryptablePayloadError(
        `A payload was encrypted with the key "${kid}", and this process has only ${listed(this.#keys.keys())}: ` +
          'add it to encryption.keys',
      );
    }
    try {
      const { plaintext } = await compactDecrypt(jwe, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return PayloadMessage.decode(plaintext);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new UndecryptablePayloadError(
        `A payload that names the key "${kid}" cannot be decrypted with it: its text was changed, or another key has ` +
          'that id here',
        { cause: error },
      );
    }
  }
}

/** From the header, which is not verified before the key has decrypted the rest. */
function kidOf(jwe: string): string {
  let kid: unknown;
  try {
    ({ kid } = decodeProtectedHeader(jwe));
  } catch (error) {
    throw new UndecryptablePayloadError('A payload says that it is encrypted, and is no compact JWE', { cause: error });
  }
  if (typeof kid === 'string' && KEY_ID.test(kid)) return kid;
  throw new UndecryptablePayloadError('A payload is encrypted, and names no key that could be one of ours');
}
