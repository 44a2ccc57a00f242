/** Whether what Temporal keeps is encrypted, and with which keys. */
import type { EncryptionCodec } from '../../encryption/codec.ts';
import { type Check, ok, warn } from './check.ts';

export function checkEncryption(codec: EncryptionCodec | undefined): Check {
  const name = 'encryption';
  if (codec === undefined) return ok(name, 'off: Temporal keeps payloads in plain text');
  const [first, ...others] = codec.keyIds;
  if (codec.decryptOnly) {
    return warn(
      name,
      `decrypts with ${codec.keyIds.join(', ')} and encrypts nothing: decryptOnly is for a change-over`,
    );
  }
  const also = others.length === 0 ? '' : `, decrypts also with ${others.join(', ')}`;
  return ok(name, `on: encrypts with key ${first}${also}`);
}
