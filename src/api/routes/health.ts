/** For load balancers and supervisors: no key, no rate. */
import { z } from 'zod';
import { readiness } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { readinessOf } from '../health.ts';
import type { Server } from '../server.ts';

export function routeHealth(server: Server, deps: ApiDeps): void {
  const ready = readinessOf(deps);
  const tags = ['health'];
  const config = { access: 'probe' } as const;
  server.get(
    '/healthz',
    {
      config,
      schema: {
        tags,
        operationId: 'isUp',
        summary: 'This process runs',
        response: { 200: z.object({ status: z.literal('up') }) },
      },
    },
    async () => ({ status: 'up' as const }),
  );
  server.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        operationId: 'isReady',
        summary: 'Whether reversals can be started now, and what is missing',
        response: { 200: readiness, 503: readiness.describe('`not-ready`, or this process is ending.') },
      },
    },
    async (_, reply) => {
      const told = await ready();
      if (told.status === 'not-ready') reply.code(503);
      return told;
    },
  );
}
