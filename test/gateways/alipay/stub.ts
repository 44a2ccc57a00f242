/** A local gateway that answers what a test tells it to. It signs on its own, sharing no code with `src/gateways`. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alipay } from '../../../src/gateways/alipay/index.ts';
import type { Gateway } from '../../../src/gateways/gateway.ts';
import type { GatewayDeps } from '../../../src/gateways/module.ts';

export const APP = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ALIPAY = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const PEM = {
  appPrivate: APP.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  appPublic: APP.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  alipayPublic: ALIPAY.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
};

export const ORDER = { orderId: 'RV20260506000002', amount: 1230, currency: 'CNY' } as const;
export const TRADE_NO = '2026050622001400000000000002';
export const REFUND = { refundNo: 'RV20260506000002-R1', amount: 1230, reason: 'reversal' } as const;
export const PATIENT = { timeoutMs: 5000 } as const;
export const NOW = 1778041815123;

export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export type Handler = (request: Received, response: ServerResponse, message: IncomingMessage) => void;

export interface Stub {
  readonly origin: string;
  readonly received: Received[];
  answer: Handler;
  close(): Promise<void>;
}

export async function startStub(): Promise<Stub> {
  const received: Received[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('error', () => undefined);
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const request = {
        method: message.method ?? '',
        target: message.url ?? '',
        headers: message.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(request);
      stub.answer(request, response, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const stub: Stub = {
    origin: `http://127.0.0.1:${address.port}`,
    received,
    answer: (_request, response) => response.end(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stub;
}

/** Dependencies with secrets by name: `{ env: 'appPrivate' }`. */
export function deps(secrets: Readonly<Record<string, string>> = PEM): GatewayDeps {
  return {
    secret: (ref) => {
      const name = 'env' in ref ? ref.env : ref.file;
      const value = secrets[name];
      if (value === undefined) throw new Error(`secret ${name} is missing`);
      return value;
    },
    now: () => NOW,
    terminalKeys: { load: async () => undefined, replace: async () => false },
  };
}

export function open(api: 'classic' | 'v3', endpoint: string): Gateway {
  const account = alipay.account.parse({
    api,
    endpoint,
    appId: '2021000199990001',
    privateKey: { env: 'appPrivate' },
    alipayPublicKey: { env: 'alipayPublic' },
  });
  return alipay.open(account, deps());
}

export const METHODS = {
  query: 'alipay.trade.query',
  cancel: 'alipay.trade.cancel',
  close: 'alipay.trade.close',
  refund: 'alipay.trade.refund',
  refundQuery: 'alipay.trade.fastpay.refund.query',
} as const;
export type Operation = keyof typeof METHODS;

export const nodeName = (operation: Operation) => `${METHODS[operation].replaceAll('.', '_')}_response`;

export function signed(text: string, key = ALIPAY.privateKey): string {
  return sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
}

/** A classic body; `signature: false` leaves it unsigned. */
export function classicBody(operation: Operation, node: object | string, signature = true): string {
  const raw = typeof node === 'string' ? node : JSON.stringify(node);
  return `{"${nodeName(operation)}":${raw}${signature ? `,"sign":"${signed(raw)}"` : ''}}`;
}

export const sendClassic =
  (body: string): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html;charset=utf-8', trace_id: '0b01' }).end(body);
  };

/** A third of a second after `NOW`. */
export const SIGNED_AT = 1778041815456;

export function v3Headers(body: string, key = ALIPAY.privateKey, signedAt = SIGNED_AT): Record<string, string> {
  return {
    'alipay-timestamp': String(signedAt),
    'alipay-nonce': 'c0ffee',
    'alipay-signature': signed(`${signedAt}\nc0ffee\n${body}\n`, key),
  };
}

export const sendV3 =
  (status: number, node: object | string, signature = status === 200): Handler =>
  (_request, response) => {
    const body = typeof node === 'string' ? node : JSON.stringify(node);
    const headers = { 'content-type': 'application/json', 'alipay-trace-id': '0b02' };
    response.writeHead(status, { ...headers, ...(signature ? v3Headers(body) : {}) }).end(body);
  };

/** Every call by the name of its operation. */
export const CALLS = {
  query: (gateway: Gateway) => gateway.look(ORDER, PATIENT),
  cancel: (gateway: Gateway) => gateway.act('cancel', ORDER, PATIENT),
  close: (gateway: Gateway) => gateway.act('close', ORDER, PATIENT),
  refund: (gateway: Gateway) => gateway.refund(ORDER, REFUND, PATIENT),
  refundQuery: (gateway: Gateway) => gateway.lookAtRefund(ORDER, REFUND, PATIENT),
} as const;
