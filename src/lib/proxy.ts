/** Which outbound proxy this process uses: the configuration's `proxy`, else the usual environment variables. */

/** `none`: straight to every host, whatever the environment says. Undefined: as the environment says. */
export type ProxySetting = string | undefined;
export const NO_PROXY_AT_ALL = 'none';

export interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are reached without a proxy, as `NO_PROXY` lists them. */
  readonly except: string;
}

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY'] as const;

/** The small spelling wins, as everywhere; an empty variable is none. */
const variable = (env: NodeJS.ProcessEnv, name: string): string | undefined =>
  (env[name.toLowerCase()] ?? env[name]) || undefined;

/** An address of a proxy with its scheme, which people often leave out; undefined when it is none. */
export function proxyAddress(text: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === '' || !/^https?:$/.test(url.protocol)) return undefined;
  return url.pathname === '/' && url.search === '' && url.hash === '' ? url.href : undefined;
}

/** Variables that name no proxy, in words. Their values may hold a password, so they are not shown. */
export function proxyProblems(env: NodeJS.ProcessEnv): string[] {
  return NAMES.filter((name) => {
    const given = variable(env, name);
    return given !== undefined && proxyAddress(given) === undefined;
  }).map((name) => `${name}: is not the address of an HTTP proxy, such as http://proxy.internal:3128`);
}

export function proxiesOf(setting: ProxySetting, env: NodeJS.ProcessEnv): Proxies {
  const except = variable(env, 'NO_PROXY') ?? '';
  if (setting === NO_PROXY_AT_ALL) return { http: undefined, https: undefined, except };
  const of = (name: string) => {
    const given = setting ?? variable(env, name);
    return given === undefined ? undefined : proxyAddress(given);
  };
  const http = of('HTTP_PROXY');
  return { http, https: of('HTTPS_PROXY') ?? http, except };
}

/** This machine, by any of its names: no proxy could reach it, and plain HTTP to it crosses no network. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  // IPv4 within IPv6, as URL writes it.
  if (/^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(host)) return true;
  return host === '[::1]' || host === 'localhost' || host.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(host);
}

/** For connections to Temporal: gRPC follows `https_proxy` by itself, to loopback too, where no proxy could help. */
export function channelArgsOf(address: string): { channelArgs?: Record<string, number> } {
  const host = URL.parse(`http://${address.replace(/^https?:\/\//, '')}`)?.hostname ?? '';
  return isLoopback(host) ? { channelArgs: { 'grpc.enable_http_proxy': 0 } } : {};
}
