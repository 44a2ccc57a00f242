/** What cancel, close and refund can be told, over both protocols and real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALLS,
  classicBody,
  ORDER,
  open,
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

type Act = 'cancel' | 'close' | 'refund';

/** A success node over both protocols, signed as each wants it. */
async function both(act: Act, node: object) {
  stub.answer = sendClassic(classicBody(act, { code: '10000', msg: 'Success', ...node }));
  const classic = await CALLS[act](open('classic', stub.origin));
  stub.answer = sendV3(200, node);
  return { classic, v3: await CALLS[act](open('v3', stub.origin)) };
}

/** A business error over both protocols: signed on classic, unsigned on v3. */
async function bothFail(act: Act, code: string, node: object = {}) {
  stub.answer = sendClassic(classicBody(act, { code: '40004', msg: 'Business Failed', sub_code: code, ...node }));
  const classic = await CALLS[act](open('classic', stub.origin));
  stub.answer = sendV3(400, { code, message: '说明', links: 'https://example.test' });
  return { classic, v3: await CALLS[act](open('v3', stub.origin)) };
}

const named = { out_trade_no: ORDER.orderId, trade_no: TRADE_NO };

describe('a success', () => {
  it.each<[Act, object, object]>([
    ['cancel', { action: 'close', retry_flag: 'N' }, { kind: 'done', effect: 'closed' }],
    ['cancel', { action: 'refund', retry_flag: 'N' }, { kind: 'done', effect: 'refunded' }],
    ['cancel', { action: 'close' }, { kind: 'done', effect: 'closed' }],
    ['cancel', { retry_flag: 'N' }, { kind: 'done', effect: 'nothingFound' }],
    ['cancel', { action: '', retry_flag: 'N' }, { kind: 'done', effect: 'nothingFound' }],
    ['cancel', { action: 'freeze', retry_flag: 'N' }, { kind: 'done', effect: 'unspecified' }],
    ['cancel', { action: 'constructor', retry_flag: 'N' }, { kind: 'done', effect: 'unspecified' }],
    ['cancel', { action: 'close', retry_flag: 'Y' }, { kind: 'again' }],
    ['cancel', { retry_flag: 'Y' }, { kind: 'again' }],
    ['close', {}, { kind: 'done', effect: 'closed' }],
    ['refund', { fund_change: 'Y', refund_fee: '12.30' }, { kind: 'done', effect: 'refunded' }],
    ['refund', { fund_change: 'Y', refund_fee: 12.3 }, { kind: 'done', effect: 'refunded' }],
    ['refund', { fund_change: 'N', refund_fee: '12.30' }, { kind: 'done', effect: 'unspecified' }],
    ['refund', {}, { kind: 'done', effect: 'unspecified' }],
    ['refund', { fund_change: 'Y', refund_fee: '' }, { kind: 'done', effect: 'refunded' }],
    ['refund', { fund_change: 'Y', refund_fee: '0.00' }, { kind: 'done', effect: 'unspecified' }],
    ['refund', { fund_change: ' ', refund_fee: '12.30' }, { kind: 'done', effect: 'unspecified' }],
    ['cancel', { action: ' ', retry_flag: ' ' }, { kind: 'done', effect: 'nothingFound' }],
    ['cancel', { action: null, retry_flag: null }, { kind: 'done', effect: 'nothingFound' }],
  ])('of %s with %j is %j', async (act, node, expected) => {
    const { classic, v3 } = await both(act, { ...named, ...node });
    expect(classic).toEqual({ ...expected, gatewayId: TRADE_NO, evidence: expect.any(Object) });
    expect(v3).toEqual({ ...expected, gatewayId: TRADE_NO, signedAt: SIGNED_AT, evidence: expect.any(Object) });
  });

  it.each<Act>(['cancel', 'close', 'refund'])('of %s that names no order proves nothing', async (act) => {
    const { classic, v3 } = await both(act, { action: 'close', fund_change: 'Y' });
    expect(classic).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    expect(v3).toMatchObject({ kind: 'unknown', why: 'unreadable' });
  });

  it('of cancel without trade has no gateway id', async () => {
    const { classic } = await both('cancel', { out_trade_no: ORDER.orderId, retry_flag: 'N' });
    expect(classic).not.toHaveProperty('gatewayId');
  });

  it.each<[Act, object]>([
    ['cancel', { ...named, out_trade_no: 'RV1', action: 'close' }],
    ['cancel', { ...named, out_trade_no: 'RV1', retry_flag: 'Y' }],
    ['close', { ...named, out_trade_no: 'RV1' }],
    ['refund', { ...named, out_trade_no: 'RV1', fund_change: 'Y' }],
    ['refund', { ...named, out_request_no: 'RV1-R1', fund_change: 'Y' }],
  ])('of %s that names another order is unknown: %j', async (act, node) => {
    const { classic, v3 } = await both(act, node);
    expect(classic).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
    expect(v3).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
  });
});

