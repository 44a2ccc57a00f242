/** What the DaxPay tests share: accounts, a tiny server that signs its answers, and an HTTP reply out of text. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { daxpayAccount } from '../../../src/gateways/daxpay/account.ts';
import type { Call } from '../../../src/gateways/daxpay/codes.ts';
import { readReply } from '../../../src/gateways/daxpay/envelope.ts';
import { daxpay } from '../../../src/gateways/daxpay/index.ts';
import { isObject, type JsonObject, parseObject, print } from '../../../src/gateways/daxpay/json.ts';
import { PROFILES } from '../../../src/gateways/daxpay/profiles.ts';
import { rsaSigner, type Signer, secretKeySigner } from '../../../src/gateways/daxpay/sign.ts';
import {
  closeAnswer,
  orderView,
  refundAnswer,
  refundView,
  syncAnswer,
  syncRefundAnswer,
} from '../../../src/gateways/daxpay/views.ts';
import type { Gateway, OrderRef, RefundRef } from '../../../src/gateways/gateway.ts';
import type { HttpReply } from '../../../src/gateways/http.ts';
import type { GatewayDeps } from '../../../src/gateways/module.ts';

export type Name = 'c' | 'e' | 'f';
export const NAMES: readonly Name[] = ['c', 'e', 'f'];

export const SECRET = 'test-secret-0123456789abcDEF';
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
const platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privatePem = String(merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }));
const platformPem = String(platform.publicKey.export({ type: 'spki', format: 'pem' }));

const SECRETS: Readonly<Record<string, string>> = {
  SECRET,
  PRIVATE: privatePem,
  PLATFORM: platformPem,
  PRIVATE_BARE: privatePem.replace(/-----[^-]+-----|\n/g, ''),
  BROKEN: 'no key at all',
};

/** 2026-11-21 07:31:36 +08:00. */
export const NOW = 1795217496_123;

export const deps: GatewayDeps = {
  secret(ref) {
    const name = 'env' in ref ? ref.env : ref.file;
    const value = SECRETS[name];
    if (value === undefined) throw new Error(`no secret ${name}`);
    return value;
  },
  now: () => NOW,
  terminalKeys: { load: async () => undefined, replace: async () => true },
};

const ACCOUNTS = {
  c: { secret: { env: 'SECRET' } },
  e: { secret: { env: 'SECRET' }, mchNo: 'M1', appId: 'A1' },
  f: { privateKey: { env: 'PRIVATE' }, platformPublicKey: { env: 'PLATFORM' }, mchNo: 'M1' },
};

export const accountOf = (name: Name, endpoint: string, more: object = {}) =>
  daxpayAccount.parse({ profile: name, endpoint, ...ACCOUNTS[name], ...more });

/** The server's side of each profile's signature: in F it checks the merchant's key and signs with the platform's. */
export const SERVER: Readonly<Record<Name, Signer>> = {
  c: secretKeySigner('HMAC_SHA256', SECRET, { upper: false }),
  e: secretKeySigner('HMAC_SHA256', SECRET, { upper: true }),
  f: rsaSigner(platform.privateKey, merchant.publicKey),
};

/** A JSON object with its numbers as text. */
export function lossless(value: object | string): JsonObject {
  const parsed = parseObject(typeof value === 'string' ? value : JSON.stringify(value));
  if (parsed === undefined) throw new Error('not a JSON object');
  return parsed;
}

export interface Envelope {
  readonly code: number;
  readonly msg?: string | null;
  readonly data?: object | string | null;
  readonly reqId?: string | undefined;
  /** Epoch milliseconds; a second and a bit after `NOW` when it is left out. */
  readonly signedAt?: number;
}

