import { createPrivateKey, randomUUID, sign, verify } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  type AlipayOptions,
  createAlipaySystem,
  type OrderSeed,
  type Sandbox,
  startSandbox,
} from '../../../src/sandbox/index.ts';

export type Operation = 'query' | 'cancel' | 'close' | 'refund' | 'refundQuery';

const methods: Record<Operation, string> = {
  query: 'alipay.trade.query',
  cancel: 'alipay.trade.cancel',
  close: 'alipay.trade.close',
  refund: 'alipay.trade.refund',
  refundQuery: 'alipay.trade.fastpay.refund.query',
};

export interface ClassicAnswer {
  readonly raw: string;
  readonly headers: Headers;
  readonly status: number;
  /** The value of the first member that is a node. */
  readonly node: Record<string, unknown>;
  readonly key: string;
  /** Whether the signature stands over the node's text; nothing without one. */
  readonly genuine: boolean | undefined;
}

export interface V3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly raw: string;
  readonly body: Record<string, unknown>;
  readonly genuine: boolean | undefined;
}

/** A bare client, written for these tests: it sends what it is told to, right or wrong. */
export class AlipayTester {
  readonly sandbox: Sandbox;
  readonly credentials: Readonly<Record<string, string>>;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.credentials = sandbox.system('alipay').credentials();
  }

  seed(order: Partial<OrderSeed> = {}): void {
    this.sandbox.seed('alipay', { orderId: 'A1', amount: 1230, state: 'PAID', ...order });
  }

  truth(orderId = 'A1') {
    return this.sandbox.truth('alipay', orderId);
  }

  sign(text: string): string {
    return sign('sha256', Buffer.from(text), createPrivateKey(this.credential('privateKey'))).toString('base64');
  }

  /** `changed` replaces parameters before signing, `tampered` after it; `undefined` drops one. */
  async classic(
    operation: Operation,
    biz: Record<string, unknown> | string = {},
    options: {
      changed?: Record<string, string | undefined>;
      tampered?: Record<string, string | undefined>;
      inQuery?: readonly string[];
    } = {},
  ): Promise<ClassicAnswer> {
    const parameters = defined({
      app_id: this.credential('appId'),
      method: methods[operation],
      charset: 'utf-8',
      sign_type: 'RSA2',
      version: '1.0',
      timestamp: beijing(Date.now()),
      biz_content: typeof biz === 'string' ? biz : JSON.stringify({ out_trade_no: 'A1', ...biz }),
      ...options.changed,
    });
    const text = Object.keys(parameters)
      .filter((name) => parameters[name] !== '')
      .sort()
      .map((name) => `${name}=${parameters[name]}`)
      .join('&');
    const sent = Object.entries(defined({ ...parameters, sign: this.sign(text), ...options.tampered }));
    const inQuery = (name: string) => options.inQuery?.includes(name) ?? name !== 'biz_content';
    const query = new URLSearchParams(sent.filter(([name]) => inQuery(name)));
    const form = new URLSearchParams(sent.filter(([name]) => !inQuery(name)));
    const response = await fetch(`${this.sandbox.url('alipay')}/gateway.do?${query}`, { method: 'POST', body: form });
    const raw = await response.text();
    return { raw, headers: response.headers, status: response.status, ...this.readNode(raw) };
  }

  async v3(
    operation: Operation,
    body: Record<string, unknown> | string = {},
    options: { auth?: Record<string, string>; headers?: Record<string, string>; get?: boolean; sign?: string } = {},
  ): Promise<V3Answer> {
    const target = `/v3/${methods[operation].replaceAll('.', '/')}${options.get ? '?out_trade_no=A1' : ''}`;
    const text = options.get ? '' : typeof body === 'string' ? body : JSON.stringify({ out_trade_no: 'A1', ...body });
    const auth = {
      app_id: this.credential('appId'),
      nonce: randomUUID(),
      timestamp: String(Date.now()),
      ...options.auth,
    };
    const authString = Object.entries(auth)
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
    const method = options.get ? 'GET' : 'POST';
    const token = options.headers?.['alipay-app-auth-token'];
    const signed = this.sign([authString, method, target, text, ...(token ? [token] : []), ''].join('\n'));
    const response = await fetch(`${this.sandbox.url('alipay')}${target}`, {
      method,
      headers: {
        authorization: `ALIPAY-SHA256withRSA ${authString},sign=${options.sign ?? signed}`,
        'content-type': 'application/json',
        ...options.headers,
      },
      ...(!options.get && { body: text }),
    });
    const raw = await response.text();
    const signature = response.headers.get('alipay-signature');
    const verified = `${response.headers.get('alipay-timestamp')}\n${response.headers.get('alipay-nonce')}\n${raw}\n`;
    return {
      status: response.status,
      headers: response.headers,
      raw,
      body: JSON.parse(raw),
      genuine: signature === null ? undefined : this.verify(verified, signature),
    };
  }

  private readNode(raw: string): Pick<ClassicAnswer, 'node' | 'key' | 'genuine'> {
    const envelope: Record<string, unknown> = JSON.parse(raw);
    const key = Object.keys(envelope).find((name) => typeof envelope[name] === 'object') ?? '';
    const from = raw.indexOf(`"${key}":`) + key.length + 3;
    const node: Record<string, unknown> = JSON.parse(JSON.stringify(envelope[key]));
    const signature = envelope.sign;
    const genuine = typeof signature === 'string' ? this.verify(objectAt(raw, from), signature) : undefined;
    return { node, key, genuine };
  }

  private verify(text: string, signature: string): boolean {
    return verify('sha256', Buffer.from(text), this.credential('alipayPublicKey'), Buffer.from(signature, 'base64'));
  }

  private credential(name: string): string {
    return this.credentials[name] ?? '';
  }
}

/** A sandbox with Alipay for one test. */
export async function startAlipay(options: Partial<AlipayOptions> = {}): Promise<AlipayTester> {
  const sandbox = await startSandbox({ systems: { alipay: createAlipaySystem(options) } });
  onTestFinished(() => sandbox.stop());
  return new AlipayTester(sandbox);
}

export function beijing(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The text of the object that begins there. */
function objectAt(raw: string, from: number): string {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < raw.length; at += 1) {
    const char = raw[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === '{') depth += 1;
    else if (!quoted && char === '}') {
      depth -= 1;
      if (depth === 0) return raw.slice(from, at + 1);
    }
  }
  return raw.slice(from);
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
