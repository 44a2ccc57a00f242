import { describe, expect, test } from 'vitest';
import { type BusinessFault, createAlipaySystem, startSandbox } from '../../../src/sandbox/index.ts';
import { AlipayTester, type Operation, startAlipay } from './client.ts';

async function withFault(business: BusinessFault, operation: Operation = 'cancel') {
  const alipay = await startAlipay();
  alipay.seed({ faults: [{ operation: 'any', business, times: 0 }] });
  return {
    alipay,
    state: () => alipay.truth()?.state,
    classic: () => alipay.classic(operation),
    v3: () => alipay.v3(operation),
  };
}

describe('error codes', () => {
  test.each([
    ['ACQ.SYSTEM_ERROR', '40004', 400, 'ACQ.SYSTEM_ERROR', 'N'],
    ['AQC.SYSTEM_ERROR', '40004', 400, 'AQC.SYSTEM_ERROR', 'N'],
    ['ACQ.WHATEVER_COMES', '40004', 400, 'ACQ.WHATEVER_COMES', 'N'],
    ['isp.unknow-error', '20000', 500, 'unknow-error', undefined],
    ['aop.ACQ.SYSTEM_ERROR', '20000', 500, 'ACQ.SYSTEM_ERROR', undefined],
    ['40005', '40005', 429, 'app-call-limited', undefined],
    ['429', '40005', 429, 'app-call-limited', undefined],
    ['gatewayError:isv.invalid-signature', '40002', 400, 'invalid-signature', undefined],
    ['gatewayError:isv.insufficient-isv-permissions', '40006', 403, 'insufficient-isv-permissions', undefined],
    ['gatewayError:aop.invalid-auth-token', '20001', 401, 'invalid-auth-token', undefined],
  ])('%s', async (name, code, status, v3Code, retryFlag) => {
    const { classic, v3, state } = await withFault({ name });
    const answer = await classic();
    expect([answer.node.code, answer.node.retry_flag, answer.genuine]).toEqual([code, retryFlag, true]);
    const rest = await v3();
    expect([rest.status, rest.body.code, rest.genuine]).toEqual([status, v3Code, undefined]);
    expect(rest.body).not.toHaveProperty('retry_flag');
    expect(state()).toBe('PAID');
  });

  test.each(['Y', 'N', 'absent'])('executed all the same, with retry_flag %s', async (retryFlag) => {
    const { classic, state } = await withFault({ name: 'ACQ.SYSTEM_ERROR', execute: true, with: { retryFlag } });
    expect((await classic()).node.retry_flag).toBe(retryFlag === 'absent' ? undefined : retryFlag);
    expect(state()).toBe('CLOSED_REFUNDED');
  });

  test('an invalid app id is unsigned', async () => {
    const { classic } = await withFault({ name: 'gatewayError:isv.invalid-app-id' });
    expect((await classic()).genuine).toBeUndefined();
  });

  test('the gateway clock is off', async () => {
    const { classic, v3 } = await withFault({ name: 'clockSkew', with: { ms: 3_600_000 } });
    expect((await classic()).node.sub_code).toBe('isv.invalid-timestamp');
    expect((await v3()).body.code).toBe('invalid-timestamp');
  });
});

describe('success that is none', () => {
  test('retry_flag Y, not executed', async () => {
    const { classic, state } = await withFault({ name: 'retryFlagY' });
    expect((await classic()).node).toEqual({
      code: '10000',
      msg: 'Success',
      out_trade_no: 'A1',
      retry_flag: 'Y',
      trade_no: expect.any(String),
    });
    expect(state()).toBe('PAID');
  });

  test('retry_flag Y, executed', async () => {
    const { v3, state } = await withFault({ name: 'retryFlagY', execute: true });
    expect((await v3()).body).toMatchObject({ retry_flag: 'Y', action: 'refund' });
    expect(state()).toBe('CLOSED_REFUNDED');
  });

  test('the answer without the act', async () => {
    const { classic, state } = await withFault({ name: 'unexecuted' });
    expect((await classic()).node).toMatchObject({ code: '10000', action: 'refund', retry_flag: 'N' });
    expect(state()).toBe('PAID');
  });
});

