/** The configuration of an account, its identity and refund numbers, and the probe for `unwind doctor`. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkEndpoints } from '../../../src/cli/checks/endpoints.ts';
import { checksSignatures, daxpay, showsOlder } from '../../../src/gateways/daxpay/index.ts';
import { olderBy } from '../../../src/gateways/daxpay/probe.ts';
import real from '../../vectors/daxpay-real.json' with { type: 'json' };
import real2 from '../../vectors/daxpay-real-2.json' with { type: 'json' };
import {
  accountOf,
  bareError,
  deps,
  NAMES,
  OPTIONS,
  replyOf,
  reqIdOf,
  type StubAnswer,
  signedAnswer,
  stub,
  wellSigned,
} from './support.ts';

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

describe('a server below 2.0.8', () => {
  const spring = (path: string, status = 500) =>
    ({
      status,
      text: JSON.stringify({ timestamp: '2026-11-20T23:31:41.677+00:00', status, error: '…', path }),
    }) as const;
  const OLDER: readonly (readonly [string, (path: string) => string | StubAnswer, RegExp])[] = [
    ['that has no such path (2.0.6)', (path) => spring(path), /has no \/unipay\/query\/payOrder/],
    ['that has no such path, behind a prefix', (path) => spring(`/dax${path}`, 404), /has no/],
    ['that refuses our signature as 2.0.7 does', () => bareError(20000, '未通过签名验证'), /20000/],
    [
      'that answers with the names of the seed',
      () => '{"code":0,"data":{"paymentId":1,"businessNo":"P1"}}',
      /paymentId/,
    ],
    ['that signs nothing (2.0.5)', () => '{"code":10000,"msg":"x","data":null,"sign":""}', /empty signature/],
  ];
  const NOT: readonly (readonly [string, string | StubAnswer | undefined])[] = [
    ['2.0.8, which does not find it', signedAnswer('c', { code: 1, msg: '支付订单不存在' })],
    ['2.0.8, which refuses the signature', bareError(20052, '验签失败')],
    ['2.0.8, which is busy', bareError(10001)],
    ['a page of a proxy', { status: 502, text: '<html>' }],
    ['an error page of another path', spring('/elsewhere')],
    ['nobody', undefined],
  ];

  it.each(OLDER)('%s is known by it', async (_, answer, words) => {
    await using server = await stub(({ path }) => answer(path));
    expect(await showsOlder(accountOf('c', server.url), deps, OPTIONS)).toMatch(words);
    expect(server.seen.map((one) => wellSigned('c', one))).toEqual([true]);
  });

  it.each(NOT)('is not %s', async (_, answer) => {
    await using server = await stub(() => answer);
    expect(await showsOlder(accountOf('c', server.url), deps, OPTIONS)).toBeUndefined();
  });

  it('is not 2.0.8, by any exchange that was recorded from it but for unknown paths', () => {
    for (const vectors of [real.vectors, real2.vectors]) {
      for (const { path, httpStatus: status, responseBody } of vectors) {
        const reply = { ...replyOf(responseBody, status), status };
        expect([path, olderBy(reply, '/unipay/query/payOrder')]).toEqual([path, undefined]);
      }
    }
  });

  it('is told by doctor in words, in place of its signatures', async () => {
    await using server = await stub(() => bareError(20000));
    const folder = await mkdtemp(join(tmpdir(), 'unwind-daxpay-'));
    const file = join(folder, 'unwind.config.yaml');
    try {
      await writeFile(join(folder, 'secret'), 'x');
      const online = { provider: 'daxpay', profile: 'c', endpoint: server.url, secret: { file: 'secret' } };
      await writeFile(file, JSON.stringify({ accounts: { online } }));
      const checks = await checkEndpoints(file);
      const detail = expect.stringMatching(/below 2\.0\.8.*20000.*update it/);
      expect(checks).toContainEqual({ name: 'version online', result: 'fail', detail });
      expect(checks.map(({ name }) => name)).not.toContain('signatures online');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
