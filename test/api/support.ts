/** The API on a port of its own over a stand, and callers with a key for each role. */
import { afterAll, beforeAll } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import type { ApiDeps } from '../../src/api/deps.ts';
import { type ApiKey, hashOf, newKey, ROLES, type Role } from '../../src/api/keys.ts';
import { type LedgerSource, toldAsProblem } from '../../src/api/ledger.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import type { Stand } from '../../src/stand/stand.ts';
import type { Case, World } from '../workflows/support.ts';
import { type Document, type Judge, judgeBy } from './contract.ts';

const KEYS: Readonly<Record<Role, string>> = { start: newKey(), operate: newKey(), view: newKey() };
/** Each key has one role, and its name. */
const STORED: readonly ApiKey[] = ROLES.map((role) => ({ name: role, roles: [role], hash: hashOf(KEYS[role]) }));

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what tests look into
  readonly body: any;
}

export interface Call {
  readonly key?: string;
  readonly body?: unknown;
  /** As it is, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const judges = new Map<string, Promise<Judge>>();

/** By the document of the API that is called, asked once: what is judged is what a caller was promised. */
function judgeOf(base: string): Promise<Judge> {
  const judge = judges.get(base) ?? documentOf(base).then(judgeBy);
  judges.set(base, judge);
  return judge;
}

const documentOf = async (base: string): Promise<Document> =>
  JSON.parse(await (await fetch(`${base}/openapi.json`)).text());

/** One request over the wire. Whatever is answered is inside the API's own document, and given back as it is. */
export async function call(base: string, method: string, path: string, of: Call = {}): Promise<Answer> {
  const judge = await judgeOf(base);
  const answer = await send(base, method, path, of);
  judge(method, path, answer);
  return answer;
}

async function send(base: string, method: string, path: string, { key, body, raw, headers }: Call) {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(content !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text } as Answer;
}

export interface Api {
  readonly base: string;
  post(path: string, body: unknown, more?: Call): Promise<Answer>;
  get(path: string, more?: Call): Promise<Answer>;
  stop(): Promise<void>;
}

/** Which key a path takes, so that tests of the rest need not say it. */
const keyFor = (method: string, path: string) =>
  KEYS[method === 'GET' ? 'view' : /^\/v1\/\w+(\/(payment-observed|find))?(\?|$)/.test(path) ? 'start' : 'operate'];

export const ledgerOf = (ledger: Ledger): LedgerSource => ({
  ask: (question) => toldAsProblem(() => question(ledger)),
  close: async () => {},
});

const ACCOUNTS = ['alipay-classic', 'alipay-v3'].map((account) => ({ provider: 'alipay', account }));

type Behind = Pick<Stand, 'temporal' | 'client'> & { readonly ledger: Ledger | LedgerSource };

export async function serveApi(stand: Behind, more: Partial<ApiDeps> = {}): Promise<Api> {
  const server = await createApi({
    temporal: stand.temporal,
    reversals: stand.client,
    ledger: 'ask' in stand.ledger ? stand.ledger : ledgerOf(stand.ledger),
    keys: STORED,
    rateLimit: 1000,
    accounts: ACCOUNTS,
    log: false,
    ...more,
  });
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    base,
    post: (path, body, of) => call(base, 'POST', path, { key: keyFor('POST', path), body, ...of }),
    get: (path, of) => call(base, 'GET', path, { key: keyFor('GET', path), ...of }),
    stop: () => server.close(),
  };
}

export const keyOf = (role: Role): string => KEYS[role];

/** The API over a stand, for the tests of a file. */
export function useApi(world: World, more: Partial<ApiDeps> = {}): Api {
  let api: Api | undefined;
  beforeAll(async () => {
    api = await serveApi(world.stand, more);
  });
  afterAll(() => api?.stop());
  const up = (): Api => {
    if (api === undefined) throw new Error('the API is up within tests only');
    return api;
  };
  return {
    get base() {
      return up().base;
    },
    post: (...of) => up().post(...of),
    get: (...of) => up().get(...of),
    stop: () => up().stop(),
  };
}

export const pathOf = ({ provider, account, orderId }: OrderKey): string =>
  `/v1/reversals/${[provider, account, orderId].map(encodeURIComponent).join('/')}`;
export const pathOfCase = ({ order }: Case): string => pathOf(order);

export const WHO = { operator: 'Li Na', reason: 'test' };
