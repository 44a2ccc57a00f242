/** Every code of spec/daxpay.md 2.3 in every profile: what it means to an act, to a look, to a refund's look. */
import { describe, expect, it } from 'vitest';
import { CODES } from '../../../src/gateways/daxpay/codes.ts';
import { bareError, NAMES, type Name, readAs, signedAnswer } from './support.ts';

type Row = readonly [code: number, act: string, look: string];

/** Signed in E and F, unsigned in C, where all of them are outer codes. */
const TRADE: readonly Row[] = [
  [20000, 'refused unclear', 'unknown unfamiliar'],
  [20011, 'refused unclear', 'unknown unfamiliar'],
  [20012, 'refused unclear', 'unknown unfamiliar'],
  [20013, 'refused unclear', 'unknown unfamiliar'],
  [20021, 'rejected config', 'rejected config'],
  [20022, 'rejected config', 'rejected config'],
  [20023, 'rejected config', 'rejected config'],
  [20024, 'rejected config', 'rejected config'],
  [20025, 'rejected config', 'rejected config'],
  [20030, 'refused notAllowed', 'unknown unfamiliar'],
  [20041, 'refused absent', 'absent'],
  [20042, 'refused state', 'unknown unfamiliar'],
  [20043, 'again', 'unknown gatewayFault'],
  [20044, 'refused state', 'unknown unfamiliar'],
  [20045, 'refused unclear', 'unknown unfamiliar'],
  [20052, 'rejected signature', 'rejected signature'],
  [20060, 'refused unclear', 'unknown unfamiliar'],
  [20080, 'refused unclear', 'unknown unfamiliar'],
  [20081, 'running', 'unknown gatewayFault'],
  [20082, 'refused notAllowed', 'unknown unfamiliar'],
  [20091, 'unknown gatewayFault', 'unknown gatewayFault'],
  [30000, 'unknown gatewayFault', 'unknown gatewayFault'],
  [47110, 'unknown unfamiliar', 'unknown unfamiliar'],
];

const COMMON_C: readonly Row[] = [
  [1, 'rejected request', 'rejected request'],
  [10001, 'unknown gatewayFault', 'unknown gatewayFault'],
  [10004, 'rejected config', 'rejected config'],
  [10005, 'rejected request', 'rejected request'],
  [10006, 'rejected request', 'rejected request'],
  [10007, 'again', 'unknown gatewayFault'],
  [10008, 'unknown gatewayFault', 'unknown gatewayFault'],
  [10010, 'refused absent', 'absent'],
];

const COMMON_E: readonly Row[] = [
  [1, 'refused unclear', 'unknown unfamiliar'],
  [10401, 'rejected config', 'rejected config'],
  [10404, 'rejected config', 'rejected config'],
  [10405, 'rejected config', 'rejected config'],
  [10408, 'rejected request', 'rejected request'],
  [10409, 'unknown gatewayFault', 'unknown gatewayFault'],
  // Too old, or a wrong clock: a busy server answers so to good requests (real server 27).
  [10410, 'again', 'unknown gatewayFault'],
  [10500, 'unknown gatewayFault', 'unknown gatewayFault'],
  [10505, 'rejected request', 'rejected request'],
  [10506, 'rejected request', 'rejected request'],
  [10507, 'again', 'unknown gatewayFault'],
];

const ROWS: Readonly<Record<Name, readonly Row[]>> = {
  c: [...TRADE, ...COMMON_C],
  e: [...TRADE, ...COMMON_E],
  f: [...TRADE, ...COMMON_E],
};

const words = (said: { kind: string; why?: string }): string =>
  said.why === undefined ? said.kind : `${said.kind} ${said.why}`;

describe.each(NAMES)('profile %s', (name) => {
  it.each(ROWS[name])('unsigned %i: act %s, look %s', (code, act, look) => {
    const read = readAs(name, bareError(code));
    for (const said of [read.close(), read.cancel(), read.sync(), read.refund()]) {
      expect(words(said)).toBe(act);
      expect(said.hint).toBe(true);
      expect(said.evidence).toMatchObject({ code: String(code), msg: 'x', traceId: 'Xpt3d5gy0TV5' });
    }
    const view = read.query();
    expect(words(view)).toBe(look);
    if (view.kind === 'absent') expect(view.hint).toBe(true);
    // An unsigned "no such refund" proves nothing, and a refund's look knows no hints.
    expect(words(read.queryRefund())).toBe(look === 'absent' ? 'unknown unsigned' : look);
  });

  it('has no code that is not tested', () => {
    const tested = new Set(['0', 'data.1', ...ROWS[name].map(([code]) => String(code))]);
    expect(Object.keys(CODES[name].codes).filter((code) => !tested.has(code))).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', '00', '1e1'])('takes the code %j for unfamiliar', (code) => {
    const text = JSON.stringify({ code, msg: null, data: null });
    expect(words(readAs(name, text).close())).toBe('unknown unfamiliar');
  });
});

describe.each(['e', 'f'] as const)('profile %s, signed', (name) => {
  const special = name === 'f' ? [1, 10506] : [10506];
  it.each(ROWS[name].filter(([code]) => !special.includes(code)))('%i: act %s, look %s', (code, act, look) => {
    const read = readAs(name, signedAnswer(name, { code, msg: '订单不是支付中' }));
    const close = read.close();
    expect(words(close)).toBe(act);
    expect(close.hint).toBeUndefined();
    expect(words(read.refund())).toBe(code === 10405 ? 'refused absent' : act);
    const view = read.query();
    expect(words(view)).toBe(look);
    expect(view).not.toHaveProperty('hint');
    expect(words(read.queryRefund())).toBe(look === 'absent' ? 'notFound' : look);
  });

  it('repeats a busy call after two seconds', () => {
    expect(readAs(name, signedAnswer(name, { code: 20043 })).close()).toMatchObject({ kind: 'again', afterMs: 2000 });
  });
});

