/** Stands between the workers and a gateway, and answers a look now and then with what the gateway once really said. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { pickFrom, type Rng } from '../../src/demo/random/rng.ts';
import type { Identified, SandboxRequest } from '../../src/sandbox/index.ts';
import { readRequest } from '../../src/sandbox/listen.ts';

export interface Replayer {
  /** Instead of the gateway's own. */
  readonly url: string;
  /** Of a hundred looks that could be, so many are answered with an older answer. */
  replay(percent: number): void;
  replayed(): number;
  stop(): Promise<void>;
}

export interface ReplayerOptions {
  /** The gateway's bare origin. */
  readonly target: string;
  /** Which call of which order a request is. */
  identify(request: SandboxRequest): Identified | undefined;
  readonly rng: Rng;
}

interface Recorded {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

const LOOKS: ReadonlySet<string> = new Set(['query', 'refundQuery', 'sync']);
/** Of one look at one order: the first ones, which are the oldest. */
const KEPT = 6;
const listening = z.object({ port: z.number() });

/**
 * What has no signed time can be said at any time, so that nobody can tell an old one from a new one: unsigned answers, and
 * the errors of DaxPay 3.0.0, which are signed and name no time.
 */
const isDated = ({ rawHeaders, body }: Recorded) =>
  rawHeaders.some((name) => name.toLowerCase() === 'alipay-signature') ||
  (body.includes('"sign":"') && /"resTime":"?\d/.test(body.toString()));

export async function startReplayer({ target, identify, rng }: ReplayerOptions): Promise<Replayer> {
  const { hostname, port: targetPort } = new URL(target);
  const recorded = new Map<string, Recorded[]>();
  let percent = 0;
  let replayed = 0;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readRequest(message);
    if (asked === undefined) return void response.destroy();
    const { operation = 'unknown', orderId } = identify(asked) ?? {};
    const look = orderId !== undefined && LOOKS.has(operation) ? `${operation} ${orderId}` : undefined;
    // The newest may be what the gateway would say now: only a later one makes an answer an old one.
    const older = look === undefined ? [] : (recorded.get(look) ?? []).slice(0, -1);
    if (older.length > 0 && rng.chance(percent)) {
      const { status, rawHeaders, body } = pickFrom(rng, older);
      replayed += 1;
      response.writeHead(status, [...rawHeaders]).end(body);
      return;
    }
    pass(message, response, asked.body, look);
  }

  function pass(message: IncomingMessage, response: ServerResponse, body: Buffer, look: string | undefined): void {
    const { method = 'GET', url: path = '/', rawHeaders } = message;
    // Whatever the gateway does to the connection is done to the worker's.
    const broken = () => void message.socket.resetAndDestroy();
    const upstream = request({ hostname, port: targetPort, method, path, headers: rawHeaders, agent: false });
    upstream.on('error', broken);
    upstream.on('response', (answer) => {
      const { statusCode = 502, statusMessage, rawHeaders: headers } = answer;
      const chunks: Buffer[] = [];
      answer.on('error', broken);
      answer.on('aborted', broken);
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        if (look !== undefined)
          remember(look, { status: statusCode, rawHeaders: headers, body: Buffer.concat(chunks) });
      });
      if (response.destroyed) return;
      response.writeHead(statusCode, statusMessage, headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    response.on('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    upstream.end(body);
  }

  function remember(look: string, answer: Recorded): void {
    if (!isDated(answer)) return;
    const before = recorded.get(look) ?? [];
    if (before.length < KEPT) recorded.set(look, [...before, answer]);
  }

  const server = createServer((message, response) => {
    response.on('error', () => response.destroy());
    serve(message, response).catch(() => message.socket.resetAndDestroy());
  });
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = listening.parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    replay(next) {
      percent = next;
    },
    replayed: () => replayed,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
