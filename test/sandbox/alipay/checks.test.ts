import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AlipayOptions } from '../../../src/sandbox/index.ts';
import { beijing, startAlipay } from './client.ts';

const MINUTE = 60_000;

describe('classic', () => {
  interface Row {
    readonly changed?: Record<string, string | undefined>;
    readonly tampered?: Record<string, string | undefined>;
    readonly biz?: string;
    readonly answer: readonly [code: string, subCode: string];
    readonly options?: Partial<AlipayOptions>;
  }
  const rows: Record<string, Row> = {
    'a foreign app id': { changed: { app_id: '1' }, answer: ['40002', 'isv.invalid-app-id'] },
    'a foreign app id and no signature': {
      changed: { app_id: '1' },
      tampered: { sign: undefined },
      answer: ['40002', 'isv.invalid-app-id'],
    },
    'no method, before no timestamp': {
      changed: { method: undefined, timestamp: undefined },
      answer: ['40001', 'isv.missing-method'],
    },
    'an unknown method': { changed: { method: 'alipay.trade.dance' }, answer: ['40002', 'isv.invalid-method'] },
    'no timestamp, before no version': {
      changed: { timestamp: undefined, version: undefined },
      answer: ['40001', 'isv.missing-timestamp'],
    },
    'no version, before no signature': {
      changed: { version: undefined },
      tampered: { sign: undefined },
      answer: ['40001', 'isv.missing-version'],
    },
    'no signature, before no sign type': {
      changed: { sign_type: undefined },
      tampered: { sign: undefined },
      answer: ['40001', 'isv.missing-signature'],
    },
    'no sign type': { changed: { sign_type: undefined }, answer: ['40001', 'isv.missing-signature-type'] },
    'a timestamp of another form': {
      changed: { timestamp: '2026-05-06T12:30:15Z' },
      answer: ['40002', 'isv.invalid-timestamp'],
    },
    'a timestamp of another zone': {
      changed: { timestamp: beijing(Date.now() - 480 * MINUTE) },
      answer: ['40002', 'isv.invalid-timestamp'],
    },
    'a tampered parameter': {
      tampered: { biz_content: '{"out_trade_no":"A2"}' },
      answer: ['40002', 'isv.invalid-signature'],
    },
    'a signature that was not URL-encoded': {
      tampered: { sign: `${'A'.repeat(170)} ${'A'.repeat(171)}==` },
      answer: ['40002', 'isv.invalid-signature'],
    },
    'a bad signature, before a bad token': {
      changed: { app_auth_token: 'T' },
      tampered: { version: '1.0', charset: 'UTF8' },
      answer: ['40002', 'isv.invalid-signature'],
    },
    'an unknown token, before bad JSON': {
      changed: { app_auth_token: 'T' },
      biz: '{',
      answer: ['20001', 'aop.invalid-app-auth-token'],
    },
    'bad JSON': { biz: '{', answer: ['40002', 'isv.illegal-json'] },
    'another charset': { changed: { charset: 'GBK' }, answer: ['40002', 'isv.invalid-charset'] },
    'the old signature type': { changed: { sign_type: 'RSA' }, answer: ['40002', 'isv.invalid-signature-type'] },
  };

  test.each(Object.entries(rows))('%s is refused and nothing executed', async (_, row) => {
    const alipay = await startAlipay(row.options);
    alipay.seed();
    const { status, headers, node } = await alipay.classic('cancel', row.biz ?? {}, row);
    expect([node.code, node.sub_code]).toEqual(row.answer);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8']);
    expect(headers.get('trace_id')).toBeTruthy();
    expect(alipay.truth()?.state).toBe('PAID');
    expect(alipay.sandbox.log()[0]).toMatchObject({ executed: false, code: row.answer[1] });
  });

  test('an unknown app id is answered unsigned, a bad signature signed and with the string in question', async () => {
    const alipay = await startAlipay();
    const stranger = await alipay.classic('query', {}, { changed: { app_id: '1' } });
    expect([stranger.key, stranger.genuine]).toEqual(['alipay_trade_query_response', undefined]);
    const forged = await alipay.classic('query', { subject: '<&>' }, { tampered: { version: '1.0', charset: 'UTF8' } });
    expect(forged.genuine).toBe(true);
    expect(forged.node.sub_msg).toContain('&quot;subject&quot;:&quot;&lt;&amp;&gt;&quot;');
    expect(alipay.sandbox.log().map(({ authentic }) => authentic)).toEqual([false, false]);
  });

  test('a request without a method is answered in error_response', async () => {
    const alipay = await startAlipay();
    expect((await alipay.classic('query', {}, { changed: { method: undefined } })).key).toBe('error_response');
  });

  test('parameters may be in the query or in the form; empty ones are not signed', async () => {
    const alipay = await startAlipay();
    alipay.seed();
    const everywhere = [
      [],
      ['app_id', 'method', 'biz_content', 'charset', 'sign', 'sign_type', 'timestamp', 'version'],
    ];
    for (const inQuery of everywhere) {
      const { node } = await alipay.classic('query', { memo: '午餐 +&=%"\\' }, { inQuery, changed: { format: '' } });
      expect(node).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS' });
    }
  });

  test('the tolerance of the timestamp and the valid tokens are options', async () => {
    const alipay = await startAlipay({ timestampToleranceMs: Number.POSITIVE_INFINITY, appAuthTokens: ['T'] });
    alipay.seed();
    const changed = { timestamp: '2020-01-01 00:00:00', app_auth_token: 'T' };
    expect((await alipay.classic('query', {}, { changed })).node.code).toBe('10000');
    expect((await alipay.v3('query', {}, { headers: { 'alipay-app-auth-token': 'T' } })).status).toBe(200);
  });
});

