/** The second recording of a real DaxPay 2.0.8 (daxpay-real-server 23 to 30), replayed through the client's own reading. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isObject } from '../../../src/gateways/daxpay/json.ts';
import { secretKeyText } from '../../../src/gateways/daxpay/sign.ts';
import { conclusion, RULES, SECRET, signerFor, textIn } from './conclusion.ts';
import { SECOND_CONCLUSIONS } from './real-conclusions-2.ts';
import { lossless } from './support.ts';

const exchange = z.object({
  name: z.string().default(''),
  path: z.string(),
  requestBody: z.string(),
  requestSignString: z.string().nullish(),
  httpStatus: z.number(),
  responseBody: z.string(),
  responseSignString: z.string().nullish(),
  responseSignatureValid: z.boolean().nullish(),
});
const recorded = z
  .object({
    vectors: z.array(exchange),
    seen: z.array(exchange),
    notices: z.array(z.object({ body: z.string(), answer: z.string() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/daxpay-real-2.json', import.meta.url), 'utf8')));
const exchanges = [...recorded.vectors, ...recorded.seen];

describe('answers', () => {
  const signed = exchanges.filter((one) => typeof one.responseSignString === 'string');

  it.each(signed)('$path: $name', (one) => {
    const data = lossless(one.responseBody).data;
    if (!isObject(data)) throw new Error('no signed data');
    expect(secretKeyText(data, SECRET, RULES)).toBe(one.responseSignString);
    expect(signerFor(one).verifies(data, textIn(data, 'sign') ?? '')).toBe(one.responseSignatureValid);
  });

  it('are concluded from, one by one', () => {
    expect(exchanges.map((one) => [one.path, one.name, conclusion(one, 1280)])).toEqual(SECOND_CONCLUSIONS);
    expect([exchanges.length, signed.length]).toEqual([59, 38]);
  });
});

describe('notices', () => {
  it.each(recorded.notices)('$answer', ({ body, answer }) => {
    const fields = lossless(body);
    expect(signerFor({ name: '' }).verifies(fields, textIn(fields, 'sign') ?? '')).toBe(answer === 'SUCCESS');
  });
});
