/** The owner of an embedded ledger answers what other processes ask: on a Unix socket, for reading only. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Paged } from './page.ts';
import { GREETING, type LedgerReader, listQuery, orderQuery, pageQuery } from './questions.ts';
import { makeFolderOf, socketPathOf } from './socket-path.ts';

export interface AnsweringReaders {
  /** Lets answers that are under way end. */
  stop(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

type Answer = (query: unknown) => Promise<unknown>;

function paged<Item>(ask: Paged<Item>): Answer {
  return (query) => {
    const { from, limit, after, ...order } = pageQuery.parse(query);
    return ask(order, { from, limit, ...(after !== undefined && { after }) });
  };
}

/** Terminal keys are not among them. */
const questions = (reader: Omit<LedgerReader, 'close'>): ReadonlyMap<string, Answer> =>
  new Map<string, Answer>([
    ['/', async () => GREETING],
    ['/reversal', async (query) => ({ reversal: (await reader.reversal(orderQuery.parse(query))) ?? null })],
    ['/acts', paged(reader.acts)],
    ['/journal', paged(reader.journal)],
    ['/deliveries', paged(reader.deliveries)],
    ['/list', (query) => reader.list(listQuery.parse(query))],
  ]);

/** An answer that takes longer is broken off when the owner ends. */
const STOP_WITHIN_MS = 2000;

/**
 * Call it only with the lock of the directory: a socket that is there already is then one of a process that was killed.
 *
 * @throws when there can be no socket
 */
export async function answerReaders(dataDir: string, reader: Omit<LedgerReader, 'close'>): Promise<AnsweringReaders> {
  const path = socketPathOf(dataDir);
  makeFolderOf(path, dataDir);
  rmSync(path, { force: true });
  const known = questions(reader);
  const server = createServer((message, response) => {
    void replyTo(message, known).then((reply) => send(response, reply));
  });
  await listening(server, path);
  // Before that, too, connecting needs the right to write to it, which no usual umask gives to others.
  chmodSync(path, 0o600);
  server.unref(); // nobody is kept running by questions that may come
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS).unref();
      }),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function replyTo(message: IncomingMessage, known: ReadonlyMap<string, Answer>): Promise<Reply> {
  if (message.method !== 'GET') return refused(405, 'The ledger is read here, and only by GET.');
  const url = URL.parse(message.url ?? '/', 'http://ledger');
  if (url === null) return refused(400, 'That is no path.');
  try {
    const { pathname, searchParams } = url;
    const answer = known.get(pathname);
    if (answer === undefined) return refused(404, `There is no ${pathname}; there is ${[...known.keys()].join(', ')}.`);
    const query = Object.fromEntries(searchParams);
    const twice = Object.keys(query).filter((name) => searchParams.getAll(name).length > 1);
    if (twice.length > 0) return refused(400, ...twice.map((name) => `${name}: is given more than once`));
    return { status: 200, body: await answer(query) };
  } catch (error) {
    if (error instanceof z.ZodError) return refused(400, ...error.issues.map(problemOf));
    return refused(error instanceof RangeError ? 400 : 500, error instanceof Error ? error.message : String(error));
  }
}

const refused = (status: number, ...problems: readonly string[]): Reply => ({ status, body: { problems } });

function problemOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.on('error', () => {}); // who asked has gone
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    connection: 'close',
    ...(status === 405 && { allow: 'GET' }),
  });
  response.end(JSON.stringify(body));
}
