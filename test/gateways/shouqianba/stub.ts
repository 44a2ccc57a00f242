/** A tiny gateway over node:http, an order as it tells it, and the parts that a client needs. Signs on its own. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import type { GatewayDeps, TerminalKeyStore, TerminalKeys } from '../../../src/gateways/module.ts';
import { type ShouqianbaAccount, shouqianba } from '../../../src/gateways/shouqianba/index.ts';

export const SN = '7895260000000017';
export const CLIENT_SN = 'POS20261120113600001';
export const TERMINAL = '100099990000123456';
export const INITIAL_KEY = 'initial-key';
export const ORDER = { orderId: CLIENT_SN, amount: 1280, currency: 'CNY' };
export const REFUND = { refundNo: 'RV0K3J9Z2Q7M1X5C8V4B', amount: 1280, reason: 'Order reversed' };
export const SOON = { timeoutMs: 2000 };

export const DATA = {
  sn: SN,
  client_sn: CLIENT_SN,
  client_tsn: CLIENT_SN,
  ctime: '1795146960123',
  status: 'SUCCESS',
  order_status: 'PAID',
  payway: '3',
  payway_name: '微信',
  sub_payway: '1',
  trade_no: '4200009999202611201234567890',
  payer_uid: 'openid-of-the-payer',
  payer_login: '138****0000',
  finish_time: '1795147010456',
  channel_finish_time: '1795147010000',
  total_amount: '1280',
  net_amount: '1280',
  subject: '拿铁咖啡',
  operator: 'op01',
  payment_list: [],
};

export const layer2 = (result_code: string, error_code?: string, data?: unknown) => ({
  result_code: '200',
  error_code: '',
  error_message: '',
  biz_response: { result_code, error_code: error_code ?? '', error_message: '', data: data ?? null },
});
export const success = (more: Readonly<Record<string, unknown>> = {}) =>
  layer2('SUCCESS', undefined, { ...DATA, ...more });
export const refusal = (result_code: string, error_code: string) => ({ result_code, error_code, error_message: '…' });
export const ILLEGAL = {
  result_code: '400',
  error_code: 'ILLEGAL_SIGN',
  error_code_standard: 'EJ26',
  error_message: '签名错误[EJ26]',
};

export interface Call {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export type Play = (call: Call) => { status?: number; body: unknown } | 'reset' | 'silent';

export const md5 = (body: Buffer, key: string) =>
  createHash('md5')
    .update(Buffer.concat([body, Buffer.from(key)]))
    .digest('hex');

/** Serves until the test ends. An object is sent as JSON, a string as it is. */
export async function serve(play: Play): Promise<{ url: string; calls: Call[]; stop(): Promise<void> }> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
    calls.push(call);
    const reply = play(call);
    if (reply === 'silent') return;
    if (reply === 'reset') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json;charset=UTF-8' });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { url: `http://127.0.0.1:${address.port}`, calls, stop };
}

/** A store in memory; `down` makes it throw, `beforeReplace` lets another process come first. */
export class Store implements TerminalKeyStore {
  keys: TerminalKeys | undefined;
  down: 'no' | 'all' | 'writes' = 'no';
  beforeReplace: (() => void) | undefined;
  readonly written: TerminalKeys[] = [];

  constructor(keys?: TerminalKeys) {
    this.keys = keys;
  }

  async load() {
    if (this.down === 'all') throw new Error('store down');
    return this.keys;
  }

  async replace(_terminalSn: string, expected: string | undefined, next: TerminalKeys) {
    if (this.down !== 'no') throw new Error('store down');
    const before = this.beforeReplace;
    this.beforeReplace = undefined;
    before?.();
    if (this.keys?.current !== expected) return false;
    this.keys = next;
    this.written.push(next);
    return true;
  }
}

export function accountAt(endpoint: string, more: Readonly<Record<string, unknown>> = {}): ShouqianbaAccount {
  return shouqianba.account.parse({
    endpoint,
    terminalSn: TERMINAL,
    terminalKey: { env: 'TERMINAL_KEY' },
    deviceId: 'CNHM0001POS01',
    ...more,
  });
}

export function depsWith(store: TerminalKeyStore): GatewayDeps {
  return {
    secret: (ref) => ('env' in ref && ref.env === 'VENDOR_KEY' ? 'vendor-key' : INITIAL_KEY),
    now: () => 1_795_000_000_000,
    terminalKeys: store,
  };
}

export function openAt(url: string, store = new Store(), more: Readonly<Record<string, unknown>> = {}) {
  return shouqianba.open(accountAt(url, more), depsWith(store));
}

/** The JSON object of a call. */
export function sent(call: Call | undefined): unknown {
  return call === undefined ? undefined : JSON.parse(call.body.toString('utf8'));
}
