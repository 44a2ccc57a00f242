/** What no ledger can tell: workflows that failed, and those that are due and were begun by nobody. */
import { Context } from '@temporalio/activity';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Ledger, StoredReversal } from '../ledger/index.ts';
import type { AuditActivities, Stray } from '../protocol/audit.ts';
import { SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';
import { orderOfWorkflowId } from '../reversal/workflow-id.ts';

/** A worker that is busy begins late; that is no finding. */
const GRACE_MS = 60_000;
/** A result has its limits; more than that is no list that people read. */
const MAX_FOUND = 500;

const REVERSALS = "WorkflowType = 'reversePayment'";
const BEFORE_A_LOOK = `${SEARCH_ATTRIBUTES.status.name} IN ('scheduled', 'checking', 'unserved')`;

type Judge = (info: WorkflowExecutionInfo, row: StoredReversal | undefined) => Date | undefined;

/** Since when it is a finding. What is open in the ledger is found by `orphans`. */
const failed: Judge = ({ closeTime }, row) =>
  closeTime === undefined || row?.open || (row?.settledAt ?? 0) >= closeTime.getTime() ? undefined : closeTime;

const notBegun: Judge = ({ executionTime, startTime, typedSearchAttributes: attributes }, row) => {
  const isUnserved = attributes.get(SEARCH_ATTRIBUTES.status) === 'unserved';
  return isUnserved || !row?.open ? (executionTime ?? startTime) : undefined;
};

async function find(ledger: Ledger, query: string, judge: Judge): Promise<readonly Stray[]> {
  const found: Stray[] = [];
  for await (const info of Context.current().client.workflow.list({ query: `${REVERSALS} AND ${query}` })) {
    if (found.length >= MAX_FOUND) break;
    Context.current().heartbeat();
    const order = orderOfWorkflowId(info.workflowId);
    if (order === undefined) continue;
    const row = await ledger.reversal(order);
    const since = judge(info, row);
    if (since === undefined) continue;
    const workflow = info.status.name.toLowerCase();
    found.push({ ...order, ledger: row?.status ?? 'nothing', workflow, since: since.toISOString() });
  }
  return found;
}

export function createStrays(ledger: Ledger): Pick<AuditActivities, 'strays'> {
  return {
    async strays({ since }) {
      const from = new Date(since).toISOString();
      const due = new Date(Date.now() - GRACE_MS).toISOString();
      return {
        failed: await find(ledger, `ExecutionStatus IN ('Failed', 'TimedOut') AND CloseTime >= '${from}'`, failed),
        notBegun: await find(
          ledger,
          `ExecutionStatus = 'Running' AND ExecutionTime <= '${due}' AND ${BEFORE_A_LOOK}`,
          notBegun,
        ),
      };
    },
  };
}
