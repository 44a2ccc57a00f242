/** Start, look, list. */
import type { FastifyReply } from 'fastify';
import { causesOf } from '../../client/causes.ts';
import type { ListFilter } from '../../ledger/list.ts';
import { MAX_PAGE } from '../../ledger/page.ts';
import { workflowIdOf } from '../../reversal/workflow-id.ts';
import { listQuery, orderKey, page, type Reversal, reversal, submitQuery } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { problems } from '../openapi.ts';
import { observe, unknownOrder } from '../operate.ts';
import { readReversal } from '../read.ts';
import { reversalBody } from '../request-body.ts';
import { rowOf } from '../resource.ts';
import type { Server } from '../server.ts';
import { requireAccount, type Submit } from '../submit.ts';

const LOOK_AGAIN_SECONDS = 2;
/** A list is not held up by it for longer. */
const CAUSES_MS = 2000;

/** 200 with a verdict; without one 202, and where to look. */
export function answered(reply: FastifyReply, state: Reversal): Reversal {
  if (state.verdict === undefined) {
    reply.code(202).headers({ location: state.self, 'retry-after': LOOK_AGAIN_SECONDS });
  }
  return state;
}

export const VERDICT_OR_202 = {
  200: reversal.describe('The first verdict.'),
  202: reversal.describe('It is taken and goes on, and nothing may be told yet. `Location` is where to look.'),
};

export function routeReversals(server: Server, deps: ApiDeps, submit: Submit): void {
  const tags = ['reversals'];
  server.post(
    '/v1/reversals',
    {
      config: { access: 'start' },
      schema: {
        tags,
        operationId: 'startReversal',
        summary: 'Start a reversal, or join the one that runs',
        description:
          'Answers with the first verdict, or with the state when `wait` is over. The same order again joins: the ' +
          'stronger intent and the more urgent reason win, another amount is a 409. While no worker runs it is a 202, ' +
          'and goes on by itself when one does.',
        body: reversalBody,
        querystring: submitQuery,
        response: { ...VERDICT_OR_202, ...problems(409, 413, 415) },
      },
    },
    async (request, reply) => answered(reply, await submit(request.body, request.query.wait)),
  );

  server.post(
    '/v1/reversals/payment-observed',
    {
      config: { access: 'start' },
      schema: {
        tags,
        operationId: 'paymentObserved',
        summary: 'A payment was notified or seen: look now',
        description:
          'Wakes the reversal of the order, a closure that is not due too, or starts one. It looks at the order, and ' +
          'never believes the message. The body is the request of the order. While no worker runs it is a 202, and it ' +
          'looks when one does.',
        body: reversalBody,
        response: { ...VERDICT_OR_202, ...problems(409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      requireAccount(deps, body);
      return answered(reply, await observe(deps, body));
    },
  );

  server.get(
    '/v1/reversals/:provider/:account/:orderId',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'getReversal',
        summary: 'How a reversal stands, or how it ended',
        params: orderKey,
        response: { 200: reversal, ...problems(404) },
      },
    },
    async ({ params }) => {
      const found = await readReversal(deps, params);
      if (found === undefined) throw unknownOrder(params);
      return found;
    },
  );

  server.get(
    '/v1/reversals',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'listReversals',
        summary: 'Reversals as the ledger has them, newest opening first',
        description:
          `Pages of up to ${MAX_PAGE}: \`next\` of one gives the next as \`after\`. Closures that no worker has seen ` +
          'yet are not in the ledger: see `/v1/closures`.',
        querystring: listQuery,
        response: { 200: page, ...problems() },
      },
    },
    async ({ query }) => {
      const { causes, ...filter } = query;
      const { reversals, next, known } = await deps.ledger.ask(async (ledger) => {
        const page = await ledger.list(withoutUndefined(filter));
        const stalled = page.reversals.filter(({ open, status }) => open && status !== 'scheduled');
        const { temporal } = deps;
        return { ...page, known: causes ? await causesOf(stalled, { temporal, ledger }, CAUSES_MS) : undefined };
      });
      const rows = reversals.map((row) => ({ ...rowOf(row), ...known?.get(workflowIdOf(row)) }));
      return { reversals: rows, ...(next !== undefined && { next }) };
    },
  );
}

type Query = { readonly [Name in keyof ListFilter]?: ListFilter[Name] | undefined } & Pick<ListFilter, 'limit'>;

function withoutUndefined({ limit, status, stuckReason, finalAction, provider, account, ...rest }: Query): ListFilter {
  const { open, updatedSince, settledSince, after } = rest;
  return {
    limit,
    ...(status !== undefined && { status }),
    ...(stuckReason !== undefined && { stuckReason }),
    ...(finalAction !== undefined && { finalAction }),
    ...(provider !== undefined && { provider }),
    ...(account !== undefined && { account }),
    ...(open !== undefined && { open }),
    ...(updatedSince !== undefined && { updatedSince }),
    ...(settledSince !== undefined && { settledSince }),
    ...(after !== undefined && { after }),
  };
}
