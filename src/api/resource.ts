/** Reversals as callers see them: instants in ISO 8601, and who says so. */
import { z } from 'zod';
import type { JournalEntry, PageOf, StoredAct, StoredReversal } from '../ledger/index.ts';
import { FINAL_ACTIONS, type FinalAction } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import type { ReversalState } from '../reversal/status.ts';
import type { actsPage, journalPage, Reversal, Row, record } from './contract.ts';

const iso = (at: number) => new Date(at).toISOString();

/** Where a reversal is found. */
export function pathOf({ provider, account, orderId }: OrderKey): string {
  return `/v1/reversals/${[provider, account, orderId].map(encodeURIComponent).join('/')}`;
}

export function finalActionOf(name: string | undefined): FinalAction | undefined {
  return FINAL_ACTIONS.find((action) => action === name);
}

/** The state as a worker has just told it. */
export function resourceOf(state: ReversalState): Reversal {
  const { lookedAt, nextStepAt, ...rest } = state;
  return {
    ...rest,
    self: pathOf(state),
    ...(lookedAt !== undefined && { lookedAt: iso(lookedAt) }),
    ...(nextStepAt !== undefined && { nextStepAt: iso(nextStepAt) }),
    source: 'worker',
  };
}

const ruled = z.object({ rule: z.string() });
const ruleIn = (detail: unknown) => ruled.safeParse(detail).data;

/**
 * The row of an order that no workflow stands for any more, or whose latest run has ended. Only a closed row tells a
 * verdict: that of an open one is how an earlier run ended.
 */
export function resourceOfRow(row: StoredReversal): Reversal {
  const { provider, account, orderId, open, latePayment } = row;
  const action = open ? undefined : finalActionOf(row.finalAction);
  return {
    provider,
    account,
    orderId,
    self: pathOf(row),
    status: open ? 'unattended' : action === undefined ? 'abandoned' : 'final',
    ...(action !== undefined && { verdict: action, finalAction: action, ...ruleIn(row.detail) }),
    ...(latePayment && { latePayment }),
    source: 'ledger',
  };
}

export function rowOf(row: StoredReversal): Row {
  const { statusSince, openedAt, updatedAt, settledAt, request: _, detail: __, runId: ___, ...rest } = row;
  return {
    ...rest,
    self: pathOf(row),
    statusSince: iso(statusSince),
    openedAt: iso(openedAt),
    updatedAt: iso(updatedAt),
    ...(settledAt !== undefined && { settledAt: iso(settledAt) }),
  };
}

/** A page of the ledger with its items as callers see them. */
function pageAs<Stored, Item>({ items, total, next }: PageOf<Stored>, itemOf: (stored: Stored) => Item) {
  return { items: items.map(itemOf), total, ...(next !== undefined && { next: String(next) }) };
}

export function actsPageOf(page: PageOf<StoredAct>): z.infer<typeof actsPage> {
  return pageAs(page, ({ seq, verb, sentAt, answer, answeredAt, refundNo, amount }) => ({
    seq,
    verb,
    sentAt: iso(sentAt),
    answer,
    ...(answeredAt !== undefined && { answeredAt: iso(answeredAt) }),
    ...(refundNo !== undefined && { refundNo }),
    ...(amount !== undefined && { amount }),
  }));
}

export function journalPageOf(page: PageOf<JournalEntry>): z.infer<typeof journalPage> {
  return pageAs(page, ({ at, kind, body }) => ({ at: iso(at), kind, body }));
}

export function recordOf(
  row: StoredReversal,
  acts: PageOf<StoredAct>,
  journal: PageOf<JournalEntry>,
): z.infer<typeof record> {
  return {
    reversal: { ...rowOf(row), request: row.request, detail: row.detail },
    acts: actsPageOf(acts),
    journal: journalPageOf(journal),
  };
}
