/** What can happen on the wire, with a real server: sent once, one deadline, no redirect, nothing thrown. */

import { verify } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions } from '../../../src/gateways/gateway.ts';
import {
  APP,
  CALLS,
  classicBody,
  type Handler,
  ORDER,
  open,
  PATIENT,
  REFUND,
  type Received,
  type Stub,
  sendClassic,
  sendV3,
  startStub,
  v3Headers,
} from './stub.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());
afterEach(() => stub.received.splice(0));

const APIS = ['classic', 'v3'] as const;
const HASTY = { timeoutMs: 300 } as const;
const success = { out_trade_no: ORDER.orderId, action: 'close', retry_flag: 'N' };
const bodies = {
  classic: classicBody('cancel', { code: '10000', msg: 'Success', ...success }),
  v3: JSON.stringify(success),
} as const;
const headersOf = (api: 'classic' | 'v3') => (api === 'v3' ? v3Headers(bodies.v3) : {});
const unknown = (why: string) => ({ kind: 'unknown', why });

describe.each(APIS)('a cancel over %s', (api) => {
  const cancel = (options: CallOptions = PATIENT) => open(api, stub.origin).act('cancel', ORDER, options);

  it.each<[string, Handler]>([
    ['no answer at all', () => undefined],
    ['headers, then nothing', (_request, response) => response.writeHead(200).flushHeaders()],
  ])('%s: the deadline ends it', async (_name, handler) => {
    stub.answer = handler;
    expect(await cancel(HASTY)).toMatchObject(unknown('timeout'));
    expect(stub.received).toHaveLength(1);
  });

  it.each<[string, Handler, object]>([
    ['a connection that breaks', (_request, _response, message) => message.socket.destroy(), unknown('reset')],
    [
      'half an answer, then a break',
      (_request, response, message) => {
        response.writeHead(200, { 'content-length': '500' }).write('{"alipay', () => message.socket.destroy());
      },
      unknown('reset'),
    ],
    ['a proxy error', (_request, response) => response.writeHead(502).end('<html>Bad Gateway</html>'), unknown('http')],
    ['a rate limit', (_request, response) => response.writeHead(429).end(), unknown('limited')],
    ['accepted, not processed', (_request, response) => response.writeHead(202).end(bodies[api]), unknown('http')],
  ])('%s is sent once', async (_name, handler, expected) => {
    stub.answer = handler;
    expect(await cancel()).toMatchObject(expected);
    expect(stub.received).toHaveLength(1);
  });

  it('does not wait for a dribble that outlasts the whole deadline', async () => {
    stub.answer = (_request, response) => {
      response.writeHead(200, headersOf(api));
      const bytes = [...bodies[api]];
      const timer = setInterval(() => (bytes.length > 0 ? response.write(bytes.shift()) : response.end()), 50);
      response.on('close', () => clearInterval(timer));
    };
    const started = performance.now();
    expect(await cancel(HASTY)).toMatchObject(unknown('timeout'));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('reads an answer that comes in pieces and compressed', async () => {
    stub.answer = (_request, response) => {
      const zipped = gzipSync(bodies[api]);
      response.writeHead(200, { ...headersOf(api), 'content-encoding': 'gzip' }).write(zipped.subarray(0, 20));
      setTimeout(() => response.end(zipped.subarray(20)), 20);
    };
    expect(await cancel()).toMatchObject({ kind: 'done', effect: 'closed' });
  });

  it.each<[string, (body: string) => string | Buffer]>([
    ['HTML', () => '<html>maintenance</html>'],
    ['nothing', () => ''],
    ['half of the JSON', (body) => body.slice(0, body.length / 2)],
    ['JSON that is no object', () => '[]'],
    ['no UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('a 200 with %s is unknown', async (_name, change) => {
    stub.answer = (_request, response) => response.writeHead(200).end(change(bodies[api]));
    expect(await cancel()).toMatchObject(unknown('unreadable'));
    expect(stub.received).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
    stub.answer = (_request, response) => response.writeHead(status, { location: `${stub.origin}/elsewhere` }).end();
    expect(await cancel()).toMatchObject(unknown('http'));
    expect(stub.received).toHaveLength(1);
  });

  it('refused connection: certainly not sent', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    const port = await new Promise<number>((resolve) =>
      free.on('listening', () => resolve((free.address() as AddressInfo).port)),
    );
    await new Promise((resolve) => free.close(resolve));
    const gateway = open(api, `http://127.0.0.1:${port}`);
    expect(await CALLS.cancel(gateway)).toEqual({
      kind: 'notSent',
      why: 'ECONNREFUSED',
      evidence: { network: 'ECONNREFUSED' },
    });
    expect(await CALLS.query(gateway)).toMatchObject(unknown('notSent'));
    expect(await CALLS.refundQuery(gateway)).toMatchObject(unknown('notSent'));
  });

  it('stops when the caller does', async () => {
    stub.answer = () => undefined;
    const gateway = open(api, stub.origin);
    const answer = await gateway.act('cancel', ORDER, { timeoutMs: 5000, signal: AbortSignal.timeout(50) });
    expect(answer).toMatchObject(unknown('timeout'));
  });
});

/** Parameters of the one classic request, after checking its signature by the rules of the specification. */
function classicParameters(): Record<string, string> {
  const [request, ...others] = stub.received;
  expect(others).toEqual([]);
  const { method, target, headers, body } = request as Received;
  expect(method).toBe('POST');
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded;charset=utf-8');
  const url = new URL(target, stub.origin);
  expect(url.pathname).toBe('/gateway.do');
  expect([...new URLSearchParams(body).keys()]).toEqual(['biz_content']);
  const all = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]);
  const { sign = '', ...rest } = all;
  const names = Object.keys(rest).sort();
  const text = names.map((name) => `${name}=${rest[name]}`).join('&');
  expect(verify('RSA-SHA256', Buffer.from(text), APP.publicKey, Buffer.from(sign, 'base64'))).toBe(true);
  return rest;
}

