/**
 * The search attributes of a reversal, in one place: the workflow sets them, the client filters by them, and the dev
 * server and the set-up command create them. All are Keywords, and none holds personal data: they are never encrypted.
 */
import { defineSearchAttributeKey } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  status: defineSearchAttributeKey('ReversalStatus', 'KEYWORD'),
  provider: defineSearchAttributeKey('ReversalProvider', 'KEYWORD'),
  account: defineSearchAttributeKey('ReversalAccount', 'KEYWORD'),
  orderId: defineSearchAttributeKey('ReversalOrderId', 'KEYWORD'),
  reason: defineSearchAttributeKey('ReversalReason', 'KEYWORD'),
  stuckReason: defineSearchAttributeKey('ReversalStuckReason', 'KEYWORD'),
  finalAction: defineSearchAttributeKey('ReversalFinalAction', 'KEYWORD'),
} as const;
