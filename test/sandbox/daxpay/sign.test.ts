import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { profileC } from '../../../src/sandbox/daxpay/profiles/c.ts';
import { readParams } from '../../../src/sandbox/daxpay/wire/fields.ts';
import { Decimal, type Json, type JsonObject, parseObject } from '../../../src/sandbox/daxpay/wire/json.ts';
import { requestsC } from '../../../src/sandbox/daxpay/wire/requests.ts';
import { rsaText, rsaVerify } from '../../../src/sandbox/daxpay/wire/sign-rsa.ts';
import { secretSign, secretText } from '../../../src/sandbox/daxpay/wire/sign-secret.ts';
import { exchanges } from './real.ts';

const vectors = z
  .object({
    published: z.array(
      z.object({
        generation: z.string(),
        endpoint: z.string(),
        algorithm: z.enum(['HMAC_SHA256', 'MD5']),
        secret: z.string(),
        input: z.record(z.string(), z.json()),
        signString: z.string(),
        sign: z.string(),
      }),
    ),
    secretKeySigners: z.array(
      z.object({
        name: z.string(),
        generation: z.string(),
        rawJson: z.string(),
        secret: z.string(),
        signString: z.string(),
        md5: z.string(),
        hmacSha256: z.string(),
      }),
    ),
    rsaTestKey: z.object({ publicKeySpkiPem: z.string() }),
    rsaSigners: z.array(
      z.object({ name: z.string(), rawJson: z.string(), signString: z.string(), signature: z.string() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/daxpay.json', import.meta.url), 'utf8')));

const parse = (text: string): JsonObject => {
  const members = parseObject(text);
  if (members === undefined) throw new Error(`no object: ${text}`);
  return members;
};

/** What the server's class adds to the body, where the vector says so: its primitive `useCancel`. */
function asServerClass(name: string, members: JsonObject): JsonObject {
  return name.startsWith('close') && name.includes('useCancel=false') ? { ...members, useCancel: false } : members;
}

/** A map among objects: only there are the keys sorted, ignoring case. */
function withMapsSorted(name: string, members: JsonObject): JsonObject {
  const maps = name.startsWith('notice') ? ['data'] : name.includes('nested') ? ['kv', 'extraParam', 'receivers'] : [];
  const sorted = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null || value instanceof Decimal) return value;
    const key = ([member]: [string, Json]) => member.toLowerCase();
    return Object.fromEntries(Object.entries(value).sort((a, b) => (key(a) < key(b) ? -1 : 1)));
  };
  return Object.fromEntries(Object.entries(members).map(([n, v]) => [n, maps.includes(n) ? sorted(v) : v]));
}

// Beyond 2^53 a number is not what the text says any more; no field of these systems is such a number.
const beyondNumbers = /[:[]-?\d{16}/;

describe('secret keys', () => {
  test.each(vectors.published)('published: $generation $endpoint', ({ input, secret, algorithm, signString, sign }) => {
    const key = { secret, signType: algorithm, upperCase: signString.includes('&KEY=') };
    expect(secretText(input, key)).toBe(signString);
    expect(secretSign(input, key)).toBe(sign);
  });

  const usable = vectors.secretKeySigners.filter(({ rawJson }) => !beyondNumbers.test(rawJson));
  test.each(usable)('$generation $name', ({ name, rawJson, secret, signString, md5, hmacSha256 }) => {
    const members = withMapsSorted(name, asServerClass(name, parse(rawJson)));
    const key = { secret, upperCase: signString.includes('&KEY=') };
    expect(secretText(members, { ...key, signType: 'MD5' })).toBe(signString);
    expect(secretSign(members, { ...key, signType: 'MD5' })).toBe(md5);
    expect(secretSign(members, { ...key, signType: 'HMAC_SHA256' })).toBe(hmacSha256);
  });

  test('a decimal keeps its zeros on the wire and loses them in the signature', () => {
    const key = { secret: 's', signType: 'MD5', upperCase: false } as const;
    expect(secretText({ a: new Decimal('10.00'), b: new Decimal('0.10') }, key)).toBe('a=10&b=0.1&key=s');
  });
});

describe('RSA', () => {
  const usable = vectors.rsaSigners.filter(({ rawJson }) => !beyondNumbers.test(rawJson));
  test.each(usable)('$name', ({ rawJson, signString, signature }) => {
    const members = parse(rawJson);
    expect(rsaText(members)).toBe(signString);
    expect(rsaVerify(members, signature, vectors.rsaTestKey.publicKeySpkiPem)).toBe(true);
  });
});

describe('the recorded exchanges of 2.0.8', () => {
  const keyFor = (signature: string) =>
    ({ secret: '123456', signType: signature.length === 32 ? 'MD5' : 'HMAC_SHA256', upperCase: false }) as const;

  test('every answer signature comes out the same', () => {
    const answers = exchanges.filter((one) => one.responseSignString !== null);
    for (const { responseBody, responseSignString } of answers) {
      const data = z.looseObject({ sign: z.string() }).catchall(z.json()).parse(parse(responseBody).data);
      expect(secretText(data, keyFor(data.sign))).toBe(responseSignString);
      expect(secretSign(data, keyFor(data.sign))).toBe(data.sign);
    }
    expect(answers).toHaveLength(152);
  });

  test('every request signature comes out the same from the whitelist of its path', () => {
    const accepted = exchanges.filter((one) => one.responseSignString !== null && profileC.routes[one.path]);
    const signed = accepted.filter(({ requestSign }) => requestSign !== null);
    for (const { path, requestBody } of signed) {
      const params = readParams(requestsC[profileC.routes[path] ?? 'query'], parse(requestBody ?? ''));
      // One was sent while the platform's check was off.
      if (params.sign !== undefined) expect(secretSign(params, keyFor(String(params.sign)))).toBe(params.sign);
    }
    expect(signed.length).toBeGreaterThan(130);
  });
});
