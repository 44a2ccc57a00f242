/** The OpenAPI 3.1 document, made from the contract, and a page to read it. */
import swagger, { type SwaggerTransform } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problem } from './contract.ts';
import { type Access, ROLES, type Role } from './keys.ts';
import { PROBLEMS } from './problems.ts';
import type { Server } from './server.ts';

export const PAGE = '/docs';

/** Nothing from elsewhere, and no upgrade to TLS, which this process does not speak. Its styles are inline. */
const PAGE_LOADS = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'object-src': ["'none'"],
  'base-uri': ["'self'"],
  'frame-ancestors': ["'none'"],
};

const DESCRIPTION = `Durable reversals of payments whose result is not known.

**The one rule about money.** Without a \`verdict\` nothing may be told: no verdict is never "not paid", and never "paid".
A 202, a timeout, any 5xx and a lost connection are no verdict either: send the request again, or look.

**Sending again is safe.** The order is the identity: at most one reversal of it runs. The same request twice is one
reversal, so there is no idempotency key.

**Answers that are not as asked** are \`application/problem+json\` (RFC 9457). \`type\` is
\`urn:unwind:problem:{name}\`: ${Object.keys(PROBLEMS)
  .map((name) => `\`${name}\``)
  .join(', ')}.`;

export async function describe(server: Server): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Unwind',
        version: '1.0.0',
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This process' }],
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Of `unwind api key`.' } },
      },
      tags: [
        { name: 'reversals', description: 'Start, look, list.' },
        { name: 'operations', description: 'What people send to one reversal.' },
        { name: 'closures', description: 'Orders that are closed when nobody has paid in time.' },
        { name: 'notifications', description: 'What the gateways send.' },
        { name: 'health', description: 'For load balancers.' },
      ],
    },
    transform: withAccess,
    transformObject: (document) => tidy(jsonSchemaTransformObject(document)),
  });
  await server.register(swaggerUi, {
    routePrefix: PAGE,
    staticCSP: PAGE_LOADS,
    theme: { title: 'Unwind' },
    uiConfig: { docExpansion: 'list', defaultModelRendering: 'model', defaultModelExpandDepth: 2 },
  });
  server.get('/openapi.json', { config: { access: 'open' }, schema: { hide: true } }, async () => server.swagger());
}

/** What a route takes stands in its configuration, for the checks; readers see the same. */
const withAccess: SwaggerTransform = (of) => {
  const { schema, url } = jsonSchemaTransform(of);
  const access = of.route.config?.access;
  if (access === undefined || !isRole(access) || schema.hide === true) return { schema, url };
  return { url, schema: { ...schema, security: [{ key: [] }], 'x-role': access } };
};

const isRole = (access: Access): access is Role => ROLES.some((role) => role === access);

const parts = z.looseObject({
  paths: z.unknown(),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

/**
 * The library makes every schema twice, as it goes in and as it comes out, and names the first `…Input`. What nothing
 * refers to goes, and what only goes in gets its plain name.
 */
function tidy(document: object) {
  const whole = parts.parse(document);
  const { paths, components } = whole;
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(components.schemas[name]);
    }
  };
  visit(paths);
  const schemas = Object.fromEntries(Object.entries(components.schemas).filter(([name]) => used.has(name)));
  let text = JSON.stringify({ ...whole, components: { ...components, schemas } });
  for (const name of used) {
    const plain = name.replace(/Input$/, '');
    if (!used.has(plain)) text = text.replaceAll(`/${name}"`, `/${plain}"`).replace(`"${name}":`, `"${plain}":`);
  }
  return JSON.parse(text);
}

type Status = (typeof PROBLEMS)[keyof typeof PROBLEMS]['status'];

/** 408 and 431 come before any route is known. */
const EVERYWHERE: readonly Status[] = [400, 401, 403, 408, 429, 431, 500, 503];

export const problemContent = { 'application/problem+json': { schema: problem } } as const;

/** The problem answers of a route: those that every route has, and its own. */
export function problems(...own: readonly Exclude<Status, 405>[]) {
  const all = [...new Set<Status>([...EVERYWHERE, ...own])].sort();
  return Object.fromEntries(
    all.map((status) => {
      const names = Object.entries(PROBLEMS).filter(([, one]) => one.status === status);
      const description = names.map(([name, { title }]) => `\`${name}\`: ${title}.`).join(' ');
      return [status, { description, content: problemContent }];
    }),
  );
}
