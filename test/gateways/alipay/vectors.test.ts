/** Vectors recorded from the official SDK: what it sent verifies over our text, and answers are judged alike. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateSerial, rootSerial } from '../../../src/gateways/alipay/certificates.ts';
import { readClassic } from '../../../src/gateways/alipay/classic.ts';
import { verifyNotification } from '../../../src/gateways/alipay/notification.ts';
import { OPERATIONS } from '../../../src/gateways/alipay/reply.ts';
import { classicStringToSign, v3StringToSign, verify } from '../../../src/gateways/alipay/sign.ts';
import { readV3 } from '../../../src/gateways/alipay/v3.ts';
import { beijingTime } from '../../../src/gateways/alipay/values.ts';
import type { HttpReply } from '../../../src/gateways/http.ts';
import vectors from '../../vectors/alipay.json' with { type: 'json' };
import { bytesOf } from './bytes.ts';

const appKey = createPublicKey(vectors.keys.app.public_spki_pem);
const alipayKey = createPublicKey(vectors.keys.alipay.public_spki_pem);

describe('classic requests of the vectors', () => {
  it('are all here', () => expect(vectors.classic_requests).toHaveLength(vectors.meta.counts.classic_requests));

  it.each(vectors.classic_requests)('$id', (vector) => {
    const url = new URL(vector.http.path_and_query, 'http://gateway');
    const sent = [...url.searchParams, ...new URLSearchParams(vector.http.body)];
    const parameters = Object.entries(vector.parameters).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    expect(classicStringToSign(parameters)).toBe(vector.protocol_string_to_sign);
    expect(classicStringToSign(sent)).toBe(vector.protocol_string_to_sign);
    expect(verify(classicStringToSign(sent), vector.sign, appKey)).toBe(vector.expect_gateway_signature_ok);
  });

  it('carry Beijing time', () => {
    expect(beijingTime(vectors.meta.fixed_epoch_ms)).toBe(vectors.meta.fixed_instant_shanghai);
  });
});

describe('v3 requests of the vectors', () => {
  it('are all here', () => expect(vectors.v3_requests).toHaveLength(vectors.meta.counts.v3_requests));

  it.each(vectors.v3_requests)('$id', (vector) => {
    const headers: Record<string, string | undefined> = vector.http.headers;
    const [, authString = '', sign = ''] =
      /^ALIPAY-SHA256withRSA (.*),sign=(.*)$/.exec(headers.authorization ?? '') ?? [];
    const text = v3StringToSign({
      authString,
      method: vector.http.method,
      target: vector.http.path_and_query,
      body: vector.http.body,
      appAuthToken: headers['alipay-app-auth-token'],
    });
    expect(text).toBe(vector.string_to_sign);
    expect(sign).toBe(vector.sign);
    expect(verify(text, sign, appKey)).toBe(vector.expect_gateway_signature_ok);
  });
});

const EXPECTED = new Map<string, object>([
  ['resp-01-classic-cancel-close', { kind: 'answered', ok: true, trust: 'signed' }],
  ['resp-02-classic-query-escapes-cert-sn', { kind: 'answered', ok: true, trust: 'signed' }],
  ['resp-03-classic-cancel-tampered', { kind: 'unanswered', why: 'forged' }],
  [
    'resp-04-classic-gateway-error-unsigned',
    { kind: 'answered', ok: false, trust: 'none', code: 'isv.invalid-app-id' },
  ],
  ['resp-05-v3-cancel-refund', { kind: 'answered', ok: true, trust: 'signed' }],
  ['resp-06-v3-tampered', { kind: 'unanswered', why: 'forged' }],
  ['resp-07-v3-error-unsigned', { kind: 'answered', ok: false, trust: 'hint', code: 'ACQ.TRADE_CANCEL_TIME_OUT' }],
]);

describe('responses of the vectors', () => {
  it('are all here', () => {
    expect(vectors.responses).toHaveLength(vectors.meta.counts.responses);
    expect(vectors.responses.map((vector) => vector.id).sort()).toEqual([...EXPECTED.keys()].sort());
  });

  it.each(vectors.responses)('$id', (vector) => {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(vector.headers ?? {})) if (value !== undefined) headers[name] = value;
    const body = Buffer.from(vector.raw_body);
    const reply: HttpReply = { kind: 'reply', status: vector.http_status, headers, body };
    const operations = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];
    const operation = operations.find((name) => OPERATIONS[name].method === vector.request_method) ?? 'cancel';
    const read =
      vector.protocol === 'classic' ? readClassic(reply, operation, { alipayKey }) : readV3(reply, { alipayKey });
    expect(read).toMatchObject(EXPECTED.get(vector.id) ?? {});
    expect(JSON.stringify(read.evidence)).not.toContain('159****5620');
    expect(JSON.stringify(read.evidence)).not.toContain(vector.signature ?? 'no signature');
  });
});

describe('notifications of the vectors', () => {
  it('are all here', () => expect(vectors.notify).toHaveLength(vectors.meta.counts.notify));

  it.each(vectors.notify)('$id', (vector) => {
    const form = new URLSearchParams(vector.http.body);
    expect(classicStringToSign(form, ['sign', 'sign_type'])).toBe(vector.string_to_verify);
    expect(verifyNotification(bytesOf(form), alipayKey)).toBe(vector.expect_valid);
    expect(verifyNotification(bytesOf(form), appKey)).toBe(false);
    expect(verifyNotification(bytesOf([...form, ['total_amount', '12.31']]), alipayKey)).toBe(false);
    expect(verifyNotification(bytesOf([...form, ['sign_type', 'RSA']]), alipayKey)).toBe(false);
    form.delete('sign');
    expect(verifyNotification(bytesOf(form), alipayKey)).toBe(false);
  });
});

describe('certificate serials of the vectors', () => {
  it.each(vectors.cert_sn.leaf)('leaf $name', ({ pem, sn }) =>
    expect(certificateSerial(new X509Certificate(pem))).toBe(sn),
  );

  // Field case 20: editors and consoles change the file around its certificates.
  it.each<[how: string, change: (pem: string) => string]>([
    ['as it is', (pem) => pem],
    ['with a byte order mark', (pem) => `\uFEFF${pem}`],
    ['with the ends of lines of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
    ['with comments between the certificates', (pem) => pem.replaceAll('-----BEGIN', '# a root of 2019\n-----BEGIN')],
    ['without the last end of a line', (pem) => pem.trimEnd()],
  ])('skips the EC certificate of the root bundle, %s', (_, change) => {
    expect(rootSerial(change(vectors.cert_sn.root_bundle.pem))).toBe(vectors.cert_sn.root_bundle.sn);
  });

  it('refuses a bundle without an RSA root', () => {
    const ec = vectors.cert_sn.root_bundle.pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)?.[1] ?? '';
    expect(() => rootSerial(ec)).toThrow('no certificate with an RSA signature');
  });
});
