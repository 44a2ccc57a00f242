import { connect } from 'node:net';

export interface RawAnswer {
  /** What the connection ended with: the server's end, its reset, or still open when time was up. */
  readonly end: 'ended' | 'reset' | 'open';
  readonly text: string;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** When each group of bytes came, in milliseconds after the request. */
  readonly at: readonly number[];
}

/** One HTTP request over a bare socket, so that a test sees what really is on the wire. */
export function rawRequest(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; waitMs?: number } = {},
): Promise<RawAnswer> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const { method = 'POST', body = '', waitMs = 5000 } = options;
  const headers = { host, connection: 'close', 'content-length': String(Buffer.byteLength(body)), ...options.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const at: number[] = [];
    const started = Date.now();
    const socket = connect(Number(port), hostname);
    const done = (end: RawAnswer['end']) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ end, at, ...parse(Buffer.concat(chunks)) });
    };
    const timer = setTimeout(() => done('open'), waitMs);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      at.push(Date.now() - started);
    });
    socket.on('end', () => done('ended'));
    socket.on('error', () => done('reset'));
    socket.write(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  });
}

function parse(bytes: Buffer): Pick<RawAnswer, 'text' | 'status' | 'headers' | 'body'> {
  const text = bytes.toString('latin1');
  const cut = text.indexOf('\r\n\r\n');
  if (cut < 0) return { text, status: undefined, headers: {}, body: Buffer.alloc(0) };
  const [first = '', ...rest] = text.slice(0, cut).split('\r\n');
  const headers = Object.fromEntries(
    rest.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { text, status: Number(first.split(' ')[1]), headers, body: bytes.subarray(cut + 4) };
}
