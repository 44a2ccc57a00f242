/** Every row of the specification's tables, written out a second time: 2.1, 2.2, 3.1, 5.5. */
import { describe, expect, test } from 'vitest';
import { ACT_RESULTS, ERROR_CODES, LAYER_1, ORDER_STATUS } from '../../../src/gateways/shouqianba/codes.ts';
import { read } from '../../../src/gateways/shouqianba/envelope.ts';
import { answerTo, orderView, refundView } from '../../../src/gateways/shouqianba/order.ts';
import { layer2, ORDER, REFUND, refusal, SN, success } from './stub.ts';

const reading = (body: unknown, status = 200) =>
  read({ kind: 'reply', status, headers: {}, body: Buffer.from(JSON.stringify(body)) });
const view = (body: unknown) => orderView(reading(body), ORDER);
const cancel = (body: unknown) => answerTo('cancel', reading(body), ORDER);
const refund = (body: unknown) => answerTo('refund', reading(body), ORDER);
const gatewayFault = { kind: 'unknown', why: 'gatewayFault' };
const unfamiliar = { kind: 'unknown', why: 'unfamiliar' };

describe('order_status', () => {
  const rows: [string, object, object][] = [
    ['CREATED', { kind: 'unpaid' }, { kind: 'notFound' }],
    ['PAID', { kind: 'paid', paidAt: 1795147010000 }, { kind: 'notFound' }],
    ['PAY_CANCELED', { kind: 'gone' }, { kind: 'notFound' }],
    ['PAY_ERROR', { kind: 'faulty', in: 'payment' }, unfamiliar],
    ['REFUNDED', { kind: 'refunded' }, unfamiliar],
    ['PARTIAL_REFUNDED', { kind: 'partlyRefunded', remaining: 1280 }, unfamiliar],
    ['REFUND_INPROGRESS', { kind: 'settling', what: 'refund' }, { kind: 'running' }],
    ['REFUND_ERROR', { kind: 'faulty', in: 'refund' }, { kind: 'failed', code: 'REFUND_ERROR' }],
    ['CANCELED', { kind: 'gone' }, { kind: 'notFound' }],
    ['CANCEL_INPROGRESS', { kind: 'settling', what: 'cancel' }, unfamiliar],
    ['CANCEL_ERROR', { kind: 'faulty', in: 'cancel' }, unfamiliar],
    ['INVALID_STATUS_CODE', { kind: 'faulty', in: 'status' }, unfamiliar],
  ];

  test('has no row without a test', () => {
    expect([...ORDER_STATUS.keys()].sort()).toEqual(rows.map(([status]) => status).sort());
  });

  test.each(rows)('%s', (order_status, order, ours) => {
    expect(view(success({ order_status }))).toMatchObject(order);
    expect(refundView(reading(success({ order_status })), ORDER, REFUND)).toMatchObject(ours);
  });

  test.each(['CANCEL_ABORT_SUCCESS', 'IN_PROGRESS', 'paid', 'SUCCESS', 'constructor', ' PAID'])(
    '%s is unfamiliar',
    (it) => {
      expect(view(success({ order_status: it }))).toMatchObject({ ...unfamiliar, evidence: { order_status: it } });
    },
  );

  test('a look carries the facts in fen and milliseconds, and as evidence what reconciles it, and nothing personal', () => {
    expect(view(success({ order_status: 'PARTIAL_REFUNDED', net_amount: '280' }))).toEqual({
      kind: 'partlyRefunded',
      remaining: 280,
      amount: 1280,
      currency: 'CNY',
      orderId: ORDER.orderId,
      gatewayId: '7895260000000017',
      createdAt: 1795146960123,
      evidence: {
        result_code: '200',
        biz_result_code: 'SUCCESS',
        order_status: 'PARTIAL_REFUNDED',
        status: 'SUCCESS',
        sn: '7895260000000017',
        client_tsn: ORDER.orderId,
        net_amount: '280',
        trade_no: '4200009999202611201234567890',
        total_amount: '1280',
        finish_time: '1795147010456',
        channel_finish_time: '1795147010000',
        payway: '3',
      },
    });
  });

  test.each([
    ['the channel says when', {}, 1795147010000],
    ['only Shouqianba does', { channel_finish_time: '' }, 1795147010456],
    ['nobody does', { channel_finish_time: null, finish_time: '' }, undefined],
  ])('paidAt when %s', (_, more, paidAt) => {
    expect(view(success(more))).toMatchObject(paidAt === undefined ? { kind: 'paid' } : { kind: 'paid', paidAt });
  });
});

