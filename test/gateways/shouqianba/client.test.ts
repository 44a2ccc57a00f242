/** What goes over the wire, and what comes back when the wire fails. */
import { describe, expect, test } from 'vitest';
import { shouqianba } from '../../../src/gateways/shouqianba/index.ts';
import {
  accountAt,
  CLIENT_SN,
  DATA,
  depsWith,
  INITIAL_KEY,
  layer2,
  md5,
  ORDER,
  openAt,
  type Play,
  REFUND,
  SN,
  SOON,
  Store,
  sent,
  serve,
  success,
  TERMINAL,
} from './stub.ts';

const KNOWN = { ...ORDER, gatewayId: SN };

/** The order, in whichever words the path asks for. */
const helpful: Play = ({ path }) => {
  const result = path.endsWith('query') ? 'SUCCESS' : path.endsWith('refund') ? 'REFUND_SUCCESS' : 'CANCEL_SUCCESS';
  return { body: layer2(result, '', DATA) };
};

describe('exact bytes', () => {
  const id = `"client_sn":"${CLIENT_SN}"`;
  const refundFields = `"refund_request_no":"${REFUND.refundNo}","operator":"reversal","refund_amount":"1280"`;
  test.each([
    ['look', '/upay/v2/query', `{"terminal_sn":"${TERMINAL}",${id}}`],
    ['lookAtRefund', '/upay/v2/query', `{"terminal_sn":"${TERMINAL}",${id},"refund_request_no":"${REFUND.refundNo}"}`],
    ['cancel', '/upay/v2/cancel', `{"terminal_sn":"${TERMINAL}",${id}}`],
    ['revoke', '/upay/v2/revoke', `{"terminal_sn":"${TERMINAL}",${id}}`],
    ['refund', '/upay/v2/refund', `{"terminal_sn":"${TERMINAL}",${id},${refundFields}}`],
  ])('%s', async (name, path, body) => {
    const { url, calls } = await serve(helpful);
    const gateway = openAt(url);
    for (const order of [ORDER, { ...ORDER, gatewayId: '' }, KNOWN]) {
      const calling = {
        look: () => gateway.look(order, SOON),
        lookAtRefund: () => gateway.lookAtRefund(order, REFUND, SOON),
        cancel: () => gateway.act('cancel', order, SOON),
        revoke: () => gateway.act('revoke', order, SOON),
        refund: () => gateway.refund(order, REFUND, SOON),
      }[name];
      expect((await calling?.())?.kind).toMatch(/^(paid|notFound|done)$/);
    }
    expect(calls.map((call) => call.body.toString('utf8'))).toEqual([body, body, body.replace(id, `"sn":"${SN}"`)]);
    for (const call of calls) {
      expect(call.path).toBe(path);
      expect(call.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(call.headers.authorization).toBe(`${TERMINAL} ${md5(call.body, INITIAL_KEY)}`);
    }
  });

  test('Chinese goes out as raw UTF-8, signed as such', async () => {
    const { url, calls } = await serve(helpful);
    await openAt(url, new Store(), { operator: '张三丰' }).refund({ ...ORDER, orderId: '订单1' }, REFUND, SOON);
    const [call] = calls;
    expect(call?.body.toString('utf8')).toContain('"client_sn":"订单1"');
    expect(sent(call)).toMatchObject({ operator: '张三丰' });
    expect(call?.headers.authorization).toBe(`${TERMINAL} ${md5(call?.body ?? Buffer.of(), INITIAL_KEY)}`);
  });

  test('the stored key signs, not the initial one', async () => {
    const { url, calls } = await serve(helpful);
    await openAt(url, new Store({ current: '键 k', rotatedAt: 1 })).look(ORDER, SOON);
    expect(calls[0]?.headers.authorization).toBe(`${TERMINAL} ${md5(calls[0]?.body ?? Buffer.of(), '键 k')}`);
  });
});

describe('without a call', () => {
  test('close and sync do not exist here; revoke and refund only where enabled', async () => {
    const { url, calls } = await serve(helpful);
    const gateway = openAt(url, new Store(), { revoke: false, refunds: false });
    const refused = (code: string) => ({ kind: 'refused', why: 'notAllowed', code });
    expect(await gateway.act('close', ORDER, SOON)).toEqual(refused('UNSUPPORTED'));
    expect(await gateway.act('sync', ORDER, SOON)).toEqual(refused('UNSUPPORTED'));
    expect(await gateway.act('revoke', ORDER, SOON)).toEqual(refused('DISABLED'));
    expect(await gateway.refund(ORDER, REFUND, SOON)).toEqual(refused('DISABLED'));
    expect(calls).toEqual([]);
  });

  test.each([0, -1, 12.5, Number.NaN, 2 ** 53])('a refund of %d fen', async (amount) => {
    const { url, calls } = await serve(helpful);
    const answer = await openAt(url).refund(ORDER, { ...REFUND, amount }, SOON);
    expect(answer).toEqual({ kind: 'rejected', why: 'request', code: 'REFUND_AMOUNT' });
    expect(calls).toEqual([]);
  });

  test('no time left, or given up already: not sent', async () => {
    const { url, calls } = await serve(helpful);
    const gateway = openAt(url);
    const aborted = { timeoutMs: 1000, signal: AbortSignal.abort() };
    for (const options of [{ timeoutMs: 0 }, aborted]) {
      expect(await gateway.act('cancel', ORDER, options)).toMatchObject({ kind: 'notSent', why: 'DEADLINE' });
      expect(await gateway.look(ORDER, options)).toMatchObject({ kind: 'unknown', why: 'notSent' });
    }
    expect(calls).toEqual([]);
  });

  test('nobody listens: not sent', async () => {
    const { url, stop } = await serve(helpful);
    await stop();
    const gateway = openAt(url);
    expect(await gateway.look(ORDER, SOON)).toMatchObject({ kind: 'unknown', why: 'notSent' });
    expect(await gateway.lookAtRefund(ORDER, REFUND, SOON)).toMatchObject({ kind: 'unknown', why: 'notSent' });
    expect(await gateway.act('cancel', ORDER, SOON)).toMatchObject({ kind: 'notSent', why: 'ECONNREFUSED' });
    expect(await gateway.refund(ORDER, REFUND, SOON)).toMatchObject({ kind: 'notSent', why: 'ECONNREFUSED' });
  });
});

describe('a call without an answer is sent once, and unknown', () => {
  const half = JSON.stringify(success()).slice(0, 150);
  const plays: [string, Play, string][] = [
    ['reset', () => 'reset', 'reset'],
    ['silence', () => 'silent', 'timeout'],
    ['502', () => ({ status: 502, body: '<html>' }), 'http'],
    ['a redirect', () => ({ status: 307, body: '' }), 'http'],
    ['half an answer', () => ({ body: half }), 'unreadable'],
    ['result_code 500', () => ({ body: { result_code: '500', error_code: 'UNKNOWN_SYSTEM_ERROR' } }), 'gatewayFault'],
  ];
  test.each(plays)('%s', async (_, play, why) => {
    const { url, calls } = await serve(play);
    const gateway = openAt(url);
    const options = { timeoutMs: 300.5 };
    expect(await gateway.look(ORDER, options)).toMatchObject({ kind: 'unknown', why });
    expect(await gateway.lookAtRefund(ORDER, REFUND, options)).toMatchObject({ kind: 'unknown', why });
    expect(await gateway.act('cancel', ORDER, options)).toMatchObject({ kind: 'unknown', why });
    expect(await gateway.refund(ORDER, REFUND, options)).toMatchObject({ kind: 'unknown', why });
    expect(calls).toHaveLength(4);
  });
});

test('neither keys nor the payer show in what comes back', async () => {
  const { url } = await serve(helpful);
  const gateway = openAt(url);
  const all = [
    await gateway.look(ORDER, SOON),
    await gateway.lookAtRefund(ORDER, REFUND, SOON),
    await gateway.act('cancel', ORDER, SOON),
    await gateway.refund(ORDER, REFUND, SOON),
  ];
  const words = JSON.stringify(all);
  for (const secret of [INITIAL_KEY, DATA.payer_uid, DATA.payer_login]) expect(words).not.toContain(secret);
});

test('the refund number comes from the order alone', () => {
  expect(openAt('https://gateway.example').refundNo(CLIENT_SN)).toBe(openAt('http://127.0.0.1:1').refundNo(CLIENT_SN));
});

describe('the account', () => {
  test('has defaults and one identity: its terminal', () => {
    const account = accountAt('https://gateway.example/');
    expect(account).toMatchObject({
      endpoint: 'https://gateway.example',
      revoke: true,
      refunds: true,
      operator: 'reversal',
    });
    expect(shouqianba.identity(account)).toBe(TERMINAL);
  });

  test.each(['http://127.0.0.1:8', 'http://localhost:8', 'http://[::1]:8'])('may do without TLS at %s', (endpoint) => {
    expect(accountAt(endpoint).endpoint).toBe(endpoint);
  });

  test.each(['http://sandbox:8', 'http://172.16.0.2'])('needs a word to do without TLS at %s', (endpoint) => {
    expect(() => accountAt(endpoint)).toThrow('insecure: true');
    expect(accountAt(endpoint, { insecure: true }).endpoint).toBe(endpoint);
  });

  test.each([
    ['plain HTTP over the Internet', { endpoint: 'http://vsi-api.example.com' }],
    ['plain HTTP to a lookalike', { endpoint: 'http://10.example.com' }],
    ['no address', { endpoint: 'gateway' }],
    ['another protocol', { endpoint: 'ftp://gateway.example' }],
    ['a query in the address', { endpoint: 'https://gateway.example/?a=1' }],
    ['a terminal number with a space', { terminalSn: '1 2' }],
    ['a key as plain text', { terminalKey: 'secret' }],
    ['half a vendor', { vendorSn: '91800999' }],
    ['an unknown field', { terminalKeys: {} }],
  ])('refuses %s', (_, more) => {
    expect(() => accountAt('https://gateway.example', more)).toThrow();
  });

  test('an unreadable or empty secret stops it from opening', () => {
    const deps = depsWith(new Store());
    const account = accountAt('https://gateway.example');
    const missing = {
      ...deps,
      secret: () => {
        throw new Error('env TERMINAL_KEY is not set');
      },
    };
    expect(() => shouqianba.open(account, missing)).toThrow('TERMINAL_KEY');
    expect(() => shouqianba.open(account, { ...deps, secret: () => '\n' })).toThrow('TERMINAL_KEY');
  });
});
