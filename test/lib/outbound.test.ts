/** Whether a call may have been made, its one deadline, and the way it takes: with real sockets on loopback. */
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { call } from '../../src/gateways/http.ts';
import { useProxy } from '../../src/lib/outbound.ts';
import { proxyProblems } from '../../src/lib/proxy.ts';
import { post } from '../../src/webhooks/post.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  useProxy(undefined);
  for (const stop of stops.splice(0)) stop();
});

async function listening<T extends Server | TcpServer>(server: T): Promise<{ server: T; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  stops.push(() => server.close());
  if ('closeAllConnections' in server) stops.push(() => server.closeAllConnections());
  return { server, port: (server.address() as AddressInfo).port };
}

/** Takes connections, keeps what arrives, and says nothing. */
async function silent() {
  const seen: Buffer[] = [];
  const { port } = await listening(
    createTcpServer((socket) => {
      socket.on('data', (chunk) => seen.push(chunk)).on('error', () => {});
      stops.push(() => socket.destroy());
    }),
  );
  return { port, seen };
}

const answering = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(createServer(answer));

const TO = { headers: {}, body: 'x' } as const;

describe('one deadline, also while connecting', () => {
  it.each([300, 500, 1000])('a TLS handshake that nobody answers, %i ms: nothing was sent', async (timeoutMs) => {
    const { port } = await silent();
    const began = performance.now();
    const reply = await call({ ...TO, url: `https://127.0.0.1:${port}/`, timeoutMs });
    expect(reply).toEqual({ kind: 'failure', why: 'notSent', detail: 'DEADLINE' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(timeoutMs - 20);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 200);
  });

  test('a caller who gives up while it connects: nothing was sent, and nothing will be', async () => {
    const { port } = await silent();
    const control = new AbortController();
    const reply = call({ ...TO, url: `https://127.0.0.1:${port}/`, timeoutMs: 5000, signal: control.signal });
    setTimeout(() => control.abort(), 100);
    expect(await reply).toEqual({ kind: 'failure', why: 'notSent', detail: 'CANCELLED' });
  });

  test('a proxy that connects when the call is over: the request is not sent any more', async () => {
    const gateway = await silent();
    const { port } = await listening(
      createServer().on('connect', (_request, client) => {
        const through = connect(gateway.port, '127.0.0.1', () => {
          setTimeout(() => client.write('HTTP/1.1 200 OK\r\n\r\n'), 600);
        });
        client.pipe(through).pipe(client);
        client.on('error', () => {});
      }),
    );
    useProxy(`http://127.0.0.1:${port}`);
    const reply = await call({ ...TO, url: 'https://gateway.invalid/', timeoutMs: 300 });
    expect(reply).toEqual({ kind: 'failure', why: 'notSent', detail: 'DEADLINE' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    // The tunnel is up, and at most a handshake went through it.
    expect(Buffer.concat(gateway.seen).toString('latin1')).not.toContain('POST');
  });

  test('sent and not answered, over a new connection and over a kept one: it may have been executed', async () => {
    let answers = 1;
    const { port } = await answering((_request, response) => {
      if (answers-- > 0) response.end('{}');
    });
    const url = `http://127.0.0.1:${port}/`;
    expect(await call({ ...TO, url, timeoutMs: 2000 })).toMatchObject({ kind: 'reply' });
    expect(await call({ ...TO, url, timeoutMs: 300 })).toEqual({
      kind: 'failure',
      why: 'timeout',
      detail: 'DEADLINE',
    });
    expect(await call({ ...TO, url, timeoutMs: 300 })).toMatchObject({ why: 'timeout' });
  });

  test('refused: nothing was sent', async () => {
    expect(await call({ ...TO, url: 'http://127.0.0.1:9/', timeoutMs: 2000 })).toMatchObject({
      why: 'notSent',
      detail: 'ECONNREFUSED',
    });
  });

  test('a webhook that connects for ever ends at its own time, too', async () => {
    const { port } = await silent();
    const began = performance.now();
    const settings = { url: `https://127.0.0.1:${port}/`, secrets: [`whsec_${'A'.repeat(32)}`], timeoutMs: 400 };
    const posted = await post(settings, { id: 'msg_1', type: 'reversal.final', timestamp: '', data: {} } as never);
    expect(posted).toEqual({ kind: 'failure', why: 'TIMEOUT' });
    expect(performance.now() - began).toBeLessThan(700);
  });
});

const TEXT = '{"signed":"and longer than a few bytes, so that it is worth packing"}';

describe('what a compressing proxy has put around an answer', () => {
  const answerOf = async (encoding: string | undefined, body: Buffer) => {
    const { port } = await answering((_request, response) => {
      response.writeHead(200, encoding === undefined ? {} : { 'content-encoding': encoding }).end(body);
    });
    const reply = await call({ ...TO, url: `http://127.0.0.1:${port}/`, timeoutMs: 2000 });
    return reply.kind === 'reply' ? reply.body.toString() : reply;
  };

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['X-GZip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['Deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['BR', brotliCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
    ['', Buffer.from(TEXT)],
    ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
    [' Identity ,gzip', gzipSync(TEXT)],
  ])('%s is taken off', async (encoding, body) => {
    expect(await answerOf(encoding, body)).toBe(TEXT);
  });

  const UNREADABLE = { kind: 'failure', why: 'unreadable', detail: 'CONTENT_ENCODING' };
  it.each([
    ['an encoding that nobody knows', 'zpaq', Buffer.from(TEXT)],
    ['half of it', 'gzip', gzipSync(TEXT).subarray(0, 30)],
    ['no gzip at all', 'gzip', Buffer.from(TEXT)],
    ['a bomb', 'gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ['a bomb, deflated', 'deflate', deflateSync(Buffer.alloc(64 * 1024 * 1024))],
    ['a bomb of brotli', 'br', brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))],
    ['a bomb in a bomb', 'gzip, gzip', gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024)))],
    ['too many wrappings', 'gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(TEXT))))],
  ])('%s is unreadable', async (_name, encoding, body) => {
    expect(await answerOf(encoding, body)).toEqual(UNREADABLE);
  });
});