describe('layer 1', () => {
  const rows: [string, string, object, object][] = [
    ['400', 'INVALID_PARAMS', { kind: 'rejected', why: 'request' }, { kind: 'rejected', why: 'request' }],
    ['400', 'INVALID_PARAMETER', { kind: 'rejected', why: 'request' }, { kind: 'rejected', why: 'request' }],
    ['400', 'INVALID_TERMINAL', { kind: 'rejected', why: 'config' }, { kind: 'rejected', why: 'config' }],
    ['400', 'TERMINAL_NOT_EXISTS', { kind: 'rejected', why: 'config' }, { kind: 'rejected', why: 'config' }],
    ['400', 'ILLEGAL_SIGN', { kind: 'rejected', why: 'signature' }, { kind: 'rejected', why: 'signature' }],
    ['400', 'ACTIVATE_FAIL', { kind: 'rejected', why: 'config' }, { kind: 'rejected', why: 'config' }],
    ['500', 'UNKNOWN_SYSTEM_ERROR', gatewayFault, gatewayFault],
    ['500', 'MAINTENANCE_INPROGRESS', gatewayFault, gatewayFault],
    ['500', 'REQUEST_FAIL', gatewayFault, gatewayFault],
    ['500', 'EXTERNAL_SERVICE_EXCEPTION', gatewayFault, gatewayFault],
    ['500', 'PAY_STATUS_CLOSED', { kind: 'rejected', why: 'config' }, gatewayFault],
  ];

  test('has no row without a test', () => {
    const all = [...LAYER_1].flatMap(([result, codes]) => [...codes.keys()].map((code) => `${result} ${code}`));
    expect(all.sort()).toEqual(rows.map(([result, code]) => `${result} ${code}`).sort());
  });

  test.each(rows)('%s %s', (result, code, look, act) => {
    const named = (it: object) => ('why' in it && 'kind' in it && it.kind === 'rejected' ? { ...it, code } : it);
    for (const status of [200, Number(result), result === '400' ? 401 : 503]) {
      const told = reading({ ...refusal(result, code), error_code_standard: 'EJ26' }, status);
      const evidence = { result_code: result, error_code: code, error_code_standard: 'EJ26', error_message: '…' };
      expect(orderView(told, ORDER)).toEqual({ ...named(look), evidence });
      expect(refundView(told, ORDER, REFUND)).toEqual({ ...named(look), evidence });
      // Not signed either, so a rejection is no proof that nothing was executed.
      const answer = { ...named(act), ...('kind' in act && act.kind === 'rejected' && { hint: true }), evidence };
      expect(answerTo('cancel', told, ORDER)).toEqual(answer);
      expect(answerTo('refund', told, ORDER)).toEqual(answer);
    }
  });

  test.each([
    ['400', 'NEW_CODE', { kind: 'rejected', why: 'request', code: 'NEW_CODE' }],
    ['400', '', { kind: 'rejected', why: 'request', code: '400' }],
    ['500', 'NEW_CODE', gatewayFault],
    ['500', '', gatewayFault],
    ['600', 'NEW_CODE', unfamiliar],
  ])('%s with the code "%s"', (result, code, expected) => {
    expect(view(refusal(result, code))).toMatchObject(expected);
    expect(cancel(refusal(result, code))).toMatchObject(expected);
  });
});

