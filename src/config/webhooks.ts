/** The `webhooks` section. */
import { z } from 'zod';
import { insecure, isSecured, NEEDS_TLS } from '../gateways/endpoint.ts';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { duration } from '../lib/duration.ts';
import type { WebhookSettings } from '../webhooks/settings.ts';
import { issuesOf } from './issues.ts';

/** By the specification: 24 to 64 random bytes. */
const SECRET_BYTES = { min: 24, max: 64 };

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '', {
    error: 'must not hold a user or password: the signature proves who sends',
  });

const positive = duration.refine((ms) => ms > 0, 'must be longer than nothing');

const shape = z
  .strictObject({
    url,
    /** The explicit word for a receiver that is reached without TLS and is not this machine. */
    insecure,
    /** Every event is signed with each of them. More than one while a receiver changes over. */
    secrets: z.array(secretRef).min(1, 'needs at least one secret').max(5),
    timeout: positive.default(15_000),
    /** How long one event is tried before it is given up. */
    retryFor: positive.default(5 * 86_400_000),
    backOff: z
      .strictObject({ first: positive.default(5000), max: positive.default(3_600_000) })
      .prefault({})
      .refine(({ first, max }) => first <= max, 'first must not be longer than max'),
  })
  .refine(({ url: address, insecure: allowed }) => isSecured(address, allowed), { path: ['url'], error: NEEDS_TLS });

/** @returns why it cannot be used, without showing it */
function problemOf(secret: string): string | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (base64 === undefined || bytes.toString('base64') !== base64) return 'is not whsec_ followed by base64';
  const { min, max } = SECRET_BYTES;
  return bytes.length < min || bytes.length > max ? `must hold ${min} to ${max} bytes` : undefined;
}

/** @returns values, not references; undefined without the section; what is wrong is added to `problems` */
export function checkWebhooks(
  section: unknown,
  secretOf: (ref: SecretRef) => string,
  problems: string[],
): WebhookSettings | undefined {
  if (section === undefined) return undefined;
  const parsed = shape.safeParse(section);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['webhooks']));
    return undefined;
  }
  const secrets = parsed.data.secrets.flatMap((ref, index) => {
    const path = `webhooks.secrets.${index}`;
    try {
      const secret = secretOf(ref);
      const problem = problemOf(secret);
      if (problem === undefined) return [secret];
      problems.push(`${path}: what it refers to ${problem}`);
    } catch (error) {
      problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return [];
  });
  const { url: address, timeout, retryFor, backOff } = parsed.data;
  return {
    url: address,
    secrets,
    timeoutMs: timeout,
    retryForMs: retryFor,
    backOff: { firstMs: backOff.first, maxMs: backOff.max },
  };
}
