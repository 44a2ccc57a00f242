/** The configuration of an account, its identity and refund numbers, and the probe for `unwind doctor`. */
import { describe, expect, it } from 'vitest';
import { checksSignatures, daxpay } from '../../../src/gateways/daxpay/index.ts';
import { accountOf, bareError, deps, NAMES, OPTIONS, reqIdOf, signedAnswer, stub, wellSigned } from './support.ts';

const URL_ = 'https://pay.example.com/dax/';

describe('an account', () => {
  it('has the defaults that move no money', () => {
    const account = accountOf('c', URL_);
    expect(account).toMatchObject({
      refunds: true,
      cancel: false,
      signType: 'HMAC_SHA256',
      endpoint: URL_.slice(0, -1),
    });
    expect(accountOf('e', URL_)).toMatchObject({ utcOffsetHours: 8 });
  });

  it('lists every problem', () => {
    const result = daxpay.account.safeParse({
      profile: 'e',
      endpoint: 'ftp://x',
      secret: 'in the clear',
      signType: 'RSA',
    });
    const paths = result.error?.issues.map((issue) => issue.path.join('.')).sort();
    expect(paths).toEqual(['appId', 'endpoint', 'mchNo', 'secret', 'signType']);
  });

  it.each([
    { profile: 'b' },
    { profile: 'c', signType: 'SM3' },
    { profile: 'c', mchNo: 'M1' },
    { profile: 'c', clientIp: 'localhost' },
    { profile: 'c', endpoint: 'https://user:pass@x.example' },
    { profile: 'c', endpoint: 'https://x.example/?a=1' },
    { profile: 'c', surprise: 1 },
  ])('refuses %j', (more) => {
    const result = daxpay.account.safeParse({ endpoint: URL_, secret: { env: 'SECRET' }, ...more });
    expect(result.success).toBe(false);
  });

  it('is opened with all its secrets or not at all', () => {
    const broken = { privateKey: { env: 'BROKEN' }, platformPublicKey: { env: 'BROKEN' } };
    expect(() => daxpay.open(accountOf('f', URL_, broken), deps)).toThrow(
      /^DaxPay account: privateKey: neither a PKCS#8 nor a PKCS#1.*; platformPublicKey: neither an SPKI nor a PKCS#1/,
    );
    expect(() => daxpay.open(accountOf('f', URL_, broken), deps)).not.toThrow(/no key at all/);
    const missing = { privateKey: { env: 'NONE' }, platformPublicKey: { file: '/none' } };
    expect(() => daxpay.open(accountOf('f', URL_, missing), deps)).toThrow(
      'privateKey: no secret NONE; platformPublicKey',
    );
    expect(() => daxpay.open(accountOf('c', URL_, { secret: { env: 'NONE' } }), deps)).toThrow(
      'secret: no secret NONE',
    );
  });

  it('is the same merchant whatever else differs', () => {
    const same = (a: string, b: string) => expect(a).toBe(b);
    same(
      daxpay.identity(accountOf('c', URL_)),
      daxpay.identity(accountOf('c', 'https://PAY.example.com/dax', { cancel: true })),
    );
    const ids = NAMES.map((name) => daxpay.identity(accountOf(name, URL_)));
    ids.push(daxpay.identity(accountOf('e', URL_, { appId: 'A2' })));
    expect(ids).toEqual([
      'pay.example.com/dax',
      'pay.example.com/dax|M1|A1',
      'pay.example.com/dax|M1|',
      'pay.example.com/dax|M1|A2',
    ]);
  });
});

describe("an order's refund number", () => {
  const { refundNo } = daxpay.open(accountOf('c', URL_), deps);

  it('is the order number with a suffix', () => expect(refundNo('RV20261120000001')).toBe('RV20261120000001-R1'));

  it('fits, and differs between long numbers that begin alike', () => {
    const long = 'x'.repeat(97);
    expect(refundNo(long)).toBe(`${long}-R1`);
    const [a, b] = [refundNo(`${long}yy1`), refundNo(`${long}yy2`)];
    expect(a).toHaveLength(100);
    expect(a).not.toBe(b);
    expect(refundNo(`${long}yy1`)).toBe(a);
  });
});

describe.each(NAMES)('the signature probe in profile %s', (name) => {
  const probe = async (answer: Parameters<typeof stub>[0]) => {
    await using server = await stub(answer);
    const said = await checksSignatures(accountOf(name, server.url), deps, OPTIONS);
    return { said, seen: server.seen };
  };
  const absent = name === 'c' ? { code: 1, msg: '支付订单不存在' } : { code: 20041, msg: '支付订单不存在' };

  it('sends one query with a wrong signature for a number that does not exist', async () => {
    const { said, seen } = await probe(() => bareError(20052, '验签失败'));
    expect(said).toBe('refused');
    expect(seen).toHaveLength(1);
    const [one] = seen;
    expect(one?.path).toMatch(/query/);
    expect(JSON.stringify(one?.body)).toMatch(/unwind-probe-[0-9a-f]{16}/);
    expect(one !== undefined && wellSigned(name, one)).toBe(false);
  });

  it('warns when the server looked for the order', async () =>
    expect((await probe((seen) => signedAnswer(name, { ...absent, reqId: reqIdOf(seen) }))).said).toBe('accepted'));

  it.each([bareError(20023), bareError(10001), bareError(10500), '<html>', '{}'])(
    'does not know from %s',
    async (text) => expect((await probe(() => text)).said).toBe('unknown'),
  );

  it('does not know when nobody answers', async () => expect((await probe(() => undefined)).said).toBe('unknown'));

  it('rejects with the configuration error', async () => {
    const account = accountOf(name, URL_, name === 'f' ? { privateKey: { env: 'NONE' } } : { secret: { env: 'NONE' } });
    await expect(checksSignatures(account, deps, OPTIONS)).rejects.toThrow('no secret NONE');
  });
});
