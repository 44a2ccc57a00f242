/** Where the gateways' own notifications arrive. Without a key: each is verified by its gateway's signature. */
import { z } from 'zod';
import { REFUSALS } from '../../gateways/notification.ts';
import type { NotificationDesk } from '../../notifications/index.ts';
import { requireRate } from '../access.ts';
import { notificationCounts } from '../contract.ts';
import { problemContent, problems } from '../openapi.ts';
import { Problem } from '../problems.ts';
import type { Rates } from '../rates.ts';
import type { Server } from '../server.ts';

/** Several times the largest one that any gateway documents. */
const BODY_LIMIT = 64 * 1024;
const tags = ['notifications'];
const named = z.object({ account: z.string().min(1).describe('A name in the configuration of the workers.') });

/** The gateway's own words, and what this API refuses by itself. */
const words = (description: string) => ({ description, content: { 'text/plain': { schema: z.string() } } });
const wordsOrProblem = (description: string) => ({
  description,
  content: { ...words(description).content, ...problemContent },
});
const { 401: _, 403: __, ...own } = problems(404, 413, 415);

export function routeNotifications(server: Server, desk: NotificationDesk | undefined, rates: Rates): void {
  server.get(
    '/v1/notifications',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'countNotifications',
        summary: "What became of the gateways' notifications since this process started, by account",
        response: { 200: notificationCounts, ...problems() },
      },
    },
    async () =>
      Object.fromEntries(
        Object.entries(desk?.counts ?? {}).map(([name, { effects, refused }]) => [
          name,
          { effects: { ...effects }, refused: { ...refused } },
        ]),
      ),
  );
  // In a scope of its own: the signatures are over the bytes, so nothing may be parsed before.
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_, body, done) => done(null, body));
    scope.post(
      '/v1/notifications/:account',
      {
        config: { access: 'notification' },
        bodyLimit: BODY_LIMIT,
        schema: {
          tags,
          operationId: 'notify',
          summary: "A gateway's notification, as it sends it; the answer is the one that it expects",
          description:
            'It proves nothing, and only ever makes a reversal look at its order. Only what does not verify counts ' +
            'against the rate of its address.',
          params: named,
          response: {
            ...own,
            200: words('It is taken, and need not come again.'),
            400: wordsOrProblem('It is refused: the log and `GET /v1/notifications` say why.'),
            503: wordsOrProblem('It is asked to come again.'),
          },
        },
      },
      async (request, reply) => {
        const { account } = named.parse(request.params);
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const answer = await desk?.receive(account, { headers: request.headers, body });
        if (answer?.refused !== undefined) {
          request.log.warn({ account, reason: answer.refused }, `notification refused: ${REFUSALS[answer.refused]}`);
        }
        if (answer === undefined || answer.refused !== undefined) requireRate(rates, request);
        if (answer === undefined) throw new Problem('no-such-resource', `No notifications are taken for ${account}.`);
        return reply.status(answer.status).type(answer.contentType).send(answer.body);
      },
    );
  });
}