describe('codes that stand for several things', () => {
  it('E 10506, signed, is a complaint about the request', () => {
    const read = readAs('e', signedAnswer('e', { code: 10506, msg: '验证参数错误\n支付订单号不能都为空' }));
    expect(words(read.close())).toBe('rejected request');
    expect(words(read.query())).toBe('rejected request');
    expect(read.close().evidence?.msg).toBe('验证参数错误 支付订单号不能都为空');
  });

  it('F 10506, signed, is a busy lock to an act and absence to a look (4.4)', () => {
    const read = readAs('f', signedAnswer('f', { code: 10506, msg: 'whatever' }));
    for (const said of [read.close(), read.cancel(), read.sync()]) expect(words(said)).toBe('again');
    expect(words(read.refund())).toBe('rejected request');
    expect(read.query()).toEqual(expect.objectContaining({ kind: 'absent' }));
    expect(read.query()).not.toHaveProperty('hint', true);
    expect(words(read.queryRefund())).toBe('notFound');
  });

  it('F 1, signed, is a close that failed at the channel', () =>
    expect(words(readAs('f', signedAnswer('f', { code: 1 })).close())).toBe('refused unclear'));

  const failure = (msg: string) => readAs('c', signedAnswer('c', { code: 1, msg }));

  it.each(['支付订单不存在', '订单不是支付中, 无法进行关闭订单', '关闭订单失败', ''])(
    'C data.code 1 is never decided by its text for an act: %s',
    (msg) => {
      for (const said of [failure(msg).close(), failure(msg).cancel(), failure(msg).sync(), failure(msg).refund()]) {
        expect(said).toMatchObject({ kind: 'refused', why: 'unclear', code: 'data.1' });
        expect(said.evidence?.msg ?? '').toBe(msg);
      }
    },
  );

  it('C data.code 1 is an absent order only in the words of the server', () => {
    expect(failure('支付订单不存在').query()).toEqual({
      kind: 'absent',
      evidence: { code: 'data.1', msg: '支付订单不存在', traceId: 'GbKZKDs1JFMM' },
    });
    expect(words(failure('未查询到支付订单').query())).toBe('unknown unfamiliar');
    expect(words(failure('退款订单不存在').query())).toBe('unknown unfamiliar');
    expect(words(failure('退款订单不存在').queryRefund())).toBe('notFound');
    expect(words(failure('支付订单不存在').queryRefund())).toBe('unknown unfamiliar');
  });

  it('C data.code 1 without a signature is a hint', () => {
    const text = '{"code":0,"msg":"success","data":{"code":1,"msg":"支付订单不存在","resTime":1},"traceId":"t"}';
    expect(readAs('c', text).query()).toMatchObject({ kind: 'absent', hint: true });
    expect(readAs('c', text).close()).toMatchObject({ kind: 'refused', why: 'unclear', hint: true });
  });

  it('C 10001 with msg null is a fault, whatever took its minute (real server 8)', () => {
    const said = readAs('c', bareError(10001, null)).close();
    expect(said).toEqual({
      kind: 'unknown',
      why: 'gatewayFault',
      hint: true,
      evidence: { code: '10001', traceId: 'Xpt3d5gy0TV5' },
    });
  });
});

describe('answers without a code to trust', () => {
  it.each<[string, string, number, string]>([
    ['html', '<html>502</html>', 502, 'http'],
    ["Spring's own error", '{"status":500,"error":"Internal Server Error","path":"/nope"}', 500, 'http'],
    ['html with 200', '<html>', 200, 'unreadable'],
    ['nothing', '', 200, 'unreadable'],
    ['half of it', '{"msg":"success","code":0,"da', 200, 'unreadable'],
    ['no code', '{"msg":"success"}', 200, 'unreadable'],
    ['a rate limit', '', 429, 'limited'],
    ['an unsigned success', '{"code":0,"msg":"success","data":{"code":0,"status":"close"}}', 200, 'unsigned'],
    ['a success without data', '{"code":0,"msg":"success","data":null}', 200, 'unsigned'],
    ['an empty signature', '{"code":0,"sign":"","data":{"code":0,"sign":""}}', 200, 'unsigned'],
    ['a wrong signature', '{"code":0,"sign":"00","data":{"code":0,"sign":"00"}}', 200, 'forged'],
    ['a signature that is no text', '{"code":0,"sign":[1],"data":{"code":0,"sign":{}}}', 200, 'unsigned'],
  ])('%s', (_, text, status, why) => {
    for (const name of NAMES) {
      const read = readAs(name, text, status);
      for (const said of [read.close(), read.sync(), read.refund(), read.query(), read.queryRefund()]) {
        expect(said).toMatchObject({ kind: 'unknown', why });
      }
    }
  });

  it('an error whose signature is wrong is no hint either', () => {
    const text = signedAnswer('e', { code: 20041, msg: '支付订单不存在' }).replace('20041', '20044');
    expect(readAs('e', text).close()).toMatchObject({ kind: 'unknown', why: 'forged' });
  });

  it('E answers an unknown path with 404 and a code', () =>
    expect(readAs('e', bareError(10404), 404).close()).toMatchObject({ kind: 'rejected', why: 'config', hint: true }));
});
