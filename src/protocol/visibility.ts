/**
 * The search attributes of a reversal, in one place: the workflow sets them, the client filters by them, and the dev
 * server and the set-up command create them. None holds personal data: they are never encrypted.
 */
import { defineSearchAttributeKey } from '@temporalio/common';
import type { StuckReason } from '../reversal/outcome.ts';
import type { Status } from '../reversal/status.ts';

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

/** The types that they have, as the server's command line and its API call them. */
export const ATTRIBUTE_TYPES = {
  KEYWORD: { flag: 'Keyword', code: 2 },
  BOOL: { flag: 'Bool', code: 5 },
  DATETIME: { flag: 'Datetime', code: 6 },
} as const;

export const SEARCH_ATTRIBUTES = {
  status: defineSearchAttributeKey('ReversalStatus', 'KEYWORD'),
  provider: defineSearchAttributeKey('ReversalProvider', 'KEYWORD'),
  account: defineSearchAttributeKey('ReversalAccount', 'KEYWORD'),
  orderId: defineSearchAttributeKey('ReversalOrderId', 'KEYWORD'),
  reason: defineSearchAttributeKey('ReversalReason', 'KEYWORD'),
  stuckReason: defineSearchAttributeKey('ReversalStuckReason', 'KEYWORD'),
  /** Since when people are asked: the age of a case. */
  stuckSince: defineSearchAttributeKey('ReversalStuckSince', 'DATETIME'),
  /** The batch that resubmitted it last. */
  batch: defineSearchAttributeKey('ReversalBatch', 'KEYWORD'),
  finalAction: defineSearchAttributeKey('ReversalFinalAction', 'KEYWORD'),
  /** It was paid after nothing had been found, or after somebody was told that it was not. */
  latePayment: defineSearchAttributeKey('ReversalLatePayment', 'BOOL'),
} as const;
