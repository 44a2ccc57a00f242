/** What comes over a connection and is no HTTP request: answered, counted and logged like every other one. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { Problem } from './problems.ts';
import { type Rates, tooMany } from './rates.ts';

/** By Node's own code of the error. */
const BY_CODE: Readonly<Record<string, () => Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: () => new Problem('too-slow', 'A request has to arrive within ten seconds, as a whole.'),
  HPE_HEADER_OVERFLOW: () => new Problem('head-too-large', 'Path, query and headers may have 16 KiB together.'),
};

interface Deps {
  readonly log: FastifyBaseLogger;
  readonly rates: Rates;
}

/** The connection ends with it: where the next request would begin is not known. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket, { log, rates }: Deps): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const isTooOften = rates.exceeds(`address ${socket.remoteAddress}`);
  const known = BY_CODE[error.code ?? ''];
  const problem = isTooOften
    ? tooMany(rates)
    : (known?.() ?? new Problem('invalid-request', 'This is not a request in HTTP/1.1.'));
  const id = randomUUID();
  log.info({ reqId: id, status: problem.status, reason: error.code }, 'answered');
  if (socket.writable) socket.end(textOf(problem, id), () => socket.destroy());
  else socket.destroy();
}

function textOf(problem: Problem, id: string): string {
  const body = JSON.stringify(problem.body(id));
  const { retryAfterSeconds } = problem.more;
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    ...(retryAfterSeconds === undefined ? [] : [`retry-after: ${retryAfterSeconds}`]),
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
