import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { SandboxRequest } from './contract.ts';

/** A listening HTTP server whose connections are all in hand, so that none outlives it. */
export interface Listening {
  readonly url: string;
  /** While on, resets the connections there are and every new one. */
  outage(on: boolean): void;
  /** How many new connections an outage has reset so far. Nothing was read of them, so no log knows them. */
  refused(): number;
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 1 << 20;
const addressSchema = z.object({ port: z.number() });

export async function listen(
  options: { readonly host: string; readonly port: number },
  serve: (message: IncomingMessage, response: ServerResponse) => void,
): Promise<Listening> {
  const sockets = new Set<Socket>();
  let out = false;
  let refused = 0;
  const server = createServer(serve);
  server.on('connection', (socket) => {
    if (out) {
      refused += 1;
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on('error', () => socket.destroy()); // a client that resets is part of the play
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = addressSchema.parse(server.address());

  return {
    url: `http://${options.host}:${port}`,
    outage(on) {
      out = on;
      if (on) for (const socket of sockets) socket.resetAndDestroy();
    },
    refused: () => refused,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The whole request, or nothing when the client broke off before its end or sent more than a megabyte. */
export async function readRequest(message: IncomingMessage): Promise<SandboxRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_BODY_BYTES) return undefined;
      chunks.push(bytes);
    }
  } catch {
    return undefined;
  }
  const target = message.url ?? '/';
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: message.method ?? 'GET',
    target,
    path: target.split('?', 1)[0] ?? target,
    headers,
    body: Buffer.concat(chunks),
  };
}
