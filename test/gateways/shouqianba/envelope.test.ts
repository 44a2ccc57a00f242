/** What an answer may look like and still be read, and what makes it worthless. */
import { describe, expect, test } from 'vitest';
import { read } from '../../../src/gateways/shouqianba/envelope.ts';
import { answerTo, orderView, refundView } from '../../../src/gateways/shouqianba/order.ts';
import { CLIENT_SN, DATA, layer2, ORDER, REFUND, SN, success } from './stub.ts';

const raw = (body: string | Buffer, status = 200) =>
  read({ kind: 'reply', status, headers: {}, body: Buffer.from(body) });
const reading = (body: unknown, status = 200) => raw(JSON.stringify(body), status);
const unknown = (why: string) => ({ kind: 'unknown', why });

describe('absent, null and "" are alike', () => {
  test.each([
    ['absent', {}],
    ['null', { data: null }],
    ['""', { data: '' }],
  ])('data %s', (_, data) => {
    const fields = { result_code: 'FAIL', error_code: 'UPAY_ORDER_NOT_EXISTS', ...data };
    expect(orderView(reading({ result_code: '200', biz_response: fields }), ORDER).kind).toBe('absent');
    const unclear = { result_code: 'SUCCESS', ...data };
    expect(orderView(reading({ result_code: '200', biz_response: unclear }), ORDER)).toMatchObject(
      unknown('unreadable'),
    );
    const cancelled = { result_code: 'CANCEL_SUCCESS', error_code: null, ...data };
    expect(answerTo('cancel', reading({ result_code: '200', biz_response: cancelled }), ORDER).kind).toBe('done');
  });

  test.each([[{ sn: undefined }], [{ sn: null }], [{ sn: '' }], [{ sn: ' ' }]])('an id: %o', (sn) => {
    expect(orderView(reading(success(sn)), { ...ORDER, gatewayId: SN })).toMatchObject({ kind: 'paid', gatewayId: SN });
    expect(orderView(reading(success(sn)), ORDER)).not.toHaveProperty('gatewayId');
  });

  test.each([undefined, null, ''])('biz_response %o is unreadable', (biz_response) => {
    const told = reading({ result_code: '200', biz_response });
    expect(orderView(told, ORDER)).toMatchObject(unknown('unreadable'));
    expect(answerTo('cancel', told, ORDER)).toMatchObject(unknown('unreadable'));
  });

  test.each([undefined, null, '', ' '])('order_status %o is unreadable', (order_status) => {
    expect(orderView(reading(success({ order_status })), ORDER)).toMatchObject(unknown('unreadable'));
  });
});

test('numbers instead of strings are read to the last digit', () => {
  const body = `{"result_code":200,"biz_response":{"result_code":"SUCCESS","data":{"order_status":"PAID",
    "sn":7895260000000017,"client_sn":20261120113600001987654321,"total_amount":1280,"net_amount":1280,
    "ctime":1795146960123,"finish_time":1795147010456}}}`;
  const order = { ...ORDER, orderId: '20261120113600001987654321', gatewayId: SN };
  expect(orderView(raw(body), order)).toMatchObject({
    kind: 'paid',
    paidAt: 1795147010456,
    amount: 1280,
    createdAt: 1795146960123,
    orderId: order.orderId,
  });
  expect(orderView(raw(body), { ...order, orderId: '20261120113600001987654322' })).toMatchObject(
    unknown('otherOrder'),
  );
});

test('unknown fields, a byte order mark and odd times change nothing', () => {
  const body = JSON.stringify(success({ brand_new: { a: [1] }, ctime: 'yesterday' }));
  const view = orderView(raw(`\uFEFF${body}`), ORDER);
  expect(view).toMatchObject({ kind: 'paid', amount: 1280 });
  expect(view).not.toHaveProperty('createdAt');
});

describe('an answer about another order proves nothing', () => {
  test.each([
    ['another client_sn', { client_sn: 'POS20261120113600002' }, ORDER, 'otherOrder'],
    ['client_sn in other letters', { client_sn: CLIENT_SN.toLowerCase() }, ORDER, 'otherOrder'],
    ['client_sn with a space', { client_sn: `${CLIENT_SN} ` }, ORDER, 'otherOrder'],
    ['another sn', { sn: '7895260000000018' }, { ...ORDER, gatewayId: SN }, 'otherOrder'],
    ['the right sn but another client_sn', { client_sn: 'X' }, { ...ORDER, gatewayId: SN }, 'otherOrder'],
    ['no id at all', { sn: '', client_sn: null }, { ...ORDER, gatewayId: SN }, 'unreadable'],
    ['an sn that nothing compares to', { client_sn: '' }, ORDER, 'unreadable'],
  ])('%s', (_, more, order, why) => {
    expect(orderView(reading(success(more)), order)).toMatchObject(unknown(why));
    expect(refundView(reading(success(more)), order, REFUND)).toMatchObject(unknown(why));
  });

  test('nor does the answer to an act', () => {
    const told = reading(layer2('CANCEL_SUCCESS', '', { ...DATA, client_sn: 'X' }));
    expect(answerTo('cancel', told, ORDER)).toMatchObject(unknown('otherOrder'));
    expect(answerTo('cancel', told, ORDER)).not.toHaveProperty('gatewayId');
  });
});