describe('envelopes', () => {
  test.each(['wrongSignature', 'otherKey', 'signatureOfOther'])('%s does not verify, and is executed', async (name) => {
    const { classic, v3, state } = await withFault({ name });
    const answer = await classic();
    expect([answer.node.code, answer.genuine]).toEqual(['10000', false]);
    expect((await v3()).genuine).toBe(false);
    expect(state()).toBe('CLOSED_REFUNDED');
  });

  test('not executed when told so', async () => {
    const { classic, state } = await withFault({ name: 'wrongSignature', execute: false });
    expect((await classic()).node.action).toBe('refund');
    expect(state()).toBe('PAID');
  });

  test('noSignature', async () => {
    const { classic, v3 } = await withFault({ name: 'noSignature' });
    expect((await classic()).genuine).toBeUndefined();
    expect((await v3()).genuine).toBeUndefined();
  });

  test('duplicateNode: the genuine one first, the forged one is what JSON.parse sees', async () => {
    const { classic } = await withFault({ name: 'duplicateNode' }, 'query');
    const { raw, node, genuine } = await classic();
    expect(raw.match(/"alipay_trade_query_response":/g)).toHaveLength(2);
    expect(raw.indexOf('TRADE_SUCCESS')).toBeLessThan(raw.indexOf('TRADE_CLOSED'));
    expect([node.trade_status, genuine]).toEqual(['TRADE_CLOSED', true]);
  });

  test('signFirst, certSn, errorResponse verify by the exact substring', async () => {
    const first = await (await withFault({ name: 'signFirst' })).classic();
    expect([first.raw.startsWith('{"sign":'), first.genuine]).toEqual([true, true]);
    const cert = await (await withFault({ name: 'certSn' })).classic();
    expect(cert.raw).toMatch(/\},"alipay_cert_sn":"[0-9a-f]{32}","sign":/);
    expect(cert.genuine).toBe(true);
    const error = await (await withFault({ name: 'errorResponse' })).classic();
    expect([error.key, error.genuine]).toEqual(['error_response', true]);
  });

  test.each(['wrongOutTradeNo', 'wrongAmount'])('%s is validly signed', async (name) => {
    const { classic, v3 } = await withFault({ name }, 'query');
    const answers = [await classic(), await v3()];
    expect(answers.map(({ genuine }) => genuine)).toEqual([true, true]);
    for (const { raw } of answers) {
      expect(raw).toContain(name === 'wrongAmount' ? '"total_amount":"13.30"' : '"out_trade_no":"A19"');
    }
  });

  test('escapes, unknown members and numbers', async () => {
    const { classic, v3 } = await withFault(
      { name: 'escapedSlashes', with: { escapedUnicode: true, unknownMembers: true, amountsAsNumbers: true } },
      'query',
    );
    for (const answer of [await classic(), await v3()]) {
      expect(answer.genuine).toBe(true);
      expect(answer.raw).toContain('\\u5e97\\/1\\u53f7');
      expect(answer.raw).toContain('"total_amount":12.30,');
      expect(answer.raw).toContain('"future_object":{');
      expect(answer.raw).not.toMatch(/[^\0-\x7f]/);
    }
  });

  test('classic members inside a v3 body', async () => {
    const { v3 } = await withFault({ name: 'classicMembers' });
    expect((await v3()).body).toMatchObject({ code: '10000', msg: 'Success', action: 'refund' });
  });

  test.each([
    ['array', expect.arrayContaining([{ link: expect.any(String), desc: expect.any(String) }])],
    ['string', expect.any(String)],
    ['none', undefined],
  ])('links as %s', async (links, expected) => {
    const { v3 } = await withFault({ name: 'ACQ.SYSTEM_ERROR', with: { links } });
    expect((await v3()).body.links).toEqual(expected);
  });

  test('v3 errors signed, wrongly signed, or with a literal null', async () => {
    const error = 'ACQ.SYSTEM_ERROR';
    expect((await (await withFault({ name: error, with: { signedErrors: true } })).v3()).genuine).toBe(true);
    const wrong = await withFault({ name: error, with: { signedErrors: true, wrongSignature: true } });
    expect((await wrong.v3()).genuine).toBe(false);
    const none = await withFault({ name: error, with: { nullSignature: true } });
    expect((await none.v3()).headers.get('alipay-signature')).toBe('null');
  });

  test('shapes are flags of an order too', async () => {
    const alipay = await startAlipay();
    alipay.seed({ flags: { signedErrors: true, frozen: true } });
    expect(await alipay.v3('cancel')).toMatchObject({ genuine: true, body: { code: 'ACQ.REASON_TRADE_BEEN_FREEZEN' } });
  });

  test('a shape that the protocol does not have is a defect of the test', async () => {
    const sandbox = await startSandbox({ systems: { alipay: createAlipaySystem() } });
    const alipay = new AlipayTester(sandbox);
    alipay.seed({ faults: [{ operation: 'cancel', business: { name: 'links' } }] });
    await expect(alipay.classic('cancel')).rejects.toThrow();
    await expect(sandbox.stop()).rejects.toThrow('means nothing in the classic protocol');
  });
});