describe('layer 2', () => {
  const unspecified = { kind: 'done', effect: 'unspecified' };
  const unclear = (code: string) => ({ kind: 'refused', why: 'unclear', code });
  const cancels: [string, object][] = [
    ['CANCEL_SUCCESS', unspecified],
    ['CANCEL_ABORT_SUCCESS', unspecified],
    ['CANCEL_IN_PROGRESS', { kind: 'running' }],
    ['CANCEL_ABORT_IN_PROGRESS', { kind: 'running' }],
    ['CANCEL_ERROR', gatewayFault],
    ['CANCEL_ABORT_ERROR', gatewayFault],
    ['FAIL', unclear('FAIL')],
  ];
  const refunds: [string, object][] = [
    ['REFUND_SUCCESS', { kind: 'done', effect: 'refunded' }],
    ['REFUND_IN_PROGRESS', { kind: 'running' }],
    ['REFUND_ERROR', gatewayFault],
    ['REFUND_FAIL_ERROR', gatewayFault],
    ['REFUND_FAIL', unclear('REFUND_FAIL')],
    ['FAIL', unclear('FAIL')],
  ];

  test('has no row without a test', () => {
    expect([...ACT_RESULTS.cancel.keys()]).toEqual(cancels.map(([result]) => result));
    expect([...ACT_RESULTS.refund.keys()]).toEqual(refunds.map(([result]) => result));
  });

  test.each(cancels)('cancel: %s', (result, expected) => {
    expect(cancel(layer2(result))).toMatchObject(expected);
    expect(cancel({ ...success(), biz_response: { ...success().biz_response, result_code: result } })).toMatchObject({
      ...expected,
      gatewayId: '7895260000000017',
      evidence: { biz_result_code: result, order_status: 'PAID', sn: '7895260000000017' },
    });
  });
  test.each(refunds)('refund: %s', (result, expected) => {
    expect(refund(layer2(result))).toMatchObject(expected);
  });
  test.each(['CANCEL_FAIL', 'IN_PROGRESS', 'ERROR', 'SUCCESS', 'REFUND_SUCCESS', ''])(
    'cancel: "%s" is unfamiliar',
    (it) => {
      expect(cancel(layer2(it, 'UPAY_CANCEL_ORDER_NOOP'))).toMatchObject(unfamiliar);
    },
  );
  test('refund: a cancel result is unfamiliar', () => {
    expect(refund(layer2('CANCEL_SUCCESS'))).toMatchObject(unfamiliar);
  });
  test('refusals with an unknown code keep it, cut to a length worth keeping', () => {
    expect(cancel(layer2('FAIL', 'NEW_CODE'))).toMatchObject(unclear('NEW_CODE'));
    expect(cancel(layer2('FAIL', 'X'.repeat(5000)))).toMatchObject(unclear('X'.repeat(128)));
    expect(cancel(layer2('CANCEL_ERROR', 'NEW_CODE'))).toMatchObject({
      ...gatewayFault,
      evidence: { biz_error_code: 'NEW_CODE' },
    });
  });
  test('a query works or shows nothing', () => {
    expect(view(layer2('FAIL', 'NEW_CODE'))).toMatchObject(unfamiliar);
    expect(view(layer2('FAIL'))).toMatchObject(unfamiliar);
    expect(view(layer2('PAY_SUCCESS', undefined, success().biz_response.data))).toMatchObject(unfamiliar);
    expect(view(layer2('SUCCESS'))).toMatchObject({ kind: 'unknown', why: 'unreadable' });
  });
});

describe('error codes beside FAIL, beside *_ERROR, and in a look', () => {
  const done = { kind: 'done', effect: 'unspecified' };
  const refused = (why: string) => ({ kind: 'refused', why });
  const config = { kind: 'rejected', why: 'config' };
  const rows: [string, object, object, object][] = [
    ['UPAY_CANCEL_ORDER_NOOP', done, gatewayFault, unfamiliar],
    ['UPAY_REFUND_ORDER_NOOP', done, gatewayFault, unfamiliar],
    ['UPAY_ORDER_NOT_EXISTS', refused('absent'), gatewayFault, { kind: 'absent' }],
    ['UPAY_ORDER_NOT_EXIST', refused('absent'), gatewayFault, { kind: 'absent' }],
    ['UPAY_CANCEL_INVALID_ORDER_STATE', refused('state'), gatewayFault, unfamiliar],
    ['UPAY_REFUND_INVALID_ORDER_STATE', refused('state'), gatewayFault, unfamiliar],
    ['UPAY_TCP_ORDER_NOT_REFUNDABLE', refused('notAllowed'), refused('notAllowed'), unfamiliar],
    ['REFUNDABLE_AMOUNT_NOT_ENOUGH', refused('unclear'), gatewayFault, unfamiliar],
    ['REFUND_AMT_NOT_EQUAL_TOTAL', refused('unclear'), gatewayFault, unfamiliar],
    ['REFUND_REQUEST_CONFLICT', gatewayFault, gatewayFault, unfamiliar],
    ['ACCOUNT_BALANCE_NOT_ENOUGH', refused('noFunds'), refused('noFunds'), unfamiliar],
    ['SELLER_BALANCE_NOT_ENOUGH', refused('noFunds'), refused('noFunds'), unfamiliar],
    ['TRADE_NOT_EXIST', gatewayFault, gatewayFault, unfamiliar],
    ['TRADE_HAS_SUCCESS', gatewayFault, gatewayFault, unfamiliar],
    ['TRADE_TIMEOUT', gatewayFault, gatewayFault, unfamiliar],
    ['TRADE_FAILED', gatewayFault, gatewayFault, unfamiliar],
    ['UNEXPECTED_PROVIDER_ERROR', gatewayFault, gatewayFault, unfamiliar],
    ['EXTERNAL_SERVICE_EXCEPTION', gatewayFault, gatewayFault, unfamiliar],
    ['UPAY_TERMINAL_NOT_EXISTS', config, gatewayFault, config],
    ['UPAY_TERMINAL_STATUS_ABNORMAL', config, gatewayFault, config],
    ['CLIENT_SN_CONFLICT', refused('unclear'), gatewayFault, unfamiliar],
    ['INVALID_BARCODE', refused('unclear'), gatewayFault, unfamiliar],
    ['EXPIRED_BARCODE', refused('unclear'), gatewayFault, unfamiliar],
    ['AUTHCODE_EXPIRE', refused('unclear'), gatewayFault, unfamiliar],
    ['INSUFFICIENT_FUND', refused('unclear'), gatewayFault, unfamiliar],
    ['BUYER_OVER_DAILY_LIMIT', refused('unclear'), gatewayFault, unfamiliar],
    ['BUYER_OVER_TRANSACTION_LIMIT', refused('unclear'), gatewayFault, unfamiliar],
    ['SELLER_OVER_DAILY_LIMIT', refused('unclear'), gatewayFault, unfamiliar],
    ['UPAY_STORE_OVER_DAILY_LIMIT', refused('unclear'), gatewayFault, unfamiliar],
  ];

  test('have no row without a test', () => {
    expect([...ERROR_CODES.keys()].sort()).toEqual(rows.map(([code]) => code).sort());
  });

  test.each(rows)('%s', (code, onFail, onError, look) => {
    const named = (it: object) =>
      'kind' in it && (it.kind === 'refused' || it.kind === 'rejected') ? { ...it, code } : it;
    const evidence = { biz_error_code: code };
    expect(cancel(layer2('FAIL', code))).toMatchObject({ ...named(onFail), evidence });
    expect(refund(layer2('FAIL', code))).toMatchObject({ ...named(onFail), evidence });
    expect(refund(layer2('REFUND_FAIL', code))).toMatchObject({ ...named(onFail), evidence });
    for (const result of ['CANCEL_ERROR', 'CANCEL_ABORT_ERROR']) {
      expect(cancel(layer2(result, code))).toMatchObject({ ...named(onError), evidence });
    }
    for (const result of ['REFUND_ERROR', 'REFUND_FAIL_ERROR']) {
      expect(refund(layer2(result, code))).toMatchObject({ ...named(onError), evidence });
    }
    expect(view(layer2('FAIL', code))).toMatchObject({ ...named(look), evidence });
    expect(view(layer2('FAIL', code))).not.toHaveProperty('hint');
  });
});

