/** Who may do what: every route names the role that it takes, and one that names none does not start. */

import type { FastifyRequest } from 'fastify';
import type { ApiDeps } from './deps.ts';
import { type Access, type ApiKey, callerOf, type Role } from './keys.ts';
import { PAGE } from './openapi.ts';
import { Problem } from './problems.ts';
import { type Rates, tooMany } from './rates.ts';
import type { Server } from './server.ts';

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
export function guard(server: Server, { keys }: ApiDeps, rates: Rates): void {
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
    if (access === 'probe' || access === 'notification') return;
    requireRate(rates, request);
    if (access !== undefined && access !== 'open') requireRole(request, access);
  });
}

/** @throws Problem `too-many-requests` */
export function requireRate(rates: Rates, { caller, ip }: Pick<FastifyRequest, 'caller' | 'ip'>): void {
  if (rates.exceeds(caller === undefined ? `address ${ip}` : `key ${caller.name}`)) throw tooMany(rates);
}

function requireRole({ caller }: FastifyRequest, role: Role): void {
  if (caller === undefined) throw new Problem('unauthorized', UNAUTHORIZED);
  if (caller.roles.includes(role)) return;
  throw new Problem('forbidden', `API key "${caller.name}" does not have the role "${role}".`);
}