/** `resTime` as each profile writes it. */
function resTimeOf(name: Name, signedAt: number): number | string {
  if (name === 'c') return Math.floor(signedAt / 1000);
  return new Date(signedAt + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The text of a signed answer in the profile's envelope (spec/daxpay.md 2.2). In C `code` and `msg` are those of `data`. */
export function signedAnswer(name: Name, answer: Envelope): string {
  const { code, msg = null, data = null, reqId, signedAt = 1795217497_000 } = answer;
  const resTime = resTimeOf(name, signedAt);
  const body = data === null ? null : lossless(data);
  if (name === 'c') {
    const inner = { ...lossless({ code, msg, resTime }), ...body };
    return print({
      ...lossless({ msg: 'success', code: 0, traceId: 'GbKZKDs1JFMM' }),
      data: { ...inner, sign: SERVER.c.sign(inner) },
    });
  }
  const own = name === 'e' ? { traceId: 'gV9vddq9TkQn' } : { ...(reqId === undefined ? {} : { reqId }) };
  const envelope = { ...lossless({ code, msg, resTime, ...own }), data: body };
  return print({ ...envelope, sign: SERVER[name].sign(envelope) });
}

/** The text of an unsigned error. */
export const bareError = (code: number, msg: string | null = 'x'): string =>
  JSON.stringify({ msg, code, data: null, traceId: 'Xpt3d5gy0TV5' });

export const replyOf = (text: string, status = 200): HttpReply => ({
  kind: 'reply',
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(text),
});

export interface Seen {
  readonly path: string;
  readonly text: string;
  readonly body: JsonObject;
}

export interface Stub {
  readonly url: string;
  readonly seen: Seen[];
  gateway(name: Name, more?: object): Gateway;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A server that records what it gets and answers what it is told; `undefined` breaks the connection. */
export async function stub(answer: (seen: Seen) => string | StubAnswer | undefined): Promise<Stub> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const one: Seen = { path: request.url ?? '', text, body: lossless(text === '' ? '{}' : text) };
    seen.push(one);
    const said = answer(one);
    if (said === undefined) return request.socket.destroy();
    const { status = 200, headers = {}, text: body } = typeof said === 'string' ? { text: said } : said;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    seen,
    gateway: (name, more) => daxpay.open(accountOf(name, url, more), deps),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The request id that F's answers echo. */
export function reqIdOf(seen: Seen): string | undefined {
  const { reqId } = seen.body;
  return typeof reqId === 'string' ? reqId : undefined;
}

/** Whether the body's own signature is right, by the server's rules: over every member that was sent. */
export function wellSigned(name: Name, seen: Seen): boolean {
  const { sign } = seen.body;
  return typeof sign === 'string' && isObject(seen.body) && SERVER[name].verifies(seen.body, sign);
}

export const ORDER: OrderRef = { orderId: 'B1795217496001', amount: 1010, currency: 'CNY' };
export const KNOWN: OrderRef = { ...ORDER, gatewayId: 'DEVP26112107313663000001' };
export const REFUND: RefundRef = { refundNo: 'B1795217496001-R1', amount: 1010, reason: '退款 "测试"' };
export const OPTIONS = { timeoutMs: 2000 };

/** The client's side of each profile's signature. */
export const CLIENT: Readonly<Record<Name, Signer>> = {
  c: SERVER.c,
  e: SERVER.e,
  f: rsaSigner(merchant.privateKey, platform.publicKey),
};

/** What the client makes of one answer's text, call by call. */
export function readAs(name: Name, text: string, status = 200) {
  const dialect = { profile: PROFILES[name], utcOffsetHours: 8 };
  const read = (call: Call) =>
    readReply(replyOf(text, status), { profile: PROFILES[name], signer: CLIENT[name], call });
  return {
    query: (order = ORDER, askedBy?: string) => orderView(dialect, read('query'), order, askedBy),
    queryRefund: () => refundView(dialect, read('queryRefund'), ORDER, REFUND),
    close: () => closeAnswer(dialect, 'close', read('close')),
    cancel: () => closeAnswer(dialect, 'cancel', read('cancel')),
    sync: () => syncAnswer(dialect, read('sync')),
    refund: () => refundAnswer(dialect, read('refund'), REFUND),
    syncRefund: () => syncRefundAnswer(dialect, read('syncRefund')),
  };
}