describe('not the documented envelope', () => {
  const truncated = JSON.stringify(success()).slice(0, 200);
  test.each([
    ['HTML', '<html></html>', 200, 'unreadable'],
    ['nothing', '', 200, 'unreadable'],
    ['half of it', truncated, 200, 'unreadable'],
    ['an array', '[]', 200, 'unreadable'],
    ['no result_code', '{"biz_response":{}}', 200, 'unreadable'],
    ['a biz_response that is a list', '{"result_code":"200","biz_response":[]}', 200, 'unreadable'],
    ['the same key twice', '{"result_code":"200","result_code":"400"}', 200, 'unreadable'],
    ['a bottomless pit', '['.repeat(200_000), 200, 'unreadable'],
    ['a proxy at 502', '<html>502</html>', 502, 'http'],
    ['a page at 404', '<html>404</html>', 404, 'http'],
    ['a redirect', '', 307, 'http'],
    ['accepted, later', JSON.stringify(success()), 202, 'http'],
    ['a rate limit', 'slow down', 429, 'limited'],
    ['success under HTTP 500', JSON.stringify(success()), 500, 'http'],
    ['success under HTTP 400', JSON.stringify(success()), 400, 'http'],
    ['a rejection under HTTP 502', '{"result_code":"400","error_code":"ILLEGAL_SIGN"}', 502, 'http'],
  ])('%s', (_, body, status, why) => {
    const told = raw(body, status);
    expect(orderView(told, ORDER)).toMatchObject(unknown(why));
    expect(refundView(told, ORDER, REFUND)).toMatchObject(unknown(why));
    expect(answerTo('cancel', told, ORDER)).toMatchObject(unknown(why));
    expect(answerTo('refund', told, ORDER)).toMatchObject(unknown(why));
  });

  test.each(['12.80', '-1', '1280 ', '1e3', '9'.repeat(16), true, {}])('an amount of %o', (total_amount) => {
    expect(orderView(reading(success({ total_amount })), ORDER)).toMatchObject(unknown('unreadable'));
  });
});

describe('a look at our refund', () => {
  const ours = { client_tsn: `${CLIENT_SN}-${REFUND.refundNo}` };
  const other = { client_tsn: `${CLIENT_SN}-001` };
  const done = { kind: 'done', amount: 1280 };
  test.each([
    ['all of it, by our number', { order_status: 'REFUNDED', net_amount: '0', ...ours }, REFUND, done],
    ['by our number, the net lags', { order_status: 'REFUNDED', ...ours }, REFUND, { kind: 'done' }],
    [
      'all of it, by another number',
      { order_status: 'REFUNDED', net_amount: '0', ...other },
      REFUND,
      unknown('unfamiliar'),
    ],
    [
      'all of it, by no number',
      { order_status: 'REFUNDED', net_amount: '0', client_tsn: '' },
      REFUND,
      unknown('unfamiliar'),
    ],
    [
      'a part, ours',
      { order_status: 'PARTIAL_REFUNDED', net_amount: '1000', ...ours },
      { ...REFUND, amount: 280 },
      { kind: 'done', amount: 280 },
    ],
    [
      'a part, less than ours',
      { order_status: 'PARTIAL_REFUNDED', net_amount: '1000', ...ours },
      REFUND,
      unknown('unfamiliar'),
    ],
    [
      'a part, of somebody else',
      { order_status: 'PARTIAL_REFUNDED', net_amount: '1000', ...other },
      REFUND,
      unknown('unfamiliar'),
    ],
    ['the net fell before the status', { order_status: 'PAID', net_amount: '0', ...ours }, REFUND, done],
    ['our number and no money back', { order_status: 'PAID', ...ours }, REFUND, unknown('unfamiliar')],
    ['paid, our number nowhere', { order_status: 'PAID' }, REFUND, { kind: 'notFound' }],
    ['running', { order_status: 'REFUND_INPROGRESS', ...ours }, REFUND, { kind: 'running' }],
    ['failed', { order_status: 'REFUND_ERROR', ...ours }, REFUND, { kind: 'failed', code: 'REFUND_ERROR' }],
    ['cancelled meanwhile', { order_status: 'CANCELED', net_amount: '0', ...other }, REFUND, { kind: 'notFound' }],
  ])('%s', (_, more, refund, expected) => {
    const { evidence, ...view } = refundView(reading(success(more)), ORDER, refund);
    expect(view).toEqual(expected);
    expect(evidence).toMatchObject({ order_status: more.order_status });
  });

  test('no such order under that number', () => {
    const told = reading(layer2('FAIL', 'UPAY_ORDER_NOT_EXIST'));
    expect(refundView(told, ORDER, REFUND)).toMatchObject({ kind: 'notFound' });
  });
});