/** A proxy as companies have them: CONNECT for https, the whole address for http. */
async function proxy(to: number, wants?: string) {
  const asked: string[] = [];
  const isAllowed = (request: IncomingMessage) =>
    wants === undefined || request.headers['proxy-authorization'] === wants;
  const { port } = await listening(
    createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const { method, headers } = request;
      const onward = forward({ port: to, host: '127.0.0.1', method, headers, path: '/' }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    }).on('connect', (request, client) => {
      asked.push(`CONNECT ${request.url}`);
      client.on('error', () => {});
      if (!isAllowed(request)) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const through = connect(to, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      client.pipe(through).pipe(client);
      through.on('error', () => {});
    }),
  );
  return { port, asked, url: `http://127.0.0.1:${port}` };
}

describe('an outbound proxy', () => {
  const gateway = () => answering((_request, response) => response.end('hello'));

  it.each(['HTTP_PROXY', 'http_proxy'])('%s carries a call to http', async (name) => {
    const { port } = await gateway();
    const { url, asked } = await proxy(port);
    vi.stubEnv(name, url);
    useProxy('none');
    useProxy(undefined);
    const reply = await call({ ...TO, url: 'http://gateway.invalid/pay', timeoutMs: 2000 });
    expect(reply).toMatchObject({ kind: 'reply', status: 200 });
    expect(asked).toEqual(['POST http://gateway.invalid/pay']);
  });

  it.each([
    ['with its scheme', (url: string) => url],
    ['without it', (url: string) => url.replace('http://', '')],
  ])('HTTPS_PROXY, %s, carries a call and a webhook to https', async (_name, spelt) => {
    const { port } = await gateway();
    const { url, asked } = await proxy(port);
    vi.stubEnv('HTTPS_PROXY', spelt(url));
    useProxy('none');
    useProxy(undefined);
    // The gateway here speaks no TLS, so the handshake in the tunnel fails: certainly nothing was sent.
    const reply = await call({ ...TO, url: 'https://gateway.invalid/', timeoutMs: 2000 });
    expect(reply).toMatchObject({ kind: 'failure', why: 'notSent' });
    const settings = { url: 'https://hooks.invalid/', secrets: [`whsec_${'A'.repeat(32)}`], timeoutMs: 2000 };
    await post(settings, { id: 'msg_1', type: 'reversal.final', timestamp: '', data: {} } as never);
    expect(asked).toEqual(['CONNECT gateway.invalid:443', 'CONNECT hooks.invalid:443']);
  });

  test('the configuration wins over the environment, and `none` goes straight', async () => {
    const { port } = await gateway();
    const { url, asked } = await proxy(port);
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    useProxy(url);
    expect(await call({ ...TO, url: 'http://gateway.invalid/', timeoutMs: 2000 })).toMatchObject({ kind: 'reply' });
    expect(asked).toHaveLength(1);
    useProxy('none');
    expect(await call({ ...TO, url: 'http://gateway.invalid/', timeoutMs: 2000 })).toMatchObject({ why: 'notSent' });
    expect(asked).toHaveLength(1);
  });

  it.each(['gateway.invalid', '.invalid', '*', 'other, GATEWAY.invalid'])('NO_PROXY=%s goes straight', async (list) => {
    const { port } = await gateway();
    const { url, asked } = await proxy(port);
    vi.stubEnv('NO_PROXY', list);
    useProxy(url);
    expect(await call({ ...TO, url: 'http://gateway.invalid/', timeoutMs: 2000 })).toMatchObject({ why: 'notSent' });
    expect(asked).toEqual([]);
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '127.1'])(
    '%s is this machine: never through a proxy',
    async (host) => {
      const { port } = await gateway();
      const { url, asked } = await proxy(port);
      useProxy(url);
      expect(await call({ ...TO, url: `http://${host}:${port}/`, timeoutMs: 2000 })).toMatchObject({ kind: 'reply' });
      expect(asked).toEqual([]);
    },
  );

  test('its user and password are sent to it; a refusal, and a proxy that is away, sent nothing', async () => {
    const { port } = await gateway();
    const wants = `Basic ${Buffer.from('unwind:s3cret').toString('base64')}`;
    const { url, asked } = await proxy(port, wants);
    useProxy(url.replace('http://', 'http://unwind:s3cret@'));
    await call({ ...TO, url: 'https://gateway.invalid/', timeoutMs: 2000 });
    useProxy(url);
    const refused = await call({ ...TO, url: 'https://gateway.invalid/', timeoutMs: 2000 });
    expect(refused).toMatchObject({ kind: 'failure', why: 'notSent' });
    expect(asked).toHaveLength(2);
    useProxy('http://127.0.0.1:9');
    const away = await call({ ...TO, url: 'https://gateway.invalid/', timeoutMs: 2000 });
    expect(away).toMatchObject({ kind: 'failure', why: 'notSent', detail: 'ECONNREFUSED' });
  });

  test('a proxy that never answers is given up at the deadline: nothing was sent', async () => {
    const { port } = await silent();
    useProxy(`http://127.0.0.1:${port}`);
    const began = performance.now();
    const reply = await call({ ...TO, url: 'https://gateway.invalid/', timeoutMs: 400 });
    expect(reply).toEqual({ kind: 'failure', why: 'notSent', detail: 'DEADLINE' });
    expect(performance.now() - began).toBeLessThan(600);
  });

  test('variables that name no proxy are told by name, without their values', () => {
    const env = { HTTP_PROXY: 'socks5://user:s3cret@proxy:1080', https_proxy: 'http://proxy/path', NO_PROXY: '!!' };
    expect(proxyProblems(env)).toEqual([
      'HTTP_PROXY: is not the address of an HTTP proxy, such as http://proxy.internal:3128',
      'HTTPS_PROXY: is not the address of an HTTP proxy, such as http://proxy.internal:3128',
    ]);
    expect(proxyProblems({ HTTP_PROXY: '', HTTPS_PROXY: 'proxy.internal:3128' })).toEqual([]);
  });
});
