/** The `ledger` section. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { cipherOf } from '../ledger/cipher.ts';
import type { LedgerConfig } from '../ledger/index.ts';
import { issuesOf } from './issues.ts';

const isPostgres = (text: string) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);

const plainUrl = z
  .string()
  .refine(isPostgres, 'must be a URL such as postgres://unwind@db.internal/unwind')
  .refine((text) => !isPostgres(text) || new URL(text).password === '', {
    error: 'holds a password: give the whole URL as { file: … } or { env: … }, or the password as PGPASSWORD',
  });

const shape = z.strictObject({
  /** PostgreSQL. Without it the ledger is embedded and lives in `dataDir`. */
  url: z.union([plainUrl, secretRef]).optional(),
  dataDir: z.string().min(1).optional(),
  /** 32 bytes in base64 or hexadecimal: terminal keys are encrypted with it. */
  encryptionKey: secretRef.optional(),
});

export interface LedgerContext {
  /** What relative paths are relative to. */
  readonly directory: string;
  /** @throws with the reference when it cannot be read */
  readonly secret: (ref: SecretRef) => string;
}

/** @returns values, not references; what is wrong is added to `problems` */
export function checkLedger(section: unknown, context: LedgerContext, problems: string[]): LedgerConfig {
  const parsed = shape.safeParse(section ?? {});
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['ledger']));
    return {};
  }
  const { url: urlOrRef, dataDir, encryptionKey: keyRef } = parsed.data;
  if (urlOrRef !== undefined && dataDir !== undefined) {
    problems.push('ledger.dataDir: is of the embedded ledger, and ledger.url names a PostgreSQL');
  }
  const attempt = <T>(path: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const url = typeof urlOrRef === 'object' ? attempt('ledger.url', () => context.secret(urlOrRef)) : urlOrRef;
  if (url !== undefined && !isPostgres(url)) problems.push('ledger.url: what it refers to is not a postgres:// URL');
  const encryptionKey = keyRef && attempt('ledger.encryptionKey', () => context.secret(keyRef));
  if (encryptionKey !== undefined) attempt('ledger.encryptionKey', () => cipherOf(encryptionKey));
  return {
    ...(url !== undefined && { url }),
    ...(dataDir !== undefined && { dataDir: resolve(context.directory, dataDir) }),
    ...(encryptionKey !== undefined && { encryptionKey }),
  };
}
