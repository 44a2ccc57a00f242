/**
 * The one place where connections to the outside are made: through the proxy where one is set, never to loopback, with
 * a deadline that also holds while connecting, and with the knowledge whether a request can have left.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch, Pool, request } from 'undici';
import { isLoopback, type Proxies, type ProxySetting, proxiesOf } from './proxy.ts';
import { RequestStart } from './request-start.ts';

export interface OutboundOptions {
  readonly connectTimeoutMs: number;
  /** Connections to one host at a time; default: as many as there are calls. */
  readonly connections?: number;
}

export interface OutboundRequest {
  readonly method: 'POST' | 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
  /** The deadline of the whole call, and whoever may give it up. */
  readonly signal: AbortSignal;
  /** Asked right before the first byte leaves, when a connection is there: on false nothing is sent. */
  readonly mayLeave?: (() => boolean) | undefined;
}

/** The request failed before its first byte could have left: whoever is asked has certainly not seen it. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

let setting: ProxySetting;
/** Grows with each setting, so that connections made under an earlier one are not used any more. */
let settings = 0;

/** Sets what the configuration says; it holds for the whole process. */
export function useProxy(proxy: ProxySetting): void {
  if (proxy === setting) return;
  setting = proxy;
  settings += 1;
}

interface Routes {
  readonly settings: number;
  readonly direct: Dispatcher;
  readonly proxied: Dispatcher;
}

function routesOf({ connectTimeoutMs, connections }: OutboundOptions, proxies: Proxies): Omit<Routes, 'settings'> {
  const connect = { timeout: connectTimeoutMs };
  // The caller's deadline rules, so undici's own timeouts for each phase are off.
  const common = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 4000, pipelining: 1 };
  const limited = connections === undefined ? common : { ...common, connections };
  const direct = new Agent({ ...limited, connect });
  if (proxies.http === undefined && proxies.https === undefined) return { direct, proxied: direct };
  const proxied = new EnvHttpProxyAgent({
    ...limited,
    connect,
    // An empty text is "no proxy"; undefined would make undici read the environment again.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.except,
    proxyTls: connect,
    // A proxy that takes the connection and never answers the CONNECT.
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: connectTimeoutMs }),
  });
  return { direct, proxied };
}

/** Connections of one kind of calls. They are opened when they are first needed. */
export function createOutbound(options: OutboundOptions) {
  let routes: Routes | undefined;

  function dispatcherFor(url: string): Dispatcher {
    if (routes?.settings !== settings) routes = { settings, ...routesOf(options, proxiesOf(setting, process.env)) };
    return isLoopback(URL.parse(url)?.hostname ?? '') ? routes.direct : routes.proxied;
  }

  return {
    dispatcherFor,

    /**
     * One request, no redirect, no repeat.
     *
     * @throws NotSent when nothing can have left, whatever else went wrong; any other error: it may have arrived
     */
    async request(url: string, { signal, mayLeave, ...rest }: OutboundRequest): Promise<Dispatcher.ResponseData> {
      const start = new RequestStart(signal, mayLeave);
      try {
        const dispatcher = dispatcherFor(url).compose((dispatch) => (how, handler) => dispatch(how, start.of(handler)));
        const headers = { ...rest.headers };
        const sent = request(url, { ...rest, headers, body: rest.body ?? null, signal, dispatcher });
        return await start.before(sent);
      } catch (error) {
        throw start.happened ? error : new NotSent('nothing was sent', { cause: error });
      }
    },
  };
}

/** Follows redirects, as downloads need; through the same proxy. */
export function outboundFetch(outbound: ReturnType<typeof createOutbound>, url: string, signal: AbortSignal) {
  return fetch(url, { signal, dispatcher: outbound.dispatcherFor(url) });
}
