/** What an audit reads: the ledger, and the server's word on which workflows run. */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { Ledger, StoredReversal } from '../ledger/index.ts';
import type { AuditActivities, EndedReversal, Orphan } from '../protocol/audit.ts';
import { FINAL_ACTIONS } from '../reversal/outcome.ts';
import { createStrays } from './strays.ts';

const PAGE = 100;

/** As the record wrote it; what an older version wrote may lack the rest. */
const settlement = z.object({
  action: z.enum(FINAL_ACTIONS),
  proof: z.object({ of: z.enum(['order', 'refund', 'operator']) }),
  resolution: z
    .object({
      finalAction: z.enum(['kept', 'closed', 'refunded', 'nothing_to_reverse']),
      operator: z.string(),
      evidence: z.string(),
      elsewhere: z.boolean().exactOptional(),
    })
    .exactOptional(),
});

/** What the server says of a workflow: `running`, how it ended, or `unknown`. */
async function workflowOf(workflowId: string): Promise<string> {
  try {
    const { status } = await Context.current().client.workflow.getHandle(workflowId).describe();
    return status.name.toLowerCase();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown';
    throw error;
  }
}

async function orphanOf(ledger: Ledger, row: StoredReversal): Promise<readonly Orphan[]> {
  const { provider, account, orderId, status } = row;
  const workflow = await workflowOf(row.workflowId);
  if (workflow === 'running') return [];
  // It may have ended, with its record, since the page was read.
  const now = await ledger.reversal({ provider, account, orderId });
  return now?.open === true && now.updatedAt === row.updatedAt
    ? [{ provider, account, orderId, status, workflow }]
    : [];
}

function endedOf(row: StoredReversal): readonly EndedReversal[] {
  const { provider, account, orderId, amount, currency } = row;
  const parsed = settlement.safeParse(row.detail);
  if (!parsed.success || amount === undefined || currency === undefined) return [];
  const { action, proof, resolution } = parsed.data;
  return [
    {
      provider,
      account,
      orderId,
      amount,
      currency,
      finalAction: action,
      provedBy: proof.of,
      ...(resolution && { resolution }),
    },
  ];
}

export function createAudit(ledger: Ledger): AuditActivities {
  return {
    ...createStrays(ledger),
    async orphans({ after }) {
      const { reversals, next } = await ledger.list({ open: true, limit: PAGE, ...(after !== undefined && { after }) });
      const found = await Promise.all(reversals.map((row) => orphanOf(ledger, row)));
      return { orphans: found.flat(), looked: reversals.length, ...(next !== undefined && { next }) };
    },
    async endedSince({ since, after }) {
      const filter = { open: false, settledSince: since, limit: PAGE, ...(after !== undefined && { after }) };
      const { reversals, next } = await ledger.list(filter);
      return { ended: reversals.flatMap(endedOf), ...(next !== undefined && { next }) };
    },
  };
}
