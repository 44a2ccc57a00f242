/** The `ledger` section. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { type SecretRef, secretRef } from '../gateways/module.ts';
import { cipherOf } from '../ledger/cipher.ts';
import type { LedgerConfig } from '../ledger/index.ts';
import { issuesOf } from './issues.ts';
import { postgresUrl, readPostgresUrl } from './postgres-url.ts';
import { attempted } from './secrets.ts';

const shape = z.strictObject({
  /** PostgreSQL. Without it the ledger is embedded and lives in `dataDir`. */
  url: postgresUrl.optional(),
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
  const url = urlOrRef && readPostgresUrl('ledger.url', urlOrRef, context.secret, problems);
  const encryptionKey = keyRef && attempted('ledger.encryptionKey', () => context.secret(keyRef), problems);
  if (encryptionKey !== undefined) attempted('ledger.encryptionKey', () => cipherOf(encryptionKey), problems);
  return {
    ...(url !== undefined && { url }),
    ...(dataDir !== undefined && { dataDir: resolve(context.directory, dataDir) }),
    ...(encryptionKey !== undefined && { encryptionKey }),
  };
}
