/** What looks can show, over both protocols and real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALLS,
  classicBody,
  ORDER,
  open,
  PATIENT,
  SIGNED_AT,
  type Stub,
  sendClassic,
  sendV3,
  startStub,
  TRADE_NO,
} from './stub.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

const named = { out_trade_no: ORDER.orderId, trade_no: TRADE_NO };

type Look = 'query' | 'refundQuery';

async function both(look: Look, node: object) {
  stub.answer = sendClassic(classicBody(look, { code: '10000', msg: 'Success', ...node }));
  const classic = await CALLS[look](open('classic', stub.origin));
  stub.answer = sendV3(200, node);
  return { classic, v3: await CALLS[look](open('v3', stub.origin)) };
}

async function bothFail(look: Look, code: string, node: object = {}) {
  stub.answer = sendClassic(classicBody(look, { code: '40004', msg: 'Business Failed', sub_code: code, ...node }));
  const classic = await CALLS[look](open('classic', stub.origin));
  stub.answer = sendV3(400, { code, message: '交易不存在', links: [{ link: 'https://example.test', desc: '' }] });
  return { classic, v3: await CALLS[look](open('v3', stub.origin)) };
}

const facts = { orderId: ORDER.orderId, gatewayId: TRADE_NO, amount: 1230, currency: 'CNY' };
const paidAt = Date.UTC(2026, 4, 6, 4, 29, 58);
const dated = { send_pay_date: '2026-05-06 12:29:58' };

describe('a found order', () => {
  it.each<[object, object]>([
    [{ trade_status: 'WAIT_BUYER_PAY' }, { kind: 'unpaid' }],
    [
      { trade_status: 'TRADE_SUCCESS', ...dated },
      { kind: 'paid', reversible: true, paidAt },
    ],
    [{ trade_status: 'TRADE_SUCCESS' }, { kind: 'paid', reversible: true }],
    [
      { trade_status: 'TRADE_FINISHED', ...dated },
      { kind: 'paid', reversible: false, paidAt },
    ],
    [{ trade_status: 'TRADE_CLOSED', ...dated }, { kind: 'refunded' }],
    [{ trade_status: 'TRADE_CLOSED' }, { kind: 'gone' }],
    [{ trade_status: 'TRADE_CLOSED', send_pay_date: '' }, { kind: 'gone' }],
    [
      { trade_status: 'TRADE_CLOSED', send_pay_date: 'yesterday' },
      { kind: 'gone', wasPaid: true },
    ],
  ])('%j is %j', async (node, expected) => {
    const { classic, v3 } = await both('query', { ...named, total_amount: '12.30', ...node });
    expect(classic).toEqual({ ...expected, ...facts, evidence: expect.any(Object) });
    expect(v3).toEqual({ ...expected, ...facts, signedAt: SIGNED_AT, evidence: expect.any(Object) });
  });

  it.each(['12.3', '12.30', '1.23E+1', '"12.30"', '"12.3"'])('has 1230 fen as %s', async (raw) => {
    const body = `{"out_trade_no":"${ORDER.orderId}","trade_status":"TRADE_SUCCESS","total_amount":${raw},"new":[1]}`;
    stub.answer = sendV3(200, body);
    expect(await CALLS.query(open('v3', stub.origin))).toMatchObject({ kind: 'paid', amount: 1230, currency: 'CNY' });
  });

  it('keeps another currency', async () => {
    const node = { ...named, trade_status: 'TRADE_SUCCESS', total_amount: '12.30', trans_currency: 'USD' };
    expect((await both('query', node)).classic).toMatchObject({ amount: 1230, currency: 'USD' });
  });

  it.each<[string, object, string]>([
    ['without status', { ...named, total_amount: '12.30' }, 'unreadable'],
    ['without number', { trade_no: TRADE_NO, trade_status: 'TRADE_SUCCESS' }, 'unreadable'],
    ['with half a fen', { ...named, trade_status: 'TRADE_SUCCESS', total_amount: '12.305' }, 'unreadable'],
    ['with a new status', { ...named, trade_status: 'TRADE_PENDING', total_amount: '12.30' }, 'unfamiliar'],
    ['with an inherited name for a status', { ...named, trade_status: 'constructor' }, 'unfamiliar'],
    ['of another number', { ...named, out_trade_no: 'RV1', trade_status: 'TRADE_SUCCESS' }, 'otherOrder'],
  ])('%s is unknown', async (_name, node, why) => {
    const { classic, v3 } = await both('query', node);
    expect(classic).toMatchObject({ kind: 'unknown', why });
    expect(v3).toMatchObject({ kind: 'unknown', why });
    expect(classic).not.toHaveProperty('amount');
  });

  it('of another trade than the known one is unknown', async () => {
    stub.answer = sendV3(200, { ...named, trade_status: 'TRADE_SUCCESS', total_amount: '12.30' });
    const look = (gatewayId: string) => open('v3', stub.origin).look({ ...ORDER, gatewayId }, PATIENT);
    expect(await look('20260506220014000000000000099')).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
    expect(await look(TRADE_NO)).toMatchObject({ kind: 'paid' });
  });
});

const FAULT = { kind: 'unknown', why: 'gatewayFault' };

describe('an order that is not found', () => {
  it('is absent: proved on classic, a hint on v3; its zero amounts are no facts', async () => {
    const zero = { out_trade_no: ORDER.orderId, buyer_pay_amount: '0.00', total_amount: '0.00' };
    const { classic, v3 } = await bothFail('query', 'ACQ.TRADE_NOT_EXIST', zero);
    expect(classic).toEqual({ kind: 'absent', evidence: expect.any(Object) });
    expect(v3).toEqual({ kind: 'absent', hint: true, evidence: expect.any(Object) });
  });

  it('is proved on v3 too when the error is signed', async () => {
    stub.answer = sendV3(400, { code: 'ACQ.TRADE_NOT_EXIST', message: '交易不存在' }, true);
    const view = await CALLS.query(open('v3', stub.origin));
    expect(view).toEqual({ kind: 'absent', signedAt: SIGNED_AT, evidence: expect.any(Object) });
  });
});

describe('a look that fails', () => {
  it.each<[Look, string, object]>([
    ['query', 'ACQ.SYSTEM_ERROR', FAULT],
    ['query', 'AQC.SYSTEM_ERROR', FAULT],
    ['query', 'aop.ACQ.SYSTEM_ERROR', FAULT],
    ['query', 'ACQ.ENTERPRISE_PAY_BIZ_ERROR', FAULT],
    ['query', 'ACQ.INVALID_PARAMETER', { kind: 'rejected', why: 'request', code: 'ACQ.INVALID_PARAMETER' }],
    ['query', 'ACQ.SOMETHING_NEW', { kind: 'unknown', why: 'unfamiliar' }],
    ['refundQuery', 'ACQ.SYSTEM_ERROR', FAULT],
    ['refundQuery', 'ACQ.ENTERPRISE_PAY_BIZ_ERROR', FAULT],
    ['refundQuery', 'ACQ.INVALID_PARAMETER', { kind: 'rejected', why: 'request', code: 'ACQ.INVALID_PARAMETER' }],
    ['refundQuery', 'ACQ.TRADE_NOT_EXIST', { kind: 'notFound' }],
    ['refundQuery', 'TRADE_NOT_EXIST', { kind: 'notFound' }],
    ['refundQuery', 'ACQ.SOMETHING_NEW', { kind: 'unknown', why: 'unfamiliar' }],
  ])('%s, %s, is %j', async (look, code, expected) => {
    const { classic, v3 } = await bothFail(look, code);
    expect(classic).toEqual({ ...expected, evidence: expect.any(Object) });
    expect(v3).toEqual({ ...expected, evidence: expect.any(Object) });
  });
});

describe('a look at the refund', () => {
  const found = { ...named, out_request_no: 'RV20260506000002-R1', refund_status: 'REFUND_SUCCESS' };

  it.each<[object, object]>([
    [
      { ...found, refund_amount: '12.30' },
      { kind: 'done', amount: 1230 },
    ],
    [
      { ...found, refund_amount: 12.3 },
      { kind: 'done', amount: 1230 },
    ],
    [found, { kind: 'done' }],
    [{}, { kind: 'notFound' }],
    [{ refund_status: '', out_request_no: ' ', refund_amount: null }, { kind: 'notFound' }],
    [{ ...found, refund_amount: '' }, { kind: 'done' }],
    [
      { ...found, refund_status: 'REFUND_PROCESSING' },
      { kind: 'unknown', why: 'unfamiliar' },
    ],
    [
      { ...found, refund_amount: '12.305' },
      { kind: 'unknown', why: 'unreadable' },
    ],
    [
      { refund_status: 'REFUND_SUCCESS', refund_amount: '12.30' },
      { kind: 'unknown', why: 'unreadable' },
    ],
    [
      { ...found, out_trade_no: 'RV1' },
      { kind: 'unknown', why: 'otherOrder' },
    ],
    [
      { ...found, out_request_no: 'RV20260506000002-R2' },
      { kind: 'unknown', why: 'otherOrder' },
    ],
  ])('%j is %j', async (node, expected) => {
    const { classic, v3 } = await both('refundQuery', node);
    expect(classic).toEqual({ ...expected, evidence: expect.any(Object) });
    const times = 'why' in expected ? {} : { signedAt: SIGNED_AT };
    expect(v3).toEqual({ ...expected, ...times, evidence: expect.any(Object) });
  });
});

describe('a look at the refund that names it without a status (field case 7)', () => {
  const ours = { ...named, out_request_no: 'RV20260506000002-R1', refund_amount: '12.30', total_amount: '12.30' };
  const noStatus = { kind: 'unknown', why: 'noStatus', evidence: expect.any(Object) };

  it.each<[string, object]>([
    ['at all', ours],
    ['but an empty one', { ...ours, refund_status: '' }],
    ['but a blank one', { ...ours, refund_status: ' ' }],
    ['but null', { ...ours, refund_status: null }],
    ['and without an amount', { ...named, out_request_no: 'RV20260506000002-R1' }],
    ['and with nothing given back', { ...ours, refund_amount: '0.00' }],
    ['by the order alone', named],
    ['by the amount alone', { refund_amount: '12.30' }],
    ['and is a success of nothing', { ...ours, refund_status: 'REFUND_SUCCESS', refund_amount: '0.00' }],
  ])('%s: unknown, neither done nor not found', async (_name, node) => {
    expect(await both('refundQuery', node)).toEqual({ classic: noStatus, v3: noStatus });
  });
});

describe('a field that is there and says nothing', () => {
  it.each(['', ' ', null])('%j is as if it were not there', async (nothing) => {
    const node = { ...named, trade_status: 'TRADE_SUCCESS', total_amount: '12.30' };
    const empty = { trans_currency: nothing, send_pay_date: nothing, trade_no: nothing };
    const { classic, v3 } = await both('query', { ...node, ...empty });
    const { gatewayId: _, ...rest } = facts;
    expect(classic).toEqual({ kind: 'paid', reversible: true, ...rest, evidence: expect.any(Object) });
    const signed = { signedAt: SIGNED_AT, evidence: expect.any(Object) };
    expect(v3).toEqual({ kind: 'paid', reversible: true, ...rest, ...signed });
    expect((await both('query', { ...node, trade_status: nothing })).v3).toMatchObject({ why: 'unreadable' });
    expect((await both('query', { ...node, trade_status: 'TRADE_CLOSED', ...empty })).v3).toMatchObject({
      kind: 'gone',
    });
  });
});

describe('an answer whose content is encrypted (field case 12)', () => {
  const cipher = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
  const locked = { kind: 'rejected', why: 'config', code: 'ALIPAY_CONTENT_ENCRYPTED' };

  it.each([true, false])('is a configuration that a person must change, signed (%s) or not', async (signature) => {
    stub.answer = sendClassic(classicBody('query', JSON.stringify(cipher), signature));
    expect(await CALLS.query(open('classic', stub.origin))).toMatchObject(locked);
    stub.answer = sendClassic(classicBody('refundQuery', JSON.stringify(cipher), signature));
    expect(await CALLS.refundQuery(open('classic', stub.origin))).toMatchObject(locked);
    stub.answer = sendV3(200, cipher, signature);
    expect(await CALLS.query(open('v3', stub.origin))).toMatchObject(locked);
  });

  it('to an act may be one to a call that was executed', async () => {
    stub.answer = sendClassic(classicBody('cancel', JSON.stringify(cipher), false));
    expect(await CALLS.cancel(open('classic', stub.origin))).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    stub.answer = sendV3(200, cipher, false);
    expect(await CALLS.refund(open('v3', stub.origin))).toMatchObject({ kind: 'unknown', why: 'unreadable' });
  });

  it('is not what any text is', async () => {
    for (const text of ['CVKm', 'not base64 at all, but as long as one', '']) {
      stub.answer = sendClassic(classicBody('query', JSON.stringify(text), false));
      expect(await CALLS.query(open('classic', stub.origin))).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    }
  });
});

describe('evidence', () => {
  it('keeps status, codes and trace id, and neither the buyer nor the string to sign', async () => {
    const buyer = {
      buyer_logon_id: '159****5620',
      buyer_user_id: '2088102175953034',
      buyer_open_id: '074a1CcTG1LelxK',
    };
    const node = { ...named, ...buyer, trade_status: 'TRADE_SUCCESS', total_amount: '12.30', ...dated };
    const { classic, v3 } = await both('query', node);
    expect(classic.evidence).toMatchObject({
      traceId: '0b01',
      tradeStatus: 'TRADE_SUCCESS',
      code: '10000',
      http: '200',
    });
    expect(v3.evidence).toMatchObject({ traceId: '0b02', tradeStatus: 'TRADE_SUCCESS', signature: 'verified' });
    const text = JSON.stringify([classic.evidence, v3.evidence]);
    for (const secret of Object.values(buyer)) expect(text).not.toContain(secret);
  });

  it('shortens and cleans messages', async () => {
    const quoted = '验签出错，网关生成的验签字符串为：app_auth_token=202605BB0123456789abcdef&app_id=2021000199990001';
    stub.answer = sendClassic(
      classicBody('query', { code: '40002', msg: 'Invalid', sub_code: 'isv.invalid-signature', sub_msg: quoted }),
    );
    const view = await CALLS.query(open('classic', stub.origin));
    expect(view).toMatchObject({ kind: 'rejected', why: 'signature', code: 'isv.invalid-signature' });
    expect(JSON.stringify(view)).not.toContain('202605BB');
    stub.answer = sendV3(400, {
      code: 'ACQ.SOMETHING_NEW',
      message: `买家159****5620 a.b@example.test ${'长'.repeat(200)}`,
    });
    const message = (await CALLS.query(open('v3', stub.origin))).evidence?.message ?? '';
    expect(message).toMatch(/^买家… … 长+$/);
    expect(message.length).toBeLessThanOrEqual(64);
  });
});
