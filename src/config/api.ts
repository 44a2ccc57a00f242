/** The `api` section. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { type ApiKey, ROLES } from '../api/keys.ts';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { issuesOf } from './issues.ts';

export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  /** Requests a second of one key; of one address without a key. */
  readonly rateLimit: number;
  /** Proxies whose `X-Forwarded-For` tells the address of a caller. */
  readonly trustProxy: readonly string[];
  readonly keys: readonly ApiKey[];
  /** Takes the gateways' notifications: then this process needs the accounts' keys, to verify them. */
  readonly notifications: boolean;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'must be the SHA-256 of a key in hexadecimal: `unwind api key`');

const NO_NETWORK = 'must be the address of a proxy, a network such as 10.0.0.0/8, or loopback, linklocal, uniquelocal';

function isNetwork(text: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(text)) return true;
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(prefix ?? 0) <= (version === 4 ? 32 : 128);
}

const shape = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080),
  rateLimit: z.number().min(1).default(100),
  trustProxy: z.array(z.string().refine(isNetwork, NO_NETWORK)).default([]),
  notifications: z.boolean().default(false),
  keys: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, . _ -'),
        roles: z.array(z.enum(ROLES)).min(1),
        /** A hash is no secret; a reference is for those who keep them together all the same. */
        sha256: z.union([sha256, secretRef]),
      }),
    )
    .min(1),
});

/** What is wrong with the section goes to `problems`. No reference is read: only the API needs what they hold. */
export function checkApiShape(section: unknown, problems: string[]): z.infer<typeof shape> | undefined {
  const parsed = shape.safeParse(section);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['api']));
    return undefined;
  }
  const names = parsed.data.keys.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of twice) problems.push(`api.keys: two keys have the name ${name}`);
  return parsed.data;
}

const NO_HASH = 'what it refers to is not a SHA-256 in hexadecimal';
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** @param secret throws with the reference when it cannot be read */
export function checkApi(
  section: unknown,
  secret: (ref: SecretRef) => string,
  problems: string[],
): ApiConfig | undefined {
  const checked = checkApiShape(section, problems);
  if (checked === undefined) return undefined;
  const { keys, ...rest } = checked;
  const owners = new Map<string, string>();
  const opened = keys.flatMap(({ name, roles, sha256: given }, index): ApiKey[] => {
    const path = `api.keys.${index}.sha256`;
    try {
      const hex = sha256.parse(typeof given === 'string' ? given : secret(given)).toLowerCase();
      const owner = owners.get(hex);
      if (owner !== undefined) problems.push(`${path}: ${name} is the same key as ${owner}`);
      owners.set(hex, name);
      return [{ name, roles, hash: Buffer.from(hex, 'hex') }];
    } catch (error) {
      problems.push(`${path}: ${error instanceof z.ZodError ? NO_HASH : messageOf(error)}`);
      return [];
    }
  });
  return { ...rest, keys: opened };
}
