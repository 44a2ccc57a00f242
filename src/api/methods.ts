/** A resource that is there and does not take a method: 405, with those that it takes. */
import { Problem } from './problems.ts';
import { type Server, withoutQuery } from './server.ts';

/** What else there is to say, by the route. */
const HINTS: Readonly<Record<string, string>> = {
  '/v1/notifications/:account':
    'Gateways POST their notifications here. If a browser was sent here, this address was given to the gateway as the ' +
    'return address (`return_url`): give it as the notify address (`notify_url`) only, and a page of the shop as the ' +
    'return address. Nothing was read from this request.',
};

const isOurs = (url: string) => url === '/openapi.json' || /^\/(v1|healthz|readyz)(\/|$)/.test(url);

/** To be called before the first route. @returns refuses the other methods, to be called after the last one */
export function watchMethods(server: Server): () => void {
  const taken = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    if (isOurs(url)) taken.set(url, new Set([...(taken.get(url) ?? []), ...[method].flat()]));
  });
  return () => {
    // In a scope, since those before it are loaded first, with their routes.
    server.register(async (scope) => {
      for (const [url, methods] of [...taken]) {
        const allow = [...methods].sort();
        scope.route({
          url,
          method: server.supportedMethods.filter((method) => !methods.has(method)),
          config: { access: 'open' },
          schema: { hide: true },
          // Before a body is read, whatever its type.
          onRequest: async (request) => {
            const { method, originalUrl } = request;
            const detail = `${withoutQuery(originalUrl)} takes ${allow.join(' and ')}, not ${method}.`;
            const hint = HINTS[url];
            throw new Problem('method-not-allowed', hint === undefined ? detail : `${detail} ${hint}`, { allow });
          },
          handler: () => {},
        });
      }
    });
  };
}
