/** Whatever goes wrong leaves as a problem answer; what it was in detail stays in the log. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isUnanswered } from '../within.ts';
import { Problem, type ProblemName } from './problems.ts';
import type { Server } from './server.ts';
import { temporalUnavailable } from './temporal.ts';

/** What the server itself refuses, by status. */
const REFUSED: Readonly<Record<number, ProblemName>> = {
  400: 'invalid-request',
  413: 'too-large',
  415: 'not-json',
};

export function answerProblems(server: Server): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => send(problemOf(error), request, reply));
  server.setNotFoundHandler((request, reply) => {
    send(
      new Problem('no-such-resource', `${request.method} ${request.url} is nothing that this API has.`),
      request,
      reply,
    );
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
  const name = REFUSED[error.statusCode ?? 500];
  if (name !== undefined) return new Problem(name, error.message, {}, { cause: error });
  // A limit or a cursor of a list.
  if (error instanceof RangeError) return new Problem('invalid-request', error.message);
  if (isUnanswered(error)) return temporalUnavailable(error);
  return new Problem('internal', 'See the log for this request id.', {}, { cause: error });
}

function send(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { status, more, cause } = problem;
  if (status >= 500) request.log.error({ err: cause ?? problem, problem: problem.kind }, problem.message);
  if (more.retryAfterSeconds !== undefined) reply.header('retry-after', more.retryAfterSeconds);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="unwind"');
  // As text: no schema stands between a problem and whoever has it.
  reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.body(request.id)));
}
