/** Statuses, ids, amounts and times of what DaxPay shows (spec/daxpay.md 3, 5; real server 3, 5, 11, 14). */
import { describe, expect, it } from 'vitest';
import { daxpayERules } from '../../../src/gateways/daxpay/rules.ts';
import { sawRefund } from '../../../src/reversal/reversal.ts';
import { Story, T0 } from '../../reversal/support.ts';
import { NAMES, type Name, ORDER, REFUND, readAs, signedAnswer } from './support.ts';

const PAID_AT = Date.parse('2026-11-21T07:31:38+08:00');
const PAY_TIME = { c: 1795217498, e: '2026-11-21 07:31:38', f: '2026-11-21 07:31:38' };
/** 10.10 yuan. */
const AMOUNT = { c: '1010', e: '10.10', f: '1010' };
const REST = { c: '410', e: '4.10', f: '410' };

const orderText = (name: Name, fields: object, number = AMOUNT[name]): string =>
  `{"bizOrderNo":"B1795217496001","orderNo":"DEVP1","channel":"ali_pay","method":"barcode","amount":${number},` +
  `${JSON.stringify(fields).slice(1)}`;

const shown = (name: Name, fields: object, number?: string) =>
  readAs(name, signedAnswer(name, { code: 0, data: orderText(name, fields, number) })).query();