const FAULT = { kind: 'unknown', why: 'gatewayFault' };
const DEFECT = { kind: 'rejected', why: 'request' };
const refused = (why: string) => ({ kind: 'refused', why });

const CODES: [Act, string, object][] = [
  ['cancel', 'ACQ.SYSTEM_ERROR', FAULT],
  ['cancel', 'AQC.SYSTEM_ERROR', FAULT],
  ['cancel', 'ACQ.INVALID_PARAMETER', DEFECT],
  ['cancel', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', refused('noFunds')],
  ['cancel', 'ACQ.REASON_TRADE_BEEN_FREEZEN', refused('frozen')],
  ['cancel', 'ACQ.TRADE_CANCEL_TIME_OUT', refused('tooLate')],
  ['cancel', 'ACQ.TRADE_HAS_FINISHED', refused('finished')],
  ['cancel', 'ACQ.REASON_TRADE_REFUND_FEE_ERR', refused('partlyRefunded')],
  ['cancel', 'ACQ.CANCEL_NOT_ALLOWED', refused('notAllowed')],
  ['cancel', 'ACQ.TRADE_HAS_SUCCESS', refused('state')],
  ['cancel', 'ACQ.TRADE_HAS_CLOSE', refused('state')],
  ['cancel', 'ACQ.REASON_ILLEGAL_STATUS', refused('state')],
  ['cancel', 'ACQ.REASON_TRADE_STATUS_INVALID', refused('state')],
  ['cancel', 'ACQ.TRADE_STATUS_ERROR', refused('state')],
  ['cancel', 'ACQ.TRADE_NOT_EXIST', refused('absent')],
  ['cancel', 'aop.ACQ.TRADE_NOT_EXIST', refused('absent')],
  ['cancel', 'ACQ.SOMETHING_NEW', refused('unclear')],
  ['close', 'ACQ.TRADE_STATUS_ERROR', refused('state')],
  ['close', 'ACQ.REASON_TRADE_STATUS_INVALID', refused('state')],
  ['close', 'ACQ.REASON_ILLEGAL_STATUS', refused('state')],
  ['close', 'ACQ.TRADE_HAS_CLOSE', refused('state')],
  ['close', 'ACQ.TRADE_HAS_SUCCESS', refused('state')],
  ['close', 'ACQ.TRADE_HAS_FINISHED', refused('finished')],
  ['close', 'ACQ.TRADE_NOT_EXIST', refused('absent')],
  ['close', 'ACQ.SYSTEM_ERROR', FAULT],
  ['close', 'ACQ.INVALID_PARAMETER', DEFECT],
  ['close', 'ACQ.SOMETHING_NEW', refused('unclear')],
  ['refund', 'ACQ.SYSTEM_ERROR', FAULT],
  ['refund', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', refused('noFunds')],
  ['refund', 'ACQ.REFUND_CHARGE_ERROR', refused('noFunds')],
  ['refund', 'ACQ.TRADE_HAS_CLOSE', refused('state')],
  ['refund', 'ACQ.REASON_TRADE_REFUND_FEE_ERR', refused('partlyRefunded')],
  ['refund', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', refused('partlyRefunded')],
  ['refund', 'ACQ.REFUND_FEE_ERROR', refused('partlyRefunded')],
  ['refund', 'ACQ.DISCORDANT_REPEAT_REQUEST', refused('unclear')],
  ['refund', 'ACQ.TRADE_NOT_EXIST', refused('absent')],
  ['refund', 'ACQ.TRADE_STATUS_ERROR', refused('state')],
  ['refund', 'ACQ.REASON_TRADE_STATUS_INVALID', refused('state')],
  ['refund', 'ACQ.REASON_ILLEGAL_STATUS', refused('state')],
  ['refund', 'ACQ.TRADE_HAS_FINISHED', refused('finished')],
  ['refund', 'ACQ.TRADE_NOT_ALLOW_REFUND', refused('notAllowed')],
  ['refund', 'ACQ.REASON_TRADE_BEEN_FREEZEN', refused('frozen')],
  ['refund', 'ACQ.NOT_ALLOW_PARTIAL_REFUND', refused('notAllowed')],
  ['refund', 'ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND', refused('notAllowed')],
  ['refund', 'ACQ.BUYER_ERROR', refused('notAllowed')],
  ['refund', 'ACQ.BUYER_ENABLE_STATUS_FORBID', refused('notAllowed')],
  ['refund', 'ACQ.USER_NOT_MATCH_ERR', refused('notAllowed')],
  ['refund', 'ACQ.TRADE_SETTLE_ERROR', refused('notAllowed')],
  ['refund', 'ACQ.REFUND_ACCOUNT_NOT_EXIST', refused('notAllowed')],
  ['refund', 'ACQ.REFUNDALLOC_UNAUTH_LIMIT', refused('notAllowed')],
  ['refund', 'ACQ.INVALID_PARAMETER', DEFECT],
  ['refund', 'ACQ.SOMETHING_NEW', refused('unclear')],
];

describe('a business error', () => {
  it.each(CODES)('of %s, %s, is %j; signed on classic, a hint on v3', async (act, code, expected) => {
    const { classic, v3 } = await bothFail(act, code, { out_trade_no: ORDER.orderId, retry_flag: 'N' });
    const coded = 'why' in expected && expected.why === 'gatewayFault' ? expected : { ...expected, code };
    const hinted = coded === expected ? expected : { ...coded, hint: true };
    // Only classic has the flag, and only of a cancel.
    const stops = act === 'cancel' && { noRepeat: true };
    expect(classic).toEqual({
      ...coded,
      ...stops,
      evidence: expect.objectContaining({ code: '40004', signature: 'verified' }),
    });
    expect(v3).toEqual({ ...hinted, evidence: expect.objectContaining({ code, http: '400', signature: 'absent' }) });
  });

  it.each([
    ['another order', { out_trade_no: 'RV1', retry_flag: 'N' }],
    ['no flag', { out_trade_no: ORDER.orderId }],
    ['a flag that nobody knows', { out_trade_no: ORDER.orderId, retry_flag: 'n' }],
  ])('of a cancel with %s may be repeated', async (_, node) => {
    const { classic } = await bothFail('cancel', 'ACQ.SYSTEM_ERROR', node);
    expect(classic).not.toHaveProperty('noRepeat');
  });

  it('20000 with retry_flag=N asks not to repeat the cancel, and a success with it says nothing of that', async () => {
    const node = { code: '20000', sub_code: 'isp.unknow-error', retry_flag: 'N' };
    stub.answer = sendClassic(classicBody('cancel', node));
    expect(await CALLS.cancel(open('classic', stub.origin))).toMatchObject({ ...FAULT, noRepeat: true });
    const { classic } = await both('cancel', { out_trade_no: ORDER.orderId, action: 'close', retry_flag: 'N' });
    expect(classic).toMatchObject({ kind: 'done', effect: 'closed' });
    expect(classic).not.toHaveProperty('noRepeat');
  });

  it.each(['ACQ.SYSTEM_ERROR', 'AQC.SYSTEM_ERROR', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', 'ACQ.SOMETHING_NEW'])(
    '%s with retry_flag=Y asks for the same call again',
    async (code) => {
      const { classic } = await bothFail('cancel', code, { out_trade_no: ORDER.orderId, retry_flag: 'Y' });
      expect(classic).toMatchObject({ kind: 'again' });
      expect(classic).not.toHaveProperty('hint');
    },
  );

  it('20000 with retry_flag=Y asks for the same call again, and only cancel has the flag', async () => {
    const node = { code: '20000', sub_code: 'isp.unknow-error', retry_flag: 'Y' };
    stub.answer = sendClassic(classicBody('cancel', node));
    expect(await CALLS.cancel(open('classic', stub.origin))).toMatchObject({ kind: 'again' });
    stub.answer = sendClassic(classicBody('close', node));
    expect(await CALLS.close(open('classic', stub.origin))).toMatchObject(FAULT);
  });

  it('without a sub code stays unclear', async () => {
    stub.answer = sendClassic(classicBody('cancel', { code: '40004', msg: 'Business Failed' }));
    expect(await CALLS.cancel(open('classic', stub.origin))).toMatchObject({
      kind: 'refused',
      why: 'unclear',
      code: '40004',
    });
  });
});

describe('verbs that Alipay does not have', () => {
  it.each(['revoke', 'sync'] as const)('%s is refused without a call', async (verb) => {
    const before = stub.received.length;
    const answer = await open('v3', stub.origin).act(verb, ORDER, { timeoutMs: 100 });
    expect(answer).toEqual({ kind: 'refused', why: 'notAllowed', code: 'UNSUPPORTED' });
    expect(stub.received).toHaveLength(before);
  });
});

describe('a refund number', () => {
  const number = (orderId: string) => open('v3', 'http://127.0.0.1').refundNo(orderId);

  it('is the order number with a suffix', () => expect(number('RV20260506000002')).toBe('RV20260506000002-R1'));

  it.each(['A'.repeat(61), 'A'.repeat(62), 'A'.repeat(64), '订单 1', ''])(
    '%j gives a valid, stable number',
    (orderId) => {
      expect(number(orderId)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(number(orderId)).toBe(number(orderId));
    },
  );

  it('differs from order to order', () => {
    const long = ['A'.repeat(62), 'A'.repeat(63), `${'A'.repeat(62)}B`, '订单 1', '订单 2'];
    expect(new Set(long.map(number)).size).toBe(long.length);
  });
});

describe('what books are reconciled with', () => {
  it.each<[Act, object, object]>([
    // The seed's own sample.
    [
      'cancel',
      { action: 'close', gmt_refund_pay: '2016-11-27 15:45:57', refund_settlement_id: '2018101610032004620239146945' },
      { refundPaidAt: '2016-11-27 15:45:57', refundSettlementId: '2018101610032004620239146945' },
    ],
    [
      'refund',
      { fund_change: 'Y', refund_fee: '12.30', send_back_fee: '12.00', gmt_refund_pay: '2026-05-06 12:31:00' },
      { refundFee: '12.30', sendBackFee: '12.00', refundPaidAt: '2026-05-06 12:31:00' },
    ],
  ])('is kept of a %s', async (act, node, kept) => {
    const buyer = { buyer_logon_id: '159****5620', buyer_open_id: '074a1CcTG1LelxK' };
    const { classic, v3 } = await both(act, { ...named, ...buyer, ...node });
    for (const { evidence } of [classic, v3]) {
      expect(evidence).toMatchObject(kept);
      for (const personal of Object.values(buyer)) expect(JSON.stringify(evidence)).not.toContain(personal);
    }
  });

  it('is no longer than its longest', async () => {
    const { classic } = await both('cancel', { ...named, action: 'refund', refund_settlement_id: '9'.repeat(1000) });
    expect(classic.evidence?.refundSettlementId).toBe('9'.repeat(64));
  });
});
