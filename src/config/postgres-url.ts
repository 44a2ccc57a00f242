/** The URL of a PostgreSQL in the configuration: as it is when no password is in it, else by reference. */
import { z } from 'zod';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { attempted } from './secrets.ts';

const isPostgres = (text: string) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);

const plainUrl = z
  .string()
  .refine(isPostgres, 'must be a URL such as postgres://unwind@db.internal/unwind')
  .refine((text) => !isPostgres(text) || new URL(text).password === '', {
    error: 'holds a password: give the whole URL as { file: … } or { env: … }, or the password as PGPASSWORD',
  });

export const postgresUrl = z.union([plainUrl, secretRef]);

/** @returns undefined when it cannot be used; why not is added to `problems` */
export function readPostgresUrl(
  path: string,
  given: string | SecretRef,
  secret: (ref: SecretRef) => string,
  problems: string[],
): string | undefined {
  if (typeof given === 'string') return given;
  const url = attempted(path, () => secret(given), problems);
  if (url === undefined || isPostgres(url)) return url;
  problems.push(`${path}: what it refers to is not a postgres:// URL`);
  return undefined;
}
