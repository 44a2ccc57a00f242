/** The `encryption` section. */
import { z } from 'zod';
import { EncryptionCodec } from '../encryption/codec.ts';
import { clashesOf, type EncryptionKey, KEY_ID, KEY_ID_RULE, secretKeyOf } from '../encryption/key.ts';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { issuesOf } from './issues.ts';
import { attempted } from './secrets.ts';

const shape = z.strictObject({
  /** The first encrypts, all decrypt. */
  keys: z
    .array(z.strictObject({ id: z.string().regex(KEY_ID, KEY_ID_RULE), key: secretRef }))
    .min(1, 'needs at least one key'),
  /** For the time in which a part of a fleet cannot read what is encrypted. */
  decryptOnly: z.boolean().default(false),
});

/** @returns undefined without the section; what is wrong is added to `problems` */
export function checkEncryption(
  section: unknown,
  secretOf: (ref: SecretRef) => string,
  problems: string[],
): EncryptionCodec | undefined {
  if (section === undefined) return undefined;
  const parsed = shape.safeParse(section);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['encryption']));
    return undefined;
  }
  const found: string[] = [];
  const keys = parsed.data.keys.map(({ id, key: ref }, at): EncryptionKey => {
    const path = `encryption.keys.${at}.key`;
    const key = attempted(path, () => secretOf(ref), found);
    if (key !== undefined) attempted(path, () => secretKeyOf(key), found);
    // A key that cannot be read is the same as no other.
    return { id, key: key ?? `none ${at}` };
  });
  found.push(...clashesOf(keys).map(({ at, problem }) => `encryption.keys.${at}: ${problem}`));
  problems.push(...found);
  return found.length > 0 ? undefined : new EncryptionCodec({ keys, decryptOnly: parsed.data.decryptOnly });
}
