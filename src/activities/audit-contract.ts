/** What a worker does for an audit: types only, so that workflow code can import them. */
import type { FinalAction, Resolution } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';

/** A case that is open in the ledger, although no workflow runs for it. */
export interface Orphan extends OrderKey {
  /** As the ledger has it. */
  readonly status: string;
  /** What became of its workflow: `terminated`, `failed`, …, or `unknown` when the server has no memory of it. */
  readonly workflow: string;
}

export interface OrphanPage {
  readonly orphans: readonly Orphan[];
  readonly looked: number;
  readonly next?: string;
}

/** A workflow that the ledger does not answer for. */
export interface Stray extends OrderKey {
  /** What the ledger has of the order: a status, or `nothing`. */
  readonly ledger: string;
  /** What the server says of the workflow: `running`, `failed`, `timed_out`. */
  readonly workflow: string;
  /** ISO 8601: when it ended, or when it was to begin. */
  readonly since: string;
}

export interface Strays {
  /** Ended without a conclusion, and no later run has concluded. */
  readonly failed: readonly Stray[];
  /** Due, and begun by no worker that knows its account. */
  readonly notBegun: readonly Stray[];
}

/** A reversal that ended, as far as a look needs it. */
export interface EndedReversal extends OrderKey {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly finalAction: FinalAction;
  /** What proved it: only a refund's own query can show a refund that the order's status does not. */
  readonly provedBy: 'order' | 'refund' | 'operator';
  readonly resolution?: Resolution;
}

export interface EndedPage {
  readonly ended: readonly EndedReversal[];
  readonly next?: string;
}

export interface AuditActivities {
  orphans(input: { readonly after?: string }): Promise<OrphanPage>;
  /** Of the workflows that ended at `since` (epoch milliseconds) or later, and of those that should have begun. */
  strays(input: { readonly since: number }): Promise<Strays>;
  /** Those that ended at `since` (epoch milliseconds) or later. */
  endedSince(input: { readonly since: number; readonly after?: string }): Promise<EndedPage>;
}
