/**
 * The search attributes of a reversal, in one place: the workflow sets them, the client filters by them, and the dev
 * server and the set-up command create them. None holds personal data: they are never encrypted.
 */
import { defineSearchAttributeKey } from '@temporalio/common';

/** The types that they have, as the server's command line and its API call them. */
export const ATTRIBUTE_TYPES = {
  KEYWORD: { flag: 'Keyword', code: 2 },
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
} as const;
