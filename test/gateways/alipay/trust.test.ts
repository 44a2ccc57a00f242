/** Who may say what: signed, unsigned and forged answers, gateway errors, and statuses without a contract. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALLS,
  classicBody,
  nodeName,
  type Operation,
  ORDER,
  open,
  STRANGER,
  type Stub,
  sendClassic,
  sendV3,
  signed,
  startStub,
  v3Headers,
} from './stub.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

const classic = (operation: Operation, body: string) => {
  stub.answer = sendClassic(body);
  return CALLS[operation](open('classic', stub.origin));
};
const v3 = (operation: Operation, ...answer: Parameters<typeof sendV3>) => {
  stub.answer = sendV3(...answer);
  return CALLS[operation](open('v3', stub.origin));
};
const unknown = (why: string) => ({ kind: 'unknown', why });

const OPERATIONS: Operation[] = ['query', 'cancel', 'close', 'refund', 'refundQuery'];
const FACTS = {
  query: { trade_status: 'TRADE_SUCCESS' },
  cancel: { action: 'close' },
  close: {},
  refund: { fund_change: 'Y' },
  refundQuery: { refund_status: 'REFUND_SUCCESS' },
} as const satisfies Readonly<Record<Operation, object>>;
const successOf = (operation: Operation) => ({ out_trade_no: ORDER.orderId, ...FACTS[operation] });
const classicOf = (operation: Operation) => ({ code: '10000', msg: 'Success', ...successOf(operation) });

describe.each(OPERATIONS)('a success of %s', (operation) => {
  it('without signature is unknown', async () => {
    expect(await classic(operation, classicBody(operation, classicOf(operation), false))).toMatchObject(
      unknown('unsigned'),
    );
    expect(await v3(operation, 200, successOf(operation), false)).toMatchObject(unknown('unsigned'));
  });

  it('with a wrong signature is unknown', async () => {
    const raw = JSON.stringify(classicOf(operation));
    const body = `{"${nodeName(operation)}":${raw},"sign":"${signed(raw, STRANGER.privateKey)}"}`;
    expect(await classic(operation, body)).toMatchObject(unknown('forged'));
    stub.answer = (_request, response) => {
      const text = JSON.stringify(successOf(operation));
      response.writeHead(200, v3Headers(text, STRANGER.privateKey)).end(text);
    };
    expect(await CALLS[operation](open('v3', stub.origin))).toMatchObject(unknown('forged'));
  });

  it('in the envelope of another operation is unreadable', async () => {
    const other = operation === 'close' ? 'cancel' : 'close';
    expect(await classic(operation, classicBody(other, classicOf(operation)))).toMatchObject(unknown('unreadable'));
  });
});

describe('an unsigned business error', () => {
  const error = { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST', retry_flag: 'Y' };

  it.each(OPERATIONS)('of %s is unknown on classic, retry_flag or not', async (operation) => {
    expect(await classic(operation, classicBody(operation, error, false))).toMatchObject(unknown('unsigned'));
  });

  it('of v3 with classic members is a hint', async () => {
    const { retry_flag: _, ...node } = error;
    expect(await v3('cancel', 400, node)).toMatchObject({ kind: 'refused', why: 'absent', hint: true });
  });

  it('of v3 with the text null for a signature is a hint', async () => {
    stub.answer = (_request, response) =>
      response.writeHead(400, { 'alipay-signature': 'null' }).end('{"code":"ACQ.TRADE_NOT_EXIST"}');
    expect(await CALLS.query(open('v3', stub.origin))).toMatchObject({ kind: 'absent', hint: true });
  });

  it('of v3 whose signature does not verify is forged', async () => {
    stub.answer = (_request, response) =>
      response.writeHead(400, v3Headers('{}')).end('{"code":"ACQ.TRADE_CANCEL_TIME_OUT"}');
    expect(await CALLS.cancel(open('v3', stub.origin))).toMatchObject(unknown('forged'));
  });

  it('of v3, signed, is no hint', async () => {
    const answer = await v3('cancel', 400, { code: 'ACQ.TRADE_CANCEL_TIME_OUT' }, true);
    expect(answer).toMatchObject({ kind: 'refused', why: 'tooLate' });
    expect(answer).not.toHaveProperty('hint');
  });
});

const rejected = (why: string, code: string) => ({ kind: 'rejected', why, code });

describe('a classic gateway error, signed or not', () => {
  it.each<[string, string | undefined, object]>([
    ['20000', 'isp.unknow-error', unknown('gatewayFault')],
    ['20000', 'aop.unknow-error', unknown('gatewayFault')],
    ['20000', 'aop.ACQ.SYSTEM_ERROR', unknown('gatewayFault')],
    ['20000', undefined, unknown('gatewayFault')],
    ['20001', 'aop.invalid-auth-token', rejected('config', 'aop.invalid-auth-token')],
    ['20001', 'aop.app-auth-token-time-out', rejected('config', 'aop.app-auth-token-time-out')],
    ['40001', 'isv.missing-method', rejected('config', 'isv.missing-method')],
    ['40001', 'isv.missing-signature', rejected('signature', 'isv.missing-signature')],
    ['40002', 'isv.invalid-app-id', rejected('config', 'isv.invalid-app-id')],
    ['40002', 'isv.invalid-signature', rejected('signature', 'isv.invalid-signature')],
    ['40002', 'isv.invalid-timestamp', rejected('config', 'isv.invalid-timestamp')],
    ['40002', 'isv.suspected-attack', rejected('config', 'isv.suspected-attack')],
    ['40002', undefined, rejected('config', '40002')],
    ['40003', 'isv.missing-signature-config', rejected('config', 'isv.missing-signature-config')],
    ['40005', 'isv.app-call-limited', unknown('limited')],
    ['40005', undefined, unknown('limited')],
    ['40006', 'isv.insufficient-isv-permissions', rejected('config', 'isv.insufficient-isv-permissions')],
  ])('%s %s', async (code, sub_code, expected) => {
    for (const operation of OPERATIONS) {
      for (const signature of [true, false]) {
        const body = classicBody(
          operation,
          { code, msg: 'x', ...(sub_code === undefined ? {} : { sub_code }) },
          signature,
        );
        expect(await classic(operation, body)).toMatchObject(expected);
        const older = body.replace(nodeName(operation), 'error_response');
        expect(await classic(operation, older)).toMatchObject(expected);
      }
    }
  });

  it('with an empty or blank signature (field case 10) is reported with its cause', async () => {
    for (const sign of ['""', '" "', 'null']) {
      const body = `{"${nodeName('query')}":{"code":"40002","sub_code":"isv.invalid-app-id"},"sign":${sign}}`;
      expect(await classic('query', body)).toMatchObject(rejected('config', 'isv.invalid-app-id'));
    }
  });

  it('with a code that nobody has described is unfamiliar', async () => {
    for (const code of ['10003', '50000', 'constructor']) {
      expect(await classic('cancel', classicBody('cancel', { code, msg: 'x' }))).toMatchObject(unknown('unfamiliar'));
    }
  });

  it('under error_response with a wrong signature is forged', async () => {
    const body = `{"error_response":{"code":"40002","sub_code":"isv.invalid-signature"},"sign":"${signed('else')}"}`;
    expect(await classic('cancel', body)).toMatchObject(unknown('forged'));
  });

  it('that was not signed is marked as a hint for an act', async () => {
    const node = { code: '40002', sub_code: 'isv.invalid-app-id' };
    expect(await classic('cancel', classicBody('cancel', node, false))).toHaveProperty('hint', true);
    expect(await classic('cancel', classicBody('cancel', node))).not.toHaveProperty('hint');
  });
});

describe('a v3 gateway error', () => {
  it.each<[number, object | string, object]>([
    [400, { code: 'invalid-signature', message: 'x' }, rejected('signature', 'invalid-signature')],
    [401, { code: 'invalid-signature', message: 'x' }, rejected('signature', 'invalid-signature')],
    [400, { code: 'missing-timestamp', message: 'x', links: 'text' }, rejected('config', 'missing-timestamp')],
    [400, { code: 'missing-timestamp', message: 'x', links: [{ link: 'l' }] }, rejected('config', 'missing-timestamp')],
    [400, { code: 'invalid-app-id', message: 'x' }, rejected('config', 'invalid-app-id')],
    [401, { code: 'invalid-app-auth-token', message: 'x' }, rejected('config', 'invalid-app-auth-token')],
    [
      400,
      { code: 'app-key-security-risk, app-cert-expired' },
      rejected('config', 'app-key-security-risk, app-cert-expired'),
    ],
    [403, '<html>no</html>', rejected('config', 'http-403')],
    [404, '', rejected('config', 'http-404')],
    [401, 'denied', rejected('config', 'http-401')],
    [429, '', unknown('limited')],
    [429, { code: 'method-call-limited' }, unknown('limited')],
    [400, { code: 'app-call-limited', message: 'x' }, unknown('limited')],
    [400, { code: 'unknow-error', message: 'x' }, unknown('gatewayFault')],
    [500, { code: 'unknow-error', message: 'x' }, unknown('gatewayFault')],
    [500, { code: 'ACQ.SYSTEM_ERROR', message: 'x' }, unknown('gatewayFault')],
    [400, { code: 'ACQ.SYSTEM_ERROR', message: 'x' }, unknown('gatewayFault')],
    [500, { code: 'ACQ.TRADE_NOT_EXIST', message: 'x' }, unknown('http')],
    [400, { code: 'Something Else' }, unknown('unfamiliar')],
    [400, { message: 'no code' }, unknown('unreadable')],
    [400, '<html>', unknown('unreadable')],
    [502, '<html>Bad Gateway</html>', unknown('http')],
    [503, '', unknown('http')],
    [202, { out_trade_no: ORDER.orderId }, unknown('http')],
    [204, '', unknown('http')],
  ])('%i %j is %j', async (status, body, expected) => {
    for (const operation of OPERATIONS) expect(await v3(operation, status, body, false)).toMatchObject(expected);
  });
});

describe('a v3 body that carries the classic members (as the seed documents print it)', () => {
  it('is read like a classic node', async () => {
    expect(await v3('cancel', 200, classicOf('cancel'))).toMatchObject({ kind: 'done', effect: 'closed' });
    expect(await v3('query', 200, classicOf('query'))).toMatchObject({ kind: 'paid' });
    const refused = { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_HAS_SUCCESS' };
    expect(await v3('cancel', 200, refused)).toMatchObject({
      kind: 'refused',
      why: 'state',
      code: 'ACQ.TRADE_HAS_SUCCESS',
    });
    expect(await v3('cancel', 200, { code: '20000', msg: 'x' })).toMatchObject(unknown('gatewayFault'));
    expect(await v3('cancel', 200, { code: '10000', ...successOf('cancel'), retry_flag: 'Y' })).toMatchObject({
      kind: 'again',
    });
  });

  it('must be signed like one', async () => {
    expect(await v3('cancel', 200, classicOf('cancel'), false)).toMatchObject(unknown('unsigned'));
    const refused = { code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' };
    expect(await v3('query', 200, refused, false)).toMatchObject(unknown('unsigned'));
  });
});

describe('the exact substring', () => {
  const raw = `{"code":"10000","action":"close","out_trade_no":"${ORDER.orderId}", "note":"\\u6d4b }{ \\"sign\\":"}`;

  it('verifies wherever sign stands, and with members beside it', async () => {
    const sign = `"sign":"${signed(raw)}"`;
    const node = `"${nodeName('cancel')}":${raw}`;
    for (const body of [`{${sign},${node}}`, `{${node},${sign}}`, ` {${node} , "alipay_cert_sn":"x", ${sign}} `]) {
      expect(await classic('cancel', body)).toMatchObject({ kind: 'done', effect: 'closed' });
    }
  });

  it('gets one second attempt for slashes that were escaped after signing, and only for those', async () => {
    const plain = `{"code":"10000","action":"close","out_trade_no":"${ORDER.orderId}","url":"https://e.test/a"}`;
    const escaped = plain.replaceAll('/', '\\/');
    const body = (node: string, text: string) => `{"${nodeName('cancel')}":${node},"sign":"${signed(text)}"}`;
    expect(await classic('cancel', body(escaped, plain))).toMatchObject({ kind: 'done' });
    expect(await classic('cancel', body(escaped, escaped))).toMatchObject({ kind: 'done' });
    expect(await classic('cancel', body(plain, escaped))).toMatchObject(unknown('forged'));
    expect(await classic('cancel', body(escaped.replace('close', 'refund'), plain))).toMatchObject(unknown('forged'));
  });

  it('may not stand there twice, nor may its members', async () => {
    const node = `"${nodeName('cancel')}":${raw}`;
    const forged = node.replace('close', 'refund');
    const twice = `{${node},${forged},"sign":"${signed(raw)}"}`;
    expect(await classic('cancel', twice)).toMatchObject(unknown('unreadable'));
    const inside = raw.replace('"action":"close"', '"action":"close","action":"refund"');
    expect(await classic('cancel', classicBody('cancel', inside))).toMatchObject(unknown('unreadable'));
    expect(
      await v3('cancel', 200, `{"action":"close","action":"close","out_trade_no":"${ORDER.orderId}"}`),
    ).toMatchObject(unknown('unreadable'));
  });
});

/** chloerei/alipay#1: whatever stands in a text, what is verified is what was signed, to the byte. */
it.each([
  ['escaped characters beyond the first plane', '"subject":"\\uD83D\\uDE00\\u62ff\\u94c1"'],
  ['slashes that are escaped', '"subject":"https:\\/\\/a.example\\/b"'],
  ['a brace and a signature in a text', '"subject":"}, \\"sign\\":\\"x\\""'],
  ['characters as they are', '"subject":"拿铁 😀"'],
])('a text with %s in a signed answer', async (_what, member) => {
  const raw = `{"code":"10000","msg":"Success",${member},"out_trade_no":"${ORDER.orderId}","trade_status":"TRADE_SUCCESS","total_amount":"12.30"}`;
  const body = `{"${nodeName('query')}":${raw},"sign":"${signed(raw)}"}`;
  expect(await classic('query', body)).toMatchObject({ kind: 'paid', amount: 1230 });
  expect(await classic('query', body.replace('TRADE_SUCCESS', 'TRADE_CLOSED_'))).toMatchObject(unknown('forged'));
});
