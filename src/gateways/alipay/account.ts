/** An Alipay account of the configuration, and the keys behind it. */

import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { endpoint, insecure, requireTls } from '../endpoint.ts';
import { keyItemsOf } from '../key-text.ts';
import { privateKeyOf, publicKeyOf, rsaKey, validityOf } from '../keys.ts';
import { type GatewayDeps, type SecretRef, secretRef } from '../module.ts';
import { alipayCertificate, appCertificate, certificateSerial, rootSerial } from './certificates.ts';
import { RSA2_KEYS } from './sign.ts';

const CERTIFICATES = ['appCert', 'alipayRootCert', 'alipayCert'] as const;
const CLASSIC_PATH = '/gateway.do';

/** An app id is set up for a public key or for certificates, never for both (1.6). */
export const alipayAccount = z
  .strictObject({
    api: z.enum(['v3', 'classic']),
    /** `https://openapi.alipay.com`, or the sandbox's origin; sandbox and production have separate app ids and keys. */
    endpoint,
    insecure,
    /** Goes into a comma-joined header, so nothing but letters and digits. */
    appId: z.string().regex(/^[A-Za-z0-9]{1,32}$/, 'must be 1 to 32 letters or digits'),
    /** The application private key. */
    privateKey: secretRef,
    /** Alipay's public key, not the application's own: confusing the two is the most frequent mistake (1.4). */
    alipayPublicKey: secretRef.optional(),
    appCert: secretRef.optional(),
    alipayRootCert: secretRef.optional(),
    alipayCert: secretRef.optional(),
    /** When acting for another merchant. */
    appAuthToken: secretRef.optional(),
    /** The merchant's own number (PID): what names another seller is not believed. */
    sellerId: z
      .string()
      .regex(/^\d{16}$/, 'must be 16 digits')
      .optional(),
    /** Whether the app has the face-to-face product: Alipay cancels only its trades. Without it orders are closed. */
    cancel: z.boolean().default(true),
    /** Policy: whether this account may give money back by refund. */
    refunds: z.boolean().default(true),
  })
  .superRefine((account, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const given = CERTIFICATES.filter((name) => account[name] !== undefined);
    if (account.alipayPublicKey === undefined && given.length === 0) {
      problem('alipayPublicKey', 'give alipayPublicKey, or appCert, alipayRootCert and alipayCert together');
    }
    if (account.alipayPublicKey !== undefined && given.length > 0) {
      problem('alipayPublicKey', 'an app id uses a public key or certificates, not both');
    }
    for (const name of CERTIFICATES) {
      if (given.length > 0 && account[name] === undefined)
        problem(name, 'certificate mode needs all three certificates');
    }
    if (!URL.canParse(account.endpoint)) return;
    requireTls(account, context);
    const path = new URL(account.endpoint).pathname;
    if (account.api === 'v3' && path !== '/') problem('endpoint', 'must be the bare origin for v3, without a path');
  });

export type AlipayAccount = z.infer<typeof alipayAccount>;

/** The serials of certificate mode, all three as Alipay derives them. */
export interface Serials {
  readonly app: string;
  readonly root: string;
  readonly alipay: string;
}

export interface Credentials {
  readonly appId: string;
  readonly sellerId?: string | undefined;
  /** v3: the origin. Classic: the whole address of `gateway.do`. */
  readonly url: string;
  readonly privateKey: KeyObject;
  readonly alipayKey: KeyObject;
  readonly serials?: Serials | undefined;
  readonly appAuthToken?: string | undefined;
}

/**
 * Reads and checks every secret of an account.
 *
 * @throws Error that lists every problem by field, with no secret in it
 */
export function openCredentials(
  account: AlipayAccount,
  deps: Pick<GatewayDeps, 'secret' | 'now' | 'warn'>,
): Credentials {
  const problems: string[] = [];
  const read = <T>(field: string, ref: SecretRef | undefined, parse: (text: string) => T): T | undefined => {
    if (ref === undefined) return undefined;
    try {
      return parse(deps.secret(ref));
    } catch (error) {
      problems.push(`${field}: ${error instanceof Error ? error.message : 'cannot be read'}`);
      return undefined;
    }
  };

  const privateKey = read('privateKey', account.privateKey, (text) => privateKeyOf(text, RSA2_KEYS));
  const publicKey = read('alipayPublicKey', account.alipayPublicKey, (text) => alipaysKey(text, privateKey));
  const app = read('appCert', account.appCert, (text) => appCertificate(text, privateKey));
  const alipay = read('alipayCert', account.alipayCert, (text) => alipayCertificate(text, privateKey));
  const root = read('alipayRootCert', account.alipayRootCert, rootSerial);
  const appAuthToken = read('appAuthToken', account.appAuthToken, token);

  const alipayKey =
    publicKey ?? read('alipayCert', account.alipayCert, () => alipay && rsaKey(alipay.publicKey, RSA2_KEYS));
  if (problems.length > 0 || privateKey === undefined || alipayKey === undefined) {
    throw new Error(`alipay account: ${[...new Set(problems)].join('; ')}`);
  }
  for (const [field, certificate] of Object.entries({ appCert: app, alipayCert: alipay })) {
    const words = certificate && validityOf(certificate, deps.now());
    if (words !== undefined) deps.warn?.(`${field}: ${words}`);
  }
  const serials =
    app !== undefined && root !== undefined && alipay !== undefined
      ? { app: certificateSerial(app), root, alipay: certificateSerial(alipay) }
      : undefined;
  return {
    appId: account.appId,
    sellerId: account.sellerId,
    url: urlOf(account),
    privateKey,
    alipayKey,
    serials,
    appAuthToken,
  };
}

function urlOf(account: AlipayAccount): string {
  const url = new URL(account.endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  if (account.api === 'v3') return url.origin;
  return `${url.origin}${path.endsWith(CLASSIC_PATH) ? path : `${path}${CLASSIC_PATH}`}`;
}

function alipaysKey(text: string, privateKey: KeyObject | undefined): KeyObject {
  if (keyItemsOf(text).some(({ kind }) => kind === 'certificate')) {
    throw new Error('is a certificate; use certificate mode');
  }
  return publicKeyOf(text, privateKey, RSA2_KEYS);
}

/** The token goes into a header and a signed line, so white space around it (a file's last line feed) is dropped. */
function token(text: string): string {
  const trimmed = text.trim();
  if (!/^[\x21-\x7e]{1,64}$/.test(trimmed)) throw new Error('is not a token of 1 to 64 printable characters');
  return trimmed;
}
