/** What the workflow `auditReversals` takes and reports. */
import { defineQuery } from '@temporalio/workflow';
import type { Orphan, Stray } from '../activities/audit-contract.ts';
import type { FinalAction } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';

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
