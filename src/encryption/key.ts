/** A key of the payload encryption, and what is wrong with one. No message ever shows a key. */
import { createSecretKey, type KeyObject } from 'node:crypto';

export interface EncryptionKey {
  /** Stands in every payload that the key has encrypted, as `kid`: never give it to another key. */
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: string;
}

/** It is shown in errors and stands in a header. */
export const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;
export const KEY_ID_RULE = 'must be 1 to 64 letters, digits, dots, underscores or hyphens';

const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/]{43}=$/;

/**
 * A key object and not its bytes: it shows nothing of itself when it is printed.
 *
 * @throws when it is anything but 32 bytes in base64
 */
export function secretKeyOf(key: string): KeyObject {
  if (!BASE64_OF_32_BYTES.test(key)) {
    throw new Error('must be 32 bytes in base64, such as `openssl rand -base64 32` prints');
  }
  return createSecretKey(key, 'base64');
}

/** The problems of keys together, each with the place of the key: one id is one key, and one key is one id. */
export function clashesOf(
  keys: readonly EncryptionKey[],
): readonly { readonly at: number; readonly problem: string }[] {
  return keys.flatMap(({ id, key }, at) => {
    const before = keys.slice(0, at);
    const same = before.find((other) => other.key === key);
    if (before.some((other) => other.id === id)) return [{ at, problem: `the id ${id} is there twice` }];
    return same === undefined ? [] : [{ at, problem: `is the same key as ${same.id}` }];
  });
}
