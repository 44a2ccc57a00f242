/** The bare HTTP server: its limits, its request ids, its log. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiDeps } from './deps.ts';
import { Problem } from './problems.ts';
import type { Rates } from './rates.ts';
import { answerUnreadable } from './unreadable.ts';

/** A request is a few hundred bytes. */
const BODY_LIMIT = 16 * 1024;
/** For the whole of it, head and body: nobody keeps a connection busy by sending slowly. */
const REQUEST_ARRIVES_WITHIN_MS = 10_000;
const LATE_ONES_ARE_SOUGHT_EVERY_MS = 2000;
/** Node takes heads of 16 KiB, so the router refuses no part of a path by itself: the contract says what is too long. */
const MAX_PARAM = 16 * 1024;

/** The caller's own id when it is harmless, so that its log and ours can be joined. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}

/** A path without its query, which may hold what the log must not: a payer who is sent to a notify address. */
export const withoutQuery = (url: string): string => url.split(/[?#]/)[0] ?? '';

/** Where requests go whose path cannot be decoded: the router would answer them itself, past every hook. */
export const UNREADABLE_PATH = '/unreadable-path';

function routable({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  try {
    decodeURIComponent(withoutQuery(url));
    return url;
  } catch {
    return UNREADABLE_PATH;
  }
}

export function createServer({ log = true, trustProxy = [] }: Pick<ApiDeps, 'log' | 'trustProxy'>, rates: Rates) {
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
    // Without these, Node's own longer one for the head is in force for the body, too.
    http: {
      requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
      headersTimeout: REQUEST_ARRIVES_WITHIN_MS,
      connectionsCheckingInterval: LATE_ONES_ARE_SOUGHT_EVERY_MS,
      // Node would answer it with an empty body; the hook below says what is missing.
      requireHostHeader: false,
    },
    trustProxy: [...trustProxy],
    routerOptions: { maxParamLength: MAX_PARAM, ignoreTrailingSlash: true },
    rewriteUrl: routable,
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, { log: server.log, rates }),
    // A request on a connection that is kept is finished like the others that are under way.
    return503OnClosing: false,
    genReqId: requestId,
    // One line when it is answered, instead of two.
    logController: new fastify.LogController({ disableRequestLogging: true }),
    logger: log && { level: 'info', stream: process.stderr },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  // Node would answer an `Expect` that it does not know with an empty 417: it is answered as if it were not there.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw new Problem('invalid-request', 'The request has no Host header.');
    }
  });
  // A connection whose last request was under way at the end would be kept for the next one, and the end wait for it.
  let isEnding = false;
  server.addHook('preClose', async () => {
    isEnding = true;
  });
  server.addHook('onSend', async (_, reply) => {
    if (isEnding) reply.header('connection', 'close');
  });
  server.addHook('onResponse', async (request, reply) => {
    const { method, originalUrl, caller } = request;
    const ms = Math.round(reply.elapsedTime);
    const line = { method, path: withoutQuery(originalUrl), key: caller?.name, status: reply.statusCode, ms };
    request.log.info(line, 'answered');
  });
  return server;
}

export type Server = ReturnType<typeof createServer>;