describe('what an act did is kept for the books', () => {
  // The seed's table of what cancel and revoke answer, with its own example values.
  const data = {
    terminal_sn: '01012010201201029',
    sn: SN,
    client_sn: ORDER.orderId,
    status: 'SUCCESS',
    order_status: 'CANCELED',
    trade_no: '2006101016201512090096528672',
    total_amount: '1280',
    net_amount: '0',
    finish_time: '1449646835244',
    channel_finish_time: '1449646835221',
    store_id: '49',
    operator: 'Obama',
    payer_uid: 'openid-of-the-payer',
    payer_login: '138****0000',
  };

  test('by a cancel and a revoke', () => {
    const { operator, payer_uid, payer_login, client_sn, ...kept } = data;
    const { evidence } = cancel(layer2('CANCEL_SUCCESS', undefined, data));
    expect(evidence).toEqual({ result_code: '200', biz_result_code: 'CANCEL_SUCCESS', ...kept });
    expect(client_sn).toBe(ORDER.orderId);
    for (const personal of [operator, payer_uid, payer_login]) expect(JSON.stringify(evidence)).not.toContain(personal);
  });

  test('by a refund', () => {
    const { evidence } = refund(layer2('REFUND_SUCCESS', undefined, { ...data, refund_request_no: REFUND.refundNo }));
    expect(evidence).toMatchObject({ trade_no: data.trade_no, refund_request_no: REFUND.refundNo });
  });

  const refused = (error_message: unknown) => ({
    result_code: '200',
    biz_response: { result_code: 'CANCEL_ERROR', error_code: 'UPAY_TCP_ORDER_NOT_REFUNDABLE', error_message },
  });

  test("and in the gateway's own words when it is refused, without numbers, and no longer than is worth keeping", () => {
    const said = (words: unknown) => cancel(refused(words)).evidence?.biz_error_message;
    expect(said('订单7894259244061958参与了活动并且无法撤销')).toBe('订单…参与了活动并且无法撤销');
    expect(said('x'.repeat(9).concat(' ').repeat(100))).toHaveLength(64);
    expect(said('the payer 138****0000 of a@b.example')).toBe('the payer … of …');
  });

  test.each([[7], [{}], [['x']], [true], [null]])('words of another shape (%j) make no answer unreadable', (words) => {
    expect(cancel(refused(words))).toMatchObject({ kind: 'refused', code: 'UPAY_TCP_ORDER_NOT_REFUNDABLE' });
  });
});
