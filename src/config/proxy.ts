/** The `proxy` section: the way out for calls to gateways and for webhooks. */
import { z } from 'zod';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { NO_PROXY_AT_ALL, type ProxySetting, proxyAddress, proxyProblems } from '../lib/proxy.ts';
import { issuesOf } from './issues.ts';
import { attempted } from './secrets.ts';

const plain = z
  .string()
  .refine((text) => text === NO_PROXY_AT_ALL || proxyAddress(text) !== undefined, {
    error: 'must be the address of an HTTP proxy, such as http://proxy.internal:3128, or none',
  })
  .refine((text) => (URL.parse(proxyAddress(text) ?? '')?.password ?? '') === '', {
    error: 'holds a password: give the whole address as { file: … } or { env: … }',
  });

const shape = z.union([plain, secretRef]);

/** @returns undefined when the environment is to say; what is wrong is added to `problems`, with no value in it */
export function checkProxy(
  section: unknown,
  env: NodeJS.ProcessEnv,
  secret: (ref: SecretRef) => string,
  problems: string[],
): ProxySetting {
  if (section === undefined) {
    problems.push(...proxyProblems(env));
    return undefined;
  }
  const parsed = shape.safeParse(section);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['proxy']));
    return undefined;
  }
  const given = parsed.data;
  if (typeof given === 'string') return given;
  const address = attempted('proxy', () => secret(given), problems);
  if (address === undefined || proxyAddress(address) !== undefined) return address;
  problems.push('proxy: what it refers to is not the address of an HTTP proxy, such as http://proxy.internal:3128');
  return undefined;
}