describe.each(NAMES)('an order in profile %s', (name) => {
  const payTime = PAY_TIME[name];
  const facts = {
    amount: 1010,
    currency: 'CNY',
    orderId: 'B1795217496001',
    gatewayId: 'DEVP1',
    channel: 'ali_pay',
    method: 'barcode',
  };

  it.each<[string, object, object]>([
    ['wait', {}, { kind: 'unpaid' }],
    ['progress', { refundStatus: 'no_refund' }, { kind: 'unpaid' }],
    ['init', {}, { kind: 'unpaid' }],
    ['processing', {}, { kind: 'unpaid' }],
    ['timeout', {}, { kind: 'unpaid' }],
    ['success', { payTime, refundStatus: 'no_refund' }, { kind: 'paid', paidAt: PAID_AT }],
    ['success', { payTime, refundStatus: null }, { kind: 'paid', paidAt: PAID_AT }],
    ['success', {}, { kind: 'paid' }],
    ['success', { payTime, refundStatus: 'refunding' }, { kind: 'settling', what: 'refund' }],
    ['success', { payTime, refundStatus: 'refunded' }, { kind: 'refunded' }],
    ['success', { payTime, refundStatus: 'constructor' }, { kind: 'unknown', why: 'unfamiliar' }],
    ['close', { refundStatus: 'no_refund', payTime: null }, { kind: 'closed' }],
    ['close', { refundStatus: 'no_refund', payTime }, { kind: 'gone', wasPaid: true }],
    ['close', { refundStatus: 'no_refund', payTime: 'yesterday' }, { kind: 'gone', wasPaid: true }],
    ['close', { refundStatus: 'no_refund', payTime: ' ' }, { kind: 'closed' }],
    ['close', { refundStatus: 'refunding' }, { kind: 'gone', wasPaid: true }],
    ['cancel', { payTime }, { kind: 'gone', wasPaid: true }],
    ['cancel', {}, { kind: 'gone' }],
    ['fail', {}, { kind: 'faulty', in: 'payment' }],
    ['refunded', { payTime }, { kind: 'refunded' }],
    ['refunding', { payTime }, { kind: 'settling', what: 'refund' }],
    ['partial_refund', { payTime }, { kind: 'partlyRefunded' }],
    ['toString', {}, { kind: 'unknown', why: 'unfamiliar' }],
    ['success', { payTime, refundStatus: '' }, { kind: 'paid', paidAt: PAID_AT }],
    ['success', { payTime, refundStatus: ' ', bizRefundNo: '', refundNo: ' ' }, { kind: 'paid', paidAt: PAID_AT }],
    ['success', { currency: '' }, { kind: 'paid' }],
    ['close', { payTime: '' }, { kind: 'closed' }],
    ['close', { payTime: ' ', refundStatus: '' }, { kind: 'closed' }],
  ])('%s %j', (status, more, state) => {
    const view = shown(name, { status, ...more });
    const { evidence, ...rest } = view;
    expect(rest).toEqual({ ...state, ...facts });
    expect(evidence?.status).toBe(status);
  });

  it('says until when it can be paid', () => {
    const until = { c: 1795217498, e: '2026-11-21 07:31:38', f: '2026-11-21 07:31:38' }[name];
    expect(shown(name, { status: 'progress', expiredTime: until }).expiresAt).toBe(PAID_AT);
    expect(shown(name, { status: 'close', expiredTime: until })).toMatchObject({ kind: 'closed', expiresAt: PAID_AT });
    for (const none of [null, '', 'soon'])
      expect(shown(name, { status: 'progress', expiredTime: none }).expiresAt).toBe(undefined);
  });

  it('that gave a part back tells what is left', () => {
    const data = orderText(name, { status: 'success', refundStatus: 'partial_refund' }).replace(
      '{',
      `{"refundableBalance":${REST[name]},`,
    );
    const view = readAs(name, signedAnswer(name, { code: 0, data })).query();
    expect(view).toMatchObject({ kind: 'partlyRefunded', remaining: 410 });
  });

  it.each([
    [{ allocation: true, allocStatus: 'allocation' }, true],
    [{ allocation: true, allocStatus: 'waiting' }, undefined],
    [{ allocation: false, allocStatus: 'allocation' }, undefined],
    [{ allocation: 'true', allocStatus: 'allocation' }, true], // one text to every signature
  ])('with %j is split: %s', (more, allocated) =>
    expect(shown(name, { status: 'success', ...more }).allocated).toBe(allocated),
  );

  it('is ours to the letter', () => {
    const text = signedAnswer(name, { code: 0, data: orderText(name, { status: 'progress' }) });
    const read = readAs(name, text);
    const other = { kind: 'unknown', why: 'otherOrder' };
    expect(read.query({ ...ORDER, orderId: 'b1795217496001' })).toMatchObject(other);
    expect(read.query({ ...ORDER, orderId: 'B1795217496001 ' })).toMatchObject(other);
    expect(read.query(ORDER, 'devp1')).toMatchObject(other);
    expect(read.query(ORDER, 'DEVP1')).toMatchObject({ kind: 'unpaid' });
  });

  it.each(['0.1', '1e400', '-1010', '9007199254740993', '"ten"'])('with the amount %s cannot be read', (number) => {
    // 0.1 yuan is ten fen in E, and no amount in C and F.
    const view = shown(name, { status: 'progress' }, number);
    if (name === 'e' && number === '0.1') expect(view).toMatchObject({ kind: 'unpaid', amount: 10 });
    else expect(view).toMatchObject({ kind: 'unknown', why: 'unreadable' });
  });

  it('may have its 64-bit numbers as strings', () =>
    expect(shown(name, { status: 'progress' }, `"${AMOUNT[name]}"`)).toMatchObject({ kind: 'unpaid', amount: 1010 }));

  it.each([{}, { bizOrderNo: null }, { status: null }, { status: 1 }])(
    'without its members (%j) cannot be read',
    (more) => {
      const data = {
        ...(Object.hasOwn(more, 'status') ? { bizOrderNo: ORDER.orderId } : { status: 'close' }),
        ...more,
      };
      const view = readAs(name, signedAnswer(name, { code: 0, data })).query();
      expect(view.kind).toBe('unknown');
    },
  );
});

describe('amounts in yuan', () => {
  it.each([
    ['10', 1000],
    ['10.0', 1000],
    ['0.01', 1],
    ['12345678.90', 1234567890],
    ['1E+1', 1000],
    ['10.001', undefined],
  ])('%s is %s fen', (number, amount) => expect(shown('e', { status: 'progress' }, number).amount).toBe(amount));
});

