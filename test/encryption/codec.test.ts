/** The codec: what it encrypts it reads again, what it cannot read is an error, and what is plain passes. */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { EncryptionCodec, UndecryptablePayloadError } from '../../src/encryption/codec.ts';

const newKey = (id: string) => ({ id, key: randomBytes(32).toString('base64') });
const [A, B, C] = [newKey('2026-11'), newKey('2026-12'), newKey('2027-01')];
const REQUEST = { orderId: 'RV20261120000001', amount: 1280 };

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const readBack = (payload: Payload | undefined) => payload && defaultPayloadConverter.fromPayload(payload);
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();
const headerOf = (payload: Payload | undefined) => decodeProtectedHeader(text(payload?.data));

async function encrypted(codec: EncryptionCodec, value: unknown = REQUEST): Promise<Payload> {
  const [payload = {}] = await codec.encode([payloadOf(value)]);
  return payload;
}

/** A compact JWE in the place of the one that was written. */
const asPayload = (jwe: string): Payload => ({
  metadata: { encoding: Buffer.from('application/jose') },
  data: Buffer.from(jwe),
});

async function errorOf(codec: EncryptionCodec, payload: Payload): Promise<Error> {
  const error = await codec.decode([payload]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UndecryptablePayloadError);
  return error as Error;
}

describe('a round trip', () => {
  const codec = new EncryptionCodec({ keys: [A] });

  test('gives back what was given, byte by byte, and each payload in its place', async () => {
    const binary: Payload = { metadata: { encoding: Buffer.from('binary/plain') }, data: randomBytes(4096) };
    const payloads = [payloadOf(REQUEST), payloadOf(undefined), payloadOf('订单'), binary, {}];
    const back = await codec.decode(await codec.encode(payloads));
    expect(back.slice(0, 3).map(readBack)).toEqual([REQUEST, undefined, '订单']);
    expect(text(back[3]?.metadata?.encoding)).toBe('binary/plain');
    expect(Buffer.from(back[3]?.data ?? [])).toEqual(Buffer.from(binary.data ?? []));
    expect(back).toHaveLength(5);
  });

  test('is a compact JWE that names its key, and never the same twice', async () => {
    const [first, second] = [await encrypted(codec), await encrypted(codec)];
    expect(text(first.metadata?.encoding)).toBe('application/jose');
    expect(Object.keys(first.metadata ?? {})).toEqual(['encoding']);
    expect(headerOf(first)).toEqual({ alg: 'dir', enc: 'A256GCM', kid: '2026-11' });
    expect(text(first.data)).not.toBe(text(second.data));
    expect(text(first.data)).not.toContain(REQUEST.orderId);
  });
});

describe('several keys', () => {
  test('the first encrypts, all decrypt', async () => {
    const before = await encrypted(new EncryptionCodec({ keys: [A] }));
    const codec = new EncryptionCodec({ keys: [B, A] });
    const after = await encrypted(codec);
    expect(headerOf(after).kid).toBe('2026-12');
    expect((await codec.decode([before, after])).map(readBack)).toEqual([REQUEST, REQUEST]);
    expect(codec.keyIds).toEqual(['2026-12', '2026-11']);
  });

  test('a key that is missing is named, and so are those that are there', async () => {
    const payload = await encrypted(new EncryptionCodec({ keys: [C] }));
    const { message } = await errorOf(new EncryptionCodec({ keys: [B, A] }), payload);
    expect(message).toBe(
      'A payload was encrypted with the key "2027-01", and this process has only "2026-12", "2026-11": ' +
        'add it to encryption.keys',
    );
  });

  test('one payload that cannot be read fails all that came with it', async () => {
    const payload = await encrypted(new EncryptionCodec({ keys: [C] }));
    await expect(new EncryptionCodec({ keys: [A] }).decode([payloadOf(REQUEST), payload])).rejects.toThrow('"2027-01"');
  });
});

test('what is plain is handed on as it is, and stays plain while it only decrypts', async () => {
  const plain = payloadOf(REQUEST);
  const codec = new EncryptionCodec({ keys: [A], decryptOnly: true });
  expect((await codec.decode([plain]))[0]).toBe(plain);
  expect((await codec.encode([plain]))[0]).toBe(plain);
  const [back] = await codec.decode([await encrypted(new EncryptionCodec({ keys: [A] }))]);
  expect(readBack(back)).toEqual(REQUEST);
});

describe('what cannot be decrypted is an error', () => {
  const codec = new EncryptionCodec({ keys: [A] });
  const changed =
    'A payload that names the key "2026-11" cannot be decrypted with it: its text was changed, or another key has that id here';

  test.each([0, 2, 3, 4])('a change in part %i of the text', async (part) => {
    const parts = text((await encrypted(codec)).data).split('.');
    const header = { alg: 'dir', enc: 'A256GCM', kid: '2026-11', typ: 'x' };
    const other = Buffer.from(parts[part] ?? '', 'base64url');
    other.writeUInt8(other.readUInt8(0) ^ 1, 0);
    parts[part] = part === 0 ? Buffer.from(JSON.stringify(header)).toString('base64url') : other.toString('base64url');
    expect((await errorOf(codec, asPayload(parts.join('.')))).message).toBe(changed);
  });

  test('another key of the same id', async () => {
    const payload = await encrypted(new EncryptionCodec({ keys: [newKey(A.id)] }));
    expect((await errorOf(codec, payload)).message).toBe(changed);
  });

  test('another algorithm than ours', async () => {
    const weaker = await new CompactEncrypt(Buffer.from('x'))
      .setProtectedHeader({ alg: 'dir', enc: 'A128GCM', kid: A.id })
      .encrypt(randomBytes(16));
    expect((await errorOf(codec, asPayload(weaker))).message).toBe(changed);
  });

  test.each(['', 'x', 'a.b.c.d.e', '{}'])('%j, which is no JWE', async (jwe) => {
    expect((await errorOf(codec, asPayload(jwe))).message).toBe(
      'A payload says that it is encrypted, and is no compact JWE',
    );
  });

  test.each([undefined, 7, 'a\nb', 'x'.repeat(65)])('the key id %j', async (kid) => {
    const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })).toString('base64url');
    const { message } = await errorOf(codec, asPayload(`${header}..AAAA.AAAA.AAAA`));
    expect(message).toBe('A payload is encrypted, and names no key that could be one of ours');
  });
});

test('keys that cannot be used are refused with every problem, and no message or printout shows one', () => {
  const short = randomBytes(31).toString('base64');
  const keys = [A, { id: 'a b', key: short }, { id: A.id, key: B.key }, { id: 'again', key: A.key }];
  const refused = () => new EncryptionCodec({ keys });
  expect(refused).toThrow(
    'Encryption cannot be used: keys.1.id: must be 1 to 64 letters, digits, dots, underscores or hyphens; ' +
      'keys.1.key: must be 32 bytes in base64, such as `openssl rand -base64 32` prints; ' +
      'keys.2: the id 2026-11 is there twice; keys.3: is the same key as 2026-11',
  );
  expect(() => new EncryptionCodec({ keys: [] })).toThrow('keys: needs at least one key');
  const codec = new EncryptionCodec({ keys: [A, B] });
  expect(`${inspect(codec, { depth: 9, showHidden: true })}${JSON.stringify(codec)}`).not.toContain(A.key.slice(0, 20));
});