describe('a classic request', () => {
  it.each([
    ['query', 'alipay.trade.query', '{"out_trade_no":"RV20260506000002"}'],
    ['cancel', 'alipay.trade.cancel', '{"out_trade_no":"RV20260506000002"}'],
    ['close', 'alipay.trade.close', '{"out_trade_no":"RV20260506000002"}'],
    [
      'refund',
      'alipay.trade.refund',
      '{"out_trade_no":"RV20260506000002","refund_amount":"12.30",' +
        '"out_request_no":"RV20260506000002-R1","refund_reason":"reversal"}',
    ],
    [
      'refundQuery',
      'alipay.trade.fastpay.refund.query',
      '{"out_trade_no":"RV20260506000002","out_request_no":"RV20260506000002-R1"}',
    ],
  ] as const)('%s', async (operation, method, bizContent) => {
    stub.answer = sendClassic('{}');
    await CALLS[operation](open('classic', stub.origin));
    expect(classicParameters()).toEqual({
      app_id: '2021000199990001',
      method,
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-05-06 12:30:15',
      version: '1.0',
      biz_content: bizContent,
    });
  });

  it('carries text that means something in an address, and no text that could pass for an attack', async () => {
    stub.answer = sendClassic('{}');
    const reason = '冲正：支付超时 & out_trade_no="1" 100% +1 <b>😀';
    await open('classic', stub.origin).refund(ORDER, { ...REFUND, reason }, PATIENT);
    const sent: unknown = JSON.parse(classicParameters().biz_content ?? '');
    expect(sent).toMatchObject({ refund_reason: '冲正：支付超时 out trade no 1 100 1 b' });
  });

  it('goes to an endpoint that names gateway.do already', async () => {
    stub.answer = sendClassic('{}');
    await CALLS.query(open('classic', `${stub.origin}/gateway.do`));
    expect(new URL(stub.received[0]?.target ?? '', stub.origin).pathname).toBe('/gateway.do');
  });

  it('never becomes a refund of half a fen', async () => {
    const refund = open('classic', stub.origin).refund(ORDER, { ...REFUND, amount: 0.5 }, PATIENT);
    await expect(refund).rejects.toThrow(RangeError);
    expect(stub.received).toEqual([]);
  });
});

describe('a v3 request', () => {
  it.each([
    ['query', '/v3/alipay/trade/query'],
    ['cancel', '/v3/alipay/trade/cancel'],
    ['close', '/v3/alipay/trade/close'],
    ['refund', '/v3/alipay/trade/refund'],
    ['refundQuery', '/v3/alipay/trade/fastpay/refund/query'],
  ] as const)('%s', async (operation, path) => {
    stub.answer = sendV3(200, {});
    await CALLS[operation](open('v3', stub.origin));
    await CALLS[operation](open('v3', stub.origin));
    expect(stub.received).toHaveLength(2);
    const nonces = stub.received.map(({ method, target, headers, body }) => {
      expect([method, target]).toEqual(['POST', path]);
      expect(headers['content-type']).toBe('application/json');
      expect(headers['alipay-request-id']).toMatch(/^[0-9a-f]{32}$/);
      const match =
        /^ALIPAY-SHA256withRSA (app_id=2021000199990001,nonce=([^,]+),timestamp=1778041815123),sign=(.+)$/.exec(
          headers.authorization ?? '',
        );
      const [, authString = '', nonce = '', sign = ''] = match ?? [];
      const text = Buffer.from(`${authString}\nPOST\n${path}\n${body}\n`);
      expect(verify('RSA-SHA256', text, APP.publicKey, Buffer.from(sign, 'base64'))).toBe(true);
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
  });
});
