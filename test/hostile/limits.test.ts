/** A peer that sends too much: what the client has read when it hangs up, and that it hangs up at all. */
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startSandbox, systems } from '../../src/sandbox/index.ts';
import { GATEWAYS, type GatewayName } from '../../src/stand/accounts.ts';
import { openGateway } from '../conformance/support.ts';
import { PATIENCE_MS } from './runs.ts';

const MIB = 1024 * 1024;
/** The limit of the body, and what both kernels and both libraries may hold beside it. */
const AT_MOST = 16 * MIB;
const BOMB = gzipSync(Buffer.alloc(200 * MIB, ' '));
const ORDER = { orderId: 'HOSTILE1', amount: 1280, currency: 'CNY' };

const sandbox = await startSandbox({ systems });
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => sandbox.stop());

interface Flood {
  readonly url: string;
  /** Bytes that the peer took before the connection ended. */
  readonly ended: Promise<number>;
}

/** Answers every request with a head and then the same block until nobody listens any more, or `blocks` are sent. */
async function flood(head: string, block: Buffer, blocks = Number.POSITIVE_INFINITY): Promise<Flood> {
  let end: (taken: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const answer = (socket: Socket) => {
    let left = blocks;
    const more = () => {
      while (left > 0 && !socket.destroyed) {
        left -= 1;
        if (!socket.write(block)) return;
      }
      if (left <= 0) socket.end();
    };
    socket.write(head);
    socket.on('drain', more);
    more();
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => answer(socket));
    socket.on('close', () => end(socket.bytesWritten));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, ended };
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const JUNK = Buffer.alloc(64 * 1024, '[');
const lookAt = (name: GatewayName, url: string) =>
  openGateway(name, sandbox, { url }).look(ORDER, { timeoutMs: PATIENCE_MS });

describe.each(GATEWAYS)('%s', (name) => {
  test.each([
    ['a body without an end', OK, JUNK],
    ['a body of a terabyte', `${OK}content-length: 1099511627776\r\n`, JUNK],
    ['chunks without an end', `${OK}transfer-encoding: chunked\r\n`, Buffer.from(`10000\r\n${JUNK}\r\n`)],
  ])('%s is left as soon as it is too long', { timeout: PATIENCE_MS }, async (_, head, block) => {
    const peer = await flood(`${head}\r\n`, block);
    expect(await lookAt(name, peer.url)).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    expect(await peer.ended).toBeLessThan(AT_MOST);
  });

  test('a head without an end is left', { timeout: PATIENCE_MS }, async () => {
    const peer = await flood(OK, Buffer.from(`x-${'y'.repeat(1000)}: ${'z'.repeat(1000)}\r\n`));
    expect(await lookAt(name, peer.url)).toMatchObject({ kind: 'unknown', why: 'reset' });
    expect(await peer.ended).toBeLessThan(AT_MOST);
  });

  test('a bomb is not unpacked', { timeout: PATIENCE_MS }, async () => {
    expect(BOMB.length).toBeLessThan(MIB);
    const head = `${OK}content-encoding: gzip\r\ncontent-length: ${BOMB.length}\r\nconnection: close\r\n\r\n`;
    const peer = await flood(head, BOMB, 1);
    const before = process.memoryUsage().rss;
    expect(await lookAt(name, peer.url)).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  });
});
