/** A cable between a worker and a server, which can be pulled, and which can be slow. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { z } from 'zod';

export interface Slowness {
  /** How long what the server says is held back. */
  readonly delayMs: number;
  /** Only what the server says next after the client has sent this text; everything when it is left out. */
  readonly after?: string;
}

export interface Cable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  /** Breaks every connection that is there, in both directions and in the middle of whatever it carries. */
  cut(): number;
  /** Undefined: as fast as it can. What is held back already stays so. */
  slow(slowness: Slowness | undefined): void;
  /** How many answers were held back so far. */
  held(): number;
  stop(): Promise<void>;
}

const listening = z.object({ port: z.number() });

/** Carries bytes to a port of this machine. While nobody listens there, connections are broken at once. */
export async function startCable(target: number): Promise<Cable> {
  const open = new Set<Socket>();
  let slowness: Slowness | undefined;
  let held = 0;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    for (const socket of pair) {
      open.add(socket);
      socket.setNoDelay(true);
      // Whichever side breaks, breaks the other: the error itself is the peer's to tell.
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        for (const other of pair) other.destroy();
      });
    }
    // Of the next answer, once the client has asked what makes it slow.
    let nextDelayMs = 0;
    client.on('data', (chunk) => {
      if (slowness?.after !== undefined && chunk.includes(slowness.after)) nextDelayMs = slowness.delayMs;
    });
    const brake = new Transform({
      transform(chunk, _, pass) {
        const delayMs = slowness !== undefined && slowness.after === undefined ? slowness.delayMs : nextDelayMs;
        nextDelayMs = 0;
        if (delayMs === 0) return pass(null, chunk);
        held += 1;
        setTimeout(() => pass(null, chunk), delayMs).unref();
      },
    });
    client.pipe(upstream).pipe(brake).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = listening.parse(server.address());
  const cut = () => {
    const broken = [...open];
    for (const socket of broken) socket.resetAndDestroy();
    return Math.ceil(broken.length / 2);
  };
  return {
    address: `127.0.0.1:${port}`,
    port,
    cut,
    slow(next) {
      slowness = next;
    },
    held: () => held,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
