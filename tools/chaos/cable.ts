/** A cable between a worker and a server, which can be pulled. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { z } from 'zod';

export interface Cable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  /** Breaks every connection that is there, in both directions and in the middle of whatever it carries. */
  cut(): number;
  stop(): Promise<void>;
}

const listening = z.object({ port: z.number() });

/** Carries bytes to a port of this machine. While nobody listens there, connections are broken at once. */
export async function startCable(target: number): Promise<Cable> {
  const open = new Set<Socket>();
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
    client.pipe(upstream).pipe(client);
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
    async stop() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
