/** The 203 exchanges recorded from a real DaxPay 2.0.8, replayed through the client's own reading. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readReply, textOf } from '../../../src/gateways/daxpay/envelope.ts';
import { isObject, type JsonObject } from '../../../src/gateways/daxpay/json.ts';
import { PROFILES } from '../../../src/gateways/daxpay/profiles.ts';
import { secretKeyText } from '../../../src/gateways/daxpay/sign.ts';
import { CALLS, conclusion, RULES, readingOf, SECRET, signerFor, textIn } from './conclusion.ts';
import { REAL_CONCLUSIONS } from './real-conclusions.ts';
import { lossless, replyOf } from './support.ts';

const exchange = z.object({
  name: z.string(),
  method: z.string().default('POST'),
  path: z.string(),
  requestBody: z.string().nullable(),
  requestSignString: z.string().nullable(),
  requestSign: z.string().nullish(),
  requestSignCorrect: z.boolean().nullish(),
  httpStatus: z.number(),
  responseBody: z.string(),
  responseSignString: z.string().nullish(),
  responseSignatureValid: z.boolean().nullish(),
});
const notice = z.object({ trigger: z.string(), body: z.string(), signString: z.string() });
const recorded = z
  .object({
    vectors: z.array(exchange),
    notices: z.array(notice),
    checksOffBuild: z.object({ vectors: z.array(exchange) }),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/daxpay-real.json', import.meta.url), 'utf8')));

/** Members of a refund that the server's class knows and we never send. */
const UNUSED = ['notifyUrl', 'attach', 'extraParam'];

/** The members that the server's class knows; for a call that we never make, all of them. */
function known(path: string, body: JsonObject): JsonObject {
  const call = CALLS[path];
  if (call === undefined) return body;
  const names = [...PROFILES.c.calls[call].fields, ...(call === 'refund' ? UNUSED : [])];
  return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}

/** Members that Jackson reads and we never send: a name twice, a fraction in `reqTime`. */
const NOT_OURS = ['duplicate member, last wins', 'reqTime with fraction'];
/** The recorder's own text was wrong, and the server refused it: it signed unknown members, or nulls inside a list. */
const MIS_SIGNED = [
  'query with bizOrderNo (signed)',
  'unknown member signed: refused',
  'pay with odd bizOrderNo and title',
  'lower-case member name orderno',
];

const signedRequests = recorded.vectors.filter((one) => one.requestSignString !== null && !NOT_OURS.includes(one.name));

describe('requests', () => {
  it.each(signedRequests)('$name', (one) => {
    const body = known(one.path, lossless(one.requestBody ?? ''));
    const text = secretKeyText(body, SECRET, RULES);
    if (MIS_SIGNED.includes(one.name)) {
      expect(text).not.toBe(one.requestSignString);
      expect(lossless(one.responseBody).code?.toString()).toBe('20052');
      return;
    }
    expect(text).toBe(one.requestSignString);
    const algorithm = signerFor(one);
    expect(algorithm.sign(body) === one.requestSign).toBe(one.requestSignCorrect);
  });

  it('are refused for their signature exactly when our whitelist says so', () => {
    for (const one of signedRequests) {
      const body = lossless(one.requestBody ?? '');
      const code = lossless(one.responseBody).code?.toString();
      const ours = signerFor(one).sign(known(one.path, body)) === body.sign;
      // Validation comes before the signature; a platform set to MD5 refuses a right HMAC.
      if (code === '10006' || one.name.startsWith('HMAC signature while')) continue;
      expect([one.name, code === '20052']).toEqual([one.name, !ours]);
    }
  });
});

describe('answers', () => {
  const signed = recorded.vectors.filter((one) => typeof one.responseSignString === 'string');

  it.each(signed)('$name', (one) => {
    const data = lossless(one.responseBody).data;
    if (!isObject(data) || typeof data.sign !== 'string') throw new Error('no signed data');
    expect(secretKeyText(data, SECRET, RULES)).toBe(one.responseSignString);
    expect(signerFor(one).verifies(data, data.sign)).toBe(one.responseSignatureValid);
    expect(signerFor(one).verifies({ ...data, resTime: '0' }, data.sign)).toBe(false);
  });

  it('were recorded 203 times, most of them signed', () => {
    expect(recorded.vectors).toHaveLength(203);
    expect(signed.length).toBeGreaterThan(140);
  });
});

describe('conclusions', () => {
  const ours = recorded.vectors.filter(
    (one) => !['/unipay/pay', '/unipay/sync/refund'].includes(one.path) && one.method === 'POST',
  );

  it.each(ours)('$name', (one) => expect(conclusion(one, 10)).toBe(REAL_CONCLUSIONS[one.name]));

  it('cover every exchange that the client could have made', () =>
    expect(Object.keys(REAL_CONCLUSIONS)).toHaveLength(ours.length));
});

/** The members of what the server answered that a reconciliation or a support call needs. */
const BOOKED = [
  ...['orderNo', 'outOrderNo', 'refundNo', 'bizRefundNo', 'outRefundNo', 'orderAmount', 'amount', 'refundableBalance'],
  ...['payTime', 'closeTime', 'refundTime', 'finishTime', 'errorCode', 'errorMsg'],
];

describe('evidence', () => {
  const second = z
    .object({ vectors: z.array(exchange) })
    .parse(JSON.parse(readFileSync(new URL('../../vectors/daxpay-real-2.json', import.meta.url), 'utf8')));
  const telling = [...recorded.vectors, ...second.vectors].filter((one) => {
    const { kind } = readingOf(one, 10);
    return typeof one.responseSignString === 'string' && CALLS[one.path] !== undefined && kind !== 'unknown';
  });

  it('has every number, amount and time that the real server answered, as it wrote them', () => {
    let facts = 0;
    for (const one of telling) {
      const data = lossless(one.responseBody).data;
      const kept = readingOf(one, 10).evidence ?? {};
      for (const name of isObject(data) && textOf(data.code) === '0' ? BOOKED : []) {
        const told = isObject(data) ? textOf(data[name]) : undefined;
        if (told === undefined) continue;
        facts += 1;
        expect([one.name, name, kept[name]]).toEqual([one.name, name, told]);
      }
    }
    expect(facts).toBeGreaterThan(300);
  });
});

describe('notices', () => {
  it.each(recorded.notices)('$trigger', ({ body, signString }) => {
    const fields = lossless(body);
    expect(secretKeyText(fields, SECRET, RULES)).toBe(signString);
    expect(signerFor({ name: '' }).verifies(fields, textIn(fields, 'sign') ?? '')).toBe(true);
  });

  it('were recorded four times', () => expect(recorded.notices).toHaveLength(4));
});

describe('a build whose checks were off', () => {
  it.each(recorded.checksOffBuild.vectors)('$name: whatever was sent, the answer is signed', (one) => {
    const reply = readReply(replyOf(one.responseBody, one.httpStatus), {
      profile: PROFILES.c,
      signer: signerFor(one),
      call: CALLS[one.path] ?? 'query',
    });
    expect(reply.kind === 'answered' && reply.signed).toBe(one.responseSignatureValid === true);
  });
});
