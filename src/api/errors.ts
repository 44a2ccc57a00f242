/** Whatever goes wrong leaves as a problem answer; what it was in detail stays in the log. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isUnanswered, refusedByServer } from '../lib/within.ts';
import { Problem, type ProblemName } from './problems.ts';
import { type Server, UNREADABLE_PATH, withoutQuery } from './server.ts';
import { temporalUnavailable } from './temporal.ts';

/** What the server and its plug-ins refuse, by status; any other of 400 to 499 is an `invalid-request`. */
const REFUSED: Readonly<Record<number, ProblemName>> = {
  403: 'no-such-resource', // a path that leads out of the folder of the page to read
  404: 'no-such-resource',
  413: 'too-large',
  415: 'not-json',
};

export function answerProblems(server: Server): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => send(problemOf(error), request, reply));
  server.setNotFoundHandler((request, reply) => {
    const { method, url } = request;
    const problem =
      url === UNREADABLE_PATH
        ? new Problem('invalid-request', 'The path cannot be decoded: each % needs two hexadecimal digits, as UTF-8.')
        : new Problem('no-such-resource', `${method} ${withoutQuery(url)} is nothing that this API has. See /docs.`);
    send(problem, request, reply);
  });
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.flatMap(({ instancePath, message = '', params }) => {
      // zod tells unknown fields together, at the object that has them.
      const unknown = 'keys' in params && Array.isArray(params.keys) ? params.keys.map(String) : [];
      const at = instancePath === '/' ? '' : instancePath;
      if (unknown.length === 0) return [{ path: at, detail: message }];
      return unknown.map((key) => ({ path: `${at}/${key}`, detail: 'unknown field' }));
    });
    const detail = errors.map((one) => `${one.path === '' ? 'request' : one.path}: ${one.detail}`).join('; ');
    return new Problem('invalid-request', detail, { errors });
  }
  const { statusCode = 500, message } = error;
  if (statusCode >= 400 && statusCode < 500) {
    return new Problem(REFUSED[statusCode] ?? 'invalid-request', message, {}, { cause: error });
  }
  const refused = refusedByServer(error);
  if (refused !== undefined) {
    return new Problem('invalid-request', `Temporal does not take it: ${refused}.`, {}, { cause: error });
  }
  if (isUnanswered(error)) return temporalUnavailable(error);
  return new Problem('internal', 'See the log for this request id.', {}, { cause: error });
}

function send(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { status, more, cause } = problem;
  if (status >= 500) request.log.error({ err: cause ?? problem, problem: problem.kind }, problem.message);
  if (more.retryAfterSeconds !== undefined) reply.header('retry-after', more.retryAfterSeconds);
  if (more.allow !== undefined) reply.header('allow', more.allow.join(', '));
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="unwind"');
  // As text: no schema stands between a problem and whoever has it.
  reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.body(request.id)));
}
