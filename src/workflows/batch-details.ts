/** What the Web UI shows about a batch of resubmissions. */
import type { ResubmitStuckReport } from '../protocol/resubmit.ts';
import { SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';

export function batchDetails(report: ResubmitStuckReport, doing: string, batch: string): string {
  const reasons = Object.entries(report.byReason).map(([reason, count]) => `${count} \`${reason}\``);
  const ofBatch = `${SEARCH_ATTRIBUTES.batch.name}="${batch}"`;
  const link = (text: string, query: string) =>
    `[${text}](/namespaces/{namespace}/workflows?query=${encodeURIComponent(query)})`;
  // Before anything was sent, and in a dry run, the rest would be nothing but noughts.
  const sent = report.resubmitted + report.endedSince > 0;
  return [
    `### ${report.resubmitted} of ${report.matched} resubmitted`,
    `${doing.charAt(0).toUpperCase()}${doing.slice(1)}.`,
    '',
    `- **Matched**: ${report.matched}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
    ...(sent
      ? [
          `- **Resubmitted**: ${report.resubmitted}`,
          `- **Had ended** before their turn: ${report.endedSince}`,
          `- **Concluded** since: ${report.concluded}`,
          `- **Stuck again**: ${report.stuckAgain}`,
          `- **Under way**, they go on by themselves: ${report.underWay}`,
          '',
          [
            link('All of this batch', ofBatch),
            link(
              'Stuck again',
              `${ofBatch} AND ${SEARCH_ATTRIBUTES.status.name}="stuck" AND ExecutionStatus="Running"`,
            ),
          ].join(' · '),
        ]
      : []),
  ].join('\n');
}
