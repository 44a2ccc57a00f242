/** Queries of the server's visibility. */
import type { StuckReason } from '../reversal/outcome.ts';
import type { Status } from '../reversal/status.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

export interface ReversalFilter {
  readonly status?: Status;
  readonly stuckReason?: StuckReason;
  readonly provider?: string;
  readonly account?: string;
}

/** As text of a query: the server reads a backslash as an escape, so that one before a quote would end the text. */
export const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Reversals, those that fit every given part. */
export function queryOf(filter: ReversalFilter): string {
  const { status, stuckReason, provider, account } = SEARCH_ATTRIBUTES;
  const parts = [
    [status.name, filter.status],
    [stuckReason.name, filter.stuckReason],
    [provider.name, filter.provider],
    [account.name, filter.account],
  ] as const;
  return [
    "WorkflowType = 'reversePayment'",
    ...parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])),
  ].join(' AND ');
}
