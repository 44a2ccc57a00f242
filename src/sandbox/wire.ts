import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { SandboxAnswer, SandboxHost, WireFault } from './contract.ts';

/** One request that was read and waits for its answer. */
export interface Exchange {
  readonly response: ServerResponse;
  /** The request's path with query, for a redirect to itself. */
  readonly target: string;
  readonly host: Pick<SandboxHost, 'later' | 'sleep'>;
  readonly delayMs: number | undefined;
  /** Lets the system execute the request; the order's `after` events are over when it resolves. */
  execute(): Promise<SandboxAnswer>;
  /** Passes the request by; the order's `after` events happen all the same. */
  skip(): void;
  /** Says that the system's own answer, or a part of it, goes out now. */
  answered(whole: boolean): void;
  /** Where an error of a late execution goes, which has no caller left. */
  failed(error: unknown): void;
}

type Way = (exchange: Exchange) => void | Promise<void>;

const DEFAULT_DELAY_MS = 1000;
const DRIBBLE_DELAY_MS = 50;
const DRIBBLE_GROUPS = 16;
const HTML_ERROR = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
const HTML_PAGE = '<!doctype html><html><body><h1>Notice</h1><p>The service is under maintenance.</p></body></html>';

/** The ways an exchange can end, `none` being the answer as it should be. */
export const ways: Readonly<Record<WireFault | 'none', Way>> = {
  none: async (exchange) => sendSystemAnswer(exchange, await exchange.execute()),

  // The order is known only from the bytes, so they are read; the client sees what it would see without that.
  refuse: (exchange) => {
    exchange.skip();
    reset(exchange);
  },
  dropBefore: (exchange) => {
    exchange.skip();
    exchange.host.later(delay(exchange), () => exchange.response.destroy());
  },
  resetBefore: (exchange) => {
    exchange.skip();
    reset(exchange);
  },
  resetAfter: async (exchange) => {
    await exchange.execute();
    reset(exchange);
  },
  silentAfter: async (exchange) => {
    await exchange.execute();
  },
  lateExecution: (exchange) => {
    exchange.host.later(delay(exchange), () => void exchange.execute().catch(exchange.failed));
  },
  delayAnswer: async (exchange) => {
    const answer = await exchange.execute();
    await exchange.host.sleep(delay(exchange));
    sendSystemAnswer(exchange, answer);
  },
  stall: async (exchange) => {
    const answer = await exchange.execute();
    const body = Buffer.from(answer.body);
    exchange.response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
    exchange.response.write(firstHalf(body));
    exchange.answered(false);
  },
  dribble: async (exchange) => {
    const answer = await exchange.execute();
    const body = Buffer.from(answer.body);
    exchange.response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
    exchange.response.flushHeaders();
    const size = Math.max(1, Math.ceil(body.length / DRIBBLE_GROUPS));
    for (let at = 0; at < body.length; at += size) {
      await exchange.host.sleep(exchange.delayMs ?? DRIBBLE_DELAY_MS);
      if (exchange.response.destroyed) return;
      exchange.response.write(body.subarray(at, at + size));
    }
    exchange.answered(true);
    exchange.response.end();
  },
  http502: (exchange) => {
    exchange.skip();
    send(exchange.response, 502, { 'content-type': 'text/html' }, HTML_ERROR);
  },
  http502After: async (exchange) => {
    await exchange.execute();
    send(exchange.response, 502, { 'content-type': 'text/html' }, HTML_ERROR);
  },
  html200: async (exchange) => {
    await exchange.execute();
    send(exchange.response, 200, { 'content-type': 'text/html;charset=utf-8' }, HTML_PAGE);
  },
  empty200: async (exchange) => {
    const { headers } = await exchange.execute();
    send(exchange.response, 200, headers, '');
  },
  truncated: async (exchange) => {
    const answer = await exchange.execute();
    exchange.answered(false);
    send(exchange.response, answer.status, answer.headers, firstHalf(Buffer.from(answer.body)));
  },
  gzip: async (exchange) => {
    const answer = await exchange.execute();
    exchange.answered(true);
    send(exchange.response, answer.status, { ...answer.headers, 'content-encoding': 'gzip' }, gzipSync(answer.body));
  },
  redirect: (exchange) => {
    exchange.skip();
    send(exchange.response, 307, { location: exchange.target }, '');
  },
};

/** The answer whole and at once. A client that is gone by now is not an error. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

function sendSystemAnswer(exchange: Exchange, answer: SandboxAnswer): void {
  if (exchange.response.destroyed) return;
  exchange.answered(true);
  send(exchange.response, answer.status, answer.headers, answer.body);
}

function reset(exchange: Exchange): void {
  exchange.response.socket?.resetAndDestroy();
}

function delay(exchange: Exchange): number {
  return exchange.delayMs ?? DEFAULT_DELAY_MS;
}

function firstHalf(body: Buffer): Buffer {
  return body.subarray(0, Math.floor(body.length / 2));
}
