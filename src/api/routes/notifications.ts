/** Where the gateways' own notifications arrive. Without a key: each is verified by its gateway's signature. */
import { z } from 'zod';
import type { NotificationDesk } from '../../notifications/index.ts';
import { problems } from '../openapi.ts';
import { Problem } from '../problems.ts';
import type { Server } from '../server.ts';

/** Several times the largest one that any gateway documents. */
const BODY_LIMIT = 64 * 1024;
const tags = ['notifications'];
const named = z.object({ account: z.string() });
const counts = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.int())));

export function routeNotifications(server: Server, desk: NotificationDesk | undefined): void {
  server.get(
    '/v1/notifications',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'countNotifications',
        summary: "What became of the gateways' notifications since this process started, by account",
        response: { 200: counts, ...problems() },
      },
    },
    async () => Object.fromEntries(Object.entries(desk?.counts ?? {}).map(([name, of]) => [name, { ...of }])),
  );
  // In a scope of its own: the signatures are over the bytes, so nothing may be parsed before.
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_, body, done) => done(null, body));
    scope.post(
      '/v1/notifications/:account',
      {
        config: { access: 'open' },
        bodyLimit: BODY_LIMIT,
        schema: {
          tags,
          operationId: 'notify',
          summary: "A gateway's notification, as it sends it; the answer is the one that it expects",
          description: 'It proves nothing, and only ever makes a reversal look at its order.',
          params: named,
        },
      },
      async (request, reply) => {
        const { account } = named.parse(request.params);
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const answer = await desk?.receive(account, { headers: request.headers, body });
        if (answer === undefined) throw new Problem('no-such-resource', `No notifications are taken for ${account}.`);
        return reply.code(answer.status).type(answer.contentType).send(answer.body);
      },
    );
  });
}
