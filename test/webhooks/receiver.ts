/** The receiver of docs/examples behind a front that fails as real ones do, and remembers every try. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type ReversalEvent } from '../../docs/examples/webhook-receiver.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';

export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

type Fault = (request: IncomingMessage, response: ServerResponse) => void;

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Fault =>
  (_, response) => {
    response.writeHead(code, { ...headers }).end('<html>'.repeat(100));
  };

/** What a broken receiver does. */
export const FAULTS = {
  serverError: status(500),
  badGateway: status(502),
  notFound: status(404),
  unauthorized: status(401),
  moved: status(302, { location: '/elsewhere' }),
  busy: status(429, { 'retry-after': '1' }),
  gone: status(410),
  reset: (request) => request.socket.destroy(),
  hang: () => {},
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof FAULTS;

export interface Try {
  readonly id: string;
  readonly path: string;
  readonly at: number;
  /** What it met; the example answered where it is left out. */
  readonly fault?: FaultName;
}

export interface Receiver {
  readonly url: string;
  readonly secret: string;
  /** Every request, in the order in which they came. */
  readonly tries: readonly Try[];
  /** What the example acted on. */
  readonly events: readonly ReversalEvent[];
  /** What the next tries meet, by turns. None: it is well. */
  fail(...faults: readonly FaultName[]): void;
  stop(): Promise<void>;
}

export async function startReceiver(secret = newSecret()): Promise<Receiver> {
  const tries: Try[] = [];
  const events: ReversalEvent[] = [];
  let faults: readonly FaultName[] = [];
  const example = createReceiver(secret, async (event) => {
    events.push(event);
  });
  const front = createServer((request, response) => {
    const fault = faults[tries.length % Math.max(1, faults.length)];
    const id = String(request.headers['webhook-id']);
    tries.push({ id, path: request.url ?? '', at: Date.now(), ...(fault && { fault }) });
    if (fault === undefined) example.emit('request', request, response);
    else FAULTS[fault](request, response);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    secret,
    tries,
    events,
    fail(...next) {
      faults = next;
    },
    async stop() {
      front.closeAllConnections();
      front.close();
      await once(front, 'close');
    },
  };
}

/** An hour of the usual back-off in 200 ms: two days are ten seconds. */
export const HOUR_MS = 200;

export function settingsFor({ url, secret }: Pick<Receiver, 'url' | 'secret'>, more: Partial<WebhookSettings> = {}) {
  const backOff = { firstMs: 1, maxMs: HOUR_MS };
  return { url, secrets: [secret], timeoutMs: 1000, retryForMs: 5 * 24 * HOUR_MS, backOff, ...more };
}
