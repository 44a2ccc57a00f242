/** Who may do what: every route names the role that it takes, and one that names none does not start. */

import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { ApiDeps } from './deps.ts';
import { type ApiKey, callerOf, type Role } from './keys.ts';
import { PAGE } from './openapi.ts';
import { Problem } from './problems.ts';
import type { Server } from './server.ts';

/** `open`: without a key, and within the rate of its address. `probe`: for load balancers, without a rate, too. */
export type Access = Role | 'open' | 'probe';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    caller: ApiKey | undefined;
  }
}

const UNAUTHORIZED = 'Send a key of the configuration: `Authorization: Bearer …`.';

/** Registers the checks. They come before the body is read, and before any route is looked at in detail. */
export async function guard(server: Server, { keys, rateLimit: max }: ApiDeps): Promise<void> {
  await server.register(rateLimit, { global: false, cache: 10_000 });
  const countOf = server.createRateLimit({ max, timeWindow: 1000, keyGenerator: counted });
  server.decorateRequest('caller', undefined);

  server.addHook('onRoute', (route) => {
    const { config, url } = route;
    // The library's routes name no access themselves.
    if (url === PAGE || url.startsWith(`${PAGE}/`)) route.config = { ...config, access: 'open' };
    else if (config?.access === undefined) throw new Error(`The route ${url} names no access`);
  });
  server.addHook('onRequest', async (request) => {
    request.caller = callerOf(keys, request.headers.authorization);
    const { access } = request.routeOptions.config;
    if (access === 'probe') return;
    const count = await countOf(request);
    if (!count.isAllowed && count.isExceeded) {
      const detail = `At most ${max} requests a second.`;
      throw new Problem('too-many-requests', detail, { retryAfterSeconds: Math.max(1, count.ttlInSeconds) });
    }
    if (access !== undefined && access !== 'open') requireRole(request, access);
  });
}

function counted({ caller, ip }: FastifyRequest): string {
  return caller === undefined ? `address ${ip}` : `key ${caller.name}`;
}

function requireRole({ caller }: FastifyRequest, role: Role): void {
  if (caller === undefined) throw new Problem('unauthorized', UNAUTHORIZED);
  if (caller.roles.includes(role)) return;
  throw new Problem('forbidden', `The key ${caller.name} has not the role ${role}.`);
}
