import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authorization, refundNo, sign } from '../../../src/gateways/shouqianba/sign.ts';
import { md5 } from './stub.ts';

const vector = z.object({
  id: z.string(),
  sn: z.string(),
  key: z.string(),
  body: z.string(),
  body_base64: z.string(),
  body_utf8_bytes: z.number(),
  sign: z.string(),
  authorization: z.string(),
});
const crossed = z.object({
  id: z.string(),
  use_body_of: z.string().optional(),
  body_base64: z.string().optional(),
  use_authorization_of: z.string().optional(),
  authorization: z.string().nullish(),
});
const file = z.object({ vectors: z.array(vector), reject: z.array(crossed), policy_cases: z.array(crossed) });
const path = new URL('../../vectors/shouqianba.json', import.meta.url);
const { vectors, reject, policy_cases } = file.parse(JSON.parse(readFileSync(path, 'utf8')));

function named(id: string | undefined) {
  const found = vectors.find((it) => it.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}

/** The bytes of a crossed case, who would sign them rightly, and the header that came instead. */
function cross(it: z.infer<typeof crossed>) {
  const from = named(it.use_body_of ?? it.use_authorization_of);
  const body = Buffer.from(it.body_base64 ?? from.body_base64, 'base64');
  const header =
    it.use_authorization_of === undefined ? it.authorization : named(it.use_authorization_of).authorization;
  return { body, principal: { sn: from.sn, key: from.key }, header };
}

test('the file holds the 20 vectors, 6 rejects and the policy case', () => {
  expect([vectors.length, reject.length, policy_cases.length]).toEqual([20, 6, 1]);
});

describe('a signature covers the bytes sent, as the official demos make it', () => {
  test.each(vectors)('$id', (it) => {
    const body = Buffer.from(it.body_base64, 'base64');
    expect(body.length).toBe(it.body_utf8_bytes);
    expect(sign(body, it.key)).toBe(it.sign);
    expect(authorization({ sn: it.sn, key: it.key }, body)).toBe(it.authorization);
  });
});

describe('what a gateway must reject is never what we would send', () => {
  test.each(reject)('$id', (it) => {
    const { body, principal, header } = cross(it);
    expect(authorization(principal, body)).not.toBe(header);
    expect(authorization(principal, body)).toBe(`${principal.sn} ${md5(body, principal.key)}`);
  });
});

test.each(policy_cases)('$id: always lower case', (it) => {
  const { body, principal, header } = cross(it);
  const ours = authorization(principal, body);
  expect(ours).not.toBe(header);
  expect(ours).toBe(header?.toLowerCase());
});

describe('a refund number', () => {
  test('is RV and 18 base-36 digits, the same for the same order', () => {
    for (let index = 0; index < 2000; index += 1) {
      expect(refundNo(`POS${index}`)).toMatch(/^RV[0-9A-Z]{18}$/);
    }
    // SHA-256 modulo 36^18, computed with Python's hashlib.
    expect(refundNo('POS20261120113600001')).toBe('RVXLIW2ON73N0Z67T2HH');
  });

  test('differs between orders', () => {
    const numbers = new Set(Array.from({ length: 2000 }, (_, index) => refundNo(`POS${index}`)));
    expect(numbers.size).toBe(2000);
  });
});
