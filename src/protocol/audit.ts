/** The workflow `auditReversals`: what it takes and reports, and what a worker does for it. */
import { defineQuery } from '@temporalio/workflow';
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

export interface AuditInput {
  /** Reversals that ended within so many hours. 24 when left out. */
  readonly sinceHours?: number;
  /** Looks per second, never exceeded. 5 when left out, 100 at most. */
  readonly ratePerSecond?: number;
}

/** An end that was recorded, and what the gateway shows now. */
export interface Contradiction extends OrderKey {
  readonly recorded: FinalAction;
  readonly shown: string;
}

export interface AuditReport {
  /** ISO 8601. */
  readonly since: string;
  /** Open in the ledger, and no workflow runs for them: terminated, or lost. */
  readonly withoutWorkflow: readonly Orphan[];
  readonly open: number;
  /** Ended as FAILED or timed out, without a conclusion. Absent in reports of 7d0153f and before. */
  readonly failed?: readonly Stray[];
  /** Due, and begun by no worker that knows the account. */
  readonly notBegun?: readonly Stray[];
  readonly looked: number;
  readonly contradicted: readonly Contradiction[];
  /** No look told anything, or nothing can be compared; by why. */
  readonly notChecked: Readonly<Record<string, number>>;
  /** Findings that are too many to be listed here. */
  readonly more: number;
}

export const auditProgressQuery = defineQuery<AuditReport>('progress');
