/** A server between the client and a gateway: it hands on what the client asks, and meddles with what is answered. */
import { createServer, type IncomingMessage } from 'node:http';
import { request as send } from 'undici';
import { z } from 'zod';

/** An HTTP answer as it goes onto the wire. `declared` is its content-length when that is a lie. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly declared?: number;
}

export type Meddle = (genuine: WireAnswer) => WireAnswer;

export interface Middle {
  readonly url: string;
  /** What becomes of the next answers; at first nothing. */
  meddle: Meddle;
  /** The last answer as the gateway gave it. */
  genuine: WireAnswer | undefined;
  /** Requests that came in. */
  asked: number;
  stop(): Promise<void>;
}

/** Told of every request and answer, as text. */
type Heard = (text: string) => void;

const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']);
const address = z.object({ port: z.number() });

async function ask(target: string, message: IncomingMessage, heard: Heard): Promise<WireAnswer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (typeof value === 'string' && name !== 'host' && !FRAMING.has(name)) headers[name] = value;
  }
  const body = Buffer.concat(await message.toArray());
  heard(`${message.url} ${JSON.stringify(headers)} ${body}`);
  const reply = await send(`${target}${message.url ?? ''}`, { method: 'POST', headers, body });
  const answer: WireAnswer = {
    status: reply.statusCode,
    headers: Object.entries(reply.headers).flatMap(([name, value]) =>
      FRAMING.has(name) || value === undefined ? [] : [[name, String(value)] as const],
    ),
    body: Buffer.from(await reply.body.arrayBuffer()),
  };
  heard(`${JSON.stringify(Object.fromEntries(answer.headers))} ${answer.body}`);
  return answer;
}

/** The bytes of an answer; names and values may be anything that a peer can put there. */
export function wireBytes({ status, headers, body, declared = body.length }: WireAnswer): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `HTTP/1.1 ${status} X\r\n${lines}content-length: ${declared}\r\nconnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** @param target the gateway's origin; without one the answer is made up by `meddle` alone */
export async function startMiddle(target?: string, heard: Heard = () => {}): Promise<Middle> {
  const server = createServer(async (message) => {
    middle.asked += 1;
    // The client may well hang up on what it does not like.
    message.socket.on('error', () => message.socket.destroy());
    const nothing: WireAnswer = { status: 200, headers: [], body: Buffer.alloc(0) };
    // A gateway that breaks the connection breaks ours.
    const genuine = target === undefined ? nothing : await ask(target, message, heard).catch(() => undefined);
    if (genuine === undefined) {
      message.socket.destroy();
      return;
    }
    middle.genuine = genuine;
    message.socket.end(wireBytes(middle.meddle(genuine)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = address.parse(server.address());
  const middle: Middle = {
    url: `http://127.0.0.1:${port}`,
    meddle: (genuine) => genuine,
    genuine: undefined,
    asked: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return middle;
}
