/** For who has only the gateway's own number of an order. */
import { OrderNotFoundError } from '../../client/contract.ts';
import { onceServerAnswers } from '../../lib/within.ts';
import type { FindRefusal } from '../../protocol/activities.ts';
import { findBody, foundOrder } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { problems } from '../openapi.ts';
import { Problem, type ProblemName } from '../problems.ts';
import type { Server } from '../server.ts';
import { requireAccount } from '../submit.ts';

const REFUSALS: Readonly<Record<FindRefusal, ProblemName>> = {
  absent: 'order-not-found',
  unusable: 'order-not-found',
  unanswered: 'gateway-silent',
};

export function routeFind(server: Server, deps: ApiDeps): void {
  server.post(
    '/v1/orders/find',
    {
      config: { access: 'start' },
      schema: {
        tags: ['reversals'],
        operationId: 'findOrder',
        summary: "Which order the gateway's own number names",
        description:
          'For who has lost the number of their own. A worker looks at the order once; nothing is started, and nothing ' +
          'of the answer may be told to the payer. Start the reversal with what it names.',
        body: findBody,
        response: { 200: foundOrder.describe('What a reversal is asked for with.'), ...problems(404, 413, 415, 504) },
      },
    },
    async ({ body }) => {
      requireAccount(deps, body);
      try {
        return await onceServerAnswers(deps.temporal, () => deps.reversals.find(body));
      } catch (error) {
        throw error instanceof OrderNotFoundError ? new Problem(REFUSALS[error.why], error.message) : error;
      }
    },
  );
}
