/** Orders that are closed when nobody has paid in time. */
import { listClosures } from '../closures.ts';
import { closuresPage, closuresQuery, operatorMessage, orderKey, reversal } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { problems } from '../openapi.ts';
import { operate } from '../operate.ts';
import { closureBody } from '../request-body.ts';
import type { Server } from '../server.ts';
import type { Submit } from '../submit.ts';
import { signed } from './operations.ts';
import { answered, VERDICT_OR_202 } from './reversals.ts';

export function routeClosures(server: Server, deps: ApiDeps, submit: Submit): void {
  const tags = ['closures'];
  server.post(
    '/v1/closures',
    {
      config: { access: 'start' },
      schema: {
        tags,
        operationId: 'startClosure',
        summary: 'Close an order when its time is over',
        description:
          'Sleeps on the server until `expiresAt`, without a worker. Then it looks: paid is kept, unpaid is closed. ' +
          'Moved by `reschedule`, woken by `payment-observed`, of `/v1/reversals`.',
        body: closureBody,
        response: { ...VERDICT_OR_202, ...problems(409, 413, 415) },
      },
    },
    async ({ body }, reply) => answered(reply, await submit(body, 0)),
  );

  server.get(
    '/v1/closures',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'listClosures',
        summary: 'Closures that are not due, from the index of the server',
        querystring: closuresQuery,
        response: { 200: closuresPage, ...problems() },
      },
    },
    async ({ query }) => listClosures(deps, query),
  );

  server.post(
    '/v1/closures/:provider/:account/:orderId/cancel',
    {
      config: { access: 'operate' },
      schema: {
        tags,
        operationId: 'cancelClosure',
        summary: 'Cancel a closure that has sent nothing yet',
        description:
          'It looks once more and ends as `abandoned`: nothing is sent or concluded, the order stays as it is.',
        params: orderKey,
        body: operatorMessage,
        response: { 200: reversal, ...problems(404, 409, 413, 415, 504) },
      },
    },
    async ({ params, body, caller }) =>
      operate(deps, params, () => deps.reversals.cancelClosure(params, signed(body, caller))),
  );
}
