/** What the Web UI shows about a sweep. */
import type { Tally } from '../protocol/sweep.ts';

/** The result has them all. */
const SHOWN = 10;

export function sweepDetails(tally: Tally, doing: string): string {
  const { read, started, running, concluded, kept, rejected, problems } = tally;
  return [
    `### ${started} started of ${read} overdue orders: ${doing}`,
    '',
    `- **Running** already: ${running}`,
    `- **Concluded**, and the books do not know it yet: ${concluded}${kept === 0 ? '' : `, of them ${kept} paid`}`,
    `- **Rejected**, nothing started: ${rejected}`,
    ...problems
      .slice(0, SHOWN)
      .map(({ problem, count, orders }) => `- ${count} × ${problem}${orders.length === 0 ? '' : `: ${orders[0]}`}`),
  ].join('\n');
}
