/** The `overdue` section: where the merchant's overdue unpaid orders are read, and how often. */
import { z } from 'zod';
import type { SecretRef } from '../gateways/module.ts';
import { duration } from '../lib/duration.ts';
import type { OverdueConfig } from '../overdue/index.ts';
import { issuesOf } from './issues.ts';
import { postgresUrl, readPostgresUrl } from './postgres-url.ts';

const DEFAULT_EVERY_MS = 300_000;
const MAX_RATE = 100;

const NAME = '[A-Za-z_][A-Za-z0-9_$]*';

const shape = z.strictObject({
  url: postgresUrl,
  /** Taken letter by letter: PostgreSQL keeps names that were made without quotes in small letters. */
  view: z
    .string()
    .regex(new RegExp(`^(${NAME}\\.)?${NAME}$`), 'must be a name such as unwind_overdue_orders or shop.overdue')
    .default('unwind_overdue_orders'),
  every: duration.refine((ms) => ms >= 1000, 'must be 1s or more').default(DEFAULT_EVERY_MS),
  ratePerSecond: z.number().positive().max(MAX_RATE).default(20),
});

/** @returns undefined when there is no such section, or it is wrong; what is wrong is added to `problems` */
export function checkOverdue(
  section: unknown,
  secret: (ref: SecretRef) => string,
  problems: string[],
): OverdueConfig | undefined {
  if (section === undefined) return undefined;
  const parsed = shape.safeParse(section);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, ['overdue']));
    return undefined;
  }
  const url = readPostgresUrl('overdue.url', parsed.data.url, secret, problems);
  return url === undefined ? undefined : { ...parsed.data, url };
}