describe('profile E and the order of members', () => {
  it('finds the signature in the declared order when the wire has another', () => {
    const declared = signedAnswer('e', {
      code: 0,
      data: { bizOrderNo: ORDER.orderId, orderNo: 'P', status: 'progress' },
    });
    const shuffled = declared.replace(
      /"data":\{[^}]*\}/,
      `"data":{"status":"progress","orderNo":"P","bizOrderNo":"${ORDER.orderId}"}`,
    );
    expect(shuffled).not.toBe(declared);
    expect(readAs('e', shuffled).query()).toMatchObject({ kind: 'unpaid', gatewayId: 'P' });
  });

  it('verifies decimals by their value, not their spelling', () => {
    const text = signedAnswer('e', {
      code: 0,
      data: '{"bizOrderNo":"B1795217496001","amount":10.00,"status":"progress"}',
    });
    expect(readAs('e', text).query()).toMatchObject({ amount: 1000 });
    expect(readAs('e', text.replace('10.00', '10')).query()).toMatchObject({ amount: 1000 });
    expect(readAs('e', text.replace('10.00', '10.01')).query()).toMatchObject({ kind: 'unknown', why: 'forged' });
  });
});

it('profile F names its currency', () =>
  expect(shown('f', { status: 'processing', currency: 'USD' })).toMatchObject({ kind: 'unpaid', currency: 'USD' }));

describe.each(NAMES)('a refund in profile %s', (name) => {
  const refund = (fields: object) => {
    const own = { bizRefundNo: REFUND.refundNo, refundNo: 'DEVR1', bizOrderNo: ORDER.orderId, ...fields };
    return readAs(name, signedAnswer(name, { code: 0, data: JSON.stringify(own).replace('"AMOUNT"', AMOUNT[name]) }));
  };

  it.each<[object, object]>([
    [{ status: 'progress' }, { kind: 'running' }],
    [
      { status: 'success', amount: 'AMOUNT' },
      { kind: 'done', amount: 1010 },
    ],
    [
      { status: 'success', amount: 'AMOUNT', errorCode: '20080', errorMsg: 'old' },
      { kind: 'done', amount: 1010 },
    ],
    [
      { status: 'fail', errorCode: '20080' },
      { kind: 'failed', code: '20080' },
    ],
    [{ status: 'fail' }, { kind: 'failed', code: 'fail' }],
    [{ status: 'close' }, { kind: 'failed', code: 'close' }],
    [{ status: 'valueOf' }, { kind: 'unknown', why: 'unfamiliar' }],
    [{}, { kind: 'unknown', why: 'unreadable' }],
    [
      { status: 'success', amount: 'much' },
      { kind: 'unknown', why: 'unreadable' },
    ],
    [
      { status: 'success', bizRefundNo: 'b1795217496001-R1' },
      { kind: 'unknown', why: 'otherOrder' },
    ],
    [
      { status: 'success', bizOrderNo: 'B2' },
      { kind: 'unknown', why: 'otherOrder' },
    ],
  ])('looked at: %j', (fields, view) => {
    const { evidence: _, ...rest } = refund(fields).queryRefund();
    expect(rest).toEqual(view);
  });

  it('is not done because its answer has code 0', () => {
    for (const fields of [{}, { status: 'success' }, { status: 'progress' }, { status: 'fail', errorCode: '20080' }]) {
      expect(refund(fields).refund()).toMatchObject({ kind: 'done', effect: 'unspecified' });
    }
    expect(refund({ bizRefundNo: 'other' }).refund()).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
  });

  it.each<[object, string]>([
    [{ status: 'close' }, 'close'],
    [{ status: 'close', errorCode: '20080' }, '20080'],
  ])('is refused when its answer states %j', (fields, code) =>
    expect(refund(fields).refund()).toMatchObject({ kind: 'refused', why: 'unclear', code, evidence: fields }),
  );

  it('that failed in an earlier run is asked for by its number, and sent again under it', () => {
    const answer = refund({ status: 'fail', errorMsg: '系统错误' }).refund();
    const act = { seq: 1, verb: 'refund', sentAt: T0 - 60_000, answer, answeredAt: T0 - 60_000 } as const;
    // As DaxPay leaves its order: nothing but that number gets it out of `refunding`.
    const settling = Story.of({ ifPaid: 'reverse' }, { acts: [act] }, daxpayERules).saw({
      kind: 'settling',
      what: 'refund',
    });
    expect(settling.step).toMatchObject({ kind: 'look', what: 'refund' });
    const failed = settling.change((r) => sawRefund(r, { kind: 'failed', code: '20080' }, settling.now, settling.now));
    expect(failed.step).toMatchObject({ kind: 'act', verb: 'refund', seq: 2 });
  });
});

