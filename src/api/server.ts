/** The bare HTTP server: its limits, its request ids, its log. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';

/** A request is a few hundred bytes. */
const BODY_LIMIT = 16 * 1024;
/** For the whole of it, head and body: nobody keeps a connection busy by sending slowly. */
const REQUEST_ARRIVES_WITHIN_MS = 10_000;
const LATE_ONES_ARE_SOUGHT_EVERY_MS = 2000;
/** An order number of 64 signs, each percent-encoded. */
const MAX_PARAM = 200;

/** The caller's own id when it is harmless, so that its log and ours can be joined. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}

export function createServer(log: boolean) {
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
    // Without these, Node's own longer one for the head is in force for the body, too.
    http: {
      requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
      headersTimeout: REQUEST_ARRIVES_WITHIN_MS,
      connectionsCheckingInterval: LATE_ONES_ARE_SOUGHT_EVERY_MS,
    },
    routerOptions: { maxParamLength: MAX_PARAM },
    genReqId: requestId,
    // One line when it is answered, instead of two.
    logController: new fastify.LogController({ disableRequestLogging: true }),
    logger: log && { level: 'info', stream: process.stderr },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
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
    const { method, url, caller } = request;
    const line = { method, url, key: caller?.name, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    request.log.info(line, 'answered');
  });
  return server;
}

export type Server = ReturnType<typeof createServer>;
