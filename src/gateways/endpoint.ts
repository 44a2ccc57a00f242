/** Addresses of gateways: with TLS, but to this machine; which of them are the same place. */
import { z } from 'zod';
import { isLoopback } from '../lib/proxy.ts';

/** An address without anything that a call's path could not simply be appended to. */
export const endpoint = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).refine((text) => {
  // What is no address at all has been told already.
  const url = URL.parse(text);
  return url === null || (!/[?#]/.test(text) && url.username === '' && url.password === '');
}, 'must have no user, query or fragment');

/** The explicit word for an endpoint without TLS that is not this machine. */
export const insecure = z.boolean().optional();

export const NEEDS_TLS =
  'must be https: without TLS anybody on the way can read and change what is said. `insecure: true` allows it all the same';

/** Whether an address may be called: by TLS, on this machine, or by an explicit word. */
export function isSecured(address: string, allowed: boolean | undefined): boolean {
  const url = URL.parse(address);
  return url?.protocol !== 'http:' || allowed === true || isLoopback(url.hostname);
}

/** For `superRefine` of an account's section. */
export function requireTls(
  account: { readonly endpoint: string; readonly insecure?: boolean | undefined },
  context: z.core.$RefinementCtx,
): void {
  if (isSecured(account.endpoint, account.insecure)) return;
  context.addIssue({ code: 'custom', path: ['endpoint'], message: NEEDS_TLS });
}

/**
 * The same for addresses that lead to the same place: letter case, a trailing dot, a default port, the names of this
 * machine, slashes at the end, and with or without TLS.
 */
export function placeOf(address: string): string {
  const url = new URL(address);
  const host = isLoopback(url.hostname) ? 'localhost' : url.hostname.replace(/\.$/, '');
  const port = url.port === '443' || url.port === '80' ? '' : url.port;
  return `${host}${port === '' ? '' : `:${port}`}${url.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '')}`;
}