describe('v3', () => {
  const late = String(Date.now() - 11 * MINUTE);
  test.each([
    ['no credential', { headers: { authorization: '' } }, 400, 'missing-timestamp'],
    ['another scheme', { headers: { authorization: 'Bearer x' } }, 400, 'missing-timestamp'],
    ['a foreign app id, before its time', { auth: { app_id: '1', timestamp: late } }, 400, 'invalid-app-id'],
    ['an old timestamp, before its signature', { auth: { timestamp: late }, sign: 'A' }, 400, 'invalid-timestamp'],
    ['seconds for milliseconds', { auth: { timestamp: '1778041815' } }, 400, 'invalid-timestamp'],
    ['no nonce', { auth: { nonce: '' } }, 400, 'invalid-parameter'],
    ['a signature over nothing', { sign: 'A'.repeat(344) }, 400, 'invalid-signature'],
    ['an unknown token', { headers: { 'alipay-app-auth-token': 'T' } }, 401, 'invalid-app-auth-token'],
  ])('%s is refused, unsigned', async (_, options, status, code) => {
    const alipay = await startAlipay();
    alipay.seed();
    const answer = await alipay.v3('cancel', {}, options);
    expect([answer.status, answer.body.code, answer.genuine]).toEqual([status, code, undefined]);
    expect(answer.headers.get('alipay-trace-id')).toBeTruthy();
    expect(alipay.truth()?.state).toBe('PAID');
  });

  test('an expired request is refused', async () => {
    const alipay = await startAlipay();
    const auth = { timestamp: String(Date.now() - 5000), expired_seconds: '2' };
    expect((await alipay.v3('query', {}, { auth })).body.code).toBe('invalid-timestamp');
  });

  test('bad JSON is refused after its signature was accepted', async () => {
    const alipay = await startAlipay();
    expect((await alipay.v3('cancel', '{')).body.code).toBe('illegal-json');
    expect(alipay.sandbox.log()[0]).toMatchObject({ authentic: true, executed: false });
  });

  test('a nonce is good once, unless switched off', async () => {
    const auth = { nonce: randomUUID() };
    const strict = await startAlipay();
    strict.seed();
    expect((await strict.v3('query', {}, { auth })).status).toBe(200);
    expect(await strict.v3('query', {}, { auth })).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    const lax = await startAlipay({ refuseUsedNonces: false });
    lax.seed();
    await lax.v3('query', {}, { auth });
    expect((await lax.v3('query', {}, { auth })).status).toBe(200);
  });

  test('a bad signature can be 401 as well', async () => {
    const alipay = await startAlipay({ invalidSignatureStatus: 401 });
    expect((await alipay.v3('query', {}, { sign: 'A'.repeat(344) })).status).toBe(401);
  });

  test('the query is also a GET', async () => {
    const alipay = await startAlipay();
    alipay.seed();
    expect((await alipay.v3('query', {}, { get: true })).body.trade_status).toBe('TRADE_SUCCESS');
    expect(await alipay.v3('cancel', {}, { get: true })).toMatchObject({ status: 404 });
    expect(alipay.truth()?.state).toBe('PAID');
  });
});