describe('the answer to a refund in profile C', () => {
  const answered = (msg: string | null, refundNo: string) =>
    readAs('c', signedAnswer('c', { code: 0, msg, data: { refundNo, bizRefundNo: REFUND.refundNo } })).refund();

  it('is busy when it gives back our own number with a text', () =>
    expect(answered('退款处理中，请勿重复操作', REFUND.refundNo)).toMatchObject({ kind: 'again', afterMs: 2000 }));

  it('tells nothing by its text, which a successful retry still has', () => {
    expect(answered('系统错误', 'DEVR1')).toMatchObject({
      kind: 'done',
      effect: 'unspecified',
      evidence: { msg: '系统错误' },
    });
    expect(answered(null, 'DEVR1')).toMatchObject({ kind: 'done', effect: 'unspecified' });
  });
});

describe('sync', () => {
  const channel = (name: Name, data: object) => {
    const said = readAs(name, signedAnswer(name, { code: 0, data })).sync();
    return said.kind === 'done' && said.effect === 'unspecified' ? said.channel : said;
  };

  it.each([
    ['pay_success', 'paid'],
    ['pay_progress', 'unpaid'],
    ['pay_timeout', 'unpaid'],
    ['pay_closed', 'closed'],
    ['pay_refund', 'refunded'],
    ['pay_not_found', 'absent'],
    ['pay_not_found_unknown', 'absent'],
    ['pay_fail', undefined],
    ['constructor', undefined],
  ])('in C saw %s at the channel: %s', (status, seen) => expect(channel('c', { status })).toBe(seen));

  it.each([
    ['success', 'paid'],
    ['progress', 'unpaid'],
    ['wait', 'unpaid'],
    ['init', 'unpaid'],
    ['processing', 'unpaid'],
    ['timeout', 'unpaid'],
    ['close', 'closed'],
    ['cancel', undefined],
    ['fail', undefined],
  ])('in E and F left the order as %s: %s', (orderStatus, seen) => {
    for (const adjust of [true, false]) {
      expect(channel('e', { orderStatus, adjust })).toBe(seen);
      expect(channel('f', { orderStatus, adjust })).toBe(seen);
    }
  });
});

describe("an order that the gateway's own timer closed", () => {
  const expiredTime = { c: 1795217498, e: '2026-11-21 07:31:38', f: '2026-11-21 07:31:38' };
  const later = { c: 1795217499, e: '2026-11-21 07:31:39', f: '2026-11-21 07:31:39' };
  const sooner = { c: 1795217497, e: '2026-11-21 07:31:37', f: '2026-11-21 07:31:37' };
  const seen = (name: Name, fields: object) =>
    shown(name, { status: 'close', expiredTime: expiredTime[name], ...fields });

  it.each(['c', 'e'] as const)('asks the channel first in profile %s', (name) => {
    expect(seen(name, { closeTime: later[name] })).not.toHaveProperty('closedUnasked');
  });

  it('does not in Open 1.0: it closes its own order whatever the channel holds (6)', () => {
    expect(seen('f', { closeTime: expiredTime.f })).toMatchObject({ kind: 'closed', closedUnasked: true });
    expect(seen('f', { closeTime: later.f })).toMatchObject({ kind: 'closed', closedUnasked: true });
    expect(seen('f', { closeTime: sooner.f })).not.toHaveProperty('closedUnasked');
    expect(seen('f', {})).not.toHaveProperty('closedUnasked');
    expect(shown('f', { status: 'close', closeTime: later.f })).not.toHaveProperty('closedUnasked');
  });
});

describe.each(NAMES)('the books of profile %s', (name) => {
  it("get the channel's numbers and times, and nothing of the buyer", () => {
    const books = { outOrderNo: '2026112122001400000000000002', realAmount: '10.00', closeTime: '2026-11-21 07:40:00' };
    const long = { tradeNo: 'T'.repeat(500) };
    const { evidence } = shown(name, { status: 'success', ...books, ...long, buyerId: '2088102175953034' });
    expect(evidence).toMatchObject({ orderNo: 'DEVP1', ...books, tradeNo: 'T'.repeat(120) });
    expect(JSON.stringify(evidence)).not.toContain('2088102175953034');
  });
});
