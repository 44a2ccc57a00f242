/** What the Web UI shows about an audit. */
import type { AuditReport } from '../protocol/audit.ts';
import type { OrderKey } from '../reversal/request.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import { timeOf } from './story.ts';

/** The result has them all. */
const SHOWN = 15;

function linkTo(order: OrderKey): string {
  return `[${order.orderId}](/namespaces/{namespace}/workflows/${encodeURIComponent(workflowIdOf(order))})`;
}

export function auditDetails(report: AuditReport): string {
  const { contradicted, withoutWorkflow, failed = [], notBegun = [], notChecked } = report;
  const skipped = Object.entries(notChecked).map(([why, count]) => `${count} ${why}`);
  return [
    `### ${contradicted.length} contradicted, ${withoutWorkflow.length} without a workflow, ${failed.length} failed, ` +
      `${notBegun.length} due and not begun`,
    '',
    `- **Ended** since ${timeOf(Date.parse(report.since))}: ${report.looked} looked at`,
    `- **Open** in the ledger: ${report.open}`,
    ...(skipped.length === 0 ? [] : [`- **Not checked**: ${skipped.join(', ')}`]),
    ...contradicted
      .slice(0, SHOWN)
      .map((found) => `- ${linkTo(found)}: recorded \`${found.recorded}\`, the gateway shows \`${found.shown}\``),
    ...withoutWorkflow
      .slice(0, SHOWN)
      .map((found) => `- ${linkTo(found)}: \`${found.status}\` in the ledger, its workflow is ${found.workflow}`),
    ...[...failed, ...notBegun]
      .slice(0, SHOWN)
      .map((found) => `- ${linkTo(found)}: its workflow is ${found.workflow}, the ledger has ${found.ledger}`),
  ].join('\n');
}
